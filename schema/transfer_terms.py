"""What members may send to each other, as the programme says it of a unit."""

import strawberry

from schema.scalars import Points


@strawberry.type(description="How much of a unit members may send to each other.")
class TransferTerms:
    """Read off a terms.Transfers."""

    points_min: Points = strawberry.field(description="At least so many at a time.")
    points_max: Points | None = strawberry.field(
        description="At most so many at a time; null: no bound."
    )
    day_points_max: Points | None = strawberry.field(
        description="At most so many in a day of the programme's; null: no bound."
    )
    month_points_max: Points | None = strawberry.field(
        description="At most so many in a month of the programme's; null: no bound."
    )
    day_tries_max: int = strawberry.field(
        description="So often one may try in a day, dry runs and failures included."
    )
