"""The same as scripts/torture, with counts that fit."""

import pytest

from tests.counts import count
from tests.processes import Server
from tests.wallets.alternations import never_stale

pytestmark = pytest.mark.usefixtures("database")


async def test_no_stale_balance_after_an_own_order(served: Server) -> None:
    assert await never_stale(served, count(100, 2000)) > 0
