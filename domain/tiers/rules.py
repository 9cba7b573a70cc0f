"""Which tier qualifying points earn, and what is missing for the next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from domain.programme.terms import Programme, Tier


@dataclass(frozen=True, slots=True)
class Progress:
    """`qualifying` points in the window; the next tier, if any, and what is missing for it."""

    qualifying: int
    next_tier: Tier | None
    missing_for_next: int | None


def earned_tier(programme: Programme, qualifying: int) -> Tier:
    """The highest tier that so many qualifying points reach."""
    return [tier for tier in programme.tiers if tier.threshold <= qualifying][-1]


def higher(programme: Programme, current: str, qualifying: int) -> Tier | None:
    """The tier above `current` that is now reached; None if it stays. Never a lower one."""
    reached = earned_tier(programme, qualifying)
    held = programme.tier(current)
    return reached if held is None or reached.rank > held.rank else None


def progress(programme: Programme, current: str, qualifying: int) -> Progress:
    """How far it is to the tier above `current`."""
    held = programme.tier(current)
    above = [tier for tier in programme.tiers if held is not None and tier.rank > held.rank]
    if not above:
        return Progress(qualifying, None, None)
    return Progress(qualifying, above[0], max(0, above[0].threshold - qualifying))


def in_window(days: Sequence[tuple[date, int]], window_days: int, day: date) -> int:
    """Of points by local day, those that count on `day`: earned in the `window_days` up to it."""
    first = day - timedelta(days=window_days - 1)
    return sum(points for earned_on, points in days if first <= earned_on <= day)
