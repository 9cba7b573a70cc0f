"""What is given without a purchase: for joining, once a year, for a friend."""

from domain.language import Text
from domain.programme.terms.typed import Terms


class Welcome(Terms, frozen=True):
    """Points for joining."""

    unit: str
    points: int
    name: Text


class Greeting(Terms, frozen=True):
    """What a member gets once a year: `points` of a unit, or none, so many days before the day.

    Missed, it is made up for within `window_days`; a date that was set later than so many days
    before it, or changed in the same year, counts from the next year on.
    """

    name: Text
    unit: str | None = None
    points: int = 0
    days_before: int = 0
    window_days: int = 7


class Referral(Terms, frozen=True):
    """Points for a friend's first order, for both."""

    unit: str
    referrer_points: int
    friend_points: int
    text: Text
