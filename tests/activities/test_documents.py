"""The documents about activities, answered over HTTP; and what is refused, with its path."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from domain import database
from domain.actor import Actor
from tests.client import Refused
from tests.documents import document
from tests.factories.access import token_of
from tests.factories.rewards import TILL, a_buyer, a_programme
from tests.processes import Server

pytestmark = pytest.mark.usefixtures("database")

REPORT, MINE = document("shop/till/ActivityReport"), document("app/activities/MyActivities")
KINDS = """{ programme {
  activityKinds { code name reportedByMembers attributes { name label type required values }
                  earningRules { code name text points unit { code } } }
  badges { code name text icon howTo } } }"""
TITLE = """{ me { wallet(unit: "POINTS") { transactions(first: 1) { nodes { title } } }
                  notifications(first: 1) { nodes { kind title } } } }"""


def sent(number: str, **changes: Any) -> dict[str, Any]:
    """A review of what was bought, with three stars."""
    return {
        "source": "reviews",
        "reference": uuid4().hex,
        "kind": "review",
        "member": {"number": number},
        "occurredAt": datetime.now(UTC).isoformat(),
        "attributes": [said("stars", number=3), said("verified", flag=True)],
        "idempotencyKey": uuid4().hex,
        **changes,
    }


def said(name: str, **value: Any) -> dict[str, Any]:
    return {"name": name, "value": value}


async def a_reviewer() -> tuple[Actor, str]:
    await a_programme()
    member = await a_buyer(0)
    number = await database.value("select number from members where id = $1", member.member_id)
    return member, number


async def written() -> dict[str, int]:
    tables = ("activities", "transactions", "notifications", "outbox", "rule_uses",
              "idempotency_keys")  # fmt: skip
    return {table: await database.value(f"select count(*) from {table}") for table in tables}


async def test_a_report_is_paid_for_explained_and_listed(served: Server) -> None:
    member, number = await a_reviewer()
    async with served.client() as client:
        till, own = await token_of(TILL), await token_of(member)
        input = sent(number)
        done = (await client.ask(REPORT, till, "ru", input=input))["activityReport"]
        again = (await client.ask(REPORT, till, "ru", input=input))["activityReport"]
        share = sent(number, kind="share", source="app", attributes=[said("network", text="viber")])
        shared = (await client.ask(REPORT, own, "en", input=share))["activityReport"]
        mine = (await client.ask(MINE, own, "en"))["me"]
        told = (await client.ask(TITLE, own, "el"))["me"]

    (earning,) = done["earnings"]
    assert (earning["points"], earning["unit"]["code"]) == (15, "POINTS")
    assert [each["text"] for each in earning["explanation"]] == [
        "За отзыв: 10 баллов",
        "За отзыв о покупке: 5 баллов",
    ]
    assert (done.pop("replayed"), again.pop("replayed"), done) == (False, True, again)
    assert (shared["earnings"][0]["points"], shared["userErrors"]) == (3, [])
    kinds = [each["kind"]["code"] for each in mine["activities"]["nodes"]]
    assert sorted(kinds) == ["review", "share"]
    review = next(each for each in mine["activities"]["nodes"] if each["kind"]["code"] == "review")
    assert review["attributes"] == [
        {"name": "stars", "label": "stars", "value": "3"},
        {"name": "verified", "label": "bought here", "value": "true"},
    ]
    assert review["notEarned"] == []
    left = {way["code"]: way["limitLeft"] for way in mine["waysToEarn"]}
    assert (left["review-points"], left["verified-review"], left["every-euro"]) == (10, 5, None)
    assert "share-points" not in left
    badge = mine["badges"]["nodes"][0]
    assert (badge["title"], badge["earnedAt"]) == ("Critic", None)
    assert (badge["progress"], badge["badge"]["howTo"]) == (
        {"done": 1, "target": 3},
        "Review: 3.",
    )
    assert told["wallet"]["transactions"]["nodes"] == [{"title": "Κοινοποίηση σε φίλους"}]
    assert told["notifications"]["nodes"] == [{"kind": "POINTS_EARNED", "title": "+3 πόντοι"}]


async def test_a_dry_run_says_the_same_and_does_nothing(served: Server) -> None:
    _, number = await a_reviewer()
    input = sent(number)
    before = await written()
    async with served.client() as client:
        till = await token_of(TILL)
        tried = (await client.ask(REPORT, till, input=input | {"dryRun": True}))["activityReport"]
        assert await written() == before
        done = (await client.ask(REPORT, till, input=input))["activityReport"]

    assert (tried["replayed"], tried["userErrors"]) == (False, [])
    assert tried["earnings"] == done["earnings"]


async def test_an_app_knows_what_can_be_done_without_a_token(served: Server) -> None:
    await a_programme()
    async with served.client() as client:
        found = (await client.ask(KINDS, None, "en"))["programme"]

    review, share = found["activityKinds"]
    assert review["attributes"][0] == {
        "name": "stars", "label": "stars", "type": "NUMBER", "required": True, "values": [],
    }  # fmt: skip
    assert (review["reportedByMembers"], share["reportedByMembers"]) == (False, True)
    assert share["attributes"][0]["values"] == ["instagram", "telegram", "facebook", "viber"]
    assert [rule["text"] for rule in review["earningRules"]] == [
        "10 points for: Review; limit: 20 points a month.",
        "5 points for: Review, when “bought here”: yes; limit: 10 points a month.",
    ]
    assert [badge["howTo"] for badge in found["badges"]] == [
        "Review: 3.", "For 100 orders.", "For reaching the tier Family.",
    ]  # fmt: skip


async def test_why_there_are_no_points_is_told(served: Server) -> None:
    member, number = await a_reviewer()
    plain = [said("stars", number=2)]
    async with served.client() as client:
        till, own = await token_of(TILL), await token_of(member)
        for n in range(3):
            await client.ask(REPORT, till, input=sent(number, reference=f"{n}", attributes=plain))
        told = [
            [
                each["text"]
                for each in (await client.ask(MINE, own, language))["me"]["activities"]["nodes"][0][
                    "notEarned"
                ]
            ]
            for language in ("en", "ru", "el")
        ]

    assert told == [
        ["The limit is used up: 20 points a month.", "Only when “bought here”: yes."],
        ["Лимит исчерпан: 20 баллов в месяц.", "Только если «куплено у нас»: да."],
        ["Το όριο εξαντλήθηκε: 20 πόντοι τον μήνα.", "Μόνο όταν «αγορά από εμάς»: ναι."],
    ]


async def test_pages_and_counts(served: Server) -> None:
    member, number = await a_reviewer()
    asked = """query($after: String) { me { activities(first: 2, after: $after) {
      nodes { reference } totalCount pageInfo { hasNextPage endCursor } }
      badges(first: 2, after: null) { nodes { title } totalCount
                                      pageInfo { hasNextPage endCursor } } } }"""
    rest = "query($after: String) { me { badges(first: 2, after: $after) { nodes { title } } } }"
    async with served.client() as client:
        till, own = await token_of(TILL), await token_of(member)
        for n in range(3):
            await client.ask(REPORT, till, input=sent(number, reference=f"r{n}"))
        one = (await client.ask(asked, own))["me"]
        end = one["activities"]["pageInfo"]["endCursor"]
        two = (await client.ask(asked, own, after=end))["me"]["activities"]
        after = one["badges"]["pageInfo"]["endCursor"]
        last = (await client.ask(rest, own, after=after))["me"]["badges"]["nodes"]

    pages = [[each["reference"] for each in page["nodes"]] for page in (one["activities"], two)]
    assert pages == [["r2", "r1"], ["r0"]]
    assert (one["activities"]["totalCount"], two["pageInfo"]["hasNextPage"]) == (3, False)
    assert (one["badges"]["totalCount"], last) == (3, [{"title": "One of us"}])


LATER = (datetime.now(UTC) + timedelta(days=2)).isoformat()
BAD: dict[str, tuple[dict[str, Any], str, str]] = {
    "no source": ({"source": ""}, "INVALID_INPUT", "source"),
    "long reference": ({"reference": "r" * 65}, "INVALID_INPUT", "reference"),
    "no such kind": ({"kind": "revue"}, "INVALID_INPUT", "kind"),
    "the future": ({"occurredAt": LATER}, "INVALID_INPUT", "occurredAt"),
    "long ago": ({"occurredAt": "1950-01-01T00:00:00Z"}, "INVALID_INPUT", "occurredAt"),
    "nobody": ({"member": {"number": "1234567890"}}, "NOT_FOUND", "member"),
    "no phone": ({"member": {"phone": "12"}}, "INVALID_INPUT", "member.phone"),
    "no key": ({"idempotencyKey": ""}, "INVALID_INPUT", "idempotencyKey"),
    "required": ({"attributes": []}, "INVALID_INPUT", "attributes"),
    "unknown": (
        {"attributes": [said("stars", number=1), said("star", number=1)]},
        "INVALID_INPUT", "attributes.1.name",
    ),
    "twice": (
        {"attributes": [said("stars", number=1), said("stars", number=1)]},
        "INVALID_INPUT", "attributes.1.name",
    ),
    "text for a number": (
        {"attributes": [said("stars", text="5")]}, "INVALID_INPUT", "attributes.0.value",
    ),
    "number for a flag": (
        {"attributes": [said("verified", number=1)]}, "INVALID_INPUT", "attributes.0.value",
    ),
    "flag for a number": (
        {"attributes": [said("stars", flag=True)]}, "INVALID_INPUT", "attributes.0.value",
    ),
    "text for a date": (
        {"attributes": [said("visitedOn", text="2026-06-01")]},
        "INVALID_INPUT", "attributes.0.value",
    ),
    "not of its values": (
        {"kind": "share", "attributes": [said("network", text="myspace")]},
        "INVALID_INPUT", "attributes.0.value",
    ),
    "too many": (
        {"attributes": [said("stars", number=1)] * 21}, "INVALID_INPUT", "attributes",
    ),
}  # fmt: skip


async def test_what_cannot_be_right_changes_nothing_and_says_where(served: Server) -> None:
    _, number = await a_reviewer()
    till = await token_of(TILL)
    before = await written()
    async with served.client() as client:
        for name, (changes, code, path) in BAD.items():
            done = await client.ask(REPORT, till, input=sent(number, **changes))
            (error,) = done["activityReport"]["userErrors"]
            found = error["code"], ".".join(error["path"])
            assert found == (code, f"input.{path}"), name
            assert done["activityReport"]["earnings"] == []
    assert await written() == before


async def test_who_may_not_and_what_is_taken(served: Server) -> None:
    member, number = await a_reviewer()
    share = {"kind": "share", "attributes": [said("network", text="viber")]}
    early = (datetime.now(UTC) - timedelta(days=3)).isoformat()

    async def code_of(ask: Callable[[], Any]) -> str:
        (error,) = (await ask())["activityReport"]["userErrors"]
        return str(error["code"])

    async with served.client() as client:
        till, own = await token_of(TILL), await token_of(member)
        first = sent(number)
        await client.ask(REPORT, till, input=first)
        other = first | {"idempotencyKey": "another", "attributes": [said("stars", number=1)]}
        codes = [
            await code_of(lambda: client.ask(REPORT, till, input=other)),
            await code_of(lambda: client.ask(REPORT, till, input=first | {"source": "s"})),
            await code_of(lambda: client.ask(REPORT, own, input=sent(number))),
            await code_of(
                lambda: client.ask(REPORT, own, input=sent(number, **share, occurredAt=early))
            ),
        ]
        with pytest.raises(Refused) as refused:
            await client.ask(REPORT, None, input=sent(number))

    assert codes == ["ACTIVITY_CONFLICT", "IDEMPOTENCY_KEY_REUSED", "NOT_ALLOWED", "INVALID_INPUT"]
    assert refused.value.codes == ["UNAUTHENTICATED"]
