"""A real browser that can reach nothing but this machine, and remembers what it tried."""

import os
import re
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Route, async_playwright

from tests.pages.visit import Visit

ROOT = Path(__file__).parents[2]
CHROMIUM = Path("/usr/bin/chromium")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
ELSEWHERE = re.compile(r"^(?!(http|ws)://127\.0\.0\.1[:/]|data:|blob:)")


@pytest.fixture(scope="session")
def built() -> None:
    """The page as built from the sources of now, and a browser to see it with."""
    if not CHROMIUM.exists() and not os.environ.get("CI"):
        pytest.skip("needs Debian's chromium: apt-get install chromium")
    done = subprocess.run(
        [ROOT / "scripts" / "graphiql-build"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture(params=["light"])
async def visit(
    request: pytest.FixtureRequest, built: None, tmp_path: Path
) -> AsyncIterator[Visit]:
    """A fresh browser with an empty page; nothing but this machine can be reached from it."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch_persistent_context(
            tmp_path / "profile",
            executable_path=CHROMIUM,
            args=QUIET,
            color_scheme=request.param,
            viewport={"width": 1440, "height": 900},
        )
        visit = Visit(await browser.new_page())

        async def refuse(route: Route) -> None:
            visit.attempts.append(route.request.url)
            await route.abort()

        await browser.route(ELSEWHERE, refuse)
        visit.page.on("pageerror", lambda error: visit.complaints.append(str(error)))
        visit.page.on(
            "console",
            lambda said: visit.complaints.append(said.text) if said.type == "error" else None,
        )
        yield visit
        await browser.close()
