"""A process that dies at the worst moments: the same key again, one effect, the same answer."""

import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from api.settings import Settings
from domain import database
from domain.actor import SYSTEM, Actor
from domain.wallets import sealing
from domain.wallets.proof import proof
from schema.node import encode
from tests.databases import Cleaner, Databases
from tests.elsewhere import until
from tests.factories.access import token_of
from tests.factories.orders import SHOP, a_line, an_order, sent
from tests.factories.rewards import a_buyer, a_programme, a_reward, credit, held
from tests.processes import ROOT, Server, running_server
from tests.stories.loads import ask

pytestmark = pytest.mark.usefixtures("database")

# Where a request dies, and whether what it did is there by then.
OF_POSTING = {"posting": False, "posted": True, "replying": True}
OF_TRANSACTIONS = {"claimed": False, "commit": False, "committed": True, "replying": True}


class Dying:
    """A server that dies at a failpoint, once each time that it is told to."""

    def __init__(self, server: Server, folder: Path) -> None:
        self.server = server
        self._folder = folder

    def at(self, name: str) -> Path:
        """The next to come by dies; the file is gone once it did."""
        armed = self._folder / name
        armed.touch()
        return armed


@pytest.fixture(scope="module")
def dying(connected: Cleaner) -> Iterator[Dying]:
    with tempfile.TemporaryDirectory(prefix="pistis-") as folder, pytest.MonkeyPatch.context() as m:
        names = {*OF_POSTING, *OF_TRANSACTIONS}
        armed = ",".join(f"{name}:kill@{folder}/{name}" for name in names)
        m.setenv("PISTIS_FAILPOINT", armed)
        with running_server(connected.settings, processes=2, worker=False) as server:
            yield Dying(server, Path(folder))


async def twice(dying: Dying, name: str, mutation: str, token: str, input: dict[str, Any]) -> Any:
    """Send it until it is answered, though its first process dies; and once more: the payload."""
    armed, hitches = dying.at(name), Counter[str]()
    async with dying.server.client() as client:
        first = await ask(client, mutation, token, input, hitches)
        assert not armed.exists()
        assert sum(hitches.values()) > 0, "nobody died"
        assert await ask(client, mutation, token, input, hitches) == first
    return first


async def fits() -> None:
    await sealing.seal()
    assert (await proof(SYSTEM)).problems == []


@pytest.mark.parametrize("name", OF_POSTING)
async def test_an_order_earns_once(dying: Dying, name: str) -> None:
    await a_programme()
    buyer = await a_buyer(0)
    number = await database.value("select number from members where id = $1", buyer.member_id)
    order = sent(an_order(a_line(1000)), number=number)
    input = {"order": order, "idempotencyKey": uuid4().hex}
    told = await twice(dying, name, "orderReport", await token_of(SHOP), input)
    earned = sum(each["points"] for each in told["earnings"] if each["unit"]["code"] == "POINTS")
    assert (await held(buyer.member_id))[0] == earned > 0
    assert await database.value("select count(*) from orders") == 1
    await fits()


@pytest.mark.parametrize("name", OF_POSTING)
async def test_a_reward_is_paid_once(dying: Dying, name: str) -> None:
    buyer, reward_id = await a_buyer(100), await a_reward(price=30)
    input = {"rewardId": encode("Reward", reward_id), "idempotencyKey": uuid4().hex}
    await twice(dying, name, "rewardRedeem", await token_of(buyer), input)
    assert (await held(buyer.member_id))[0] == 70
    assert await database.value("select count(*) from vouchers") == 1
    await fits()


@pytest.mark.parametrize("name", OF_TRANSACTIONS)
async def test_points_come_back_once(dying: Dying, name: str) -> None:
    buyer, reward_id = await a_buyer(100), await a_reward(price=30)
    token = await token_of(buyer)
    async with dying.server.client() as client:
        input = {"rewardId": encode("Reward", reward_id), "idempotencyKey": uuid4().hex}
        voucher = (await ask(client, "rewardRedeem", token, input, Counter()))["voucher"]
    input = {"voucherId": voucher["id"], "idempotencyKey": uuid4().hex}
    await twice(dying, name, "voucherCancel", token, input)
    assert (await held(buyer.member_id))[0] == 100
    await fits()


async def test_a_worker_that_dies_in_the_middle_of_expiries(connected: Cleaner) -> None:
    buyers = [await a_due_buyer() for _ in range(3)]
    died_at(connected.settings, "expiring")
    assert [(await held(each.member_id))[0] for each in buyers] == [10] * 3
    with working(connected.settings):
        await until(lambda: told_of(3))
    assert [(await held(each.member_id))[0] for each in buyers] == [0] * 3
    assert await database.value("select count(*) from transactions where kind = 'EXPIRE'") == 3
    await fits()


async def test_a_worker_that_dies_between_doing_and_remembering(connected: Cleaner) -> None:
    await a_due_buyer()
    died_at(connected.settings, "relaying")
    assert not await told_of(1)
    with working(connected.settings):
        await until(lambda: told_of(1))
    assert await told_of(1)
    await fits()


async def test_a_worker_that_dies_while_it_seals(connected: Cleaner) -> None:
    await a_buyer(10)
    died_at(connected.settings, "sealing")
    assert await sealing.head() is None
    with working(connected.settings):
        await until(sealing.head)
    assert await database.value("select count(*) from seals") == 1
    await fits()


async def test_a_migration_that_dies_has_done_nothing(databases: Databases) -> None:
    empty = await databases.empty()
    assert run(empty, "migrate", "migrating").returncode == -9
    again = run(empty, "migrate")
    assert again.returncode == 0
    assert again.stdout.startswith("0001_tables")
    assert run(empty, "migrate").stdout == "The schema is up to date.\n"
    proved = run(empty, "proof")
    assert proved.returncode == 0, proved.stdout
    assert "balanced   yes" in proved.stdout


def test_who_serves_in_earnest_does_not_start_so(databases: Databases) -> None:
    locked = {"PISTIS_PROFILE": "locked", "PISTIS_CODE_GATEWAY_URL": "https://codes.example"}
    refused = run(databases.settings, "serve", "commit", **locked)
    assert refused.returncode == 1
    assert "PISTIS_FAILPOINT" in refused.stderr


async def a_due_buyer() -> Actor:
    buyer = await a_buyer(0)
    assert buyer.member_id
    due = await database.now() - timedelta(hours=1)
    await credit(buyer.member_id, 10, expires_at=due)
    return buyer


async def told_of(expiries: int) -> bool:
    kind = "POINTS_EXPIRED"
    found = await database.value("select count(*) from notifications where kind = $1", kind)
    return bool(found == expiries)


def run(
    settings: Settings, command: str, failpoint: str = "", **environment: str
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "api", command],
        cwd=ROOT,
        env=os.environ | settings.environment() | {"PISTIS_FAILPOINT": failpoint} | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def died_at(settings: Settings, failpoint: str) -> None:
    """A worker came there."""
    assert run(settings, "work", failpoint).returncode == -9


@contextmanager
def working(settings: Settings) -> Iterator[None]:
    process = subprocess.Popen(
        [sys.executable, "-m", "api", "work"], cwd=ROOT, env=os.environ | settings.environment()
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(15)
