"""A page of another origin, in a real browser: it reads nothing and makes nothing happen."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
from playwright.async_api import Page, async_playwright

from tests.api.wire import Happenings, served
from tests.pages.conftest import CHROMIUM, QUIET

PAGE = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n<p>elsewhere</p>"
# Everything that a page can send: with and without asking first, by form, by picture, by socket.
ATTEMPTS = """async url => {
  const act = 'mutation { act(name: "a") }';
  const json = JSON.stringify({ query: act });
  const form = new FormData();
  form.append("query", act);
  const posts = [
    { mode: "no-cors", headers: { "Content-Type": "text/plain" }, body: json },
    { mode: "no-cors", headers: { "Content-Type": "application/json" }, body: json },
    { mode: "no-cors", body: new URLSearchParams({ query: act }) },
    { mode: "no-cors", body: form },
    { mode: "no-cors", body: new Blob([json]) },
    { mode: "cors", headers: { "Content-Type": "application/json" }, body: json },
    { mode: "cors", headers: { "Content-Type": "text/plain" }, body: json },
  ];
  const outcomes = [];
  for (const post of posts) {
    await fetch(url, { method: "POST", credentials: "include", ...post }).then(
      answer => outcomes.push(answer.type), () => outcomes.push("refused"));
  }
  await fetch(`${url}?query=${encodeURIComponent("{ hello }")}`).then(
    answer => outcomes.push(answer.type), () => outcomes.push("refused"));
  const picture = new Image();
  await new Promise(resolve => {
    picture.onload = picture.onerror = resolve;
    picture.src = `${url}?query=${encodeURIComponent(act)}`;
  });
  outcomes.push(await new Promise(resolve => {
    const socket = new WebSocket(url.replace("http", "ws"), "graphql-transport-ws");
    socket.onopen = () => resolve("opened");
    socket.onerror = () => resolve("refused");
  }));
  return outcomes;
}"""
READ = """async url => (await (await fetch(url, {
  method: "POST", headers: { "Content-Type": "application/json" },
  body: JSON.stringify({ query: "{ hello }" }),
})).json()).data.hello"""


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    """A bare page: where requests are routed through a test, its tool answers preflights itself."""
    if not CHROMIUM.exists():
        pytest.skip("needs Debian's chromium: apt-get install chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield await browser.new_page()
        await browser.close()


@pytest.mark.page
async def test_a_page_elsewhere_makes_nothing_happen(page: Page) -> None:
    happenings = Happenings()
    async with served(happenings) as url, a_page() as elsewhere:
        await page.goto(elsewhere)

        outcomes = await page.evaluate(ATTEMPTS, f"{url}/graphql")

    assert outcomes == ["refused"] * 9
    assert happenings.seen == []


@pytest.mark.page
async def test_a_page_of_a_listed_origin_reads_answers(page: Page) -> None:
    async with a_page() as elsewhere, served(Happenings(), origins=elsewhere) as url:
        await page.goto(elsewhere)

        assert await page.evaluate(READ, f"{url}/graphql") == "hello world"


@asynccontextmanager
async def a_page() -> AsyncIterator[str]:
    """The origin of a page that is not ours."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(PAGE)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
