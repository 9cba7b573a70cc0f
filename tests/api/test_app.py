"""The application as it is served: health, keys, invitations, real tokens on the real schema."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from domain.access import sessions
from domain.actor import Actor, ActorKind, Role, expanded
from tests.client import Client, heard, say
from tests.databases import Databases
from tests.documents import document
from tests.factories.access import token_of
from tests.factories.members import a_member
from tests.processes import Server, running_server

VIEWER = "{ viewer { kind } }"


@pytest.fixture
async def app(served: Server, database: None) -> AsyncIterator[Client]:
    """A client of a server whose database this test fills."""
    async with served.client() as client:
        yield client


async def test_lives_and_is_ready(app: Client) -> None:
    assert (await app.http.get("/healthz")).json() == {"status": "alive"}
    assert (await app.http.get("/readyz")).json() == {"status": "ready"}


async def test_serves_without_redis_and_says_so(databases: Databases) -> None:
    settings = replace(await databases.copy(), redis_url="unix:///nowhere/valkey.sock")

    with running_server(settings, worker=False) as server:
        async with server.client() as client:
            ready = await client.http.get("/readyz")
            data = await client.ask(VIEWER)

    assert (ready.status_code, ready.json()["status"]) == (200, "degraded")
    assert data == {"viewer": {"kind": "ANONYMOUS"}}


async def test_publishes_the_public_halves_of_its_keys(app: Client) -> None:
    await token_of(await a_member())

    keys = (await app.http.get("/.well-known/jwks.json")).json()["keys"]

    assert keys
    for key in keys:
        assert (key["kty"], key["crv"], key["alg"], key["use"]) == ("EC", "P-256", "ES256", "sig")
        assert "d" not in key


async def test_an_invitation_leads_to_the_programme(app: Client) -> None:
    response = await app.http.get("/r/AB%20C%3D%26")

    assert response.status_code == 302
    assert response.headers["location"] == "/programme?code=AB%20C%3D%26"


async def test_a_receipt_leads_to_the_programme(app: Client) -> None:
    response = await app.http.get("/claim/AB%20C%3D%26")

    assert response.status_code == 302
    assert response.headers["location"] == "/programme?claim=AB%20C%3D%26"


@pytest.mark.parametrize("path", ["/", "/graphql/", "/nothing", "/r/a/b", "/r/a%2Fb"])
async def test_elsewhere_is_nothing(app: Client, path: str) -> None:
    response = await app.http.get(path)

    assert response.status_code == 404
    assert response.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("role", "kind"),
    [(Role.SHOP, ActorKind.SERVICE), (Role.TILL, ActorKind.SERVICE), (Role.CARE, ActorKind.STAFF)],
)
async def test_keys_say_who_calls_on_both_wires(app: Client, role: Role, kind: ActorKind) -> None:
    token = await token_of(Actor(kind, "", expanded({role})))

    assert await app.ask(VIEWER, token) == {"viewer": {"kind": kind}}
    assert (await over_socket(app, token))["data"] == {"viewer": {"kind": kind}}


async def test_members_say_who_they_are_on_both_wires(app: Client) -> None:
    token = await token_of(await a_member())

    assert await app.ask(VIEWER, token) == {"viewer": {"kind": "MEMBER"}}
    assert (await over_socket(app, token))["data"] == {"viewer": {"kind": "MEMBER"}}


async def test_a_tampered_token_opens_nothing(app: Client) -> None:
    header, claims, signature = (await token_of(await a_member())).split(".")
    for forged in (
        f"{header}.{claims}.{signature[::-1]}",
        f"{header}.{claims}.",
        f"{header}.{claims}",
        "psk_unknown",
        "x" * 5000,
    ):
        response = await app.raw(forged, json={"query": VIEWER})
        async with app.socket() as socket:
            await say(socket, "connection_init", payload={"authorization": f"Bearer {forged}"})
            await socket.wait_closed()

        assert response.status_code == 401
        [error] = response.json()["errors"]
        assert error["extensions"]["code"] == "UNAUTHENTICATED"
        assert forged not in response.text
        assert (socket.close_code, socket.close_reason) == (4403, "Forbidden")


async def test_a_socket_ends_with_its_token(app: Client) -> None:
    member_id = (await a_member()).member_id
    assert isinstance(member_id, UUID)
    token = (await sessions.opened(member_id, lifetime_seconds=2)).access_token

    async with app.socket() as socket:
        await say(socket, "connection_init", payload={"authorization": f"Bearer {token}"})
        assert (await heard(socket))["type"] == "connection_ack"
        await socket.wait_closed()

    assert (socket.close_code, socket.close_reason) == (4403, "Token expired")
    assert (await app.raw(token, json={"query": VIEWER})).status_code == 401


async def test_a_missing_role_is_refused_at_the_top(app: Client) -> None:
    token = await token_of(await a_member())

    response = await app.raw(token, json={"query": document("staff/care/LedgerProof")})

    [error] = response.json()["errors"]
    assert error["extensions"]["code"] == "FORBIDDEN"
    assert error["path"] == ["ledgerProof"]


async def over_socket(app: Client, token: str) -> Any:
    """The answer to VIEWER over WebSocket."""
    async with app.socket() as socket:
        await say(socket, "connection_init", payload={"authorization": f"Bearer {token}"})
        assert (await heard(socket))["type"] == "connection_ack"
        await say(socket, "subscribe", "1", {"query": VIEWER})
        message = await heard(socket)
        assert message["type"] == "next", message
        return message["payload"]
