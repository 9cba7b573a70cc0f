"""npm's graphql-ws and graphql-sse against the real server: told, dropped, told on, let in anew."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from domain.access import sessions
from tests import node
from tests.documents import document
from tests.factories.notifications import tell
from tests.factories.rewards import a_buyer, a_programme
from tests.processes import Server

pytestmark = pytest.mark.usefixtures("database")

CLIENT = Path(__file__).parent / "client.mjs"
LIVE = document("app/notifications/MemberNotified")
BRIEF_SECONDS = 3
LONG_SECONDS = 600


class App:
    """The client in a process of its own."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.said: list[dict[str, Any]] = []

    async def until(self, kind: str, seconds: float = 20) -> dict[str, Any]:
        """Read on until it says this."""
        async with asyncio.timeout(seconds):
            while True:
                assert self._process.stdout
                line = await self._process.stdout.readline()
                assert line, self.said
                self.said.append(json.loads(line))
                if self.said[-1]["kind"] == kind:
                    return self.said[-1]

    async def often(self, kind: str, times: int) -> list[dict[str, Any]]:
        """Read on until it has said this so many times in all."""
        while len(said := [each for each in self.said if each["kind"] == kind]) < times:
            await self.until(kind)
        return said

    async def hears(self, *titles: str) -> None:
        """It hears just this next."""
        for title in titles:
            assert await self.until("heard") == {"kind": "heard", "title": title}

    def do(self, command: str) -> None:
        """Make it do this."""
        assert self._process.stdin
        self._process.stdin.write(f"{command}\n".encode())


async def tokens_of(member_id: UUID, *seconds: int) -> list[str]:
    return [
        (await sessions.opened(member_id, lifetime_seconds=each)).access_token for each in seconds
    ]


@asynccontextmanager
async def app(server: Server, protocol: str, tokens: list[str]) -> AsyncIterator[App]:
    url = server.ws_url if protocol == "ws" else f"{server.url}/graphql"
    process = await asyncio.create_subprocess_exec(
        *(str(node.NODE), str(CLIENT), str(node.packages()), protocol, url, LIVE, *tokens),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    running = App(process)
    try:
        yield running
    finally:
        running.do("end")
        await process.wait()


@pytest.fixture
async def member_id() -> UUID:
    await a_programme()
    member_id = (await a_buyer(0)).member_id
    assert member_id
    return member_id


async def first_heard(running: App, member_id: UUID) -> None:
    # That it is connected says nothing of its subscription; without a cursor it hears from then on.
    await running.until("connected")
    hearing = asyncio.create_task(running.until("heard"))
    while not hearing.done():
        await tell(member_id, 1)
        await asyncio.wait([hearing], timeout=0.2)
    assert hearing.result()["title"] == "+1 point"


@pytest.mark.parametrize("protocol", ["ws", "sse"])
async def test_it_comes_again_with_a_fresh_token_and_misses_nothing(
    served: Server, member_id: UUID, protocol: str
) -> None:
    tokens = await tokens_of(member_id, BRIEF_SECONDS, LONG_SECONDS)
    async with app(served, protocol, tokens) as running:
        await first_heard(running, member_id)
        if protocol == "ws":
            assert (await running.often("closed", 1))[0]["code"] == 4403
        await running.often("connecting", 2)  # its token has ended, and it has asked for another
        await tell(member_id, 2, 3)
        await hears_on(running, "+2 points", "+3 points")
        assert [each for each in running.said if each["kind"] in ("failed", "errors")] == []


async def hears_on(running: App, *titles: str) -> None:
    # More of the first may still have been on their way.
    while (heard := (await running.until("heard"))["title"]) == "+1 point":
        pass
    assert heard == titles[0]
    await running.hears(*titles[1:])


async def test_dropped_it_goes_on_where_it_was(served: Server, member_id: UUID) -> None:
    async with app(served, "ws", await tokens_of(member_id, LONG_SECONDS)) as running:
        await first_heard(running, member_id)
        for number in (2, 3, 4):
            running.do("drop")
            await tell(member_id, number)
            await hears_on(running, f"+{number} points")
        assert [each for each in running.said if each["kind"] in ("failed", "errors")] == []
