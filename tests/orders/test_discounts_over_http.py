"""Discounts from the draft to the receipt: as staff write them, and as a shop sees them."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest

from domain import database
from domain.access import access_keys
from domain.actor import SYSTEM, ActorKind, Role
from domain.programme import document, operations
from schema.programme_inputs import ProgrammeInput
from schema.written import sent
from tests.client import Client
from tests.documents import document as contract
from tests.factories.access import token_of
from tests.factories.orders import SHOP, a_line
from tests.factories.paying import a_cart, number_of
from tests.factories.programme import a_programme
from tests.factories.rewards import a_buyer
from tests.processes import Server

pytestmark = pytest.mark.usefixtures("database")

DRAFT = contract("staff/programme/ProgrammeDraft")
VERSION = """query ($id: ID!) { node(id: $id) { ... on ProgrammeVersion {
  discounts { id name text } } } }"""
QUOTE = contract("app/quote/Discounts")
REPORT = """mutation ($input: OrderReportInput!) { orderReport(input: $input) {
  order { total { amount } discounts { title money { amount } rule { name } text }
    missedDiscounts { rule { name } money { amount currency } text } }
  missedDiscounts { rule { name } text } userErrors { code message } } }"""


def said(text: str) -> list[dict[str, str]]:
    return [{"language": each, "text": text} for each in ("en", "ru", "el")]


STANDING = {
    "code": "gold-five", "name": said("Gold"), "effect": {"percentOffBasisPoints": 500},
    "when": {"memberTier": {"in": ["gold"]}},
}  # fmt: skip
STEP = {
    "code": "step", "name": said("After 500"), "effect": {"amountOffMinor": 1000},
    "when": {"memberSpent": {"atLeast": 50_000, "withinDays": 365}},
}  # fmt: skip
SALE = {
    "code": "summer", "name": said("Summer sale"), "effect": {"percentOffBasisPoints": 1500},
    "lines": {"lineCategory": {"in": ["summer"]}}, "budgetMinor": 100_000,
    "limit": {"minor": 2000, "per": "MONTH"}, "validFrom": "2026-11-01", "validUntil": "2026-12-31",
}  # fmt: skip


@pytest.fixture
async def http(served: Server) -> AsyncIterator[Client]:
    async with served.client() as client:
        yield client


async def drafted(http: Client, discounts: list[Any], **changes: Any) -> dict[str, Any]:
    plain = document.encoded(document.decoded(a_programme()))
    programme = sent(ProgrammeInput, plain) | {"discounts": discounts} | changes
    team = await access_keys.make(ActorKind.STAFF, "Lia", {Role.LOYALTY})
    answer = (await http.ask(DRAFT, team, input={"programme": programme}))["programmeDraft"]
    assert answer["userErrors"] == []
    found = {"problems": answer["version"]["problems"]}
    if all(each["severity"] == "WARNING" for each in found["problems"]):
        version = answer["version"]["id"]
        shown = await http.ask(VERSION, team, language="en", id=version)
        found["discounts"] = shown["node"]["discounts"]
    return found


async def test_a_standing_share_a_step_and_a_sale_are_drafted_and_read_back(http: Client) -> None:
    found = await drafted(http, [STANDING, STEP, SALE])
    assert [each["text"] for each in found["discounts"]] == [
        "5% off, when the tier is “Gold”.",
        "€10 off, when what was spent before in the last 365 days is at least €500.",
        "15% off goods where the category is “summer”; limit: €20 a month;"
        " €1,000 for all members together; from 1 November 2026 to 30 December 2026.",
    ]


async def test_what_is_wrong_is_found_where_it_was_sent(http: Client) -> None:
    wrong = STANDING | {"effect": {"percentOffBasisPoints": 0}}
    found = await drafted(http, [wrong])
    (problem,) = found["problems"]
    assert ".".join(problem["path"]).endswith("discounts.0.effect.percentOffBasisPoints")
    assert problem["hint"] == "Write 1 to 10000 basis points: 500 is 5%."


async def test_a_shop_quotes_and_reports(http: Client) -> None:
    now = await database.now()
    sale = SALE | {"validFrom": "2020-01-01", "validUntil": "2099-01-01"}
    contents = a_programme() | {"discounts": [in_document(each) for each in (STANDING, STEP, sale)]}
    await operations.publish(SYSTEM, contents, now.replace(year=2020))
    shop, member = await token_of(SHOP), await a_buyer(0, tier="bronze")
    cart = await a_cart(member, a_line(1000), a_line(4000))
    cart["lines"][1]["category"] = "summer"

    quote = (await http.ask(QUOTE, shop, language="en", order=cart))["orderQuote"]
    (off,) = quote["price"]["discounts"]
    assert (off["title"], off["money"]["amount"], off["rule"]["name"]) == (
        "Summer sale", 600, "Summer sale",
    )  # fmt: skip
    assert off["text"] == "15% of €40: €6"
    assert [each["text"] for each in quote["notDiscounted"]] == [
        "Only when the tier is “Gold”; here: “Bronze”.",
        "Only when what was spent before in the last 365 days is at least €500; here: €0.",
    ]
    asked = {"order": cart, "quoteId": quote["id"], "idempotencyKey": uuid4().hex}
    done = (await http.ask(REPORT, shop, language="en", input=asked))["orderReport"]
    assert done["order"]["total"] == {"amount": 4400}
    assert done["order"]["discounts"][0]["text"] == "15% of €40: €6"
    assert done["missedDiscounts"] == []

    plain = cart | {"reference": uuid4().hex, "member": {"number": await number_of(member)}}
    asked = {"order": plain, "idempotencyKey": uuid4().hex}
    done = (await http.ask(REPORT, shop, language="en", input=asked))["orderReport"]
    assert done["order"]["total"] == {"amount": 5000}
    (missed,) = done["order"]["missedDiscounts"]
    assert (missed["rule"]["name"], missed["money"]["amount"]) == ("Summer sale", 600)
    assert missed["text"] == (
        "The order was reported without a quote: €6 would have been taken off."
    )
    assert len(done["missedDiscounts"]) == 1


def in_document(discount: dict[str, Any]) -> dict[str, Any]:
    """A discount as the document has it."""
    effect = discount["effect"]
    kind, name, value = (
        ("PERCENT_OFF", "basisPoints", effect.get("percentOffBasisPoints"))
        if "percentOffBasisPoints" in effect
        else ("AMOUNT_OFF", "minor", effect["amountOffMinor"])
    )
    names = {each["language"]: each["text"] for each in discount["name"]}
    return discount | {"name": names, "effect": {"kind": kind, name: value}}
