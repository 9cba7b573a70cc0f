"""From where points are taken back: what is the order's own first, others only then."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain import database
from domain.actor import SYSTEM
from domain.programme import operations as programmes
from domain.programme.templates import contents
from domain.wallets.kinds import TransactionKind
from domain.wallets.operations import post_one
from domain.wallets.posting import Move, Posting
from domain.wallets.proof import proof
from domain.wallets.queries import wallets_of
from tests.factories.clock import later
from tests.factories.orders import a_line
from tests.factories.refunds import a_customer, bought, refunded
from tests.factories.rewards import credit
from tests.orders.test_refunding import spend

pytestmark = pytest.mark.usefixtures("database")

DAY = timedelta(days=1)


async def left_in_lots(member_id: UUID) -> list[int]:
    """Of each lot in which something is left, soonest ending first."""
    rows = await database.rows(
        "select remaining from lots where member_id = $1 and remaining > 0"
        " order by expires_at, earned_at, id",
        member_id,
    )
    return [row["remaining"] for row in rows]


async def test_its_own_points_go_first_then_others_soonest_expiring_first() -> None:
    member_id = await a_customer()
    now = await database.now()
    await credit(member_id, 5, now + 2 * DAY)
    await credit(member_id, 7, now + DAY)
    order = await bought(a_line(1000), member_id=member_id)
    await credit(member_id, 3)
    assert await left_in_lots(member_id) == [7, 5, 10, 3]

    await refunded(order)  # all of it is still there

    assert await left_in_lots(member_id) == [7, 5, 3]
    order = await bought(a_line(1000), member_id=member_id)
    await spend(member_id, 14)  # both dated ones, and two of the order's ten
    assert await left_in_lots(member_id) == [8, 3]
    await credit(member_id, 1, now + DAY)
    await refunded(order)
    assert await left_in_lots(member_id) == [2]
    assert (await proof(SYSTEM)).problems == []


async def test_what_is_asked_taken_and_not_to_be_had_is_all_written_down() -> None:
    written = contents("cafe")
    for tier in written["tiers"]:
        tier["debtLimit"] = 10
    await programmes.publish(SYSTEM, written, datetime(2020, 1, 1, tzinfo=UTC))
    member_id = await a_customer()
    order = await bought(a_line(5000), member_id=member_id)
    await spend(member_id, 30)

    await refunded(order)

    row: Any = await database.row("select points, title from transactions where kind = 'CLAWBACK'")
    (held,) = await wallets_of(SYSTEM, [member_id])
    asked, taken, owed = 50, -row["points"], held["POINTS"].debt
    assert (taken, owed, row["title"]["uncollected"]) == (20, 10, 20)
    assert taken + owed + row["title"]["uncollected"] == asked


async def test_what_came_back_from_another_and_expired_is_not_taken_a_second_time() -> None:
    member_id, friend_id = await a_customer(), await a_customer()
    order = await bought(a_line(1000), member_id=member_id)
    await sent(member_id, friend_id, 10)
    await sent(friend_id, member_id, 4)
    await later(days=400)

    done = await refunded(order)

    # Four have gone by themselves; six were given away, and are owed.
    (held,) = await wallets_of(SYSTEM, [member_id])
    assert (held["POINTS"].balance, held["POINTS"].debt) == (0, 6)
    assert done.taken == {"POINTS": 6}
    assert (await proof(SYSTEM)).problems == []


async def sent(sender_id: UUID, receiver_id: UUID, points: int) -> None:
    """Points go from one to the other, with their dates."""
    out = Move("POINTS", TransactionKind.TRANSFER_OUT, -points, "transfer", {"key": "trial"})
    back = Move(
        "POINTS", TransactionKind.TRANSFER_IN, points, "transfer", {"key": "trial"},
        gives_back=out.id,
    )  # fmt: skip
    await post_one(Posting(sender_id, moves=(out,)))
    await post_one(Posting(receiver_id, moves=(back,)))
