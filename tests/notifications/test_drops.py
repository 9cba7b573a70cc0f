"""The same as scripts/torture, with counts that fit."""

from dataclasses import replace

import pytest

from tests.counts import count
from tests.databases import Cleaner
from tests.notifications.drops import each_once_in_order
from tests.processes import running_server
from tests.valkeys import own_valkey

pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.counted]


async def test_a_dropped_app_hears_each_notification_once_and_in_order(connected: Cleaner) -> None:
    events, drops, kills = count(150, 1000), count(15, 100), count(1, 2)
    async with own_valkey() as valkey:
        settings = replace(connected.settings, redis_url=valkey.url)
        with running_server(settings, worker=False) as server:
            assert await each_once_in_order(server, valkey, events, drops, kills) >= events
