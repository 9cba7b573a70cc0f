"""Amounts of points and of money, as they are shown and sent."""

from dataclasses import dataclass
from typing import Any

import strawberry

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
