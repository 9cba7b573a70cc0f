"""Which tier qualifying points earn, over which days they count, and what a window's end brings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from domain.calendar import Period as Stretch
from domain.calendar import add_months, midnight, months_between, next_first_day
from domain.programme.terms import Downgrade, Programme, RefundPolicy, Tier, Upgrade, Window

YEAR_DAYS_MAX = 366
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Progress:
    """`qualifying` points in the window; the next tier, if any, and what is missing for it."""

    qualifying: int
    next_tier: Tier | None
    missing_for_next: int | None


@dataclass(frozen=True, slots=True)
class Period:
    """Local days, both counted, whose points decide whether a tier is kept.

    A tier that was not earned again stays to the end of `kept_to`, which is `last` without grace.
    """

    first: date
    last: date
    kept_to: date

    def decides_at(self, zone: ZoneInfo) -> datetime:
        """The first instant after it."""
        return midnight(self.last + _DAY, zone)

    def lost_at(self, zone: ZoneInfo) -> datetime:
        """The first instant after its grace: until then a tier is kept."""
        return midnight(self.kept_to + _DAY, zone)


class Verdict(StrEnum):
    """What a window's end means for a tier."""

    KEPT = "KEPT"
    IN_GRACE = "IN_GRACE"
    UP = "UP"
    DOWN = "DOWN"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a review comes to, and the tier from then on."""

    verdict: Verdict
    tier: Tier


def earned_tier(programme: Programme, qualifying: int) -> Tier:
    """The highest tier that so many qualifying points reach."""
    return [tier for tier in programme.tiers if tier.threshold <= qualifying][-1]


def higher(programme: Programme, current: str, qualifying: int) -> Tier | None:
    """The tier above `current` that is now reached; None if it stays. Never a lower one."""
    reached = earned_tier(programme, qualifying)
    held = programme.tier(current)
    return reached if held is None or reached.rank > held.rank else None


def named(programme: Programme, code: str) -> str:
    """What this programme calls the tier that was once called so."""
    tier = programme.tier(code)
    return tier.code if tier is not None else code


def raised(programme: Programme, current: str, qualifying: int) -> Tier | None:
    """The tier that an order leads to at once; None where it leads to none, or rises wait."""
    if programme.tier_policy.upgrade is Upgrade.AT_PERIOD_END:
        return None
    return higher(programme, current, qualifying)


def progress(programme: Programme, current: str, qualifying: int) -> Progress:
    """How far it is to the tier above `current`."""
    held = programme.tier(current)
    above = [tier for tier in programme.tiers if held is not None and tier.rank > held.rank]
    if not above:
        return Progress(qualifying, None, None)
    return Progress(qualifying, above[0], max(0, above[0].threshold - qualifying))


def in_window(days: Sequence[tuple[date, int]], window_days: int, day: date) -> int:
    """Of points by local day, those that count on `day`: earned in the `window_days` up to it."""
    return between(days, day - timedelta(days=window_days - 1), day)


def between(days: Sequence[tuple[date, int]], first: date, last: date) -> int:
    """Of points by local day, those from `first` to `last`, both counted."""
    return sum(points for earned_on, points in days if first <= earned_on <= last)


def counted_from(programme: Programme, joined_on: date, day: date) -> date:
    """The first local day whose points count on `day`."""
    if programme.tier_policy.window is Window.ROLLING:
        return day - timedelta(days=programme.window_days - 1)
    return period_of(programme, joined_on, day).first


def days_at_most(programme: Programme) -> int:
    """How many days a window has at the most."""
    match programme.tier_policy.window:
        case Window.ROLLING:
            return programme.window_days
        case Window.CALENDAR_YEAR:
            return YEAR_DAYS_MAX
        case Window.ANNIVERSARY:
            return 2 * YEAR_DAYS_MAX


def period_of(programme: Programme, joined_on: date, day: date) -> Period:
    """The period in which a tier that was reached on `day` has to be earned again.

    Rolling: the `window_days` after that day. Else the year, of the calendar or of membership,
    that the day lies in; members of 29 February begin theirs on the 28th where there is none.
    """
    match programme.tier_policy.window:
        case Window.ROLLING:
            first, last = day + _DAY, day + timedelta(days=programme.window_days)
        case Window.CALENDAR_YEAR:
            first, last = date(day.year, 1, 1), date(day.year, 12, 31)
        case Window.ANNIVERSARY:
            years = _years_between(joined_on, day)
            # What was bought before joining, and claimed by that, counts in the first year.
            first = add_months(joined_on, 12 * (years or -1))
            last = add_months(joined_on, 12 * (years + 1)) - _DAY
    return Period(first, last, _kept_to(programme, last))


def following(programme: Programme, joined_on: date, decided_on: date) -> Period:
    """The period after one that was decided on with the end of `decided_on`."""
    is_rolling = programme.tier_policy.window is Window.ROLLING
    return period_of(programme, joined_on, decided_on if is_rolling else decided_on + _DAY)


def can_be_lost(programme: Programme, code: str) -> bool:
    """Whether a window's end may take this tier away."""
    tier = programme.tier(code)
    return (
        programme.tier_policy.downgrade is not Downgrade.NEVER
        and tier is not None
        and tier is not programme.tiers[0]
        and not tier.never_downgrades
    )


