"""What money need not pay of an order: discount rules, vouchers, points. As its row keeps it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from domain.language import Text
from domain.programme.accruals import Why
from domain.programme.discounting import Amount, Off, Rooms


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
class RulesOff:
    """What discount rules of a `version` take off.

    Of an order that a quote binds: `standing`, by which that judged (None: nobody's), and what
    limits and budgets left then (`quoted`) and when the order came (`left`). `missed`: what was not
    taken off in minor units, for there was no quote (None), or for what bounds it.
    """

    version: int
    is_bound: bool = False
    taken: tuple[Off, ...] = ()
    standing: dict[str, Any] | None = None
    quoted: Rooms = field(default_factory=dict)
    left: Rooms = field(default_factory=dict)
    missed: tuple[tuple[str, int, Why | None], ...] = ()

    @property
    def amounts(self) -> list[Amount]:
        """What each takes off, without how it came about."""
        return [off.amount for off in self.taken]


@dataclass(frozen=True, slots=True)
class Payment:
    """`earns`: what discount rules, vouchers and points pay earns as what money pays."""

    vouchers: tuple[TakenVoucher, ...] = ()
    points: PaidPoints | None = None
    earns: bool = False
    rules_off: RulesOff | None = None

    @property
    def is_money_alone(self) -> bool:
        """Whether nothing is taken off, and no points pay."""
        return not (self.vouchers or self.points or self.by_rules)

    @property
    def by_rules(self) -> tuple[Off, ...]:
        """What discount rules take off."""
        return self.rules_off.taken if self.rules_off is not None else ()

    @property
    def off_goods(self) -> int:
        """What vouchers take off the goods, in minor units."""
        return sum([each.goods for each in self.vouchers])

    @property
    def off_delivery(self) -> int:
        """What discount rules and vouchers take off the delivery, in minor units."""
        by_rules = sum([off.delivery for off in self.by_rules])
        return by_rules + sum([each.delivery for each in self.vouchers])

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
        _rules_off(kept["rules_off"]) if "rules_off" in kept else None,
    )


def offs_of(kept: Sequence[Mapping[str, Any]]) -> tuple[Off, ...]:
    """What discounts took off, where `canonical.compact` left it."""
    return tuple([_off(each) for each in kept])


def rooms_of(kept: Mapping[str, Any]) -> Rooms:
    """What bounds left, where `canonical.compact` left it."""
    return {code: (minor, Why(why)) for code, (minor, why) in kept.items()}


def _rules_off(kept: Mapping[str, Any]) -> RulesOff:
    return RulesOff(
        kept["version"],
        kept.get("is_bound", False),
        offs_of(kept.get("taken", ())),
        kept.get("standing"),
        rooms_of(kept.get("quoted", {})),
        rooms_of(kept.get("left", {})),
        tuple([(code, minor, why and Why(why)) for code, minor, why in kept.get("missed", ())]),
    )


def _off(kept: Mapping[str, Any]) -> Off:
    lines = tuple([(number, share) for number, share in kept.get("lines", ())])
    cut = kept.get("cut")
    return Off(**{**kept, "lines": lines, "cut": Why(cut) if cut else None})
