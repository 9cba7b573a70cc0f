"""How much a member can owe when points are taken back that were spent meanwhile."""

from uuid import UUID

from domain import database
from domain.programme import queries as programmes


async def debt_limit_of(member_id: UUID) -> int | None:
    """By the member's tier, in the programme that is in force; None: whatever it comes to.

    None too for a tier that the programme no longer has.
    """
    version = await programmes.in_force()
    held = await database.value("select tier from members where id = $1", member_id)
    tier = version.programme.tier(held)
    return tier.debt_limit if tier is not None else None
