"""A first purchase invites its buyer: the code on the receipt leads to joining and to points."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest

from domain import database
from domain.actor import SYSTEM
from domain.calendar import midnight
from domain.errors import CodeExpired
from domain.orders import operations
from domain.orders.commands import ClaimOrder
from domain.programme import document as documents
from domain.programme import operations as programmes
from domain.programme.review import problems
from domain.programme.templates import contents
from tests.documents import document
from tests.factories import clock
from tests.factories.access import token_of
from tests.factories.orders import SHOP, a_line, an_order, reported, sent
from tests.factories.rewards import a_buyer, a_programme
from tests.processes import Server
from tests.stories.test_friend import Phone

pytestmark = pytest.mark.usefixtures("database")

ATHENS = ZoneInfo("Europe/Athens")


async def published(days: int | None, at: datetime = datetime(2020, 1, 1, tzinfo=UTC)) -> None:
    """The café, whose receipts are good for so many days."""
    cafe = contents("cafe")
    cafe.pop("claimDays")
    await programmes.publish(SYSTEM, cafe | ({"claimDays": days} if days else {}), at)


async def test_a_guest_joins_by_a_receipt_and_has_its_points(served: Server) -> None:
    await published(60)
    now = await database.now()
    async with served.client() as client:
        asked = {"order": sent(an_order(a_line(2500))), "idempotencyKey": uuid4().hex}
        send = document("shop/orders/OrderReport")
        done = (await client.ask(send, await token_of(SHOP), input=asked))["orderReport"]
        claim = done["claim"]
        assert (claim["points"], done["earnings"], done["member"]) == (25, [], None)
        last = (now.astimezone(ATHENS) + timedelta(days=61)).date()
        assert datetime.fromisoformat(claim["expiresAt"]) == midnight(last, ATHENS)
        drawing = ElementTree.fromstring(claim["qrSvg"])
        assert drawing.tag.endswith("svg")
        assert drawing.find(".//{*}path") is not None

        path = claim["url"].removeprefix(served.url)
        assert path == f"/claim/{claim['code']}"
        page = await client.http.get(path, follow_redirects=True)
        assert page.status_code == 200
        assert claim["code"] in page.text
        assert "Join" in page.text

        phone = Phone(client)
        await phone.join(served, "new@example.com")
        joined = await phone.balance()
        receipt = {"receipt": {"code": claim["code"]}, "idempotencyKey": uuid4().hex}
        mine = await phone.ask("app/orders/OrderClaim", input=receipt)
        again = await phone.ask("app/orders/OrderClaim", input=receipt)
        assert mine["earnings"] == [{"points": 25, "unit": {"code": "POINTS"}}]
        assert mine["order"]["state"] == "COMPLETED"
        assert (mine["replayed"], again["replayed"]) == (False, True)
        assert await phone.balance() == joined + 25


async def test_a_page_shows_no_code_that_is_none(served: Server) -> None:
    await a_programme()
    async with served.client() as client:
        page = await client.http.get("/programme?claim=<script>x</script>")
    assert "<script>x" not in page.text
    assert 'class="code"' not in page.text


@pytest.mark.parametrize("by", ["code", "number"])
async def test_after_its_days_a_receipt_is_refused(by: str) -> None:
    await published(7)
    order = an_order(a_line(2500))
    done = await reported(order)
    late, in_time = await a_buyer(0), await a_buyer(0)
    code = done.result["claim"]
    receipt: dict[str, Any] = {"code": code}
    if by == "number":
        receipt = {"source": order.source, "reference": order.reference, "total": 2500}
    reported_on = (await database.now()).astimezone(ATHENS).date()
    ends = midnight(reported_on + timedelta(days=8), ATHENS)

    await clock.at(ends + timedelta(seconds=1))
    with pytest.raises(CodeExpired) as refused:
        await operations.claim(late, ClaimOrder("late", **receipt))

    assert refused.value.path == ("receipt",)
    assert await database.value("select member_id from orders") is None
    await database.rows("update clock set ahead_seconds = 0")
    await operations.claim(in_time, ClaimOrder("in time", **receipt))
    assert await database.value("select member_id from orders") == in_time.member_id


async def test_what_a_receipt_promised_stays_whatever_is_published_later() -> None:
    await published(None)
    done = await reported(an_order(a_line(2500)))
    await published(1, datetime(2021, 1, 1, tzinfo=UTC))
    member = await a_buyer(0)
    await clock.later(days=400)
    await operations.claim(member, ClaimOrder("mine", code=done.result["claim"]))
    assert await database.value("select member_id from orders") == member.member_id


@pytest.mark.parametrize("days", [0, -1, 5000])
def test_days_that_are_none_are_a_problem_of_the_programme(days: int) -> None:
    wrong = documents.decoded({**contents("cafe"), "claimDays": days})
    assert [each.path for each in problems(wrong)] == [("claimDays",)]
