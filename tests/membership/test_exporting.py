"""What is kept of a member, whole, behind an address that nobody can make and that is soon over."""

import base64
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import database
from domain.errors import NotFound
from domain.membership import exporting
from tests.client import Client
from tests.documents import document
from tests.factories.access import token_of
from tests.factories.members import a_member
from tests.factories.orders import an_order, reported
from tests.membership.test_erasing import SECRETS, erase, somebody
from tests.processes import Server

pytestmark = pytest.mark.usefixtures("database")

# Tables of which nothing is a member's own, or that only repeat what stands elsewhere.
NOT_EXPORTED = {
    "erased_identifiers",  # hashes that say nothing about whom
    "idempotency_keys", "outbox", "outbox_readers", "outbox_failures",
    "refresh_tokens", "challenges",  # secrets of a sign-in, and soon deleted
    "lots", "transfers", "qualifying_days", "rule_uses", "offer_uses",  # how the points add up
    "purchases",  # what the orders say
    "ledger_problems", "expiry_warnings",
    "tier_refreshes",  # how far a duty has come
}  # fmt: skip


@pytest.fixture
async def http(served: Server) -> AsyncIterator[Client]:
    async with served.client() as client:
        yield client


async def export(http: Client, token: str, key: str = "") -> Any:
    given = {"idempotencyKey": key or uuid4().hex}
    return (await http.ask(document("app/profile/MemberExport"), token, input=given))[
        "memberExport"
    ]


def path(url: str) -> str:
    return "/export/" + url.rpartition("/")[2]


async def test_all_that_is_kept_comes_as_json(http: Client) -> None:
    member, other = await somebody(), await a_member("other@example.org", first_name="Zoe")
    assert other.member_id
    await reported(an_order(member=other.member_id))
    made = await export(http, await token_of(member))
    assert made["userErrors"] == []
    answer = await http.http.get(path(made["url"]))
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert answer.headers["content-type"] == "application/json"
    assert [word for word in SECRETS if word not in answer.text] == []
    kept = answer.json()
    assert kept["profile"]["birth_day"] == 29
    assert [each["messages"][0]["text"] for each in kept["cases"]] == ["I am Anastasia."]
    assert len(kept["orders"]) == 1
    assert len(kept["transactions"]) > 0
    for strange in ("Zoe", "other@example.org", str(other.member_id)):
        assert strange not in answer.text


async def test_no_table_is_forgotten() -> None:
    tables = await database.rows(
        """select table_name from information_schema.columns where table_schema = 'public'
             and column_name in ('member_id', 'friend_id', 'sender_id')"""
    )
    read = " ".join(exporting._PARTS.values())
    forgotten = [row[0] for row in tables if f" {row[0]}" not in read]
    assert set(forgotten) <= NOT_EXPORTED


async def test_the_same_key_gives_the_same_address(http: Client) -> None:
    token = await token_of(await a_member())
    first, again = await export(http, token, "k"), await export(http, token, "k")
    assert (first["url"], first["expiresAt"]) == (again["url"], again["expiresAt"])
    assert (first["replayed"], again["replayed"]) == (False, True)


async def test_an_address_is_good_for_an_hour_and_not_after_erasing(http: Client) -> None:
    member = await a_member()
    token = await token_of(member)
    url = path((await export(http, token))["url"])
    await database.rows("update clock set ahead_seconds = 3601")
    try:
        over = await http.http.get(url)
    finally:
        await database.rows("update clock set ahead_seconds = 0")
    assert (over.status_code, over.json()["errors"][0]["extensions"]["code"]) == (404, "NOT_FOUND")
    assert (await http.http.get(url)).status_code == 200
    assert (await erase(http, member, token))["erasedAt"]
    assert (await http.http.get(url)).status_code == 404


async def test_it_is_kept_out_of_what_is_remembered(http: Client) -> None:
    made = await export(http, await token_of(await a_member()))
    token = made["url"].rpartition("/")[2]
    for table in ("outbox", "idempotency_keys"):
        said = await database.value(f"select string_agg(x::text, ' ') from {table} x")
        assert token not in said


@given(junk=st.text(max_size=80))
async def test_nobody_can_make_an_address(junk: str) -> None:
    with pytest.raises(NotFound):
        await exporting.contents(junk)


@given(place=st.integers(0, 41), bit=st.integers(0, 7))
async def test_an_address_that_is_changed_is_none(place: int, bit: int) -> None:
    raw = bytearray(base64.urlsafe_b64decode(exporting._token(UUID(int=7), 2_000_000_000)))
    raw[place] ^= 1 << bit
    with pytest.raises(NotFound):
        exporting._read(base64.urlsafe_b64encode(bytes(raw)).decode())
