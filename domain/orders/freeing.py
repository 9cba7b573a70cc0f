"""Vouchers that are set aside for an order come free when nobody completes it, as points do."""

from domain import database
from domain.failpoints import failpoint
from domain.rewards import at_orders
from domain.wallets import giving_up
from domain.wallets import operations as wallets
from domain.wallets.posting import Posting

AT_ONCE = 200

# A frozen wallet takes nothing until it is mended.
_DUE = """
select o.id, o.member_id from orders o
where o.id in (select order_id from vouchers where state = 'RESERVED')
  and o.state = 'PLACED' and (o.document ->> 'set_aside_until')::timestamptz <= pistis_now()
  and not exists (select from wallets w where w.member_id = o.member_id and w.frozen)"""


async def free_due(at_once: int = AT_ONCE) -> int:
    """Free what orders keep that are placed for too long, of `at_once` members at a time: of how
    many orders.

    A voucher is good again; one whose time is over becomes the points that it cost. Any number of
    callers at once: each takes members whom no other has in hand.
    """
    done = 0
    while some := await _some(at_once):
        done += some
    return done


async def _some(at_once: int) -> int:
    # Members before orders and vouchers, as whoever completes or cancels one locks them.
    async with database.transaction():
        members = await database.rows(
            f"""select id from members where id in (
                  select member_id from ({_DUE} order by o.id limit $1) due)
                order by id for no key update skip locked""",
            at_once,
        )
        orders = await database.rows(
            f"{_DUE} and o.member_id = any($1) order by o.id for no key update",
            [row["id"] for row in members],
        )
        for order in orders:
            given, freed = await at_orders.given_back(order["id"])
            await wallets.post_one(
                Posting(order["member_id"], moves=tuple(given), marks=tuple(freed))
            )
            if given:
                await giving_up.give_up(order["member_id"])
        failpoint("freeing")
    return len(orders)
