"""The documents by which apps and tills read and change members, answered over HTTP."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain import database
from domain.access import access_keys, tokens
from domain.actor import Actor, ActorKind, Role
from domain.members import queries
from schema.node import encode
from tests.client import Client, Refused
from tests.documents import document
from tests.factories.access import token_of
from tests.factories.members import a_guest, a_member, signed_in, written
from tests.factories.referrals import code_of
from tests.factories.rewards import a_programme
from tests.processes import Server

pytestmark = pytest.mark.usefixtures("database")

UPDATE = "app/profile/MemberUpdate"
ENROL = "app/sign-in/MemberEnrol"
PREFER = """mutation ($input: PreferenceSetInput!) {
  preferenceSet(input: $input) { preferences { topic channels } quietHours { from until }
                                 userErrors { code message path } }
}"""


@pytest.fixture
async def http(served: Server) -> AsyncIterator[Client]:
    async with served.client() as client:
        yield client


@pytest.fixture
async def till() -> str:
    return await access_keys.make(ActorKind.SERVICE, "till", {Role.TILL})


async def number_of(member: Actor) -> str:
    assert member.member_id
    (row,) = await queries.members_of(member, [member.member_id])
    assert row
    return row.number


def errors(payload: Any) -> list[tuple[str, list[str]]]:
    assert all(error["message"] for error in payload["userErrors"])
    return [(error["code"], error["path"]) for error in payload["userErrors"]]


def form(**given: Any) -> dict[str, Any]:
    return {"acceptedTermsVersion": 1, "idempotencyKey": uuid4().hex, **given}


async def test_a_profile_says_all_that_is_kept(http: Client) -> None:
    member = await a_member("anna@example.org", first_name="Anna", language="el")
    me = (await http.ask(document("app/profile/Profile"), await token_of(member)))["me"]

    number = await number_of(member)
    card = me.pop("card")
    assert card["number"] == number
    assert card["refreshAt"] is not None, "the code is soon another"
    assert card["qrSvg"].startswith("<svg")
    assert me.pop("joinedAt").endswith("Z")
    assert [said["topic"] for said in me.pop("preferences")][:2] == ["POINTS", "EXPIRY"]
    assert me == {
        "id": encode("Member", member.member_id),
        "number": number,
        "state": "ACTIVE",
        "firstName": "Anna",
        "lastName": None,
        "email": "anna@example.org",
        "phone": None,
        "language": "el",
        "timeZone": None,
        "birthday": None,
        "consents": [],
        "quietHours": None,
        "interests": [],
    }


async def test_a_profile_changes_field_by_field(http: Client) -> None:
    member = await a_member(first_name="Anna")
    token = await token_of(member)

    async def update(**given: Any) -> Any:
        return (await http.ask(document(UPDATE), token, input=given))["memberUpdate"]

    changed = await update(birthday={"month": 2, "day": 29}, interests=["tea"], lastName="I")
    assert changed["userErrors"] == []
    assert changed["member"] == {
        "id": encode("Member", member.member_id),
        "firstName": "Anna",
        "birthday": {"month": 2, "day": 29, "year": None},
        "interests": ["tea"],
    }
    cleared = await update(birthday=None, firstName=None, interests=None)
    assert cleared["member"] == {
        **changed["member"], "firstName": None, "birthday": None, "interests": []
    }  # fmt: skip
    me = (await http.ask(document("app/profile/Profile"), token))["me"]
    assert (me["firstName"], me["lastName"], me["interests"]) == (None, "I", [])

    before = await written()
    for given, path in (
        ({"birthday": {"month": 2, "day": 30}}, ["input", "birthday", "day"]),
        ({"birthday": {"month": 2, "day": 1, "year": 0}}, ["input", "birthday", "year"]),
        ({"language": None}, ["input", "language"]),
        ({"timeZone": "Mars"}, ["input", "timeZone"]),
        ({"interests": ["x" * 41]}, ["input", "interests", "0"]),
    ):
        answer = await update(**given)
        assert errors(answer) == [("INVALID_INPUT", path)]
        assert answer["member"] is None
    assert await written() == before


async def test_consents_and_preferences(http: Client) -> None:
    token = await token_of(await a_member())
    given = {"channel": "EMAIL", "purpose": "MARKETING", "given": True}
    answer = await http.ask(document("app/profile/ConsentSet"), token, input=given)
    (consent,) = answer["consentSet"]["consents"]
    assert {**consent, "at": None} == {**given, "at": None}

    text = PREFER
    chosen = {
        "topics": [{"topic": "NEWS", "channels": ["EMAIL"]}],
        "quietHours": {"from": "22:00", "until": "07:00"},
    }
    answer = (await http.ask(text, token, input=chosen))["preferenceSet"]
    assert {"topic": "NEWS", "channels": ["EMAIL"]} in answer["preferences"]
    assert answer["quietHours"] == {"from": "22:00", "until": "07:00"}
    assert (await http.ask(text, token, input={}))["preferenceSet"] == answer
    cleared = (await http.ask(text, token, input={"quietHours": None}))["preferenceSet"]
    assert cleared == {**answer, "quietHours": None}

    twice = {"topics": [{"topic": "NEWS", "channels": []}] * 2}
    refused = (await http.ask(text, token, input=twice))["preferenceSet"]
    assert errors(refused) == [("INVALID_INPUT", ["input", "topics", "1", "topic"])]
    assert refused["preferences"] == []


async def test_a_till_sees_who_it_is(http: Client, till: str) -> None:
    member = await a_member("anna@example.org", external_id="7", first_name="Anna")
    number = await number_of(member)
    for ref in (
        {"number": number},
        {"card": number},
        {"email": "ANNA@example.org"},
        {"externalId": "7"},
        {"id": encode("Member", member.member_id)},
    ):
        found = (await http.ask(document("shop/till/Identify"), till, member=ref))["member"]
        assert (found["number"], found["firstName"]) == (number, "Anna")
        assert [wallet["balance"] for wallet in found["wallets"]] == [20, 0]
        assert found["vouchers"] == {"nodes": []}
        assert found["standing"]["tier"]["name"]


async def test_who_is_not_there_is_nobody(http: Client, till: str) -> None:
    await a_member()
    text = document("shop/till/Identify")
    for ref in (
        {"number": "0000000000"},
        {"email": "nobody@example.org"},
        {"id": encode("Member", UUID(int=7))},
        {"id": encode("Wallet", UUID(int=7))},
        {"id": "x"},
    ):
        assert await http.ask(text, till, member=ref) == {"member": None}
    with pytest.raises(Refused) as raised:
        await http.ask(text, till, member={"phone": "210"})
    assert raised.value.codes == ["BAD_REQUEST"]


async def test_another_member_s_id_is_nobody_s(http: Client, till: str) -> None:
    anna, bea = await a_member(first_name="Anna"), await a_member()
    text = "query ($id: ID!) { node(id: $id) { id ... on Member { firstName } } }"
    (theirs, nobodys) = (encode("Member", id) for id in (anna.member_id, UUID(int=7)))

    assert (await http.ask(text, await token_of(anna), id=theirs))["node"]["firstName"] == "Anna"
    assert (await http.ask(text, till, id=theirs))["node"]["firstName"] == "Anna"
    for token in (await token_of(bea), None, (await signed_in()).tokens.access_token):
        for wanted in (theirs, nobodys):
            assert await http.ask(text, token, id=wanted) == {"node": None}
    for token in (await token_of(bea), None):
        with pytest.raises(Refused) as raised:
            await http.ask(document("shop/till/Identify"), token, member={"id": theirs})
        assert raised.value.codes == ["FORBIDDEN" if token else "UNAUTHENTICATED"]


async def test_only_members_have_a_profile_to_change(http: Client, till: str) -> None:
    for token in (till, None, (await signed_in()).tokens.access_token):
        assert await http.ask("{ me { id } }", token) == {"me": None}
        consent = {"channel": "EMAIL", "purpose": "MARKETING", "given": True}
        for text, given in (
            (document(UPDATE), {}),
            (PREFER, {}),
            (document("app/profile/ConsentSet"), consent),
        ):
            with pytest.raises(Refused) as raised:
                await http.ask(text, token, input=given)
            assert raised.value.codes == ["FORBIDDEN" if token else "UNAUTHENTICATED"]


async def test_a_code_that_is_not_good_stands_beside_the_member(http: Client) -> None:
    await a_programme()
    token = (await signed_in()).tokens.access_token
    given = form(referralCode="NOBODYS1")
    first, again = [
        (await http.ask(document(ENROL), token, input=given))["memberEnrol"] for _ in range(2)
    ]

    for answer in (first, again):
        assert errors(answer) == [("NOT_FOUND", ["input", "referralCode"])]
        assert answer["member"] == first["member"]
        assert answer["member"]["number"]
        assert answer["session"]["accessToken"]
    assert (first["replayed"], again["replayed"]) == (False, True)
    assert await database.value("select count(*) from members") == 1


async def test_a_friend_joins_by_a_code_and_its_giver_is_told(http: Client) -> None:
    anna = await a_member(first_name="Anna")
    token = (await signed_in()).tokens.access_token
    given = form(referralCode=(await code_of(anna)).lower())
    answer = (await http.ask(document(ENROL), token, input=given))["memberEnrol"]

    assert answer["userErrors"] == []
    kinds = await database.rows(
        "select kind from notifications where member_id = $1 order by sequence", anna.member_id
    )
    assert [row["kind"] for row in kinds] == ["POINTS_EARNED", "REFERRAL_CHANGED"]


async def test_refused_forms_change_nothing(http: Client, till: str) -> None:
    await a_programme()
    token = (await signed_in()).tokens.access_token
    before = await written()
    for given, code, path in (
        (form(acceptedTermsVersion=7), "TERMS_OUTDATED", ["acceptedTermsVersion"]),
        (form(birthday={"month": 13, "day": 1}), "INVALID_INPUT", ["birthday", "month"]),
        (form(language="klingon!"), "INVALID_INPUT", ["language"]),
        (form(externalId="7"), "INVALID_INPUT", ["externalId"]),
        (form(address={"email": "a@b.cd"}), "INVALID_INPUT", ["address"]),
        (form(address={"email": "nobody"}), "INVALID_INPUT", ["address", "email"]),
        (form(idempotencyKey="k" * 65), "INVALID_INPUT", ["idempotencyKey"]),
    ):
        answer = (await http.ask(document(ENROL), token, input=given))["memberEnrol"]
        assert errors(answer) == [(code, ["input", *path])]
        assert (answer["member"], answer["session"], answer["replayed"]) == (None, None, None)
    assert await written() == before
    answer = (await http.ask(document(ENROL), till, input=form(externalId="")))["memberEnrol"]
    assert errors(answer) == [("INVALID_INPUT", ["input", "externalId"])]


async def test_a_shop_enrols_without_a_session(http: Client, till: str) -> None:
    await a_programme()
    given = {"externalId": "7", "address": {"phone": "+30 210 1234567"}, "firstName": "Anna"}
    first, second = [
        (await http.ask(document(ENROL), till, input=form(**given)))["memberEnrol"]
        for _ in range(2)
    ]

    assert (first["session"], first["replayed"], first["userErrors"]) == (None, False, [])
    assert second["member"] == first["member"]
    assert [wallet["balance"] for wallet in first["member"]["wallets"]] == [20, 0]


async def test_enrolling_needs_an_address_or_a_role(http: Client) -> None:
    loyalty = await access_keys.make(ActorKind.STAFF, "Eleni", {Role.LOYALTY})
    for token in (None, loyalty, await token_of(await a_member())):
        with pytest.raises(Refused) as raised:
            await http.ask(document(ENROL), token, input=form())
        assert raised.value.codes == ["FORBIDDEN" if token else "UNAUTHENTICATED"]


async def test_an_enrolled_address_is_told_to_sign_in(http: Client) -> None:
    guest = await a_guest("anna@example.org")
    await a_member("anna@example.org")
    assert guest.session_id

    before = await written()
    token, _ = await tokens.signed(guest.session_id, None)
    answer = (await http.ask(document(ENROL), token, input=form()))["memberEnrol"]
    assert errors(answer) == [("NOT_ALLOWED", ["input"])]
    assert "sign in again" in answer["userErrors"][0]["message"]
    assert await written() == before
