"""When a badge is earned, and how far it is: on plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.programme.terms import Badge, BadgeFor, Programme


@dataclass(frozen=True, slots=True)
class Done:
    """What a member has done so far. `activities`: how many of each kind."""

    tier: str
    order_count: int = 0
    activities: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` of `target`; never more."""

    done: int
    target: int

    @property
    def is_complete(self) -> bool:
        """Nothing is missing."""
        return self.done >= self.target


def progress(programme: Programme, badge: Badge, done: Done) -> Progress:
    """How far the member is towards the badge; a tier is reached or not."""
    match badge.given_for:
        case BadgeFor.ORDERS:
            counted = done.order_count
        case BadgeFor.ACTIVITIES:
            counted = done.activities.get(badge.activity or "", 0)
        case BadgeFor.TIER:
            wanted, held = programme.tier(badge.tier or ""), programme.tier(done.tier)
            counted = int(wanted is not None and held is not None and held.rank >= wanted.rank)
    return Progress(min(counted, badge.count), badge.count)
