"""How a programme ends: what it promises of that from the first day on, and the end itself."""

from datetime import date

from domain.language import Text
from domain.programme.terms.typed import Terms


class Closing(Terms, frozen=True):
    """What members can count on: they hear of an end `notice_days` before points are earned no
    more, and can spend for `spending_days` after that.
    """

    notice_days: int = 90
    spending_days: int = 90


class Ending(Terms, frozen=True):
    """The end, in local days: nothing is earned from `earning_until` on, nothing spent from
    `spending_until` on, and nothing expires before. Said by `programmeEnd` alone.
    """

    earning_until: date
    spending_until: date
    reason: Text
