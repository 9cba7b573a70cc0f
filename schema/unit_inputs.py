"""Units of a programme as they are sent: how long they last, what a wallet takes."""

import strawberry
from strawberry import UNSET

from schema.payment_inputs import PayWithPointsInput
from schema.programme_kinds import KeptBy, LimitPeriod, Period
from schema.scalars import MinorUnits, Points
from schema.text_inputs import TextInput, UnitNameInput


@strawberry.input(description="A day of each year; 29 February is the 28th in years that lack it.")
class YearDayInput:
    """Checked in review."""

    month: int = strawberry.field(description="1 to 12.")
    day: int = strawberry.field(description="1 to 31.")


@strawberry.input(description="How long points are good, from the day they were earned.")
class ExpiryInput:
    """Checked in review."""

    months: int = strawberry.field(default=0, description="So many months; or `days`.")
    rounded_to: Period | None = strawberry.field(
        default=UNSET, description="Then to the end of this period; absent: to the day."
    )
    days: int = strawberry.field(default=0, description="So many days; or `months`.")
    on: list[YearDayInput] = strawberry.field(
        default_factory=list,
        description="Then through the next of these days, which may stand without months or days.",
    )
    kept_by: list[KeptBy] = strawberry.field(
        default_factory=list,
        description="Such an act makes the time of all points of the unit begin anew.",
    )
    warn_days: int = strawberry.field(
        default=0, description="Members are told so many days before; 0: not."
    )


@strawberry.input(description="What orders earn waits, for days or for the delivery.")
class PendingInput:
    """Checked in review."""

    days: int | None = strawberry.field(
        default=UNSET, description="So many days from the purchase on; or `onDelivery`."
    )
    on_delivery: bool = strawberry.field(default=False, description="Until it is delivered.")
    cancel_days: int | None = strawberry.field(
        default=UNSET,
        description="Not delivered after so many days, it is cancelled; absent: it waits on.",
    )


@strawberry.input(description="How much members may send to each other.")
class UnitTransfersInput:
    """Checked in review."""

    points_min: Points = strawberry.field(
        default=Points(1), description="At least so many at a time."
    )
    points_max: Points | None = strawberry.field(
        default=UNSET, description="At most so many at a time; absent: no bound."
    )
    day_points_max: Points | None = strawberry.field(
        default=UNSET, description="At most so many in a local day; absent: no bound."
    )
    month_points_max: Points | None = strawberry.field(
        default=UNSET, description="At most so many in a month; absent: no bound."
    )
    day_tries_max: int = strawberry.field(
        default=20, description="So often one may try in a day, whatever comes of it."
    )


@strawberry.input(description="So many points at most, over all that orders and activities earn.")
class UnitCapInput:
    """Checked in review."""

    points: Points = strawberry.field(description="How many.")
    per: LimitPeriod = strawberry.field(description="In which time.")
    refuses: bool = strawberry.field(
        default=False,
        description="True: an order or activity over it gives none at all; else it is cut.",
    )


@strawberry.input(description="So many points at most lie in a wallet, waiting and held ones too.")
class MaxBalanceInput:
    """Checked in review."""

    points: Points = strawberry.field(description="How many.")
    refuses: bool = strawberry.field(
        default=False, description="True: what goes over it gives none at all; else it is cut."
    )


@strawberry.input(description="What is counted: points, stars, miles.")
class UnitInput:
    """Checked in review."""

    code: str = strawberry.field(
        description="What rules and apps call it, as in POINTS: a letter, then letters, digits,"
        " - and _; at most 40. It stays the same in all versions."
    )
    label: list[TextInput] = strawberry.field(description="What heads a wallet of it.")
    names: list[UnitNameInput] = strawberry.field(description="What goes with numbers of it.")
    symbol: str = strawberry.field(description="A short sign to put beside a number.")
    expiry: ExpiryInput | None = strawberry.field(
        default=UNSET, description="How long it lasts; absent: for ever."
    )
    pending: PendingInput | None = strawberry.field(
        default=UNSET, description="What it waits for; absent: it can be spent at once."
    )
    value_minor: MinorUnits = strawberry.field(
        default=MinorUnits(0), description="What 100 of it are worth to a member, in minor units."
    )
    cost_minor: MinorUnits = strawberry.field(
        default=MinorUnits(0), description="What 100 of it cost the company, in minor units."
    )
    transfers: UnitTransfersInput | None = strawberry.field(
        default=UNSET, description="How members send it to each other; absent: they do not."
    )
    pay_with_points: PayWithPointsInput | None = strawberry.field(
        default=UNSET, description="How it pays orders; absent: it does not."
    )
    caps: list[UnitCapInput] = strawberry.field(
        default_factory=list, description="At most so many in a time."
    )
    max_balance: MaxBalanceInput | None = strawberry.field(
        default=UNSET, description="What a wallet takes; absent: any number."
    )
