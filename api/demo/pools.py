"""Eleni's household collects together, and two companies where she works ask her in."""

from datetime import timedelta

from api.demo.people import Person
from domain import database
from domain.actor import SYSTEM
from domain.events import OrderReported
from domain.members.queries import MemberRef
from domain.orders import reporting
from domain.orders.asking import Report
from domain.orders.commands import Line, OrderCommand
from domain.pools import contributing, founding, inviting, joining
from domain.pools.commands import CreatePool, InviteToPool, JoinPool
from domain.pools.queries import invitations_of, places_of
from domain.programme.terms.pools import PoolKind
from domain.rewards import operations as rewards
from domain.rewards.commands import RedeemReward

PART = 2500


async def begin(eleni: Person, members: list[Person]) -> None:
    """A household of three, and two invitations that Eleni has not answered yet."""
    asked = CreatePool(PoolKind.HOUSEHOLD, "demo household", "Number 12, second floor")
    pool_id, _ = await founding.create(eleni.actor, asked)
    (own,) = (await places_of(eleni.actor, [eleni.id]))[0]
    await joining.contribute(eleni.actor, own.id, PART)
    for person in members[3:5]:
        await inviting.invite(
            eleni.actor, InviteToPool(pool_id, number=await _number(person), may_redeem=True)
        )
        (invitation,) = (await invitations_of(person.actor, [person.id]))[0]
        await joining.join(person.actor, JoinPool(invitation.id))
    for person, title in ((members[7], "Blue Door Pottery"), (members[5], "Harbour Print")):
        asked = CreatePool(PoolKind.COMPANY, f"demo {title}", title, MemberRef(id=person.id))
        company, _ = await founding.create(SYSTEM, asked)
        await inviting.invite(
            person.actor, InviteToPool(company, number=await _number(eleni), may_redeem=False)
        )


async def lately(members: list[Person]) -> None:
    """What they earned since then is there in part, and became a coffee."""
    person = members[3]
    for buyer, reference in ((person, "household-1"), (members[5], "company-1")):
        order = OrderCommand(
            source="demo-till",
            reference=reference,
            occurred_at=await database.now() - timedelta(minutes=40),
            currency="EUR",
            lines=(Line("CAT", 1, 14_000, "Cakes for the office", "pastry"),),
            store="athens-2",
            sales_channel="counter",
        )
        await reporting.report(Report(order, buyer.id))
    earned = await database.rows(
        """select o.member_id, o.id from orders o join pool_places x
             on x.member_id = o.member_id and x.state = 'JOINED' and o.recorded_at >= x.joined_at
           order by o.recorded_at, o.id"""
    )
    await contributing.contribute(
        [OrderReported(row["member_id"], row["id"], 0, 0) for row in earned]
    )
    pool_id = await database.value(
        "select pool_id from pool_places where member_id = $1 and state = 'JOINED'", person.id
    )
    reward_id = await database.value("select id from rewards where code = 'espresso'")
    asked = RedeemReward(reward_id, "demo household", pool_id=pool_id)
    await rewards.redeem(person.actor, asked)


async def _number(person: Person) -> str:
    found: str = await database.value("select number from members where id = $1", person.id)
    return found