def missing_to_keep(programme: Programme, code: str, counted: int) -> int | None:
    """What the period still lacks for this tier; None for one that is not lost."""
    tier = programme.tier(code)
    if tier is None or not can_be_lost(programme, code):
        return None
    return max(0, tier.threshold - counted)


def review(
    programme: Programme, code: str, counted: int, *, has_grace: bool, may_lose: bool = True
) -> Outcome:
    """What the end of a period brings to who holds the tier `code` and has `counted` points in it.

    `has_grace`: there is time left to earn it again. `may_lose`: a loss was announced when the
    period began; what was not is not taken away.
    """
    earned, held = earned_tier(programme, counted), programme.tier(code)
    if held is None or earned.rank > held.rank:
        return Outcome(Verdict.UP, earned)
    if earned is held or not may_lose or not can_be_lost(programme, code):
        return Outcome(Verdict.KEPT, held)
    if has_grace:
        return Outcome(Verdict.IN_GRACE, held)
    return Outcome(Verdict.DOWN, _lower(programme, held, earned))


def after_by_hand(programme: Programme, code: str, counted: int, before: str) -> Outcome:
    """What the end of a tier by hand brings; `before`: the tier that was last held by earning.

    Where tiers are never lost, that one is not lost either.
    """
    held, earned = programme.tier(code), earned_tier(programme, counted)
    due = earned
    if programme.tier_policy.downgrade is Downgrade.NEVER:
        known = programme.tier(before)
        due = known if known is not None and known.rank > earned.rank else earned
    if held is None or due.rank > held.rank:
        return Outcome(Verdict.UP, due)
    if due is held:
        return Outcome(Verdict.KEPT, held)
    return Outcome(Verdict.DOWN, due)


def after_refund(programme: Programme, code: str, counted: int, *, before: str) -> Tier | None:
    """The tier that a refund leads back to at once; None: the tier stays until its window's end.

    `counted`: what the window has without the returned lines; `before`: the member's tier before
    the returned order, which is `code` where that order raised nothing. What was earned meanwhile
    by the higher multiplier stays. A tier by hand is nobody's to revert: do not ask for one.
    """
    held, earlier = programme.tier(code), programme.tier(before)
    if programme.tier_policy.refund is not RefundPolicy.REVERT or held is None or earlier is None:
        return None
    if counted >= held.threshold or earlier.rank >= held.rank:
        return None
    earned = earned_tier(programme, counted)
    return earned if earned.rank > earlier.rank else earlier


def _lower(programme: Programme, held: Tier, earned: Tier) -> Tier:
    # Down to what was earned, or one step; never past a tier that is not lost.
    below = [tier for tier in programme.tiers if earned.rank <= tier.rank < held.rank]
    if programme.tier_policy.downgrade is Downgrade.ONE_STEP:
        return below[-1]
    return next((tier for tier in reversed(below) if tier.never_downgrades), earned)


def _kept_to(programme: Programme, last: date) -> date:
    policy = programme.tier_policy
    end = last + timedelta(days=policy.grace_days)
    return next_first_day(Stretch.MONTH, end) - _DAY if policy.grace_to_month_end else end


def _years_between(joined_on: date, day: date) -> int:
    return months_between(joined_on, day) // 12
