"""What a member has reached in the window, what is missing, and what the window's end would bring.

Pure: points are counted by who asks (queries.qualifying_of), from the days that `spans` says.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.calendar import midnight
from domain.members.queries import MemberRow
from domain.programme.queries import Version
from domain.programme.terms import Tier, Upgrade, Window
from domain.tiers import plans, rules
from domain.tiers.plans import Plan, local_day


@dataclass(frozen=True, slots=True)
class Projection:
    """The tier from `at` on if nothing more is earned than the `qualifying` points there are."""

    at: datetime
    qualifying: int
    tier: Tier


@dataclass(frozen=True, slots=True)
class Outlook:
    """`qualifying` points count now; `missing_to_keep` and `window_ends_at`: None if none is."""

    qualifying: int
    next_tier: Tier | None
    missing_for_next: int | None
    missing_to_keep: int | None
    window_ends_at: datetime | None
    projection: Projection | None


def spans(version: Version, member: MemberRow, now: datetime) -> tuple[date, date]:
    """From which local days points count: towards higher tiers, and for keeping this one."""
    joined_on, today = local_day(version, member.joined_at), local_day(version, now)
    plan = plans.plan_of(version, member, now)
    first = rules.counted_from(version.programme, joined_on, today)
    return first, plan.counted_from if plan.until is not None else first


def outlook(
    version: Version, member: MemberRow, now: datetime, *, qualifying: int, counted: int
) -> Outlook:
    """How it stands; `qualifying` and `counted`: the points of both spans."""
    programme, plan = version.programme, plans.plan_of(version, member, now)
    known = rules.progress(programme, member.tier, qualifying)
    is_at_stake = plan.until is not None and plan.fixed_until is None
    ends_at = _window_end(version, member, now, plan)
    return Outlook(
        qualifying,
        known.next_tier,
        known.missing_for_next,
        rules.missing_to_keep(programme, member.tier, counted) if is_at_stake else None,
        ends_at,
        _projection(version, member, plan, counted, ends_at),
    )


def _window_end(version: Version, member: MemberRow, now: datetime, plan: Plan) -> datetime | None:
    programme, zone = version.programme, version.rules.zone
    if plan.fixed_until is not None:
        return plan.fixed_until
    policy = programme.tier_policy
    if policy.window is not Window.ROLLING:
        joined_on, today = local_day(version, member.joined_at), local_day(version, now)
        return rules.period_of(programme, joined_on, today).decides_at(zone)
    if plan.until is None and policy.upgrade is Upgrade.AT_ONCE:
        return None
    return midnight(plan.counted_to + timedelta(days=1), zone)


def _projection(
    version: Version, member: MemberRow, plan: Plan, counted: int, ends_at: datetime | None
) -> Projection | None:
    if ends_at is None or plan.fixed_until is not None:
        return None
    outcome = rules.review(
        version.programme,
        member.tier,
        counted,
        has_grace=False,
        may_lose=plan.until is not None,
    )
    is_lost = outcome.verdict is rules.Verdict.DOWN and plan.until is not None
    return Projection(plan.until if is_lost and plan.until else ends_at, counted, outcome.tier)
