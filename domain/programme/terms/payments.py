"""Points as money: at which rate they pay an order, how many of them, and what follows. Pure."""

from enum import StrEnum

import msgspec

from domain.money import WHOLE_BASIS_POINTS

HOLD_DAYS = 14


class EarnOn(StrEnum):
    """What of the goods earns: what was paid in money, or what vouchers and points paid as well."""

    MONEY = "MONEY"
    GOODS = "GOODS"


class VoucherReturn(StrEnum):
    """What becomes of a used voucher when all of its order comes back. Too late for it: points."""

    VOUCHER = "VOUCHER"
    POINTS = "POINTS"


class PayWithPoints(
    msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True, omit_defaults=True
):
    """`points` pay `minor` minor units of what is left of the goods; never charges.

    At least `min_points` in whole steps, at most `max_points` and `max_basis_points` of these
    goods. Those of an order that is only placed stay held for `hold_days`.
    """

    points: int
    minor: int
    min_points: int = 1
    max_points: int | None = None
    max_basis_points: int = WHOLE_BASIS_POINTS
    step: int = 1
    hold_days: int = HOLD_DAYS

    def worth(self, points: int) -> int:
        """Minor units that so many points pay: whole ones."""
        return points * self.minor // self.points

    def charge(self, minor: int) -> int:
        """The fewest points that pay so many minor units."""
        return -(-minor * self.points // self.minor)

    @property
    def least(self) -> int:
        """As few as can be asked for: worth something, in whole steps."""
        return self._in_steps(max(self.min_points, self.charge(1)))

    def bound(self, goods_minor: int) -> int:
        """No more than this can be asked for where so much is left to pay of the goods."""
        share = goods_minor * self.max_basis_points // WHOLE_BASIS_POINTS
        covering = ((share + 1) * self.points - 1) // self.minor if share else 0
        return covering if self.max_points is None else min(covering, self.max_points)

    def most(self, balance: int, goods_minor: int) -> int:
        """As many as it makes sense to ask for, in whole steps; 0: not even the least."""
        points = min(balance, self.bound(goods_minor))
        points -= points % self.step
        if points < self.least:
            return 0
        return max(self.least, self._in_steps(self.charge(self.worth(points))))

    def _in_steps(self, points: int) -> int:
        return -(-points // self.step) * self.step
