"""Whoever has written sees what was written, on whichever process the next question lands."""

import pytest

from tests.counts import count
from tests.processes import Server
from tests.wallets.alternations import never_stale

pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.counted]


async def test_home_after_an_order_is_never_stale(served: Server) -> None:
    assert await never_stale(served, count(100, 2_000)) > 0
