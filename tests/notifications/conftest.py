"""Live delivery as an API process has it."""

from collections.abc import AsyncIterator

import pytest

from domain.notifications import live


@pytest.fixture(name="live")
async def live_delivery(database: None) -> AsyncIterator[None]:
    """Listening works, in this process."""
    live.start()
    yield
    await live.stop()
