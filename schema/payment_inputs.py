"""Points as money, as they are sent in a programme."""

import strawberry
from strawberry import UNSET

from domain.money import WHOLE_BASIS_POINTS
from domain.programme.terms.payments import HOLD_DAYS
from schema.scalars import MinorUnits, Points


@strawberry.input(description="How points of a unit pay the goods of an order, never charges.")
class PayWithPointsInput:
    """Checked in review."""

    points: Points = strawberry.field(description="So many points ...")
    minor: MinorUnits = strawberry.field(description="... pay so many minor units.")
    min_points: Points = strawberry.field(default=Points(1), description="At least so many.")
    max_points: Points | None = strawberry.field(
        default=UNSET, description="At most so many; absent: no such bound."
    )
    max_basis_points: int = strawberry.field(
        default=WHOLE_BASIS_POINTS,
        description="At most this share of the goods: 10000 is all of them.",
    )
    step: Points = strawberry.field(default=Points(1), description="In steps of so many.")
    hold_days: int = strawberry.field(
        default=HOLD_DAYS, description="How long an order that is only placed keeps them."
    )
