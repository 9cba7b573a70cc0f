"""Keys that follow each other while two processes sign and verify: nobody who calls notices."""

import asyncio
from itertools import count as counting

import pytest

from domain.access import rotation, sessions
from tests.counts import count
from tests.factories.members import a_member
from tests.processes import Server

pytestmark = pytest.mark.usefixtures("database")


@pytest.mark.counted
async def test_rotating_under_load_fails_nobody(served: Server) -> None:
    member = await a_member()
    session = await sessions.opened(member.member_id)
    done = asyncio.Event()
    sent = counting()
    refresh = (
        "mutation($input: SessionRefreshInput!) { sessionRefresh(input: $input) "
        "{ session { accessToken refreshToken } userErrors { message } } }"
    )

    async def app() -> int:
        access, token = session.access_token, ""
        own = await sessions.opened(member.member_id)
        token = own.refresh_token
        while not done.is_set():
            answer = (await client.ask(refresh, input={"refreshToken": token}))["sessionRefresh"]
            assert answer["userErrors"] == []
            access, token = (answer["session"][k] for k in ("accessToken", "refreshToken"))
            assert (await client.ask("{ me { id } }", access))["me"]
            assert (await client.ask("{ me { id } }", session.access_token))["me"]
            next(sent)
        return 1

    async with served.client() as client:
        apps = [asyncio.create_task(app()) for _ in range(8)]
        for _ in range(count(6, 60)):
            await rotation.rotate(at_once=True)
            before = next(sent)
            while next(sent) < before + 20:
                await asyncio.sleep(0)
                if any(task.done() for task in apps):
                    break
        done.set()
        assert await asyncio.gather(*apps) == [1] * 8
