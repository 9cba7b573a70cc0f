"""What a member is told of its tier."""

from domain.programme.terms import Tier
from domain.wallets.posting import Notice


def risen_to(tier: Tier) -> Notice:
    """A higher tier."""
    return Notice("TIER_UP", {"tier": tier.code})


def fallen_to(tier: Tier) -> Notice:
    """A lower tier."""
    return Notice("TIER_DOWN", {"tier": tier.code})
