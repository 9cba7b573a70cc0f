"""The page for whoever would join, in a real browser, with everything outside out of reach."""

import httpx
import pytest
from playwright.async_api import ViewportSize

from tests.documents import document
from tests.pages.visit import Server, Visit

pytestmark = pytest.mark.page

NAMES = {"en": "The Corner Café", "ru": "Кафе на углу", "el": "Το καφέ στη γωνία"}
PHONE: ViewportSize = {"width": 390, "height": 844}
SCROLLED = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def code(server: Server) -> str:
    """Eleni's code for friends."""
    answer = httpx.post(
        f"{server.url}/graphql",
        json={"query": document("app/referral/MyReferrals")},
        headers={"authorization": f"Bearer {server.token('member')}"},
    )
    return str(answer.json()["data"]["me"]["referralLink"]["code"])


@pytest.mark.parametrize("visit", ["light", "dark"], indirect=True)
async def test_opens_in_light_and_dark(
    visit: Visit, server: Server, request: pytest.FixtureRequest
) -> None:
    await visit.page.goto(f"{server.url}/programme?lang=en")

    page = visit.page
    assert await page.locator("h1").inner_text() == NAMES["en"]
    assert await page.locator(".levels > ul > li").count() == 3
    assert await page.locator(".rewards > ul > li").count() == 8
    assert await page.locator(".ways li").count() >= 5
    await visit.picture(f"programme-{request.node.callspec.params['visit']}")
    assert (visit.attempts, visit.complaints) == ([], [])


async def test_is_fetched_in_one_request(visit: Visit, server: Server) -> None:
    asked: list[str] = []
    visit.page.on("request", lambda request: asked.append(request.url))

    await visit.page.goto(f"{server.url}/programme", wait_until="networkidle")

    assert [url for url in asked if not url.startswith("data:")] == [f"{server.url}/programme"]
    assert (visit.attempts, visit.complaints) == ([], [])


async def test_an_invitation_stays_when_the_language_is_switched(
    visit: Visit, server: Server, code: str
) -> None:
    page = visit.page
    await page.set_viewport_size(PHONE)
    await page.goto(f"{server.url}/r/{code}")
    card = page.locator(".greeting")
    assert await card.locator("h2").inner_text() == "Eleni invites you"

    for language, name in (("ru", "Русский"), ("el", "Ελληνικά")):
        await page.get_by_role("link", name=name).click()
        await page.locator(f'html[lang="{language}"]').wait_for()
        assert await page.locator("h1").inner_text() == NAMES[language]
        assert "Eleni" in await card.locator("h2").inner_text()
        assert await card.locator("code").inner_text() == code
        assert await page.evaluate(SCROLLED) <= 0
        await visit.picture(f"programme-invitation-{language}")
    assert (visit.attempts, visit.complaints) == ([], [])


async def test_fits_every_screen(visit: Visit, server: Server) -> None:
    for width in (320, 390, 768, 1440):
        await visit.page.set_viewport_size({"width": width, "height": 844})
        for language in NAMES:
            await visit.page.goto(f"{server.url}/programme?lang={language}&claim=ABC")
            assert await visit.page.evaluate(SCROLLED) <= 0, (width, language)
    assert (visit.attempts, visit.complaints) == ([], [])
