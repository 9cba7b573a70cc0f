"""Whether a member can have a reward now, and if not, why not."""

from datetime import datetime
from enum import StrEnum

from domain.rows import Row


class RedeemabilityReason(StrEnum):
    """What stands between a member and a reward."""

    NOT_ENOUGH_POINTS = "NOT_ENOUGH_POINTS"
    OUT_OF_STOCK = "OUT_OF_STOCK"
    LIMIT_REACHED = "LIMIT_REACHED"
    NOT_YOUR_TIER = "NOT_YOUR_TIER"
    NOT_YET = "NOT_YET"
    NO_LONGER = "NO_LONGER"
    STOPPED = "STOPPED"


class RewardTerms(Row, frozen=True):
    """What a reward asks for. None: no such bound. `price` in points; the window is half-open."""

    price: int
    stock: int | None
    per_member_limit: int | None
    tiers: list[str] | None
    available_from: datetime | None
    available_until: datetime | None
    stopped: bool


class Redeemability(Row, frozen=True):
    """`reason` is None if and only if the reward is `possible`."""

    reason: RedeemabilityReason | None
    points_missing: int

    @property
    def possible(self) -> bool:
        """The member can have it now."""
        return self.reason is None


def closed(terms: RewardTerms, tier: str, now: datetime) -> RedeemabilityReason | None:
    """Why a member of this tier cannot have the reward, whatever it owns; None if it may."""
    if terms.available_until is not None and now >= terms.available_until:
        return RedeemabilityReason.NO_LONGER
    if terms.available_from is not None and now < terms.available_from:
        return RedeemabilityReason.NOT_YET
    if terms.stopped:
        return RedeemabilityReason.STOPPED
    if terms.tiers is not None and tier not in terms.tiers:
        return RedeemabilityReason.NOT_YOUR_TIER
    return None


def redeemability(
    terms: RewardTerms, *, tier: str, balance: int, had: int, now: datetime
) -> Redeemability:
    """The first reason that stands, from what lasts longest to what the member can mend.

    `balance`: points in the wallet of the reward's unit; `had`: vouchers of this reward that the
    member took and did not cancel.
    """
    missing = max(0, terms.price - balance)
    reason = closed(terms, tier, now)
    if reason is None:
        if terms.stock == 0:
            reason = RedeemabilityReason.OUT_OF_STOCK
        elif terms.per_member_limit is not None and had >= terms.per_member_limit:
            reason = RedeemabilityReason.LIMIT_REACHED
        elif missing:
            reason = RedeemabilityReason.NOT_ENOUGH_POINTS
    return Redeemability(reason, missing)
