"""Words of tiers: why a member came to one."""

from enum import StrEnum


class TierCause(StrEnum):
    """Why a member came to a tier."""

    EARNED = "EARNED"
    REVIEW = "REVIEW"
    BY_HAND = "BY_HAND"
    REFUND = "REFUND"
    MERGED = "MERGED"
    REDESIGN = "REDESIGN"


class BenefitState(StrEnum):
    """Whether a member has a benefit."""

    ACTIVE = "ACTIVE"
    LOCKED = "LOCKED"
