"""Points that Eleni sends to others, and has of one of them."""

from api.demo.people import Person
from domain import database
from domain.members.queries import MemberRef
from domain.wallets import transferring
from domain.wallets.transferring import SendPoints

POINTS = 25


async def sent(eleni: Person, members: list[Person]) -> None:
    """To a phone that is nobody's; and to Eleni, of the first who has enough."""
    await _send(eleni, MemberRef(phone="+306900000001"), "Try the flat white!", "demo gift")
    rich = await database.rows(
        """select member_id from wallets
           where unit = 'POINTS' and available >= $1 and member_id = any($2)""",
        *(POINTS, [person.id for person in members[1:9]]),
    )
    able = {row["member_id"] for row in rich}
    friend = next(person for person in members[1:9] if person.id in able)
    to = MemberRef(email="eleni@example.org")
    await _send(friend, to, "Thank you for the cake.", "demo thanks")


async def _send(person: Person, to: MemberRef, message: str, key: str) -> None:
    await transferring.send(person.actor, SendPoints("POINTS", to, POINTS, key, message))
