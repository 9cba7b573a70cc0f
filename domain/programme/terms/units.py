"""Units: how long their points last, what keeps them, and how many of them a wallet takes."""

from datetime import date
from enum import StrEnum

from domain.calendar import Period
from domain.language import Names, Text
from domain.programme.terms.payments import PayWithPoints
from domain.programme.terms.typed import Terms


class KeptBy(StrEnum):
    """What a member does that keeps its points. Orders, activities and answers earn, not gifts."""

    EARNING = "EARNING"
    SPENDING = "SPENDING"


class YearDay(Terms, frozen=True):
    """A day of each year; 29 February is the 28th in years that lack it."""

    month: int
    day: int


class Expiry(Terms, frozen=True):
    """How long points are good: so many `months` or `days` from the day they were earned.

    Then to the end of the period `rounded_to`, or through the next of the days `on` (which may
    stand alone). `kept_by`: each such act makes the time of all points of the unit begin anew, so
    that they go when none has happened for as long. `warn_days`: so long before, members are told.
    `not_before`: none goes before that day begins, whatever else is said.
    """

    months: int = 0
    rounded_to: Period | None = None
    days: int = 0
    on: tuple[YearDay, ...] = ()
    kept_by: tuple[KeptBy, ...] = ()
    warn_days: int = 0
    not_before: date | None = None


class LimitPeriod(StrEnum):
    """What a limit counts over."""

    ORDER = "ORDER"
    DAY = "DAY"
    WEEK = "WEEK"
    MONTH = "MONTH"
    YEAR = "YEAR"
    EVER = "EVER"


class Cap(Terms, frozen=True):
    """At most so many points of a unit, over all that orders and activities earn, in the period.

    What is over it is cut, or with `refuses` the whole order or activity gives none of the unit.
    """

    points: int
    per: LimitPeriod
    refuses: bool = False


class MaxBalance(Terms, frozen=True):
    """So many points at most lie in a wallet, waiting and held ones too; likewise."""

    points: int
    refuses: bool = False


class Pending(Terms, frozen=True):
    """What orders earn waits: `days` from the purchase on, or until it is delivered.

    What waits for a delivery is cancelled `cancel_days` after the purchase; None: it waits on.
    """

    days: int | None = None
    on_delivery: bool = False
    cancel_days: int | None = None


class Transfers(Terms, frozen=True):
    """Members may send points to each other: so many at once, in a local day, in a month.

    `day_tries_max`: how often a member may try in a day, whatever comes of it.
    """

    points_min: int = 1
    points_max: int | None = None
    day_points_max: int | None = None
    month_points_max: int | None = None
    day_tries_max: int = 20


class Unit(Terms, frozen=True):
    """What is counted. `label` heads a wallet ("Points"), `names` go with numbers ("12 points").

    `value_minor` and `cost_minor`: what 100 of it are worth to a member, and cost us. `transfers`:
    None where members cannot send it to each other.
    """

    code: str
    label: Text
    names: Names
    symbol: str
    expiry: Expiry | None = None
    pending: Pending | None = None
    value_minor: int = 0
    cost_minor: int = 0
    transfers: Transfers | None = None
    pay_with_points: PayWithPoints | None = None
    caps: tuple[Cap, ...] = ()
    max_balance: MaxBalance | None = None
