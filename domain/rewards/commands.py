"""What is asked of rewards and vouchers. Points of a unit; days; money in minor units."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.errors import InvalidInput
from domain.language import Text
from domain.money import WHOLE_BASIS_POINTS
from domain.programme import checks
from domain.programme.terms import Programme
from domain.rewards.kinds import RewardKind

CODE_MAX = 40
URL_MAX = 400
REFERENCE_MAX = 64
VOUCHER_DAYS_MAX = 3650
COUNT_MAX = 10**9
COST_MAX = 10**13


@dataclass(frozen=True, slots=True)
class CreateReward:
    """A reward to be offered. Points of `unit`; `cost_minor` is what one costs us; None: no bound.

    `amount_off` in minor units, or `percent_off` in basis points, come off the orders that take
    one; without, one is just used, and the till knows what it is good for.

    `code` names it for good: creating it again with the same code is refused.
    """

    title: Text
    kind: RewardKind
    unit: str
    price: int
    text: Text | None = None
    code: str | None = None
    image_url: str | None = None
    stock: int | None = None
    per_member_limit: int | None = None
    tiers: tuple[str, ...] | None = None
    available_from: datetime | None = None
    available_until: datetime | None = None
    voucher_days: int = 90
    rank: int = 0
    cost_minor: int | None = None
    amount_off: int | None = None
    percent_off: int | None = None

    def check(self, terms: Programme) -> None:
        """Raise InvalidInput, with the path of the first thing that does not fit the programme."""
        checks.texts(terms, self.title, ("title",))
        if self.text is not None:
            checks.texts(terms, self.text, ("text",))
        checks.points(terms, self.unit, self.price, ("price",))
        checks.tiers(terms, self.tiers, ("tiers",))
        checks.window(self.available_from, self.available_until, ("availableUntil",))
        checks.within(self.stock, 0, COUNT_MAX, ("stock",))
        checks.within(self.per_member_limit, 1, COUNT_MAX, ("perMemberLimit",))
        checks.within(self.voucher_days, 1, VOUCHER_DAYS_MAX, ("voucherDays",))
        checks.length(self.code, CODE_MAX, ("code",))
        checks.length(self.image_url, URL_MAX, ("imageUrl",))
        checks.within(self.cost_minor, 0, COST_MAX, ("cost", "amount"))
        checks.within(self.amount_off, 1, COST_MAX, ("amountOff", "amount"))
        checks.within(self.percent_off, 1, WHOLE_BASIS_POINTS, ("percentOffBasisPoints",))
        for off, kind, name in (
            (self.amount_off, RewardKind.AMOUNT_OFF, "amountOff"),
            (self.percent_off, RewardKind.PERCENT_OFF, "percentOffBasisPoints"),
        ):
            if off is not None and self.kind is not kind:
                raise InvalidInput(f"This goes with rewards of the kind {kind}.", (name,))


@dataclass(frozen=True, slots=True)
class RedeemReward:
    """Points are to become a voucher. `unit`: what the member saw as its price, when said."""

    reward_id: UUID
    idempotency_key: str
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class UseVoucher:
    """A code was shown at a till. `order_reference`: the order that it is used on."""

    code: str
    idempotency_key: str
    order_reference: str | None = None

    def check(self) -> None:
        """Raise InvalidInput for a reference that no order has."""
        checks.length(self.order_reference, REFERENCE_MAX, ("orderReference",))


@dataclass(frozen=True, slots=True)
class CancelVoucher:
    """A member changed its mind."""

    voucher_id: UUID
    idempotency_key: str
