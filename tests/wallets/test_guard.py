"""What does not fit is found without being asked for, and stands still until it is mended."""

from collections.abc import AsyncIterator

import asyncpg
import httpx
import pytest
from starlette.applications import Starlette

from api.watching.health import routes
from domain import database
from domain.actor import SYSTEM, Actor
from domain.errors import NotFound
from domain.rewards import operations
from domain.rewards.commands import RedeemReward
from domain.wallets import expiring, guard, sealing
from tests.databases import Cleaner
from tests.elsewhere import until
from tests.factories.rewards import a_buyer, a_reward, credit, held

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
async def vandal(connected: Cleaner) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(connected.settings.database_url)
    await connection.execute("set session_replication_role = replica")
    yield connection
    await connection.close()


async def wallet_of(buyer: Actor) -> str:
    return str(await database.value("select id from wallets where member_id = $1", buyer.member_id))


async def test_an_honest_book_has_no_problems() -> None:
    for _ in range(3):
        await a_buyer(10)
    await until(sealing.seal)
    assert await guard.check() == 3
    assert await guard.open_problems() == []


async def test_only_what_moved_and_some_of_the_rest_is_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(guard, "WALLETS_IN_TURN", 2)
    for _ in range(7):
        await a_buyer(10)
    assert await guard.check() == 7
    assert [await guard.check() for _ in range(4)] == [2, 2, 1, 2]  # round and round


async def test_a_wallet_that_does_not_fit_is_frozen_and_no_other(
    vandal: asyncpg.Connection,
) -> None:
    wrong, right = await a_buyer(100), await a_buyer(100)
    reward_id = await a_reward(price=30)
    await vandal.execute(
        "update wallets set available = available + 1 where member_id = $1", wrong.member_id
    )
    await guard.check()
    assert await guard.open_problems() == [f"wallets/{await wallet_of(wrong)}"]
    with pytest.raises(database.OUTAGES):
        await operations.redeem(wrong, RedeemReward(reward_id, "no"))
    await operations.redeem(right, RedeemReward(reward_id, "yes"))
    assert (await held(wrong.member_id))[0] == 101
    assert (await held(right.member_id))[0] == 70
    assert await database.value("select count(*) from idempotency_keys where key = 'no'") == 0


async def test_a_frozen_wallet_does_not_hold_up_what_expires_elsewhere(
    vandal: asyncpg.Connection,
) -> None:
    frozen, other = await a_buyer(0), await a_buyer(0)
    for buyer in (frozen, other):
        assert buyer.member_id
        await credit(buyer.member_id, 10, expires_at=await database.now())
    await vandal.execute("update wallets set debt = 1 where member_id = $1", frozen.member_id)
    await guard.check()
    assert await expiring.expire_due() == 1
    assert [(await held(each.member_id))[0] for each in (frozen, other)] == [10, 0]


async def test_it_moves_again_once_it_is_mended_and_somebody_says_so(
    vandal: asyncpg.Connection,
) -> None:
    buyer = await a_buyer(100)
    wallet_id, reward_id = await wallet_of(buyer), await a_reward(price=30)
    await vandal.execute("update wallets set available = available + 1")
    await guard.check()
    assert [each.record for each in await guard.release(SYSTEM, wallet_id)] == (
        [f"wallets/{wallet_id}"] * 2  # neither the sum of its transfers nor of its lots
    )
    await vandal.execute("update wallets set available = available - 1")
    await guard.check()
    assert await guard.open_problems() != []  # nobody has said so
    assert await guard.release(SYSTEM, wallet_id) == []
    assert await guard.open_problems() == []
    await operations.redeem(buyer, RedeemReward(reward_id, "yes"))
    with pytest.raises(NotFound):
        await guard.release(SYSTEM, wallet_id)


async def test_a_broken_chain_is_a_problem_too(vandal: asyncpg.Connection) -> None:
    buyer = await a_buyer(100)
    await until(sealing.seal)  # a transaction anywhere in the cluster holds it up
    await guard.check()
    done = await vandal.fetchval(
        "update transactions set occurred_at = occurred_at - interval '1 day' returning id"
    )
    await guard.check()
    assert await guard.open_problems() == [f"transactions/{done}"]
    assert await database.value("select frozen from wallets where id::text = $1",
                                await wallet_of(buyer))  # fmt: skip
    await vandal.execute("update transactions set occurred_at = occurred_at + interval '1 day'")
    assert await guard.release(SYSTEM, f"transactions/{done}") == []
    await vandal.execute("delete from seals")
    await guard.check()
    assert await guard.open_problems() == ["seals/1"]


async def test_no_process_is_ready_while_a_problem_is_open(vandal: asyncpg.Connection) -> None:
    buyer = await a_buyer(100)
    app = Starlette(routes=routes())
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
        await vandal.execute("update wallets set pending = 1")
        assert (await client.get("/readyz")).status_code == 200
        await guard.check()
        answer = await client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["status"] == "unavailable"
    assert await wallet_of(buyer) in answer.json()["why"]
    assert str(buyer.member_id) not in answer.text
