"""Pools, their people, and what goes to them of what these earn."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from domain import database, reactions
from domain.actor import SYSTEM, Actor
from domain.pools import founding, inviting, joining, leaving
from domain.pools.commands import CreatePool, InviteToPool, JoinPool, LeavePool
from domain.pools.leaving import Gone
from domain.pools.queries import places_of
from domain.programme import operations as programmes
from domain.programme.templates import contents
from domain.programme.terms.pools import PoolKind
from domain.wallets.proof import proof
from tests.factories.orders import a_line, an_order, reported
from tests.factories.rewards import a_buyer, a_programme
from tests.test_reactions import read_all

ALL = 10_000


async def forfeiting() -> None:
    """The café's programme, where a leaver takes nothing."""
    terms = contents("cafe")
    pools = terms["pools"] | {"leaving": "FORFEIT"}
    await programmes.publish(SYSTEM, terms | {"pools": pools}, datetime(2020, 1, 1, tzinfo=UTC))


async def a_pool(by: Actor, **values: Any) -> UUID:
    """A pool that was made: a member's household, unless said otherwise."""
    await a_programme()
    asked = CreatePool(values.pop("kind", PoolKind.HOUSEHOLD), uuid4().hex, **values)
    return (await founding.create(by, asked))[0]


async def invited(owner: Actor, member: Actor, pool_id: UUID, **values: Any) -> UUID | None:
    """The invitation that a member has after it was invited, by its number."""
    number = await database.value("select number from members where id = $1", member.member_id)
    await inviting.invite(owner, InviteToPool(pool_id, number=number, **values))
    found: UUID | None = await database.value(
        """select id from pool_places where pool_id = $1 and member_id = $2
             and state = 'INVITED'""",
        *(pool_id, member.member_id),
    )
    return found


async def joins(
    owner: Actor, member: Actor, pool_id: UUID, contribution: int = ALL, **values: Any
) -> UUID:
    """The place that a member has after it was invited and has joined."""
    invitation = await invited(owner, member, pool_id, **values)
    assert invitation
    return await joining.join(member, JoinPool(invitation, contribution))


async def a_household(
    *contributions: int, redeem: bool = True
) -> tuple[UUID, list[Actor], list[UUID]]:
    """A pool, its people with nothing in their wallets, who give so much, and their places."""
    await a_programme()
    people = [await a_buyer(0) for _ in contributions]
    pool_id = await a_pool(people[0])
    (own,) = (await places_of(SYSTEM, [people[0].member_id]))[0]  # type: ignore[list-item]
    await joining.contribute(people[0], own.id, contributions[0])
    places = [own.id]
    for member, part in zip(people[1:], contributions[1:], strict=True):
        places.append(await joins(people[0], member, pool_id, part, may_redeem=redeem))
    return pool_id, people, places


async def earns(member: Actor, euros: int, **values: Any) -> UUID:
    """An order of so many euros, a point each, of which the pool has got its part: its id."""
    order = await reported(an_order(a_line(euros * 100), member=member.member_id, **values))
    await given()
    return UUID(order.result["order"])


async def given() -> None:
    """Pools have got their parts."""
    await read_all(reactions.contribute, "pools")


async def leaves(member: Actor, pool_id: UUID) -> Gone:
    """What becomes of it when a member leaves."""
    return await leaving.leave(member, LeavePool(pool_id, uuid4().hex))


async def has(*owners: Actor | UUID, unit: str = "POINTS") -> list[int]:
    """What can be spent of each; and the book adds up."""
    assert (await proof(SYSTEM)).problems == []
    ids = [each.member_id if isinstance(each, Actor) else each for each in owners]
    found = await database.rows(
        """select member_id, available - debt as balance from wallets
           where member_id = any($1) and unit = $2""",
        *(ids, unit),
    )
    balances = {row["member_id"]: row["balance"] for row in found}
    return [balances.get(each, 0) for each in ids]
