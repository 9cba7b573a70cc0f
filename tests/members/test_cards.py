"""Cards at a till: a code is good for a moment, a number until its card is lost."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import database, secrets
from domain.access import access_keys
from domain.actor import SYSTEM, Actor, ActorKind, Role
from domain.errors import InvalidInput
from domain.members import cards
from domain.members.enrolment import enrol
from domain.programme import queries as programmes
from tests.client import Client, Refused
from tests.documents import document
from tests.factories.access import token_of
from tests.factories.members import a_member, joining
from tests.factories.orders import an_order, sent
from tests.processes import Server

pytestmark = pytest.mark.usefixtures("database")

CARD = "{ me { number card { number qrSvg refreshAt } } }"
BY = "query ($by: MemberRefInput!) { member(by: $by) { firstName card { qrSvg refreshAt } } }"
REPLACE = """mutation ($input: CardReplaceInput!) { cardReplace(input: $input) {
  card { number refreshAt } member { number } replayed userErrors { code message path } } }"""
REPORT = """mutation ($input: OrderReportInput!) { orderReport(input: $input) {
  order { id } member { firstName } userErrors { code message path } } }"""
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.fixture
async def http(served: Server) -> AsyncIterator[Client]:
    async with served.client() as client:
        yield client


@pytest.fixture
async def shop() -> str:
    return await access_keys.make(ActorKind.SERVICE, "shop", {Role.SHOP})


async def number_of(member: Actor) -> str:
    found: str = await database.value("select number from members where id = $1", member.member_id)
    return found


async def shown(member: Actor, seconds_ago: float = 0) -> str:
    """What the member's card showed so long ago."""
    at = await database.now() - timedelta(seconds=seconds_ago)
    return cards.code(await number_of(member), at)[0]


async def report(http: Client, shop: str, seconds_ago: float = 0, **member: Any) -> Any:
    order = an_order(occurred_at=await database.now() - timedelta(seconds=seconds_ago))
    given = {"order": sent(order, **member), "idempotencyKey": uuid4().hex}
    return (await http.ask(REPORT, shop, input=given))["orderReport"]


async def replace(http: Client, token: str, key: str = "", **given: Any) -> Any:
    sent = {"reason": "LOST", "idempotencyKey": key or uuid4().hex, **given}
    return (await http.ask(REPLACE, token, input=sent))["cardReplace"]


async def test_a_card_shows_a_code_until_it_shows_the_next(http: Client) -> None:
    member = await a_member(first_name="Anna")
    me = (await http.ask(CARD, await token_of(member)))["me"]
    assert me["card"]["number"] == me["number"]
    until = datetime.fromisoformat(me["card"]["refreshAt"]) - await database.now()
    assert timedelta(0) < until <= timedelta(seconds=cards.TURN_SECONDS)
    assert me["card"]["qrSvg"].startswith("<svg")


async def test_the_code_and_the_number_of_a_card_name_its_member(http: Client, shop: str) -> None:
    member = await a_member(first_name="Anna")
    number = await number_of(member)
    spaced = f"{number[:4]} {number[4:]}"
    for card in (await shown(member), (await shown(member)).lower(), number, spaced):
        found = (await http.ask(BY, shop, by={"card": card}))["member"]
        assert found["firstName"] == "Anna"
        assert found["card"]["refreshAt"] is None, "what a till prints stays good"
        reported = await report(http, shop, card=card)
        assert reported["member"] == {"firstName": "Anna"}


async def test_an_old_code_is_refused_with_a_remedy(http: Client, shop: str) -> None:
    member = await a_member()
    old = await shown(member, seconds_ago=2 * cards.TURN_SECONDS)
    with pytest.raises(Refused, match="show the card anew") as raised:
        await http.ask(BY, shop, by={"card": old})
    assert raised.value.codes == ["BAD_REQUEST"]
    older = await shown(member, seconds_ago=2 * cards.TURN_SECONDS + cards.SLACK_SECONDS)
    (error,) = (await report(http, shop, card=older))["userErrors"]
    assert (error["code"], error["path"]) == (
        "INVALID_INPUT", ["input", "order", "member", "card"]
    )  # fmt: skip


async def test_an_order_that_comes_late_is_judged_by_when_it_was_paid(
    http: Client, shop: str
) -> None:
    member = await a_member(first_name="Anna")
    hours = 5 * 3600
    card = await shown(member, seconds_ago=hours)
    reported = await report(http, shop, seconds_ago=hours, card=card)
    assert reported["member"] == {"firstName": "Anna"}


