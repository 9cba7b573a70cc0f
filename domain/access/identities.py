"""People whom other issuers know: (issuer, subject) is who somebody is, an e-mail never."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from domain import database
from domain.access import revocations
from domain.actor import Actor, ActorKind, Role
from domain.ids import uuid7


async def identity(issuer: str, subject: str) -> tuple[UUID, UUID | None]:
    """The id of this identity, made at first sight, and the member that it is linked to."""
    found = await database.row(_KNOWN, issuer, subject)
    if found is None:
        await database.rows(
            """insert into identities (id, issuer, subject) values ($1, $2, $3)
               on conflict (issuer, subject) do nothing""",
            *(uuid7(), issuer, subject),
        )
        found = await database.row(_KNOWN, issuer, subject)
        assert found is not None
    return found["id"], found["member_id"]


async def is_in_force(actor: Actor, issued_at: int) -> bool:
    """The identity is whose it was, and was not signed out since. `issued_at`: Unix seconds."""
    row = await database.row(
        "select member_id, signed_out_at from identities where id = $1", actor.identity_id
    )
    if row is None or row["member_id"] != actor.member_id:
        return False
    ended: datetime | None = row["signed_out_at"]
    return ended is None or issued_at > int(ended.timestamp())


async def link(actor: Actor, member_id: UUID) -> bool:
    """Let the caller's identity be this member from now on: whether it was nobody before."""
    linked = await database.value(
        """update identities set member_id = $2 where id = $1 and member_id is null
           returning true""",
        *(actor.identity_id, member_id),
    )
    if linked and actor.identity_id:
        await revocations.announce([actor.identity_id])
    return bool(linked)


def as_member(actor: Actor, member_id: UUID) -> Actor:
    """The same caller, who is this member from now on."""
    roles = frozenset({Role.MEMBER})
    return replace(
        actor, kind=ActorKind.MEMBER, id=str(member_id), roles=roles, member_id=member_id
    )


async def sign_out(member_id: UUID | None, identity_id: UUID | None) -> list[UUID]:
    """Refuse the tokens of before now: of one identity, and of all that are this member."""
    found = await database.rows(
        """update identities set signed_out_at = now() where id = $1 or member_id = $2
           returning id""",
        *(identity_id, member_id),
    )
    return [row["id"] for row in found]


_KNOWN = "select id, member_id from identities where issuer = $1 and subject = $2"
