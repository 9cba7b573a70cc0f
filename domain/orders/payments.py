"""What an order is paid with beside money: vouchers and points. As its row keeps it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.language import Text


@dataclass(frozen=True, slots=True)
class TakenVoucher:
    """A voucher that the order takes: so much off its goods and its delivery, in minor units."""

    id: UUID
    title: Text
    goods: int = 0
    delivery: int = 0


@dataclass(frozen=True, slots=True)
class PaidPoints:
    """Points that pay `worth` minor units of the goods."""

    unit: str
    points: int
    worth: int


@dataclass(frozen=True, slots=True)
class Payment:
    """`earns`: what vouchers and points pay earns as what money pays."""

    vouchers: tuple[TakenVoucher, ...] = ()
    points: PaidPoints | None = None
    earns: bool = False

    @property
    def off_goods(self) -> int:
        """What vouchers take off the goods, in minor units."""
        return sum([each.goods for each in self.vouchers])

    @property
    def off_delivery(self) -> int:
        """What vouchers take off the delivery, in minor units."""
        return sum([each.delivery for each in self.vouchers])

    @property
    def worth(self) -> int:
        """What points pay, in minor units."""
        return self.points.worth if self.points is not None else 0


MONEY_ALONE = Payment()


def payment_of(document: Mapping[str, Any]) -> Payment:
    """The payment out of an order's document, where `canonical.compact` left it."""
    kept = document.get("payment")
    if kept is None:
        return MONEY_ALONE
    points = kept.get("points")
    return Payment(
        tuple(
            [TakenVoucher(**{**each, "id": UUID(each["id"])}) for each in kept.get("vouchers", ())]
        ),
        PaidPoints(**points) if points else None,
        kept.get("earns", False),
    )
