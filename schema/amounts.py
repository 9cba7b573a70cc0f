"""Amounts of points, and what staff write: amounts and texts."""

from dataclasses import dataclass
from typing import Any

import strawberry

from domain.errors import InvalidInput
from domain.language import Text
from domain.programme.terms import Unit as UnitTerms
from schema.context import Info
from schema.references import LazyUnit
from schema.roles import field
from schema.scalars import CurrencyCode, MinorUnits, Points


@dataclass(frozen=True, slots=True)
class PointsRow:
    """So many points of a unit."""

    points: int
    unit_code: str


@strawberry.type(description="An amount of points of one unit.")
class PointsAmount:
    """Read off a PointsRow."""

    points: Points = strawberry.field(description="How many.")

    @field(description="Of what.", graphql_type=LazyUnit)
    def unit(root: strawberry.Parent[PointsRow], info: Info) -> UnitTerms:
        programme = info.context.programme.programme
        code = root.unit_code
        # A unit that the programme has given up is still called by its code.
        return programme.unit(code) or UnitTerms(code, {"en": code}, {"en": {"many": code}}, code)

    @classmethod
    def is_type_of(cls, obj: Any, _info: Any) -> bool:
        return isinstance(obj, PointsRow)


@strawberry.input(description="An amount of points of one unit.")
class PointsAmountInput:
    """Checked in the domain."""

    unit: str = strawberry.field(description="The unit's code, as in POINTS.")
    points: Points = strawberry.field(description="How many; more than 0.")


@strawberry.input(description="An amount of money.")
class MoneyInput:
    """Checked in the domain."""

    amount: MinorUnits = strawberry.field(description="In minor units of the currency.")
    currency: CurrencyCode = strawberry.field(description="ISO 4217, the programme's.")


@strawberry.input(description="A text in one language; write one for each of the programme.")
class TextInput:
    """One language of a text."""

    language: str = strawberry.field(description="BCP 47, as in en, ru, el.")
    text: str = strawberry.field(description="The text; at most 500 characters.")


def by_language(texts: list[TextInput], *path: str) -> Text:
    """The texts as one, by language. Raises InvalidInput for a language that comes twice."""
    said = {each.language: each.text for each in texts}
    if len(said) < len(texts):
        raise InvalidInput("A language comes twice; write each once.", path)
    return said
