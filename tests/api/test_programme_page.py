"""The page for whoever would join, as it is sent: languages, codes, caching, escaping."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from domain import database
from domain.actor import SYSTEM
from domain.language import LANGUAGES, said
from domain.programme import operations as programmes
from tests.factories.programme import a_programme, a_rule
from tests.factories.referrals import a_member, code_of
from tests.factories.rewards import a_programme as the_cafe
from tests.factories.rewards import a_reward
from tests.processes import Server

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
HOSTILE = "<script>alert(\"1\")</script> & 'co' $name ${style}"
SAFE = "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#x27;co&#x27; $name ${style}"
NAMES = {"en": "The Corner Café", "ru": "Кафе на углу", "el": "Το καφέ στη γωνία"}


@pytest.fixture
async def browser(served: Server, database: None) -> AsyncIterator[httpx.AsyncClient]:
    """Fetches pages from a server whose database this test fills."""
    async with httpx.AsyncClient(base_url=served.url) as browser:
        yield browser


async def fetched(browser: httpx.AsyncClient, accept: str = "", **query: str) -> httpx.Response:
    """The page; it is always there."""
    headers = {"accept-language": accept}
    answer = await browser.get("/programme", params=query, headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    return answer


async def published(**changes: Any) -> None:
    await programmes.publish(SYSTEM, a_programme(**changes), LONG_AGO)


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "not open yet"), ("ru", "ещё не открылись"), ("el", "Δεν ανοίξαμε")],
)
async def test_before_the_first_programme_it_is_friendly(
    browser: httpx.AsyncClient, language: str, words: str
) -> None:
    page = await fetched(browser, accept=language, code="ABCDEFGH")

    assert words in page.text
    assert page.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("accept", "query", "language"),
    [
        ("", {}, "en"),
        ("de, fr;q=0.5", {}, "en"),
        ("ru-RU, en;q=0.5", {}, "ru"),
        ("ru", {"lang": "el"}, "el"),
        ("el", {"lang": "xx"}, "el"),
        ("", {"lang": "<script>"}, "en"),
    ],
)
async def test_speaks_the_language_chosen_or_asked_for(
    browser: httpx.AsyncClient, accept: str, query: dict[str, str], language: str
) -> None:
    await the_cafe()

    page = await fetched(browser, accept, **query)

    assert f'<html lang="{language}">' in page.text
    assert f"<h1>{NAMES[language]}</h1>" in page.text
    assert page.headers["vary"] == "Accept-Language"


@pytest.mark.parametrize("language", LANGUAGES)
async def test_tells_all_that_the_programme_is(browser: httpx.AsyncClient, language: str) -> None:
    programme = a_programme(
        rules=[
            a_rule(name=said("Each euro", "Каждый евро", "Κάθε ευρώ")),
            a_rule("over", name=said("Over", "Прошло", "Πέρασε"), validUntil="2021-01-01"),
            a_rule("later", name=said("Later", "Потом", "Αργότερα"), validFrom="2090-01-01"),
        ],
        welcome={"unit": "POINTS", "points": 20, "name": said("Hello", "Привет", "Γεια")},
        terms=said("Be kind.", "Будьте добры.", "Να είστε καλοί."),
    )
    await programmes.publish(SYSTEM, programme, LONG_AGO)
    soon = await database.now() + timedelta(days=40)
    await a_reward(tiers=("silver", "gold"), title=said("Cake", "Торт", "Τούρτα"), price=1234)
    await a_reward(available_from=soon, stock=0)

    text = (await fetched(browser, lang=language)).text

    shown = {
        "en": ("Each euro", "1 point for each whole euro.", "100 points in 365 days", "Be kind."),
        "ru": ("Каждый евро", "1 балл за каждый", "100 баллов за 365 дней", "Будьте добры."),
        "el": ("Κάθε ευρώ", "1 πόντος για κάθε", "100 πόντοι σε 365 ημέρες", "Να είστε καλοί."),
    }
    more = {
        "en": (
            "Cake",
            "1,234 points",
            "Tier: Silver or Gold",
            "All gone",
            "For joining: 20 points",
        ),
        "ru": ("Торт", "1\u00a0234 балла", "Уровень: Silver или Gold", "закончились", "20 баллов"),
        "el": ("Τούρτα", "1.234 πόντοι", "Επίπεδο: Silver ή Gold", "Εξαντλήθηκε", "20 πόντοι"),
    }
    over = {"en": "Over", "ru": "Прошло", "el": "Πέρασε"}
    for words in (*shown[language], *more[language], programme["rules"][2]["name"][language]):
        assert words in text
    assert f"<h3>{over[language]}</h3>" not in text
    assert f"{soon.year}</span>" in text
    assert "$" not in text


async def test_speaks_only_languages_that_the_programme_has(browser: httpx.AsyncClient) -> None:
    await published(languages=["el"])

    page = await fetched(browser, accept="ru", lang="en")

    assert '<html lang="el">' in page.text
    assert "hreflang" not in page.text


async def test_whatever_is_written_in_it_stays_text(browser: httpx.AsyncClient) -> None:
    hostile = said(HOSTILE, HOSTILE, HOSTILE)
    await published(name=hostile, terms=hostile, rules=[a_rule(name=hostile, text=hostile)])
    await a_reward(title=hostile, text=hostile)
    code = await code_of(await a_member(HOSTILE))

    text = (await fetched(browser, code=code)).text

    assert text.count(SAFE) >= 8
    assert "<script" not in text


async def test_shows_whose_invitation_it_is(browser: httpx.AsyncClient) -> None:
    await the_cafe()
    code = await code_of(await a_member("Anna"))
    nameless = await code_of(await a_member())

    page = await fetched(browser, code=f" {code.lower()} ", lang="en")

    assert "<h2>Anna invites you</h2>" in page.text
    assert "after your first order each of you gets 100 points" in page.text
    assert f"<code>{code}</code>" in page.text
    assert page.headers["cache-control"] == "no-store"
    assert f'href="/programme?lang=ru&amp;code=+{code.lower()}+"' in page.text
    assert "A friend invites you" in (await fetched(browser, code=nameless)).text


@pytest.mark.parametrize(
    "code", ["ABCDEFGH", "a'b\"<i>", "\x00", "Ω" * 30, "x" * 3000, "%00", "' or 1=1 --"]
)
async def test_an_unknown_code_is_told_kindly(browser: httpx.AsyncClient, code: str) -> None:
    await the_cafe()

    page = await fetched(browser, code=code)

    assert "This invitation did not work" in page.text
    assert "you can join without one, too" in page.text
    assert "<code>" not in page.text


async def test_a_claim_says_the_same_for_every_code(browser: httpx.AsyncClient) -> None:
    await the_cafe()
    member = await code_of(await a_member("Anna"))

    pages = {
        (await fetched(browser, claim=code)).text.replace(code, "")
        for code in ("KNOWN123", "UNKNOWN1", member)
    }

    assert len(pages) == 1
    assert "wait to be claimed in the app" in pages.pop()


async def test_is_kept_a_minute_and_not_sent_again_unchanged(browser: httpx.AsyncClient) -> None:
    await the_cafe()
    first = await fetched(browser)

    again = await browser.get("/programme", headers={"if-none-match": f"W/{first.headers['etag']}"})
    await a_reward()
    changed = await browser.get("/programme", headers={"if-none-match": first.headers["etag"]})

    assert first.headers["cache-control"] == "public, max-age=60"
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert changed.status_code == 200


async def test_nothing_may_run_or_be_fetched(browser: httpx.AsyncClient) -> None:
    await the_cafe()

    policy = (await fetched(browser)).headers["content-security-policy"]

    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "script-src" not in policy
    assert "unsafe" not in policy
