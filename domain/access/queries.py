"""Whose an address is, and which address a session has proved."""

from uuid import UUID

from domain import database
from domain.access.addresses import Address
from domain.actor import Actor

# A column cannot be a parameter.
_COLUMNS = {"phone": "phone", "email": "email"}


async def member_at(address: Address) -> UUID | None:
    """The member whom this address belongs to; who was merged lives on in another.

    Locked with a transaction in progress, so that no session is opened of who is merged meanwhile.
    """
    column = _COLUMNS[address.channel]
    found: UUID | None = await database.value(
        f"""select coalesce(m.merged_into, m.id) from profiles p
            join members m on m.id = p.member_id where p.{column} = $1 for share of m""",
        address.text,
    )
    return found


async def address_of(actor: Actor) -> Address | None:
    """The address that the caller has proved to hold when it signed in."""
    row = await database.row(
        """select c.channel, c.address from sessions s
           join challenges c on c.id = s.challenge_id where s.id = $1""",
        actor.session_id,
    )
    return None if row is None else Address(row["channel"], row["address"])
