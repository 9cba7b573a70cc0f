"""What ends is refused everywhere: at once by Redis, and soon by looking when there is none."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import pytest

from domain import cache, database, outbox, reactions
from domain.access import access_keys, revocations, sessions, tokens
from domain.access.sessions import RefreshSession
from domain.actor import SYSTEM, Actor, ActorKind, Role
from domain.errors import NotFound, SessionEnded, Unauthenticated
from domain.events import SessionCompromised
from tests.client import Client
from tests.counts import count
from tests.documents import document
from tests.factories.members import DEVICE, a_member
from tests.factories.rewards import a_programme
from tests.processes import Server

pytestmark = pytest.mark.usefixtures("database")

CARE = Actor(ActorKind.STAFF, "Eleni", frozenset({Role.CARE}))
END_ALL = (
    "mutation($input: SessionEndAllInput!) { sessionEndAll(input: $input) "
    "{ endedCount userErrors { code path } } }"
)
REVOKE = (
    "mutation($input: AccessKeyRevokeInput!) { accessKeyRevoke(input: $input) "
    "{ accessKey { name revokedAt } userErrors { code path } } }"
)


@pytest.fixture
async def client(served: Server) -> AsyncIterator[Client]:
    async with served.client() as connected:
        yield connected


async def is_good(client: Client, token: str) -> bool:
    """On a connection of its own, so that either process may be asked."""
    answer = await client.raw(
        token, headers={"Connection": "close"}, json={"query": "{ viewer { kind } }"}
    )
    assert answer.status_code in (200, 401)
    return answer.status_code == 200


async def known_to_both(client: Client, token: str) -> None:
    assert all(await asyncio.gather(*(is_good(client, token) for _ in range(16))))


async def seconds_until_refused(client: Client, token: str) -> float:
    """How long after now it was accepted for the last time; 30 refusals in a row end it."""
    began = last_good = time.monotonic()
    refused = 0
    while refused < 30:
        good = await is_good(client, token)
        refused, last_good = (0, time.monotonic()) if good else (refused + 1, last_good)
    return last_good - began


async def test_a_member_who_is_signed_out_by_the_team_is_refused_everywhere(
    client: Client,
) -> None:
    member = await a_member()
    assert member.member_id
    session = await sessions.opened(member.member_id)
    await known_to_both(client, session.access_token)
    key = await access_keys.make(ActorKind.STAFF, "Eleni", {Role.CARE})
    number = await database.value("select number from members")
    answer = await client.ask(END_ALL, key, input={"member": {"number": number}})

    assert answer["sessionEndAll"] == {"endedCount": 1, "userErrors": []}
    assert await seconds_until_refused(client, session.access_token) <= 1.0
    unknown = await client.ask(END_ALL, key, input={"member": {"number": "0"}})
    assert unknown["sessionEndAll"]["userErrors"] == [
        {"code": "NOT_FOUND", "path": ["input", "member"]}
    ]


async def test_a_key_that_is_revoked_is_refused_everywhere(client: Client) -> None:
    key = await access_keys.make(ActorKind.SERVICE, "The Corner", {Role.SHOP})
    admin = await access_keys.make(ActorKind.STAFF, "Eleni", {Role.ADMIN})
    await known_to_both(client, key)
    listed = await client.ask("{ accessKeys { id name kind roles usedAt expiresAt } }", admin)
    (found,) = (row for row in listed["accessKeys"] if row["name"] == "The Corner")
    assert (found["kind"], found["roles"], found["expiresAt"]) == ("SERVICE", ["SHOP"], None)
    assert found["usedAt"]
    answer = await client.ask(REVOKE, admin, input={"accessKeyId": found["id"]})

    assert answer["accessKeyRevoke"]["accessKey"]["revokedAt"]
    assert await seconds_until_refused(client, key) <= 1.0
    assert await client.ask(REVOKE, admin, input={"accessKeyId": found["id"]}) == answer
    node = "query($id: ID!) { node(id: $id) { ... on AccessKey { name } } }"
    assert (await client.ask(node, admin, id=found["id"]))["node"] == {"name": "The Corner"}


async def test_a_key_ends_with_its_time() -> None:
    key = await access_keys.make(ActorKind.SERVICE, "The Corner", {Role.SHOP}, days=1)
    assert (await tokens.actor_of(key)).expires_at
    await database.rows("update access_keys set expires_at = now()")
    (row,) = await database.rows("select id from access_keys")
    tokens.forget([row["id"]])

    with pytest.raises(Unauthenticated):
        await tokens.actor_of(key)
    with pytest.raises(NotFound):
        await access_keys.revoke(SYSTEM, uuid4())


async def refused(token: str) -> bool:
    try:
        await sessions.refresh(RefreshSession(token, DEVICE))
    except SessionEnded:
        return True
    return False


@pytest.mark.counted
async def test_a_hundred_devices_with_one_refresh_token(client: Client) -> None:
    for _ in range(count(2, 100)):
        member = await a_member()
        first = await sessions.opened(member.member_id, device_id=DEVICE)
        await known_to_both(client, first.access_token)
        text, given = document("app/sign-in/SessionRefresh"), {"refreshToken": first.refresh_token}
        answers = await asyncio.gather(
            *(client.ask(text, input={**given, "deviceId": DEVICE}) for _ in range(100))
        )
        assert [a["sessionRefresh"]["userErrors"] for a in answers] == [[]] * 100
        session = answers[0]["sessionRefresh"]["session"]
        tellers = {a["sessionRefresh"]["session"]["refreshToken"] for a in answers}
        assert tellers == {session["refreshToken"]}
        await database.rows("update refresh_tokens set used_at = used_at - interval '11 seconds'")

        thief = await client.ask(text, input={**given, "deviceId": DEVICE})
        assert thief["sessionRefresh"]["userErrors"][0]["code"] == "SESSION_ENDED"
        assert await seconds_until_refused(client, session["accessToken"]) <= 1.0
        assert await refused(session["refreshToken"])


async def test_a_token_that_names_another_device_ends_its_session() -> None:
    member = await a_member()
    for device_id, is_good_too in ((DEVICE, True), (None, True), ("another phone", False)):
        session = await sessions.opened(member.member_id, device_id=DEVICE)
        command = RefreshSession(session.refresh_token, device_id)
        answers = await asyncio.gather(sessions.refresh(command), return_exceptions=True)
        assert isinstance(answers[0], SessionEnded) is not is_good_too
    with pytest.raises(Unauthenticated):
        await tokens.actor_of(session.access_token)


async def test_the_member_hears_that_somebody_else_had_the_token() -> None:
    await a_programme()
    member = await a_member()
    assert member.member_id
    first = await sessions.opened(member.member_id, device_id=DEVICE)
    await sessions.refresh(RefreshSession(first.refresh_token, DEVICE))
    await database.rows("update refresh_tokens set used_at = used_at - interval '11 seconds'")
    for _ in range(3):
        assert await refused(first.refresh_token)
    session_id = await database.value("select id from sessions")
    facts = [fact.event for fact in await outbox.beyond(0, 0)]
    while await reactions.react():
        pass

    assert [f for f in facts if isinstance(f, SessionCompromised)] == [
        SessionCompromised(member.member_id, session_id)
    ]
    told = await database.rows("select kind from notifications where kind = 'SESSION_ENDED'")
    assert len(told) == 1


async def test_without_redis_what_ends_is_found_by_looking(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heard: Counter[UUID] = Counter()
    found = asyncio.Event()

    def hear(ended: object) -> None:
        heard.update(ended)  # type: ignore[call-overload]
        found.set()

    member = await a_member()
    session = await sessions.opened(member.member_id)
    session_id = (await tokens.actor_of(session.access_token)).session_id
    monkeypatch.setattr(revocations, "CHANNEL", "nobody listens here")
    deafen = revocations.hear(hear)
    revocations.start()
    try:
        # As another process ends it that cannot reach Redis.
        await database.rows("update sessions set ended_at = now()")
        async with asyncio.timeout(5):
            await found.wait()
    finally:
        await revocations.stop()
        deafen()
    assert heard == {session_id: 1}


async def test_what_another_process_announces_is_heard() -> None:
    heard = asyncio.Event()
    wanted = uuid4()
    deafen = revocations.hear(lambda ended: heard.set() if wanted in ended else None)
    revocations.start()
    try:
        async with asyncio.timeout(5):
            while not heard.is_set():
                await cache.client().publish(revocations.CHANNEL, str(wanted))
                await asyncio.sleep(0)
    finally:
        await revocations.stop()
        deafen()
