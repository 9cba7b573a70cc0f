"""A served demo, and the story of all documents told to it once."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.contract.story import Story
from tests.databases import Databases
from tests.processes import Server, running_server, seed_demo


@pytest.fixture(scope="session")
async def demo(databases: Databases) -> AsyncIterator[Server]:
    """The café with a year behind it, served as in earnest."""
    settings = await databases.copy()
    seed_demo(settings)
    with running_server(settings) as running:
        yield running


@pytest.fixture(scope="session")
async def answers(demo: Server) -> dict[str, Any]:
    """What each document was answered with."""
    async with demo.client() as client:
        story = Story(demo, client)
        await story.tell()
    return story.answers
