"""Activities: what happens and is no order, what it earns, badges."""

from datetime import date
from enum import StrEnum

from domain.language import Text
from domain.programme.terms.rules import Limit
from domain.programme.terms.typed import Terms, Written


class AttributeType(StrEnum):
    """What an attribute's value is."""

    TEXT = "TEXT"
    NUMBER = "NUMBER"
    FLAG = "FLAG"
    DATE = "DATE"


class Attribute(Terms, frozen=True):
    """Something that is said of an activity under `name`. `values`: the only texts it can have."""

    name: str
    label: Text
    type: AttributeType
    required: bool = False
    values: tuple[str, ...] = ()


class Activity(Terms, frozen=True):
    """A kind of activity: what happens and is no order. `by_members`: they may report it."""

    code: str
    name: Text
    attributes: tuple[Attribute, ...] = ()
    by_members: bool = False

    def attribute(self, name: str) -> Attribute | None:
        """The attribute of this name."""
        return next((each for each in self.attributes if each.name == name), None)


class ActivityRule(Terms, frozen=True):
    """Points for an `activity`. `when` may look at its attributes, the member and the time.

    Its code is no other rule's. In force on local days from `valid_from` until `valid_until`.
    """

    code: str
    name: Text
    activity: str
    unit: str
    points: int
    text: Text | None = None
    when: Written | None = None
    limit: Limit | None = None
    valid_from: date | None = None
    valid_until: date | None = None


class BadgeFor(StrEnum):
    """What a badge is given for."""

    ACTIVITIES = "ACTIVITIES"
    ORDERS = "ORDERS"
    TIER = "TIER"


class Badge(Terms, frozen=True):
    """Given once: for the `count`-th order, or activity of the kind; for reaching the tier."""

    code: str
    name: Text
    text: Text
    icon: str
    given_for: BadgeFor
    count: int = 1
    activity: str | None = None
    tier: str | None = None
