"""Points that members send to each other."""

from uuid import UUID, uuid4

from domain import database
from domain.actor import Actor
from domain.members.queries import MemberRef
from domain.wallets import transferring
from domain.wallets.transferring import SendPoints, Sent
from tests.factories.members import a_member
from tests.factories.rewards import credit


async def a_friend(email: str, points: int = 0, **values: str) -> Actor:
    """A member with an address and, besides the welcome, so many points that never expire."""
    member = await a_member(email, **values)
    assert member.member_id
    if points:
        await credit(member.member_id, points)
    return member


async def sent(
    sender: Actor, points: int = 20, *, key: str = "", message: str | None = None, **to: str
) -> Sent:
    """What comes of sending points to `number`, `phone` or `email`."""
    command = SendPoints("POINTS", MemberRef(**to), points, key or uuid4().hex, message)
    return await transferring.send(sender, command)


async def number_of(member: Actor) -> str:
    """What is printed on the member's card."""
    found: str = await database.value("select number from members where id = $1", member.member_id)
    return found


async def balance_of(member: Actor) -> int:
    """What PostgreSQL has in the wallet."""
    found: int | None = await database.value(
        "select available from wallets where member_id = $1 and unit = 'POINTS'", member.member_id
    )
    return found or 0


async def gift(gift_id: UUID) -> tuple[str, UUID | None, str | None]:
    """State, receiver and message as they are kept."""
    row = await database.row("select state, receiver_id, message from gifts where id = $1", gift_id)
    assert row
    return row["state"], row["receiver_id"], row["message"]
