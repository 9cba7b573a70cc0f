"""People whom other issuers know: members, guests who join, the team; and where keys come from."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any
from uuid import uuid4

import orjson
import pytest

from api.identity import oidc
from domain import database
from domain.access import codes, key_rings, operations, sessions, tokens
from domain.access.addresses import address
from domain.access.operations import VerifyCode
from domain.actor import Actor, ActorKind, Role
from domain.errors import NotAllowed, Unauthenticated, Unavailable
from domain.referrals import enrolment
from tests.client import Client
from tests.counts import count
from tests.databases import Cleaner
from tests.factories.issuers import CONFIGURATION, Company, Key, a_company, answer, believing
from tests.factories.members import Letters, a_member, enrolled, joining
from tests.factories.rewards import a_programme
from tests.processes import running_server

pytestmark = pytest.mark.usefixtures("database")

TEAM = {"roles": {"owners": ["ADMIN"], "helpers": ["CARE"]}, "roles_claim": "realm.groups"}


@pytest.fixture
async def company() -> AsyncIterator[Company]:
    """Its people are members, or may become such."""
    async with a_company() as made, believing([made.configured()]):
        yield made


async def refused(token: str) -> None:
    with pytest.raises(Unauthenticated):
        await tokens.actor_of(token)


async def test_whoever_is_not_a_member_yet_is_a_guest_who_can_join(company: Company) -> None:
    token = company.token("person 7", email="anna@example.org")
    guest = await tokens.actor_of(token)
    assert (guest.kind, guest.roles, guest.member_id) == (
        ActorKind.GUEST,
        frozenset({Role.GUEST}),
        None,
    )
    joined = await enrolled(guest)
    member = await tokens.actor_of(token)

    assert joined.tokens is None
    assert (member.kind, member.member_id) == (ActorKind.MEMBER, joined.member_id)
    assert (await tokens.actor_of(company.token("person 7"))).member_id == joined.member_id
    assert await database.value("select email from profiles") is None


async def test_somebody_joins_once_however_often_at_once(company: Company) -> None:
    guest = await tokens.actor_of(company.token("person 7"))
    await enrolled(await tokens.actor_of(company.token("person 8")))
    answers = await asyncio.gather(
        *(enrolment.enrol(guest, joining()) for _ in range(10)), return_exceptions=True
    )

    assert sum(isinstance(each, NotAllowed) for each in answers) == 9
    assert await database.value("select count(*) from members") == 2


async def test_an_e_mail_makes_nobody_a_member(company: Company) -> None:
    await a_member("anna@example.org")
    actor = await tokens.actor_of(company.token(email="anna@example.org", email_verified=True))

    assert (actor.kind, actor.member_id) == (ActorKind.GUEST, None)


async def test_who_proves_a_member_s_address_is_that_member_from_then_on(company: Company) -> None:
    member = await a_member("anna@example.org")
    token = company.token("person 7")
    letters = Letters()
    codes.install(letters)
    guest = await tokens.actor_of(token)
    challenge = await operations.request_code(guest, address(email_text="anna@example.org"))
    await operations.verify_code(
        guest, VerifyCode(challenge.id, letters.code_for("anna@example.org"))
    )

    assert (await tokens.actor_of(token)).member_id == member.member_id


async def test_equal_subjects_of_two_issuers_are_two_people(company: Company) -> None:
    async with a_company() as other, believing([company.configured(), other.configured()]):
        first, second = [await tokens.actor_of(c.token("person 7")) for c in (company, other)]

    assert first.identity_id != second.identity_id


async def test_the_team_has_the_roles_that_its_groups_are_given() -> None:
    async with a_company() as company, believing([company.configured(**TEAM)]):

        async def of(*groups: Any) -> Actor:
            return await tokens.actor_of(
                company.token(realm={"groups": list(groups)}, name="Eleni")
            )

        owner, helper = await of("owners", "cooks"), await of("helpers", 7)
        assert (owner.kind, owner.name) == (ActorKind.STAFF, "Eleni")
        assert owner.roles == {Role.ADMIN, Role.CARE, Role.LOYALTY}
        assert helper.roles == {Role.CARE}
        for groups in ([], ["cooks"], [None], [["owners"]]):
            await refused(company.token(realm={"groups": groups}))
        for realm in (None, "owners", {"groups": {"owners": True}}, ["owners"]):
            await refused(company.token(realm=realm))


async def test_who_signs_out_everywhere_is_refused_with_all_that_was_signed_before(
    company: Company,
) -> None:
    now = int(time.time())
    token = company.token("person 7")
    await enrolled(await tokens.actor_of(token))
    member = await tokens.actor_of(token)
    assert member.member_id
    own = await sessions.opened(member.member_id)
    await sessions.end(member, everywhere=True)

    for each in (token, company.token("person 7", iat=now - 5), own.access_token):
        await refused(each)
    assert await tokens.actor_of(company.token("person 7", iat=now + 30))


async def test_the_team_signs_a_member_out(company: Company) -> None:
    token = company.token("person 7")
    await enrolled(await tokens.actor_of(token))
    member = await tokens.actor_of(token)
    assert member.member_id
    with pytest.raises(NotAllowed):
        await sessions.end_all(member, member.member_id)
    care = Actor(ActorKind.STAFF, "Eleni", frozenset({Role.CARE}))
    await sessions.opened(member.member_id)

    assert await sessions.end_all(care, member.member_id) == 1
    await refused(token)


async def test_keys_are_read_once_for_all_who_wait(company: Company) -> None:
    actors = await asyncio.gather(*(tokens.actor_of(company.token()) for _ in range(50)))

    assert len({actor.identity_id for actor in actors}) == 50
    assert company.fetches == {CONFIGURATION: 1, "/keys": 1}


@pytest.mark.counted
async def test_a_flood_of_unknown_keys_is_one_look_in_thirty_seconds(company: Company) -> None:
    assert await tokens.actor_of(company.token())
    key = Key()
    flood = [company.token(key=Key(uuid4().hex, key.private)) for _ in range(count(500, 10_000))]
    began = time.monotonic()
    for token in flood:
        await refused(token)

    looks = 1 + (time.monotonic() - began) // key_rings.FETCH_SECONDS
    assert company.fetches["/keys"] <= looks


async def test_a_new_key_is_found_when_a_token_names_it(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await tokens.actor_of(company.token())
    fresh = Key()
    company.published = [company.key, fresh]
    await refused(company.token(key=fresh))
    monkeypatch.setattr(key_rings, "FETCH_SECONDS", 0.0)
    async with believing([company.configured()]):
        assert await tokens.actor_of(company.token())
        company.published = [fresh]
        newest = Key()
        company.published = [newest]
        assert await tokens.actor_of(company.token(key=newest))
        await refused(company.token())


async def test_keys_that_cannot_be_read_again_stay(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_rings, "FETCH_SECONDS", 0.0)
    monkeypatch.setattr(key_rings, "FRESH_SECONDS", 0.0)
    async with believing([company.configured()]):
        assert await tokens.actor_of(company.token())
        for said in BAD_KEYS.values():
            company.answers["/keys"] = said(company)
            await refused(company.token(key=Key()))
            assert await tokens.actor_of(company.token())


BAD_KEYS: dict[str, Callable[[Company], bytes]] = {
    "away": lambda _: b"",
    "an error": lambda _: answer({}, "500 No"),
    "none": lambda _: answer({"keys": []}),
    "no JSON": lambda _: answer(b"<html>"),
    "a list": lambda _: answer([]),
    "elsewhere": lambda c: f"HTTP/1.1 302 Found\r\nLocation: {c.url}/keys2\r\n\r\n".encode(),
    "endless": lambda _: answer(b"[" + b" " * 300_000 + b"]"),
    "a secret": lambda c: answer({"keys": [{"kty": "oct", "kid": c.key.kid, "k": "AAAA"}]}),
    "another curve": lambda c: answer({"keys": [c.key.jwk | {"crv": "P-384"}]}),
    "for another use": lambda c: answer({"keys": [c.key.jwk | {"use": "enc"}]}),
}


@pytest.mark.parametrize(
    "said",
    [
        {"issuer": "http://127.0.0.1:1", "jwks_uri": "http://127.0.0.1/keys"},
        {"issuer": "URL/", "jwks_uri": "URL/keys"},
        {"issuer": "URL", "jwks_uri": "http://example.org/keys"},
        {"issuer": "URL", "jwks_uri": "file:///etc/passwd"},
        {"issuer": "URL"},
        [],
    ],
    ids=str,
)
async def test_only_the_configured_issuer_says_where_its_keys_are(
    company: Company, said: Any
) -> None:
    body = orjson.dumps(said).replace(b"URL", company.url.encode())
    company.answers[CONFIGURATION] = answer(body)

    with pytest.raises(Unavailable):
        await tokens.actor_of(company.token())
    assert company.fetches == {CONFIGURATION: 1}


async def test_a_configured_place_of_keys_needs_no_discovery() -> None:
    async with a_company() as company:
        placed = company.configured(jwks_uri=f"{company.url}/keys")
        async with believing([placed]):
            assert await tokens.actor_of(company.token())
    assert company.fetches == {"/keys": 1}


async def test_a_token_of_signing_in_is_taken_from_who_has_no_other(company: Company) -> None:
    token = company.token(nonce="n", at_hash="x")
    await refused(token)
    async with believing([company.configured(id_tokens=True)]):
        assert await tokens.actor_of(token)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "no JSON"),
        ("{}", "a JSON list"),
        ('[{"issuer": "http://login.example.org", "audience": "x"}]', "https:// address"),
        ('[{"issuer": "https://login.example.org"}]', "needs an audience"),
        ('[{"issuer": "https://a.org", "audience": "x", "algorithms": ["HS256"]}]', "some of"),
        ('[{"issuer": "https://a.org", "audience": "x", "algorithms": ["none"]}]', "some of"),
        ('[{"issuer": "https://a.org", "audience": "x", "roles": {"g": ["MEMBER"]}}]', "by group"),
        ('[{"issuer": "https://a.org", "audience": "x", "roles": "staff"}]', "by group"),
        ('[{"issuer": "https://a.org", "audience": "x", "audiance": "y"}]', "no audiance"),
        ('[{"issuer": "https://a.org", "audience": "x"}, '
         '{"issuer": "https://a.org", "audience": "y"}]', "named once"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_said(text: str, why: str) -> None:
    with pytest.raises(oidc.Misconfigured, match=why):
        oidc.issuers(text)


JOIN = (
    "mutation($input: MemberEnrolInput!) { memberEnrol(input: $input) "
    "{ member { id wallets { balance } } session { accessToken } userErrors { code } } }"
)


@pytest.fixture
async def believed_by_processes(connected: Cleaner) -> AsyncIterator[tuple[Company, Client]]:
    """Two of them, which serve with PISTIS_OIDC."""
    async with a_company() as company:
        text = orjson.dumps([company.configured()]).decode()
        serving = running_server(replace(connected.settings, oidc=text), worker=False)
        server = await asyncio.to_thread(serving.__enter__)
        try:
            async with server.client() as client:
                yield company, client
        finally:
            await asyncio.to_thread(serving.__exit__, None, None, None)


async def test_joining_over_http_is_known_to_every_process_at_once(
    believed_by_processes: tuple[Company, Client],
) -> None:
    company, client = believed_by_processes
    await a_programme()
    for person in ("anna", "bea"):
        token = company.token(person)
        form = {"acceptedTermsVersion": 1, "idempotencyKey": uuid4().hex}
        asked = ({"query": "{ me { id } viewer { roles } }"},) * 10
        alone = {"Connection": "close"}  # to either process
        for one in [await client.raw(token, headers=alone, json=each) for each in asked]:
            assert one.json()["data"] == {"me": None, "viewer": {"roles": ["GUEST"]}}
        payload = (await client.ask(JOIN, token, input=form))["memberEnrol"]
        assert (payload["session"], payload["userErrors"]) == (None, [])
        assert [wallet["balance"] for wallet in payload["member"]["wallets"]] == [20, 0]
        for one in [await client.raw(token, headers=alone, json=each) for each in asked]:
            assert one.json()["data"]["me"] == {"id": payload["member"]["id"]}
    wrong = await client.raw(company.token(key=Key()), json={"query": "{ me { id } }"})
    assert wrong.status_code == 401
