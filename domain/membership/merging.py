"""Two memberships of one person become one: who goes lives on in who stays.

Points go over with their dates, and all that hangs on a member (fates.py). The ledger's history,
and what was told, stay with the one who went; its identifiers lead to the one who stays. A record
of what went over lets it be undone (unmerging.py).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from domain import database, idempotency, ids
from domain.access import sessions
from domain.actor import Actor, Role
from domain.errors import DomainError, InvalidInput, NotAllowed, NotFound
from domain.events import MembersMerged
from domain.members import fields, merged
from domain.members import queries as members
from domain.members.kinds import MemberState
from domain.members.queries import MemberRef, MemberRow
from domain.membership import fates, joint_counts, joint_points, joint_tier, states
from domain.programme import queries as programmes
from domain.tiers import plans
from domain.wallets import operations as wallets
from domain.wallets.posting import Notice, Posting


@dataclass(frozen=True, slots=True, repr=False)
class MergeMembers:
    """`member` stays, `gone` goes. Personal: the reason."""

    member: MemberRef
    gone: MemberRef
    reason: str
    idempotency_key: str


@dataclass(frozen=True, slots=True)
class Done:
    """The merge that was made or undone, now or when this key came first, and who stays."""

    merge_id: UUID
    member_id: UUID
    replayed: bool


async def merge(actor: Actor, command: MergeMembers) -> Done:
    """Let one member live on in another; both are ended in their apps but the one who stays.

    Raises NotFound, InvalidInput (one and the same, or the reason), NotAllowed: who takes no part
    for now, was merged or erased, has points that a till holds (they are named), or a wallet that
    is frozen; LimitReached for more points than a wallet holds.
    """
    actor.require(Role.CARE)
    claim = idempotency.claim(actor, "memberMerge", command.idempotency_key, command)
    reason = fields.reason(command.reason, ("reason",))

    async def effect() -> idempotency.Result:
        stayer_id = (await _found(actor, command.member, "member")).id
        gone_id = await _going(actor, command.gone, stayer_id)
        await fates.lock_first(gone_id)
        stayer, gone = await locked(actor, stayer_id, gone_id)
        _check(stayer, gone)
        merge_id = ids.uuid7()
        await _merge(actor, merge_id, stayer, gone, reason)
        return {"merge": str(merge_id), "member": str(stayer_id)}

    result, replayed = await idempotency.once(claim, effect)
    return Done(UUID(result["merge"]), UUID(result["member"]), replayed)


async def locked(actor: Actor, stayer_id: UUID, gone_id: UUID) -> tuple[MemberRow, MemberRow]:
    """Both as they are under lock, with all who live on in the one who goes. Raises NotFound."""
    await database.rows(
        """select 1 from members where id = any($1) or merged_into = $2
           order by id for no key update""",
        *([stayer_id, gone_id], gone_id),
    )
    stayer, gone = await members.members_of(actor, [stayer_id, gone_id])
    if stayer is None or gone is None:
        raise NotFound("No member is found by this; look at both again.")
    return stayer, gone


async def _found(actor: Actor, ref: MemberRef, name: str) -> MemberRow:
    try:
        return await members.find(actor, ref)
    except DomainError as error:
        raise error.under(name) from None


async def _going(actor: Actor, ref: MemberRef, stayer_id: UUID) -> UUID:
    # An identifier of who was merged before leads to somebody whom nobody may have meant.
    found = await _found(actor, ref, "from")
    gone_id = found.id
    if ref.id is not None and ref.id != found.id:
        raise NotAllowed(
            f"This member was merged already; it lives on in {found.number}.", ("from",)
        )
    if gone_id == stayer_id:
        raise InvalidInput("These are one and the same member; name another.", ("from",))
    return gone_id


_NOT_NOW = {
    MemberState.MERGED: "This member has just been merged into another; look again.",
    MemberState.ERASED: "This member is erased; nothing of it can go over.",
    MemberState.BLOCKED: "This member is blocked; unblock it before.",
    MemberState.OPTED_OUT: "This member has opted out; let the other be the one who stays.",
}


def _check(stayer: MemberRow, gone: MemberRow) -> None:
    if stayer.state is not MemberState.ACTIVE:
        raise NotAllowed(_NOT_NOW[stayer.state], ("member",))
    if gone.state not in (MemberState.ACTIVE, MemberState.OPTED_OUT):
        raise NotAllowed(_NOT_NOW[gone.state], ("from",))


async def _merge(
    actor: Actor, merge_id: UUID, stayer: MemberRow, gone: MemberRow, reason: str
) -> None:
    now, version = await programmes.present()
    if version is None:
        raise NotFound("No programme is published yet; publish one, or start with the demo.")
    await joint_points.settle_due([stayer.id, gone.id])
    try:
        await joint_points.check_free(gone.id, stayer.id)
    except NotAllowed as error:
        raise error.under("from") from None
    await joint_counts.add(gone.id, stayer.id)
    tier = await joint_tier.joint(version, stayer, gone, now)
    before = await joint_tier.kept(stayer.id)
    leaves, arrives, moved = await joint_points.between(gone.id)
    await wallets.post_one(Posting(gone.id, moves=tuple(leaves)))
    event = MembersMerged(stayer.id, gone.id, merge_id)
    told = (Notice("MEMBERSHIP_CHANGED", {"state": MemberState.MERGED}), *tier.told)
    await wallets.post_one(
        Posting(stayer.id, moves=tuple(arrives), notices=told, event=event, **tier.posted)
    )
    if tier.plan is not None:
        await plans.keep([tier.plan])
    kept = {"before": before, "after": await joint_tier.kept(stayer.id)}
    await _note(actor, merge_id, stayer.id, gone, reason, kept, moved, now)
    await sessions.end_all(actor, gone.id)
    await fates.move(merge_id, gone.id, stayer.id)
    await _let_live_on(actor, stayer.id, gone, reason)


async def _note(
    actor: Actor, merge_id: UUID, stayer_id: UUID, gone: MemberRow, reason: str,
    kept: dict[str, Any], moved: dict[str, Any], now: datetime,
) -> None:  # fmt: skip
    await database.rows(
        """insert into merges (id, member_id, gone_id, reason, actor, at, before, moved)
           values ($1, $2, $3, $4, $5, $6, $7, $8)""",
        *(merge_id, stayer_id, gone.id, reason, actor.key, now, kept, moved),
    )


async def _let_live_on(actor: Actor, stayer_id: UUID, gone: MemberRow, reason: str) -> None:
    # Who had gone into the one who goes now is found without detours.
    await states.note(actor, gone.id, gone.state, MemberState.MERGED, reason)
    await database.rows(
        "update members set merged_into = $1 where id = $2 or merged_into = $2",
        *(stayer_id, gone.id),
    )
    assert await merged.current(gone.id) == stayer_id
