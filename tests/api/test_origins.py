"""Browsers: whose pages may read answers and open sockets, and that no other makes us act."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from api.settings import Settings, SettingsError
from api.wire.middleware import Guard
from api.wire.origins import CrossOrigin, Origins
from tests.api.wire import Happenings
from tests.client import Client

LISTED = "https://app.example.org"
FOREIGN = "https://evil.example.org"
ACT = 'mutation { act(name: "a") }'
PREFLIGHT = {"Access-Control-Request-Method": "POST"}
MULTIPART = "multipart/form-data; boundary=b"


async def answering(scope: Scope, receive: Receive, send: Send) -> None:
    """An application that says ok."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"ok"})


@pytest.fixture
async def across() -> AsyncIterator[httpx.AsyncClient]:
    """It, with one origin on the list."""
    origins = Origins(LISTED, "https://home.example.org")
    app = CrossOrigin(Guard(answering, is_https=False), origins, "/graphql")
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://home") as client:
        yield client


async def test_a_listed_origin_may_ask_and_read(across: httpx.AsyncClient) -> None:
    asked = await across.options("/graphql", headers={"Origin": LISTED, **PREFLIGHT})
    answer = await across.post("/graphql", headers={"Origin": LISTED})

    assert asked.status_code == 204
    assert asked.headers["access-control-allow-origin"] == LISTED
    assert "authorization" in asked.headers["access-control-allow-headers"]
    assert int(asked.headers["access-control-max-age"]) == 7200
    assert answer.headers["access-control-allow-origin"] == LISTED
    for each in (asked, answer):
        assert each.headers["vary"] == "Origin"
        assert "access-control-allow-credentials" not in each.headers


@pytest.mark.parametrize(
    "origin",
    [
        FOREIGN,
        "null",
        "",
        LISTED.upper(),
        LISTED + ":8443",
        LISTED + ".evil.example.org",
        "http://app.example.org",
        f"{LISTED}, {FOREIGN}",
    ],
)
async def test_nobody_else_may(across: httpx.AsyncClient, origin: str) -> None:
    for method, path in (("OPTIONS", "/graphql"), ("POST", "/graphql"), ("GET", "/healthz")):
        answer = await across.request(method, path, headers={"Origin": origin, **PREFLIGHT})

        assert not [name for name in answer.headers if name.startswith("access-control")]


async def test_other_paths_are_for_nobody(across: httpx.AsyncClient) -> None:
    answer = await across.get("/metrics", headers={"Origin": LISTED})

    assert not [name for name in answer.headers if name.startswith("access-control")]


@pytest.mark.parametrize(
    ("headers", "may"),
    [
        ({}, True),
        ({"origin": LISTED}, True),
        ({"origin": "https://home.example.org"}, True),
        ({"origin": "http://127.0.0.1:8000", "host": "127.0.0.1:8000"}, True),
        ({"origin": FOREIGN, "host": "home.example.org"}, False),
        ({"origin": "null", "host": "home.example.org"}, False),
        ({"origin": "https://home.example.org.evil.example.org"}, False),
    ],
)
def test_sockets_go_by_the_same_list(headers: dict[str, str], may: bool) -> None:
    origins = Origins(LISTED, "https://home.example.org")

    assert origins.may_connect(headers) is may


@pytest.mark.parametrize("text", ["*", "https://*.example.org", "app.example.org", LISTED + "/"])
def test_the_list_holds_origins_only(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("PISTIS_ALLOWED_ORIGINS", f"{LISTED}, {text}")

    with pytest.raises(SettingsError, match="PISTIS_ALLOWED_ORIGINS"):
        Settings.from_environment(secret="s" * 32)


def test_commas_do_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PISTIS_ALLOWED_ORIGINS", f"{LISTED},{FOREIGN}")

    settings = Settings.from_environment(secret="s" * 32)

    assert settings.allowed_origins == f"{LISTED} {FOREIGN}"


# What a page elsewhere can make a browser send without asking us first.
SIMPLE: list[dict[str, Any]] = [
    {"content": f'{{"query": "{ACT}"}}', "type": "text/plain"},
    {"content": f'{{"query": "{ACT}"}}', "type": "text/plain;charset=UTF-8"},
    {"content": f'{{"query": "{ACT}"}}', "type": "text/plain; application/json"},
    {"content": f'{{"query": "{ACT}"}}', "type": None},
    {"content": f'{{"query": "{ACT}"}}', "type": ""},
    {"content": f"query={ACT}", "type": "application/x-www-form-urlencoded"},
    {"content": f'{{"query": "{ACT}", "x": "="}}', "type": "application/x-www-form-urlencoded"},
    {"content": f'--b\r\nContent-Disposition: form-data; name="query"\r\n\r\n{ACT}\r\n--b--\r\n',
     "type": MULTIPART},
    {"content": '--b\r\nContent-Disposition: form-data; name="operations"\r\n\r\n'
     f'{{"query": "{ACT}"}}\r\n--b--\r\n', "type": MULTIPART},
    {"content": ACT, "type": "application/graphql"},
    {"content": f'{{"query": "{ACT}"}}', "type": "application/jsonp"},
    {"method": "GET", "params": {"query": ACT}},
    {"method": "HEAD", "params": {"query": ACT}},
    {"method": "GET", "params": {"query": ACT, "operationName": "", "variables": "{}"}},
]  # fmt: skip


@pytest.mark.parametrize(
    "sent", SIMPLE, ids=lambda sent: f"{sent.get('method')} {sent.get('type')}"
)
async def test_simple_requests_of_other_sites_execute_nothing(
    wire: Client, happenings: Happenings, sent: dict[str, Any]
) -> None:
    headers = {"Origin": FOREIGN, "Content-Type": sent.get("type")}
    answer = await wire.raw(
        method=sent.get("method", "POST"),
        headers={name: text for name, text in headers.items() if text is not None},
        **{name: sent[name] for name in ("content", "params") if name in sent},
    )

    assert answer.status_code in (405, 415)
    assert happenings.seen == []
