"""What can be done with tiers: give one by hand. Reviews are in reviewing.py."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from domain import database, idempotency
from domain.actor import Actor, Role
from domain.errors import InvalidInput, NotFound
from domain.events import TierSet
from domain.members import queries as members
from domain.members.queries import MemberRef
from domain.programme import checks
from domain.programme import queries as programmes
from domain.programme.queries import Version
from domain.tiers import plans, telling
from domain.tiers.commands import SetTier
from domain.tiers.kinds import TierCause
from domain.wallets import operations as wallets
from domain.wallets.posting import Posting

REASON_LENGTH_MAX = 200
DAYS_MAX = 3660


@dataclass(frozen=True, slots=True)
class Done:
    """The member whose tier was set, now or when this key came first."""

    member_id: UUID
    replayed: bool


async def set_tier(actor: Actor, command: SetTier) -> Done:
    """Give a member a tier that neither orders nor reviews move before its date.

    Then it is as the window before that date has earned it. Raises InvalidInput, NotFound.
    """
    actor.require(Role.CARE, Role.LOYALTY)
    reason = command.reason.strip()
    checks.length(reason, REASON_LENGTH_MAX, ("reason",))

    async def effect() -> idempotency.Result:
        member_id = await _member(actor, command.member)
        now = await database.now()
        (version,) = await programmes.in_force_at([now])
        _check(command, version, now)
        row = await database.row(
            "select tier, joined_at from members where id = $1 for no key update", member_id
        )
        assert row is not None
        await _move(version, member_id, row, command, reason, now)
        plan = plans.by_hand(version, member_id, joined_at=row["joined_at"], until=command.until)
        await plans.keep([plan])
        return {"member": str(member_id)}

    claim = idempotency.claim(actor, "tierSet", command.idempotency_key, command)
    result, replayed = await idempotency.once(claim, effect)
    return Done(UUID(result["member"]), replayed)


async def _member(actor: Actor, ref: MemberRef) -> UUID:
    try:
        return (await members.find(actor, ref)).id
    except NotFound as missing:
        raise missing.under("member") from None


def _check(command: SetTier, version: Version, now: datetime) -> None:
    if version.programme.tier(command.tier) is None:
        known = ", ".join(tier.code for tier in version.programme.tiers)
        raise InvalidInput(f"There is no such tier; the programme has {known}.", ("tier",))
    if not now < command.until <= now + timedelta(days=DAYS_MAX):
        raise InvalidInput("Say a time to come, within ten years.", ("until",))


async def _move(
    version: Version, member_id: UUID, row: Any, command: SetTier, reason: str, now: datetime
) -> None:
    programme = version.programme
    held, wanted = programme.tier(row["tier"]), programme.tier(command.tier)
    assert wanted is not None
    event, cause = TierSet(member_id), TierCause.BY_HAND
    if held is wanted:
        # Nothing moves, but it is now kept: that is told in the history too.
        await wallets.post_one(Posting(member_id, event=event))
        await database.rows(
            """insert into tier_moves (id, member_id, tier, cause, at, reason)
               values (uuidv7(), $1, $2, $3, $4, $5)""",
            *(member_id, wanted.code, cause, now, reason),
        )
        return
    is_lower = held is not None and held.rank > wanted.rank
    notice = telling.fallen_to(wanted) if is_lower else telling.risen_to(wanted)
    await wallets.post_one(
        Posting(member_id, tier=wanted.code, tier_cause=cause, notices=(notice,), event=event)
    )
    await database.rows(
        """update tier_moves set reason = $2 where id = (
             select id from tier_moves where member_id = $1 order by at desc, id desc limit 1)""",
        *(member_id, reason),
    )
