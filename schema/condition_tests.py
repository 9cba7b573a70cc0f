"""What a leaf of a condition is held against. Several tests on one leaf hold together."""

import datetime as dates
from typing import Any

import strawberry
from strawberry import UNSET

from schema.scalars import MinorUnits, Points

_AT_LEAST = "This or more."
_AT_MOST = "This or less."
_BELOW = "Less than this."
_ABOVE = "More than this."
_EQUALS = "Just this."
_IN = "One of these; 1 to 100, each of 1 to 64 characters."
_IS = "Yes or no."
_FROM = "This day or later."
_UNTIL = "Before this day."


def _test(description: str, name: str | None = None) -> Any:
    return strawberry.field(default=UNSET, description=description, name=name)


@strawberry.input(description="How a number is tested; at least one.")
class IntTestInput:
    """Checked in the domain."""

    at_least: int | None = _test(_AT_LEAST)
    at_most: int | None = _test(_AT_MOST)
    below: int | None = _test(_BELOW)
    above: int | None = _test(_ABOVE)
    equals: int | None = _test(_EQUALS)


@strawberry.input(description="How an amount of money is tested; at least one.")
class MoneyTestInput:
    """Checked in the domain."""

    at_least: MinorUnits | None = _test(_AT_LEAST)
    at_most: MinorUnits | None = _test(_AT_MOST)
    below: MinorUnits | None = _test(_BELOW)
    above: MinorUnits | None = _test(_ABOVE)
    equals: MinorUnits | None = _test(_EQUALS)


@strawberry.input(description="How a number of points is tested; at least one.")
class PointsTestInput:
    """Checked in the domain."""

    at_least: Points | None = _test(_AT_LEAST)
    at_most: Points | None = _test(_AT_MOST)
    below: Points | None = _test(_BELOW)
    above: Points | None = _test(_ABOVE)
    equals: Points | None = _test(_EQUALS)


@strawberry.input(description="How a text, or a list of texts, is tested.")
class TextTestInput:
    """Checked in the domain."""

    in_: list[str] = strawberry.field(name="in", description=_IN)


@strawberry.input(description="How a yes or no is tested.")
class FlagTestInput:
    """Checked in the domain."""

    is_: bool = strawberry.field(name="is", description=_IS)


@strawberry.input(description="Which days are meant; at least one.")
class DateTestInput:
    """Checked in the domain."""

    from_: dates.date | None = _test(_FROM, "from")
    until: dates.date | None = _test(_UNTIL)


@strawberry.input(description="Of which earlier orders: all, unless said.")
class _Over:
    """The goods by one name alone."""

    sku: list[str] | None = _test("Those with one of these articles; or `category`, or `brand`.")
    category: list[str] | None = _test("Those with goods of one of these categories.")
    brand: list[str] | None = _test("Those with goods of one of these brands.")
    within_days: int | None = _test("Of the last so many local days, today included; 1 to 3660.")


@strawberry.input(description="How a number over earlier orders is tested, and over which.")
class HistoryTestInput(IntTestInput, _Over):
    """Checked in the domain."""


@strawberry.input(description="How money over earlier orders is tested, and over which.")
class HistoryMoneyTestInput(MoneyTestInput, _Over):
    """Money is that of the goods that are named."""


@strawberry.input(description="How any value is tested, by its type.")
class _AnyTest(IntTestInput):
    """Numbers, texts, yes or no, days."""

    in_: list[str] | None = _test(f"Of texts: {_IN}", "in")
    is_: bool | None = _test(f"Of yes or no: {_IS}", "is")
    from_: dates.date | None = _test(f"Of days: {_FROM}", "from")
    until: dates.date | None = _test(f"Of days: {_UNTIL}")


@strawberry.input(description="An attribute of members that the programme declares, and its tests.")
class MemberAttributeInput(_AnyTest):
    """Checked in the domain, by the programme."""

    name: str = strawberry.field(description="The attribute's name.")


@strawberry.input(description="An attribute of the activity's kind, and its tests.")
class ActivityAttributeInput(_AnyTest):
    """Checked in the domain, by the kind."""

    name: str = strawberry.field(description="The name, as in `programme.activityKinds`.")
