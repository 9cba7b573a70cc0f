"""What rules are judged on: an order, its lines, and where the member stands. Plain values.

None is "not known": no condition on it holds, and neither does the contrary.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from domain.calendar import celebrated, months_between
from domain.language import Text
from domain.programme.conditions import Condition
from domain.programme.conditions.history import Figure

WEEKDAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
MONTHS = (
    "JANUARY", "FEBRUARY", "MARCH", "APRIL", "MAY", "JUNE",
    "JULY", "AUGUST", "SEPTEMBER", "OCTOBER", "NOVEMBER", "DECEMBER",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class LineFacts:
    """One line. `amount_minor` (never negative) is what was paid in money for the whole line: tax
    included, after its own discount and its share of the order's discounts and points.
    """

    number: int
    sku: str
    amount_minor: int
    quantity: int = 1
    unit_price_minor: int | None = None
    category: str | None = None
    brand: str | None = None
    included_tax_minor: int = 0
    excluded: bool = False


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """One order, at the instant at which it happened."""

    occurred_at: datetime
    currency: str
    lines: tuple[LineFacts, ...]
    store: str | None = None
    sales_channel: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Birthday:
    """Month and day; the year only if the member tells it."""

    month: int
    day: int
    year: int | None = None


@dataclass(frozen=True, slots=True)
class OfferFacts:
    """An offer that the member can still use: points for an order in its window, when ..."""

    id: str
    title: Text
    unit: str
    points: int
    when: Condition | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    uses_left: int = 1

    def open_at(self, at: datetime) -> bool:
        """Within its window, which is half-open."""
        return (self.starts_at is None or self.starts_at <= at) and (
            self.ends_at is None or at < self.ends_at
        )


@dataclass(frozen=True, slots=True)
class Person:
    """Who a member is, as far as it has told or shown; None: not known, no interests neither.

    `nps`: its last answer to that question, 0 to 10. `source`: FRIEND or ITSELF.
    """

    sex: str | None = None
    country: str | None = None
    region: str | None = None
    postcode: str | None = None
    income_band: str | None = None
    interests: frozenset[str] | None = None
    source: str | None = None
    nps: int | None = None
    attributes: Mapping[str, str | int | bool] = field(default_factory=dict)


NOBODY = Person()


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a member stood before the order.

    `qualifying`: qualifying points in the window as of the order's day. `order_count`: orders
    before this one. `used`: what rules with a limit have given, by (rule code, period) as Part
    names it. `segments`: codes of those that it is in. `history`: figures that the programme asks
    for, over earlier orders. `stopped`: codes of rules that the team has stopped.
    """

    tier: str
    qualifying: int = 0
    order_count: int = 0
    joined_at: datetime | None = None
    language: str | None = None
    birthday: Birthday | None = None
    used: Mapping[tuple[str, str], int] = field(default_factory=dict)
    offers: tuple[OfferFacts, ...] = ()
    person: Person = NOBODY
    segments: frozenset[str] = frozenset()
    history: Mapping[Figure, int | None] = field(default_factory=dict)
    stopped: frozenset[str] = frozenset()


class Scene:
    """All that a condition may look at. Leaves name their column here: "line.category"."""

    __slots__ = ("amount_minor", "line", "lines", "local", "order", "qualifying", "ranks",
                 "standing")  # fmt: skip

    def __init__(
        self, order: OrderFacts, standing: Standing, local: datetime, ranks: Mapping[str, int]
    ) -> None:
        self.order = order
        self.standing = standing
        self.local = local
        self.ranks = ranks
        self.qualifying = standing.qualifying
        self.lines = tuple([line for line in order.lines if not line.excluded])
        self.amount_minor = sum([line.amount_minor for line in self.lines])
        self.line = order.lines[0] if order.lines else None

    @property
    def line_count(self) -> int:
        """Lines that can earn."""
        return len(self.lines)

    @property
    def order_number(self) -> int:
        """Which of the member's orders this one is: the first is 1."""
        return self.standing.order_count + 1

    @property
    def tier_rank(self) -> int | None:
        """The rank of the member's tier."""
        return self.ranks.get(self.standing.tier)

    @property
    def weekday(self) -> str:
        """The local day of the week."""
        return WEEKDAYS[self.local.weekday()]

    @property
    def hour(self) -> int:
        """The local hour, 0 to 23."""
        return self.local.hour

    @property
    def day(self) -> int:
        """The local date as a proleptic ordinal."""
        return self.local.toordinal()

    @property
    def membership_months(self) -> int | None:
        """Completed months since the member joined."""
        joined_at = self.standing.joined_at
        if joined_at is None:
            return None
        return months_between(joined_at.astimezone(self.local.tzinfo).date(), self.local.date())

    @property
    def birthday_month(self) -> str | None:
        """The month of the member's birthday."""
        birthday = self.standing.birthday
        return MONTHS[birthday.month - 1] if birthday else None

    @property
    def is_birthday(self) -> bool | None:
        """Whether the local day is the member's birthday."""
        birthday = self.standing.birthday
        if birthday is None:
            return None
        today = self.local.date()
        return celebrated(birthday.month, birthday.day, today.year) == today

    @property
    def age(self) -> int | None:
        """Completed years of the member's life."""
        birthday = self.standing.birthday
        if birthday is None or birthday.year is None:
            return None
        today = self.local.date()
        had = celebrated(birthday.month, birthday.day, today.year) <= today
        return today.year - birthday.year - (not had)
