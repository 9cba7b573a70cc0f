"""Whether a member takes part: blocked by the team, or gone by its own wish; both can be undone.

Who is blocked or has opted out earns nothing, claims nothing and redeems nothing; what there is
stays, expires as promised, and can be read and exported, for sessions go on. Who has opted out is
told nothing unasked any more, but for what keeps an account safe.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain import database, idempotency, ids
from domain.actor import Actor, Role
from domain.errors import DomainError, InvalidInput, NotAllowed
from domain.events import MemberStateChanged
from domain.members import fields, queries
from domain.members.kinds import MemberState
from domain.members.queries import MemberRef
from domain.wallets import operations as wallets
from domain.wallets.posting import Notice, Posting

_GONE = "This member is no more; a new one can be enrolled."


@dataclass(frozen=True, slots=True, repr=False)
class BlockMember:
    """Somebody of the team blocks a member, or lets it take part again. Personal: the reason."""

    member: MemberRef
    reason: str
    idempotency_key: str


@dataclass(frozen=True, slots=True)
class Leave:
    """A member wants out of the programme, or in again."""

    idempotency_key: str


Changed = tuple[UUID, bool]
"""The member's id, and whether the key has done so before."""


async def block(actor: Actor, command: BlockMember) -> Changed:
    """Let a member neither earn nor spend; it is told. Who is blocked already stays so.

    Raises NotFound, InvalidInput for the reason, NotAllowed for who was erased.
    """
    actor.require(Role.CARE)
    return await _once(actor, "memberBlock", command, _blocked)


async def unblock(actor: Actor, command: BlockMember) -> Changed:
    """Let a member be what it was before it was blocked; it is told. Raises what `block` does."""
    actor.require(Role.CARE)
    return await _once(actor, "memberUnblock", command, _unblocked)


async def opt_out(actor: Actor, command: Leave) -> Changed:
    """Take no part any more: the caller's own wish. Raises NotAllowed while it is blocked."""
    return await _once(actor, "memberOptOut", command, _out)


async def opt_in(actor: Actor, command: Leave) -> Changed:
    """Take part again. Raises NotAllowed while the caller is blocked."""
    return await _once(actor, "memberOptIn", command, _in)


async def note(
    actor: Actor, member_id: UUID, before: str, state: MemberState, reason: str | None = None
) -> None:
    """Change the state, and write down who did so, in the transaction in progress."""
    await database.rows("update members set state = $2 where id = $1", member_id, state)
    await database.rows(
        """insert into state_changes (id, member_id, before, state, reason, actor, at)
           values ($1, $2, $3, $4, $5, $6, pistis_now())""",
        *(ids.uuid7(), member_id, before, state, reason, actor.key),
    )


async def _once(
    actor: Actor, mutation: str, command: BlockMember | Leave, goal: "_Goal"
) -> Changed:
    claim = idempotency.claim(actor, mutation, command.idempotency_key, command)
    reason = None
    if isinstance(command, BlockMember):
        reason = fields.reason(command.reason, ("reason",))

    async def effect() -> dict[str, Any]:
        member_id = await _member(actor, command)
        before: str = await database.value(
            "select state from members where id = $1 for no key update", member_id
        )
        if before in (MemberState.ERASED, MemberState.MERGED):
            raise NotAllowed(_GONE)
        state = await goal(member_id, before)
        if state != before:
            await note(actor, member_id, before, state, reason)
            await wallets.tell(_told(member_id, before, state))
        return {"member_id": str(member_id)}

    result, replayed = await idempotency.once(claim, effect)
    return UUID(result["member_id"]), replayed


async def _member(actor: Actor, command: BlockMember | Leave) -> UUID:
    if isinstance(command, BlockMember):
        try:
            return (await queries.find(actor, command.member)).id
        except DomainError as error:
            raise error.under("member") from None
    if actor.member_id is None:
        raise InvalidInput("Only a member does this, for itself.")
    return actor.member_id


_Goal = Callable[[UUID, str], Awaitable[MemberState]]


async def _blocked(_member_id: UUID, _before: str) -> MemberState:
    return MemberState.BLOCKED


async def _unblocked(member_id: UUID, before: str) -> MemberState:
    if before != MemberState.BLOCKED:
        return MemberState(before)
    found = await database.value(
        """select before from state_changes where member_id = $1 and state = 'BLOCKED'
           order by at desc, id desc limit 1""",
        member_id,
    )
    return MemberState(found or MemberState.ACTIVE)


async def _out(_member_id: UUID, before: str) -> MemberState:
    return _unless_blocked(before, MemberState.OPTED_OUT)


async def _in(_member_id: UUID, before: str) -> MemberState:
    return _unless_blocked(before, MemberState.ACTIVE)


def _unless_blocked(before: str, wanted: MemberState) -> MemberState:
    if before == MemberState.BLOCKED:
        raise NotAllowed("You are blocked; the programme's team can help.")
    return wanted


def _told(member_id: UUID, before: str, state: MemberState) -> Posting:
    # Of what it did itself a member need not be told.
    of_team = MemberState.BLOCKED in (before, state)
    notices = (Notice("MEMBERSHIP_CHANGED", {"state": state}),) if of_team else ()
    event = MemberStateChanged(member_id, state)
    return Posting(member_id, notices=notices, event=event)
