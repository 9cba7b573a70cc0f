"""Where the programme says so, a refund takes away the tier that the returned order led to."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from domain import database
from domain.events import TierReviewed
from domain.programme.queries import Version
from domain.programme.terms import RefundPolicy, Window
from domain.tiers import rules, telling
from domain.tiers.kinds import TierCause
from domain.tiers.plans import day_before, local_day
from domain.wallets import operations as wallets
from domain.wallets.posting import Posting

Days = Sequence[tuple[date, int]]


async def revert(
    version: Version, member_id: UUID, bought_on: date, lost: int, before: str
) -> None:
    """Back to the tier that is earned without what was returned, or to the one `before` the order.

    `lost`: qualifying points of `bought_on` that the refund took, already taken off. Nothing moves
    unless these made the difference, in any window that could have led to the tier. A tier by hand
    stays. The caller has locked the member.
    """
    programme = version.programme
    if programme.tier_policy.refund is not RefundPolicy.REVERT or lost <= 0:
        return
    now = await database.now()
    member = await database.row(
        "select tier, tier_since, tier_fixed_until, joined_at from members where id = $1", member_id
    )
    assert member is not None
    held, fixed_until = programme.tier(member["tier"]), member["tier_fixed_until"]
    if held is None or (fixed_until is not None and fixed_until > now):
        return
    days = await database.rows(
        "select day, points from qualifying_days where member_id = $1", member_id
    )
    counts = _counts(version, member, bought_on, lost, now, [tuple(row) for row in days])
    if max(had for had, _ in counts) < held.threshold:
        return
    left = max(counted for _, counted in counts)
    tier = rules.after_refund(programme, held.code, left, before=before)
    if tier is not None:
        await wallets.post_one(
            Posting(
                member_id,
                tier=tier.code,
                tier_cause=TierCause.REFUND,
                notices=(telling.fallen_to(tier),),
                event=TierReviewed(member_id),
            )
        )


def _counts(
    version: Version, member: Any, bought_on: date, lost: int, now: datetime, days: Days
) -> list[tuple[int, int]]:
    # By window: what it had, and what it has without what was returned.
    programme, since = version.programme, member["tier_since"]
    joined_on = local_day(version, member["joined_at"])
    ends = {local_day(version, since), day_before(version, since), local_day(version, now)}
    windows = [(rules.counted_from(programme, joined_on, end), end) for end in ends]
    if programme.tier_policy.window is not Window.ROLLING:
        period = rules.period_of(programme, joined_on, bought_on)
        windows.append((period.first, period.last))
    left = [
        (rules.between(days, first, last), first <= bought_on <= last) for first, last in windows
    ]
    return [(counted + lost * is_in, counted) for counted, is_in in left]
