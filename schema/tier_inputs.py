"""Tiers of a programme as they are sent: what they take and give, how they are won and lost."""

import strawberry
from strawberry import UNSET

from domain.money import WHOLE_BASIS_POINTS
from schema.programme_kinds import Downgrade, RefundPolicy, Upgrade, Window
from schema.scalars import Points
from schema.text_inputs import TextInput


@strawberry.input(description="Something that a tier gives: access, service, an event.")
class TierBenefitInput:
    """Checked in review."""

    title: list[TextInput] = strawberry.field(description="What it is.")
    text: list[TextInput] | None = strawberry.field(default=UNSET, description="More about it.")


@strawberry.input(description="A level of membership. List them from the lowest.")
class TierInput:
    """Checked in review."""

    code: str = strawberry.field(
        description="What conditions and apps call it, as in gold; the same in all versions."
    )
    name: list[TextInput] = strawberry.field(description="What members read.")
    rank: int = strawberry.field(description="Its place: 1 is where everybody begins.")
    threshold: Points = strawberry.field(
        description="Qualifying points that it takes within the window; 0 for the first."
    )
    multiplier_basis_points: int = strawberry.field(
        default=WHOLE_BASIS_POINTS,
        description="Base points of its members times this: 15000 is 1.5.",
    )
    benefits: list[TierBenefitInput] = strawberry.field(
        default_factory=list, description="What else it gives."
    )
    never_downgrades: bool = strawberry.field(
        default=False, description="True: whoever reached it keeps it."
    )
    debt_limit: Points | None = strawberry.field(
        default=UNSET,
        description="How much a member can owe of each unit when spent points are taken back;"
        " 0: nothing; absent: whatever it comes to.",
    )
    replaces: list[str] = strawberry.field(
        default_factory=list,
        description="Codes of tiers of earlier versions whose holders hold this one.",
    )


@strawberry.input(description="How tiers are won and lost.")
class TierPolicyInput:
    """Checked in review."""

    window: Window = strawberry.field(default=Window.ROLLING, description="What counts.")
    upgrade: Upgrade = strawberry.field(default=Upgrade.AT_ONCE, description="When it goes up.")
    downgrade: Downgrade = strawberry.field(
        default=Downgrade.NEVER, description="How it goes down."
    )
    grace_days: int = strawberry.field(
        default=0, description="So many days more after a window before it goes down."
    )
    grace_to_month_end: bool = strawberry.field(
        default=False, description="And to the end of the month that these end in."
    )
    warn_days: int = strawberry.field(
        default=0, description="Who is about to lose a tier is told so many days before; 0: not."
    )
    refund: RefundPolicy = strawberry.field(
        default=RefundPolicy.KEEP_UNTIL_WINDOW_END, description="When an order comes back."
    )
