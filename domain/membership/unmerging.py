"""A merge is undone: two members again, each with what is left of what it had.

What was spent meanwhile stays spent, and what was earned stays with the one who stayed. All that
came with the merge and is there still goes back: points with their dates, orders, vouchers,
friends; identifiers lead to their own member again, and the tier is as it was.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain import database, idempotency
from domain.access import sessions
from domain.actor import Actor, Role
from domain.errors import AlreadyReversed, NotAllowed, NotFound
from domain.events import MembersUnmerged
from domain.members import fields
from domain.members.kinds import MemberState
from domain.members.queries import MemberRow
from domain.membership import fates, joint_counts, joint_points, joint_tier, states
from domain.membership.merging import Done, locked
from domain.programme import queries as programmes
from domain.programme.terms import Tier
from domain.tiers import redesigning, telling
from domain.tiers.kinds import TierCause
from domain.wallets import operations as wallets
from domain.wallets.posting import Notice, Posting

_PATH = ("mergeId",)


@dataclass(frozen=True, slots=True, repr=False)
class UnmergeMembers:
    """Which merge is undone. Personal: the reason."""

    merge_id: UUID
    reason: str
    idempotency_key: str


async def unmerge(actor: Actor, command: UnmergeMembers) -> Done:
    """Let who went be a member again, as it was before.

    Raises NotFound, InvalidInput (the reason), AlreadyReversed (it was undone before), NotAllowed:
    one of both is erased, or the one who stayed went into another meanwhile: undo that before.
    """
    actor.require(Role.CARE)
    claim = idempotency.claim(actor, "memberUnmerge", command.idempotency_key, command)
    reason = fields.reason(command.reason, ("reason",))

    async def effect() -> idempotency.Result:
        row = await database.row(
            "select member_id, gone_id from merges where id = $1", command.merge_id
        )
        if row is None:
            raise NotFound("There is no such merge; see the member's `merges`.", _PATH)
        stayer, gone = await _locked(actor, row["member_id"], row["gone_id"])
        row = await database.row("select * from merges where id = $1", command.merge_id)
        _check(row, stayer, gone)
        await _unmerge(actor, row, stayer, gone, reason)
        return {"merge": str(command.merge_id), "member": str(stayer.id)}

    result, replayed = await idempotency.once(claim, effect)
    return Done(UUID(result["merge"]), UUID(result["member"]), replayed)


async def _locked(actor: Actor, stayer_id: UUID, gone_id: UUID) -> tuple[MemberRow, MemberRow]:
    await fates.lock_first(stayer_id)
    return await locked(actor, stayer_id, gone_id)


def _check(row: Any, stayer: MemberRow, gone: MemberRow) -> None:
    if row["undone_at"] is not None:
        raise AlreadyReversed("This merge was undone before; they are two members.", _PATH)
    if MemberState.ERASED in (stayer.state, gone.state):
        raise NotAllowed("This member is erased; there is nothing to be separated.", _PATH)
    if stayer.state is MemberState.MERGED:
        raise NotAllowed(
            "The one who stayed was merged into another member meanwhile: undo that before.", _PATH
        )


async def _unmerge(actor: Actor, row: Any, stayer: MemberRow, gone: MemberRow, reason: str) -> None:
    now, version = await programmes.present()
    assert version is not None, "a merge needs one"
    await joint_points.settle_due([stayer.id, gone.id])
    if await database.value(
        "select 1 from wallets where member_id = any($1) and frozen", [stayer.id, gone.id]
    ):
        raise NotAllowed("A wallet of theirs is frozen: mend the ledger first.", _PATH)
    await _let_live_alone(actor, row, gone, reason)
    await joint_counts.take_off(row["id"], gone.id, stayer.id, version.rules.zone)
    kept = row["before"]
    tier, restores = await joint_tier.undone(version, stayer, kept["before"], kept["after"], now)
    leaves, arrives = await joint_points.back(row["id"], gone.id, stayer.id, row["moved"])
    event = MembersUnmerged(stayer.id, gone.id, row["id"])
    told = (Notice("MEMBERSHIP_CHANGED", {"state": "UNMERGED"}), *_told(version, stayer, tier))
    await wallets.post_one(
        Posting(
            stayer.id,
            moves=tuple(leaves),
            tier=tier.code if tier is not None else None,
            tier_cause=TierCause.MERGED if tier is not None else None,
            notices=told,
            event=event,
        )
    )
    await wallets.post_one(Posting(gone.id, moves=tuple(arrives)))
    if restores:
        await joint_tier.restore(stayer.id, kept["before"])
    await redesigning.look_again(version, [stayer.id, gone.id])
    await sessions.end_of_other(stayer.id, gone.id)
    await fates.move_back(row["id"], gone.id, stayer.id)


async def _let_live_alone(actor: Actor, row: Any, gone: MemberRow, reason: str) -> None:
    await database.rows("update members set merged_into = null where id = $1", gone.id)
    before = await database.value(
        """select before from state_changes where member_id = $1 and state = 'MERGED'
           order by at desc, id desc limit 1""",
        gone.id,
    )
    await states.note(actor, gone.id, MemberState.MERGED, MemberState(before), reason)
    # Who had gone into the one who is back lives on in it again.
    await database.rows(
        """with recursive back (id) as (
             select gone_id from merges where member_id = $1 and undone_at is null
             union
             select g.gone_id from back b join merges g on g.member_id = b.id
               and g.undone_at is null)
           update members set merged_into = $1 where id in (select id from back)""",
        gone.id,
    )
    await database.rows(
        """update merges set undone_at = pistis_now(), undone_by = $2, undone_reason = $3
           where id = $1""",
        *(row["id"], actor.key, reason),
    )


def _told(version: Any, stayer: MemberRow, tier: Tier | None) -> tuple[Notice, ...]:
    if tier is None:
        return ()
    held = joint_tier.programme_tier(version, stayer)
    is_lower = held is not None and held.rank > tier.rank
    return (telling.fallen_to(tier) if is_lower else telling.risen_to(tier),)
