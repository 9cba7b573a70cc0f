"""The tier of two members who become one: the higher of both until its end, or what both earned."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from domain import database
from domain.members.queries import MemberRow
from domain.programme.queries import Version
from domain.programme.terms import Tier
from domain.tiers import plans, rules, telling
from domain.tiers.kinds import TierCause
from domain.tiers.plans import Plan
from domain.wallets.posting import Notice

# What a merge keeps of the one who stays, to be restored.
_COLUMNS = (
    "tier", "tier_since", "tier_until", "tier_fixed_until", "tier_counted_from",
    "tier_counted_to", "tier_review_at", "tier_reviewed_for",
)  # fmt: skip
_READ = f"select to_jsonb(m) from (select {', '.join(_COLUMNS)} from members where id = $1) m"


@dataclass(frozen=True, slots=True)
class Joint:
    """`tier`: the one to come to, if another; `plan`: what decides on it, if that is known."""

    tier: Tier | None
    plan: Plan | None

    @property
    def posted(self) -> dict[str, Any]:
        """The same, for a posting."""
        if self.tier is None:
            return {}
        return {"tier": self.tier.code, "tier_cause": TierCause.MERGED}

    @property
    def told(self) -> tuple[Notice, ...]:
        """What the member is told of it."""
        return (telling.risen_to(self.tier),) if self.tier is not None else ()


async def joint(version: Version, stayer: MemberRow, gone: MemberRow, now: datetime) -> Joint:
    """What both come to; their qualifying days are added already."""
    mine, theirs = plans.plan_of(version, stayer, now), plans.plan_of(version, gone, now)
    programme, tier, plan = version.programme, programme_tier(version, stayer), None
    other = programme_tier(version, gone)
    if other is not None and _worth(other, theirs) > _worth(tier, mine):
        tier, plan = other, replace(theirs, member_id=stayer.id)
    held = tier.code if tier is not None else stayer.tier
    if not _is_fixed(plan or mine, now):
        up = rules.raised(programme, held, await _qualifying(version, stayer, now))
        if up is not None:
            return Joint(up, None)
    return Joint(tier if held != stayer.tier else None, plan)


async def kept(member_id: UUID) -> dict[str, Any]:
    """The tier as it stands, for a merge to keep."""
    found: dict[str, Any] = await database.value(_READ, member_id)
    return found


async def undone(
    version: Version, stayer: MemberRow, before: Any, after: Any, now: datetime
) -> tuple[Tier | None, bool]:
    """Where the stayer falls or rises to when a merge is undone, and whether to restore what was.

    Nothing where the tier has moved since for another reason. The days of the other are taken off
    already: what the stayer has earned meanwhile counts.
    """
    now_held = await kept(stayer.id)
    if after == before or any(now_held[name] != after[name] for name in ("tier", "tier_since")):
        return None, False
    up = rules.raised(version.programme, before["tier"], await _qualifying(version, stayer, now))
    if up is not None:
        return (up if up.code != stayer.tier else None), False
    return (version.programme.tier(before["tier"]) if before["tier"] != stayer.tier else None), True


async def restore(member_id: UUID, before: Any) -> None:
    """Let the tier stand as it did before the merge."""
    wanted = ", ".join(f"{name} = b.{name}" for name in _COLUMNS)
    await database.rows(
        f"""update members m set {wanted} from jsonb_populate_record(null::members, $2) b
            where m.id = $1""",
        *(member_id, before),
    )


def programme_tier(version: Version, member: MemberRow) -> Tier | None:
    """The member's tier, if the programme still has it."""
    return version.programme.tier(member.tier)


def _worth(tier: Tier | None, plan: Plan) -> tuple[int, bool, float]:
    # Of one tier, the one that is kept longer.
    until = plan.until.timestamp() if plan.until is not None else 0.0
    return (tier.rank if tier is not None else -1), plan.until is None, until


def _is_fixed(plan: Plan, now: datetime) -> bool:
    return plan.fixed_until is not None and plan.fixed_until > now


async def _qualifying(version: Version, member: MemberRow, now: datetime) -> int:
    joined_on, today = plans.local_day(version, member.joined_at), plans.local_day(version, now)
    first = rules.counted_from(version.programme, joined_on, today)
    found: int = await database.value(
        """select coalesce(sum(points), 0)::bigint from qualifying_days
           where member_id = $1 and day between $2 and $3""",
        *(member.id, first, today),
    )
    return found
