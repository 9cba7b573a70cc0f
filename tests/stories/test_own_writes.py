"""Whoever has written sees what was written, on whichever process the next question lands."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from tests.counts import count
from tests.databases import Cleaner
from tests.processes import Server, running_server
from tests.valkeys import OwnValkey, own_valkey
from tests.wallets.alternations import never_stale

pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.counted]


async def test_home_after_an_order_is_never_stale(served: Server) -> None:
    assert await never_stale(served, count(100, 2_000)) > 0


@pytest.fixture
async def valkey() -> AsyncIterator[OwnValkey]:
    async with own_valkey() as valkey:
        yield valkey


async def test_home_is_never_stale_though_redis_is_killed(
    connected: Cleaner, valkey: OwnValkey
) -> None:
    """Twice, and comes back empty; once it is emptied while it runs. Four processes."""
    alternations = count(120, 20_000)

    async def killed() -> None:
        await valkey.kill()

    async def started() -> None:
        await valkey.start()

    halts = {
        alternations * 2 // 10: killed,
        alternations * 3 // 10: started,
        alternations * 5 // 10: killed,
        alternations * 5 // 10 + 1: started,
        alternations * 8 // 10: valkey.flush,
    }
    settings = replace(connected.settings, redis_url=valkey.url)
    with running_server(settings, processes=4, worker=False) as server:
        assert await never_stale(server, alternations, halts) > 0
