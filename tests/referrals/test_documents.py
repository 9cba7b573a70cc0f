"""What an app sends about friends, over HTTP."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from domain import database
from domain.language import Text
from domain.programme import queries as programmes
from domain.referrals import operations
from schema.node import encode
from tests.client import Client, Refused
from tests.documents import document
from tests.factories.access import token_of
from tests.factories.feedback import a_carer
from tests.factories.members import signed_in
from tests.factories.referrals import a_friend, a_member, code_of, ordered
from tests.factories.rewards import TILL, a_programme
from tests.processes import Server

pytestmark = pytest.mark.usefixtures("database")

NODE = "query ($id: ID!) { node(id: $id) { id ... on Referral { state friendFirstName } } }"
ONE = {"points": 100, "unit": {"code": "POINTS"}}


@pytest.fixture
async def http(served: Server) -> AsyncIterator[Client]:
    async with served.client() as client:
        yield client


async def promised() -> Text:
    referral = (await programmes.in_force()).programme.referral
    assert referral is not None
    return referral.text


async def test_a_member_sees_its_code_and_what_became_of_friends(http: Client) -> None:
    member = await a_member("Anna")
    buyer, rewarded_id = await a_friend(member, "Ilya")
    async with database.transaction():
        await operations.qualify(await ordered(buyer))
    _, joined_id = await a_friend(member, None)
    code = await code_of(member)

    me = (await http.ask(document("app/referral/MyReferrals"), await token_of(member)))["me"]

    link = me["referralLink"]
    assert link.pop("qrSvg").startswith("<svg")
    assert link == {
        "code": code,
        "url": f"{http.url}/r/{code}",
        "terms": (await promised())["en"],
        "myReward": ONE,
        "friendReward": ONE,
        "counts": {"joined": 1, "pending": 0, "rewarded": 1, "refused": 0},
    }
    joined, rewarded = me["referrals"]["nodes"]
    assert joined == {
        "id": encode("Referral", joined_id),
        "friendFirstName": None,
        "state": "JOINED",
        "missing": "The first order of your friend.",
        "finalAt": None,
    }
    assert rewarded.pop("finalAt").endswith("Z")
    assert rewarded == {
        "id": encode("Referral", rewarded_id),
        "friendFirstName": "Ilya",
        "state": "REWARDED",
        "missing": None,
    }
    assert me["referrals"]["pageInfo"]["hasNextPage"] is False


@pytest.mark.parametrize(
    ("language", "missing"), [("ru", "Первый заказ друга."), ("el", "Η πρώτη παραγγελία")]
)
async def test_texts_are_in_the_callers_language(http: Client, language: str, missing: str) -> None:
    member = await a_member()
    await a_friend(member)

    token, text = await token_of(member), document("app/referral/MyReferrals")
    me = (await http.ask(text, token, language))["me"]

    assert me["referralLink"]["terms"] == (await promised())[language]
    assert me["referrals"]["nodes"][0]["missing"].startswith(missing)


async def test_whoever_has_a_code_sees_whose_it_is(http: Client) -> None:
    member = await a_member("Anna")
    code = (await code_of(member)).lower()

    async def preview(code: str) -> Any:
        return (await http.ask(document("app/referral/ReferralPreview"), code=code))[
            "referralPreview"
        ]

    known, unknown = await preview(code), await preview("NOBODYS1")
    assert (known["valid"], known["referrerFirstName"]) == (True, "Anna")
    assert known["text"] == (await promised())["en"]
    assert (unknown["valid"], unknown["referrerFirstName"]) == (False, None)
    assert unknown["text"].startswith("Nobody has this code. Ask your friend")


async def test_friends_are_counted_and_paged(http: Client) -> None:
    member = await a_member()
    wanted = [encode("Referral", (await a_friend(member))[1]) for _ in range(5)][::-1]
    token = await token_of(member)
    page = """query ($after: String) { me { referrals(first: 2, after: $after) {
        totalCount nodes { id } pageInfo { hasNextPage endCursor } } } }"""

    found: list[str] = []
    after: str | None = None
    for _ in range(3):
        listed = (await http.ask(page, token, after=after))["me"]["referrals"]
        assert listed["totalCount"] == 5
        found += [node["id"] for node in listed["nodes"]]
        after = listed["pageInfo"]["endCursor"]

    assert found == wanted
    assert listed["pageInfo"]["hasNextPage"] is False
    with pytest.raises(Refused) as refused:
        await http.ask("{ me { referrals(first: 101) { nodes { id } } } }", token)
    assert refused.value.codes == ["PAGE_TOO_LARGE"]


async def test_a_referral_is_for_both_sides_and_the_team(http: Client) -> None:
    member, stranger = await a_member("Anna"), await a_member()
    friend, referral_id = await a_friend(member, "Ilya")
    wanted = encode("Referral", referral_id)
    seen = {"id": wanted, "state": "JOINED", "friendFirstName": "Ilya"}

    for actor in (member, friend, await a_carer()):
        assert (await http.ask(NODE, await token_of(actor), id=wanted))["node"] == seen
    for token in (await token_of(stranger), await token_of(TILL), None):
        assert (await http.ask(NODE, token, id=wanted))["node"] is None


async def test_a_till_does_not_see_whom_a_member_brought(http: Client) -> None:
    member = await a_member()
    document = """query ($id: ID!) { member(by: { id: $id }) {
        number referrals { nodes { friendFirstName } } } }"""

    with pytest.raises(Refused) as refused:
        await http.ask(document, await token_of(TILL), id=encode("Member", member.member_id))

    assert refused.value.codes == ["FORBIDDEN"]


async def test_a_code_that_brings_nothing_is_told_and_the_enrolment_stands(http: Client) -> None:
    await a_programme()
    guest = await signed_in("friend@example.org")
    form = {
        "acceptedTermsVersion": 1,
        "consents": [],
        "referralCode": "NOBODYS1",
        "idempotencyKey": "join",
    }

    text, token = document("app/sign-in/MemberEnrol"), guest.tokens.access_token
    answer = (await http.ask(text, token, input=form))["memberEnrol"]

    (error,) = answer["userErrors"]
    assert (error["code"], error["path"]) == ("NOT_FOUND", ["input", "referralCode"])
    assert error["message"] == "Nobody has this code; ask your friend for it again."
    assert answer["member"]["wallets"]
    assert answer["session"]["accessToken"]
    assert await database.value("select count(*) from referrals") == 0
    assert await database.value("select count(*) from members") == 1
