"""What is said of members and activities: attributes of a type, places."""

import datetime as dates
from typing import Any

import strawberry

from domain.errors import InvalidInput
from domain.members.commands import UNCHANGED, Place
from domain.programme.attributes import AttributeValue

PLACE = "Where the member lives: parts that are absent stay, null ones are cleared; null: all."
INCOME_BAND = "A code of `programme.incomeBands`; null: not told."
ATTRIBUTES = (
    "Of `programme.memberAttributes`: those named are set, the others stay; null clears all that"
    " the caller may set."
)
CLEAR_ATTRIBUTES = "Names of attributes that are to be forgotten."


@strawberry.input(one_of=True, description="A value, by the attribute's type.")
class AttributeValueInput:
    """Exactly one."""

    text: strawberry.Maybe[str] = strawberry.field(description="1 to 500 characters.")
    number: strawberry.Maybe[int] = strawberry.field(description="A whole number.")
    flag: strawberry.Maybe[bool] = strawberry.field(description="Yes or no.")
    date: strawberry.Maybe[dates.date] = strawberry.field(description="A day, as in 2026-06-01.")

    def value(self) -> str | int | bool | dates.date:
        """The one that is given."""
        for given in (self.text, self.number, self.flag, self.date):
            if given is not None:
                return given.value
        raise InvalidInput("Give one value.")


@strawberry.input(description="Something said of an activity, or of a member.")
class AttributeInput:
    """Checked in the domain, by what the programme declares."""

    name: str = strawberry.field(description="The attribute's name, as the programme has it.")
    value: AttributeValueInput = strawberry.field(description="What is said.")

    def said(self) -> AttributeValue:
        """The same, as the domain takes it."""
        return AttributeValue(self.name, self.value.value())


@strawberry.input(description="Where a member lives; as much of it as it likes.")
class PlaceInput:
    """Checked in the domain."""

    country: strawberry.Maybe[str | None] = strawberry.field(
        description="ISO 3166-1, two letters, as in GR."
    )
    region: strawberry.Maybe[str | None] = strawberry.field(description="At most 80 characters.")
    postcode: strawberry.Maybe[str | None] = strawberry.field(
        description="At most 16 characters; kept without blanks."
    )

    def place(self) -> Place:
        """The same, as the domain takes it."""
        return Place(sent(self.country), sent(self.region), sent(self.postcode))


def place_of(field: strawberry.Some[PlaceInput | None] | None) -> Any:
    """The place that was sent, as the domain takes it."""
    given = sent(field)
    return given.place() if isinstance(given, PlaceInput) else given


def attributes_of(field: strawberry.Some[list[AttributeInput] | None] | None) -> Any:
    """The attributes that were sent, as the domain takes them."""
    given = sent(field)
    return tuple(each.said() for each in given) if isinstance(given, list) else given


def names_of(field: strawberry.Some[list[str]] | None) -> tuple[str, ...]:
    """The names that were sent."""
    return tuple(field.value) if field else ()


def sent(field: strawberry.Some[Any] | None) -> Any:
    """What was sent, null too; UNCHANGED where nothing was."""
    return UNCHANGED if field is None else field.value