@given(place=st.integers(0, 39), letter=st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-é"))
def test_a_code_of_which_one_letter_is_another_is_forged(place: int, letter: str) -> None:
    code, _ = cards.code("1234567897", NOW)
    assert len(code) == 40
    changed = code[:place] + letter + code[place + 1 :]
    if changed.upper() != code and cards.is_code(changed):
        with pytest.raises(InvalidInput):
            cards.number_in(changed, NOW)


@given(seconds=st.integers(-200, 400))
def test_a_code_is_good_for_its_turn_and_the_next(seconds: int) -> None:
    code, refresh_at = cards.code("1234567897", NOW)
    assert refresh_at == NOW + timedelta(seconds=cards.TURN_SECONDS)
    at = NOW + timedelta(seconds=seconds)
    if 0 <= seconds < 2 * cards.TURN_SECONDS:
        assert cards.number_in(code, at) == "1234567897"
    else:
        with pytest.raises(InvalidInput):
            cards.number_in(code, at)


def test_another_installation_makes_other_codes() -> None:
    code, _ = cards.code("1234567897", NOW)
    assert secrets.key("cards") != secrets.key("cursors")
    assert re.fullmatch(r"[A-Z0-9-]{40}", code), "little room in a QR code"


async def test_a_lost_card_is_refused_and_the_new_one_is_good(http: Client, shop: str) -> None:
    member = await a_member(first_name="Anna")
    token, lost, code = await token_of(member), await number_of(member), await shown(member)
    made = await replace(http, token, "k")
    assert made["userErrors"] == []
    number = made["card"]["number"]
    assert number == made["member"]["number"] == await number_of(member) != lost

    for by in ({"number": lost}, {"card": lost}, {"card": code}):
        with pytest.raises(Refused, match="was reported lost on 20"):
            await http.ask(BY, shop, by=by)
        (error,) = (await report(http, shop, 0, **by))["userErrors"]
        assert error["path"][-1] == next(iter(by))
        assert "reported lost" in error["message"]
    for good in ({"number": number}, {"card": await shown(member)}):
        assert (await http.ask(BY, shop, by=good))["member"]["firstName"] == "Anna"

    again = await replace(http, token, "k")
    assert (again["card"]["number"], again["replayed"]) == (number, True)
    me = (await http.ask(CARD, token))["me"]
    assert me["card"]["number"] == number, "no answer of before is remembered"


async def test_a_shop_replaces_a_card_and_a_member_only_its_own(http: Client, shop: str) -> None:
    anna, boris = await a_member(first_name="Anna"), await a_member()
    made = await replace(http, shop, member={"number": await number_of(anna)}, reason="STOLEN")
    assert made["card"] == {"number": await number_of(anna), "refreshAt": None}
    before = await number_of(anna)
    token = await token_of(boris)
    refused = await replace(http, token, member={"number": before})
    assert [(e["code"], e["path"]) for e in refused["userErrors"]] == [
        ("NOT_FOUND", ["input", "member"])
    ]
    assert await number_of(anna) == before
    (error,) = (await replace(http, shop))["userErrors"]
    assert error["path"] == ["input", "member"]


async def test_of_many_who_replace_one_card_at_once_one_does(http: Client, shop: str) -> None:
    member = await a_member()
    token, lost = await token_of(member), await number_of(member)
    mine = [replace(http, token) for _ in range(4)]
    answers = await asyncio.gather(*mine, *(
        replace(http, shop, member={"number": lost}) for _ in range(4)
    ))  # fmt: skip
    done = [answer for answer in answers if not answer["userErrors"]]
    numbers = await database.rows("select number from lost_cards where member_id = $1",
                                  member.member_id)  # fmt: skip
    assert lost in {row["number"] for row in numbers}
    assert len(done) == len(numbers), "each that was done lost one number, none was lost twice"
    named = [answer for answer in answers[4:] if not answer["userErrors"]]
    assert len(named) <= 1, "a card that is named is replaced once"
    final = await number_of(member)
    assert final not in {row["number"] for row in numbers}


async def test_the_same_key_many_times_at_once_replaces_once(http: Client) -> None:
    member = await a_member()
    token = await token_of(member)
    answers = await asyncio.gather(*(replace(http, token, "same") for _ in range(6)))
    assert {answer["card"]["number"] for answer in answers} == {await number_of(member)}
    assert await database.value("select count(*) from lost_cards") == 1


async def test_nobody_new_gets_the_number_of_a_lost_card(monkeypatch: pytest.MonkeyPatch) -> None:
    member = await a_member()
    lost = await number_of(member)
    await database.rows(
        "insert into lost_cards (number, member_id, reason, at) values ($1, $2, 'LOST', now())",
        *(lost, member.member_id),
    )
    await database.rows("update members set number = '1' where id = $1", member.member_id)
    drawn = iter([lost, lost, "2222222222"])
    monkeypatch.setattr("domain.ids.member_number", lambda: next(drawn))
    async with database.transaction():
        new, _ = await enrol(SYSTEM, joining(), await programmes.in_force())
    assert await database.value("select number from members where id = $1", new) == "2222222222"


async def test_the_profile_document_says_when_to_refresh(http: Client) -> None:
    member = await a_member()
    answer = await http.raw(await token_of(member), json={"query": document("app/profile/Profile")})
    assert answer.json()["data"]["me"]["card"]["refreshAt"] is not None
