"""The wire with a small schema behind it, once unlocked and once locked."""

from collections.abc import AsyncIterator

import pytest

from tests.api.wire import Happenings, served
from tests.client import Client


@pytest.fixture(scope="module")
async def unlocked() -> AsyncIterator[tuple[str, Happenings]]:
    happenings = Happenings()
    async with served(happenings) as url:
        yield url, happenings


@pytest.fixture
def happenings(unlocked: tuple[str, Happenings]) -> Happenings:
    """What the resolvers behind `wire` see in this test."""
    unlocked[1].forget()
    return unlocked[1]


@pytest.fixture
async def wire(unlocked: tuple[str, Happenings], happenings: Happenings) -> AsyncIterator[Client]:
    """A client in the explore profile."""
    async with Client(unlocked[0]) as client:
        yield client


@pytest.fixture
async def locked() -> AsyncIterator[Client]:
    """A client in the locked profile."""
    async with served(Happenings(), locked=True) as url, Client(url) as client:
        yield client
