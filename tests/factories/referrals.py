"""Members with names and codes, friends whom they bring, and orders that friends make."""

from uuid import UUID

from domain import database
from domain.actor import SYSTEM, Actor
from domain.events import OrderReported
from domain.ids import code
from domain.members.models import Profile
from domain.members.queries import MemberRef
from domain.orders import operations as orders
from domain.orders.commands import Line, OrderCommand, ReportOrder
from domain.referrals import operations
from tests.factories.rewards import a_buyer, a_programme


async def a_member(first_name: str | None = None) -> Actor:
    """A member without points, signed in."""
    await a_programme()
    member = await a_buyer(0)
    await Profile.create(member_id=member.member_id, first_name=first_name, interests=[])
    return member


async def code_of(member: Actor) -> str:
    """What the member gives to friends."""
    found: str = await database.value(
        "select referral_code from members where id = $1", member.member_id
    )
    return found


async def a_friend(referrer: Actor, first_name: str | None = "Ilya") -> tuple[Actor, UUID]:
    """Somebody who joined by the referrer's code, and the referral."""
    friend = await a_member(first_name)
    assert friend.member_id
    async with database.transaction():
        return friend, await operations.join(friend.member_id, await code_of(referrer))


async def ordered(member: Actor) -> OrderReported:
    """A shop reports an order of 5 euros: what then is to be reacted to."""
    order = OrderCommand(
        source="till",
        reference=code(8),
        occurred_at=await database.now(),
        currency="EUR",
        lines=(Line("COFFEE", 1, 500),),
        member=MemberRef(id=member.member_id),
    )
    reported = await orders.report(SYSTEM, ReportOrder(order, code(8)))
    payload = await database.value(
        "select payload from outbox where kind = 'OrderReported' order by id desc limit 1"
    )
    event = OrderReported(
        UUID(payload["member_id"]), UUID(payload["order_id"]), payload["order_count"],
        payload["earned"],
    )  # fmt: skip
    assert event.order_id == UUID(reported.result["order"])
    return event


async def written() -> dict[str, int]:
    """How many rows there are of all that referrals write, and the members' versions together."""
    tables = ("referrals", "transactions", "transfers", "notifications", "outbox")
    counts = {table: await database.value(f"select count(*) from {table}") for table in tables}
    return {**counts, "versions": await database.value("select sum(version) from members")}
