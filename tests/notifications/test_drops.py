"""The same as scripts/torture, with counts that fit."""

from dataclasses import replace

import pytest

from tests.counts import count
from tests.databases import Cleaner
from tests.notifications.drops import Counts, each_once_in_order
from tests.processes import running_server
from tests.valkeys import own_valkey

pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.counted]


async def test_dropped_apps_hear_each_notification_once_and_in_order(connected: Cleaner) -> None:
    counts = Counts(
        apps=count(8, 200), events=count(100, 4000), drops=count(15, 500), kills=count(1, 5)
    )
    async with own_valkey() as valkey:
        settings = replace(connected.settings, redis_url=valkey.url, requests_per_second=0)
        with running_server(settings, worker=False) as server:
            assert await each_once_in_order(server, valkey, counts) >= counts.events
