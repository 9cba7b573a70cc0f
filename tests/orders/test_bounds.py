"""Orders at the bounds of time and numbers: kept whole, or refused with a word."""

from datetime import UTC, datetime
from typing import Any

import pytest

from domain import database
from domain.errors import InvalidInput, LimitReached
from domain.orders.commands import AMOUNT_MAX, Charge, Discount
from domain.orders.kinds import ChargeKind
from tests.factories.orders import MORNING, a_line, an_order, reported, written
from tests.factories.rewards import a_buyer, a_programme, credit
from tests.orders.test_reporting import balance

pytestmark = pytest.mark.usefixtures("database")

TIP = Charge(ChargeKind.TIP, 1)


@pytest.mark.parametrize("year", [1, 1969])
async def test_before_there_were_tills_there_were_no_orders(year: int) -> None:
    await a_programme()
    before = await written()

    with pytest.raises(InvalidInput) as refused:
        await reported(an_order(occurred_at=datetime(year, 1, 1, tzinfo=UTC)))

    assert refused.value.path == ("order", "occurredAt")
    assert await written() == before


async def test_the_oldest_order_is_judged() -> None:
    await a_programme()
    member_id = (await a_buyer(0)).member_id

    await reported(an_order(member=member_id, occurred_at=datetime(1970, 1, 1, tzinfo=UTC)))

    # What it earned has long expired.
    assert await balance(member_id) == 0
    assert await database.value("select sum(points) from transactions where kind = 'EARN'") == 10


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"charges": (TIP,) * 201}, ("order", "charges")),
        ({"discounts": (Discount("Off", 1),) * 201}, ("order", "discounts")),
        ({"charges": (Charge(ChargeKind.TIP, 1, "T" * 201),)}, ("order", "charges", "0", "title")),
        ({"store": "S" * 65}, ("order", "store")),
        ({"sales_channel": "S" * 65}, ("order", "salesChannel")),
    ],
)
async def test_nothing_is_longer_than_is_told(
    change: dict[str, Any], path: tuple[str, ...]
) -> None:
    await a_programme()
    before = await written()

    with pytest.raises(InvalidInput) as refused:
        await reported(an_order(a_line(1000), **change))

    assert refused.value.path == path
    assert await written() == before


async def test_the_largest_order_is_kept() -> None:
    await a_programme()
    member_id = (await a_buyer(0)).member_id

    await reported(an_order(*[a_line(AMOUNT_MAX)] * 200, member=member_id))

    assert await balance(member_id) == 200 * AMOUNT_MAX // 100


async def test_a_wallet_that_is_full_refuses_the_order_and_stays_as_it_is() -> None:
    await a_programme()
    member_id = (await a_buyer(0)).member_id
    assert member_id
    await credit(member_id, 10**15 - 9)
    before = await written()

    with pytest.raises(LimitReached):
        await reported(an_order(a_line(1000), member=member_id, occurred_at=MORNING), "full")
    with pytest.raises(LimitReached):
        await reported(an_order(a_line(10**13, quantity=1), member=member_id))

    after = await written()
    assert {**after, "idempotency_keys": 0} == {**before, "idempotency_keys": 0}
    assert await balance(member_id) == 10**15 - 9
