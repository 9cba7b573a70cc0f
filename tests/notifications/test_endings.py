"""Sockets and streams of two processes end with what let them in, within five seconds."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from uuid import UUID

import httpx
import pytest
from websockets.asyncio.client import ClientConnection

from api.live.places import OF_MEMBER
from domain.access import access_keys, sessions
from domain.access.sessions import RefreshSession, Tokens
from domain.actor import SYSTEM, Actor, ActorKind, Role
from tests.client import Client, heard, say
from tests.documents import document
from tests.factories.notifications import as_member, tell
from tests.factories.rewards import a_buyer, a_programme
from tests.processes import Server

pytestmark = pytest.mark.usefixtures("database")

LIVE = document("app/notifications/MemberNotified")
SECONDS = 5
EVENTS = {"Accept": "text/event-stream"}


@pytest.fixture
async def http(served: Server) -> AsyncIterator[Client]:
    await a_programme()
    async with served.client() as client:
        yield client


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as stack:
        yield stack


async def a_session(member_id: UUID, lifetime_seconds: int = 600) -> Tokens:
    return await sessions.opened(member_id, lifetime_seconds=lifetime_seconds)


async def listening(http: Client, stack: AsyncExitStack, token: str) -> ClientConnection:
    """A socket that is subscribed; the processes share them out."""
    socket = await stack.enter_async_context(http.socket())
    await say(socket, "connection_init", payload={"authorization": f"Bearer {token}"})
    await say(socket, "subscribe", "1", {"query": LIVE, "variables": {"after": None}})
    await say(socket, "ping")
    assert [(await heard(socket))["type"] for _ in range(2)] == ["connection_ack", "pong"]
    return socket


async def closed(*sockets: ClientConnection) -> set[int | None]:
    """The codes with which all of them are closed in time."""
    async with asyncio.timeout(SECONDS):
        for socket in sockets:
            await socket.wait_closed()
    return {socket.close_code for socket in sockets}


async def a_member() -> Actor:
    buyer = await a_buyer(0)
    assert buyer.member_id
    return as_member(buyer.member_id)


async def test_with_the_token(http: Client, stack: AsyncExitStack) -> None:
    member = await a_member()
    assert member.member_id
    brief = (await a_session(member.member_id, 2)).access_token
    sockets = [await listening(http, stack, brief) for _ in range(4)]

    assert await closed(*sockets) == {4403}


async def test_at_logout_everywhere_and_no_others(http: Client, stack: AsyncExitStack) -> None:
    member, other = await a_member(), await a_member()
    assert member.member_id and other.member_id
    tokens = [(await a_session(member.member_id)).access_token for _ in range(4)]
    sockets = [await listening(http, stack, token) for token in tokens]
    others = await listening(http, stack, (await a_session(other.member_id)).access_token)

    await sessions.end(member, everywhere=True)

    assert await closed(*sockets) == {4403}
    await tell(other.member_id, 5)
    assert (await heard(others))["type"] == "next"


async def stolen(tokens: Tokens) -> None:
    await sessions.refresh(RefreshSession(tokens.refresh_token, "one device"))
    with pytest.raises(Exception, match="over"):
        await sessions.refresh(RefreshSession(tokens.refresh_token, "another device"))


async def test_when_a_refresh_token_comes_twice(http: Client, stack: AsyncExitStack) -> None:
    member = await a_member()
    assert member.member_id
    tokens = await a_session(member.member_id)
    socket = await listening(http, stack, tokens.access_token)

    await stolen(tokens)

    assert await closed(socket) == {4403}


async def test_when_a_key_is_revoked(http: Client, stack: AsyncExitStack) -> None:
    key = await access_keys.make(ActorKind.SERVICE, "tests", {Role.TILL})
    sockets = []
    for _ in range(4):
        socket = await stack.enter_async_context(http.socket())
        await say(socket, "connection_init", payload={"authorization": f"Bearer {key}"})
        assert (await heard(socket))["type"] == "connection_ack"
        sockets.append(socket)
    holder = await access_keys.holder(key)
    assert holder and holder.key_id

    await access_keys.revoke(SYSTEM, holder.key_id)

    assert await closed(*sockets) == {4403}


async def test_streams_of_events_end_so_too(http: Client, stack: AsyncExitStack) -> None:
    member = await a_member()
    assert member.member_id
    token = (await a_session(member.member_id)).access_token
    headers = {**EVENTS, "Authorization": f"Bearer {token}"}
    body = {"query": LIVE, "variables": {"after": None}}
    stream = http.http.stream("POST", "/graphql", headers=headers, json=body)
    response = await stack.enter_async_context(stream)
    chunks = response.aiter_raw()
    assert await anext(chunks) == b":\n\n"

    await sessions.end(member, everywhere=True)

    with pytest.raises(httpx.RemoteProtocolError):
        await drained(chunks)


async def drained(chunks: AsyncIterator[bytes]) -> None:
    async with asyncio.timeout(SECONDS):
        async for _ in chunks:
            pass


async def test_the_oldest_gives_way_to_the_sixth_of_a_member(
    served: Server, http: Client, stack: AsyncExitStack
) -> None:
    member = await a_member()
    assert member.member_id
    token = (await a_session(member.member_id)).access_token
    # In some process there must be more than it takes.
    count = len(served.processes()) * OF_MEMBER + 1
    sockets = [await listening(http, stack, token) for _ in range(count)]

    codes = await any_closed(sockets)

    assert codes == {1008}
    await tell(member.member_id, 5)
    assert (await heard(sockets[-1]))["type"] == "next"


async def any_closed(sockets: list[ClientConnection]) -> set[int | None]:
    waiting = [asyncio.create_task(socket.wait_closed()) for socket in sockets]
    done, pending = await asyncio.wait(
        waiting, timeout=SECONDS, return_when=asyncio.FIRST_COMPLETED
    )
    assert done
    for task in pending:
        task.cancel()
    return {socket.close_code for socket in sockets if socket.close_code}
