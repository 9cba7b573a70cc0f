"""What a programme gives without a purchase, as it is sent."""

import strawberry
from strawberry import UNSET

from schema.scalars import Points
from schema.text_inputs import TextInput


@strawberry.input(description="Points for joining.")
class WelcomeInput:
    """Checked in review."""

    unit: str = strawberry.field(description="The code of what is given.")
    points: Points = strawberry.field(description="How many.")
    name: list[TextInput] = strawberry.field(description="What members read.")


@strawberry.input(description="What a member gets once a year: points, or words alone.")
class GreetingInput:
    """Checked in review."""

    name: list[TextInput] = strawberry.field(description="What members read.")
    unit: str | None = strawberry.field(
        default=UNSET, description="The code of what is given; absent: words alone."
    )
    points: Points = strawberry.field(default=Points(0), description="How many.")
    days_before: int = strawberry.field(default=0, description="So many days before the day.")
    window_days: int = strawberry.field(
        default=7, description="Missed, it is made up for within so many days."
    )


@strawberry.input(description="Points for a friend's first order, for both.")
class ReferralTermsInput:
    """Checked in review."""

    unit: str = strawberry.field(description="The code of what is given.")
    referrer_points: Points = strawberry.field(description="For who invited.")
    friend_points: Points = strawberry.field(description="For who came.")
    text: list[TextInput] = strawberry.field(description="What members read.")
