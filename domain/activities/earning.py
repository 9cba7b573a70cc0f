"""Ways to earn that are open to members now."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from domain.actor import Actor
from domain.members.kinds import MemberState
from domain.orders.standings import chains_of
from domain.programme import queries as programmes
from domain.programme.activity_rules import activity_periods
from domain.programme.rules import periods
from domain.programme.ways import Way, ways_to_earn


async def ways_of(actor: Actor, member_ids: Sequence[UUID], at: datetime) -> list[list[Way]]:
    """The ways open to each member; none to one who takes no part, or whom the actor cannot see."""
    _, version = await programmes.present()
    seen = [member_id for member_id in member_ids if actor.sees(member_id)]
    if version is None or not seen:
        return [[] for _ in member_ids]
    rules = version.rules
    day = at.astimezone(rules.zone).date()
    since = day - timedelta(days=version.programme.window_days + 1)
    counted = sorted({*periods(rules, at), *activity_periods(rules, at)})
    chains = await chains_of(seen, since, counted, at, at, [version])
    return [
        ways_to_earn(rules, chains[member_id].standing(version, at), at)
        if member_id in chains and chains[member_id].state is MemberState.ACTIVE
        else []
        for member_id in member_ids
    ]
