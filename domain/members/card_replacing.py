"""A lost card: the member has another number, and the one before is good for nothing any more."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain import cache, database, idempotency, outbox
from domain.actor import Actor, Role
from domain.errors import DomainError, InvalidInput, LimitReached, NotAllowed
from domain.events import CardReplaced
from domain.members import cards, queries
from domain.members.kinds import CardReason, MemberState
from domain.members.queries import MemberRef


@dataclass(frozen=True, slots=True)
class ReplaceCard:
    """A card that is lost. `member`: whose; None: the caller's own."""

    reason: CardReason
    idempotency_key: str
    member: MemberRef | None = None


async def replace(actor: Actor, command: ReplaceCard) -> tuple[UUID, bool]:
    """Give the member a new number: the member's id, and whether the key has done so before.

    Raises NotFound, InvalidInput, NotAllowed for who was erased, and LimitReached when another
    has just replaced the same card.
    """
    actor.require(Role.MEMBER, Role.TILL, Role.CARE)
    claim = idempotency.claim(actor, "cardReplace", command.idempotency_key, command)

    async def effect() -> dict[str, Any]:
        member_id, number = await _card(actor, command.member)
        await _replace(member_id, number, command.reason)
        return {"member_id": str(member_id)}

    result, replayed = await idempotency.once(claim, effect)
    return UUID(result["member_id"]), replayed


async def _card(actor: Actor, ref: MemberRef | None) -> tuple[UUID, str]:
    if ref is None:
        if actor.member_id is None:
            raise InvalidInput("Say whose card: a member.", ("member",))
        ref = MemberRef(id=actor.member_id)
    try:
        found = await queries.find(actor, ref)
    except DomainError as error:
        raise error.under("member") from None
    return found.id, found.number


async def _replace(member_id: UUID, number: str, reason: CardReason) -> None:
    row = await database.row(
        "select number, state from members where id = $1 for no key update", member_id
    )
    assert row is not None
    if row["state"] in (MemberState.ERASED, MemberState.MERGED):
        raise NotAllowed("This member has no card any more.", ("member",))
    if row["number"] != number:
        raise LimitReached("This card has just been replaced; ask for the new one.", ("member",))
    await database.rows(
        """insert into lost_cards (number, member_id, reason, at)
           values ($1, $2, $3, pistis_now())""",
        *(number, member_id, reason),
    )
    (new,) = await cards.new_numbers(1)
    version = await database.value(
        "update members set number = $2, version = version + 1 where id = $1 returning version",
        *(member_id, new),
    )
    await outbox.append(CardReplaced(member_id))
    await database.after_commit(lambda: cache.raise_versions({member_id: version}))
