"""The documents that an app signs in with, answered over HTTP by two processes."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest

from domain import database
from domain.access import access_keys
from domain.actor import ActorKind, Role
from tests.client import Client, Refused
from tests.documents import document
from tests.factories.members import DEVICE, a_member, written
from tests.factories.rewards import a_programme
from tests.processes import Server

pytestmark = pytest.mark.usefixtures("database")

VIEWER = "{ viewer { kind roles name expiresAt } me { id } }"


class App:
    """An app on one phone."""

    def __init__(self, client: Client, server: Server) -> None:
        self.client = client
        self.server = server
        self.session: dict[str, Any] = {}

    async def send(self, name: str, language: str | None = None, **given: Any) -> Any:
        """The payload of a document of the sign-in folder."""
        token = self.session.get("accessToken")
        text = document(f"app/sign-in/{name}")
        (payload,) = (await self.client.ask(text, token, language, input=given)).values()
        return payload

    async def code_for(self, email: str) -> tuple[str, str]:
        """A challenge, and the code that came."""
        printed = len(self.server.log.lines)
        sent = await self.send("LoginRequestCode", address={"email": email}, deviceId=DEVICE)
        assert sent["userErrors"] == []
        line = await self.server.log.line(rf"^sign-in code for {email}: (\d{{6}})$", printed)
        return sent["challengeId"], line[1]

    async def sign_in(self, email: str) -> Any:
        challenge_id, code = await self.code_for(email)
        answer = await self.send(
            "LoginVerifyCode", challengeId=challenge_id, code=code, deviceId=DEVICE
        )
        self.session = answer["session"]
        return answer

    async def enrol(self, key: str = "", **given: Any) -> Any:
        form = {"acceptedTermsVersion": 1, "idempotencyKey": key or uuid4().hex, **given}
        return await self.send("MemberEnrol", **form)

    async def refresh(self) -> Any:
        """Without the access token, which may be over by now."""
        given = {"refreshToken": self.session["refreshToken"], "deviceId": DEVICE}
        text = document("app/sign-in/SessionRefresh")
        return (await self.client.ask(text, input=given))["sessionRefresh"]

    async def viewer(self) -> Any:
        return await self.client.ask(VIEWER, self.session.get("accessToken"))


@pytest.fixture
async def app(served: Server) -> AsyncIterator[App]:
    async with served.client() as client:
        yield App(client, served)


def an_email() -> str:
    return f"{uuid4().hex}@example.org"


def errors(payload: Any) -> list[tuple[str, list[str]]]:
    assert all(error["message"] for error in payload["userErrors"])
    return [(error["code"], error["path"]) for error in payload["userErrors"]]


async def test_signing_in_joining_refreshing_and_leaving(app: App) -> None:
    await a_programme()
    signed_in = await app.sign_in(an_email())
    assert (signed_in["member"], signed_in["userErrors"]) == (None, [])
    assert (await app.viewer())["viewer"]["roles"] == ["GUEST"]

    guest = app.session
    joined = await app.enrol(
        firstName="Nikos",
        language="el",
        birthday={"month": 2, "day": 29},
        consents=[{"channel": "EMAIL", "purpose": "MARKETING", "given": True}],
    )
    assert (joined["userErrors"], joined["replayed"]) == ([], False)
    assert [wallet["balance"] for wallet in joined["member"]["wallets"]] == [20, 0]
    assert joined["member"]["standing"]["tier"]["name"]
    app.session = joined["session"]
    viewer = await app.viewer()
    assert viewer["viewer"]["kind"] == "MEMBER"
    assert viewer["viewer"]["expiresAt"] == joined["session"]["expiresAt"]
    assert viewer["me"] == {"id": joined["member"]["id"]}

    assert errors(await app.send("SessionRefresh", refreshToken=guest["refreshToken"])) == [
        ("SESSION_ENDED", ["input", "refreshToken"])
    ]
    app.session = (await app.refresh())["session"]
    assert await app.viewer() == {
        **viewer,
        "viewer": {**viewer["viewer"], "expiresAt": app.session["expiresAt"]},
    }
    again = await app.sign_in(await _email_of(joined["member"]["number"]))
    assert again["member"] == {key: joined["member"][key] for key in ("id", "number")}
    assert await app.send("SessionEnd", everywhere=True) == {"userErrors": []}
    assert errors(await app.refresh()) == [("SESSION_ENDED", ["input", "refreshToken"])]


async def _email_of(number: str) -> str:
    found: str = await database.value(
        "select email from profiles join members on id = member_id where number = $1", number
    )
    return found


async def test_a_session_that_has_ended_is_refused_everywhere_within_five_seconds(
    app: App,
) -> None:
    await app.sign_in(an_email())
    await asyncio.gather(*(app.viewer() for _ in range(20)))
    session = app.session
    assert await app.send("SessionEnd") == {"userErrors": []}

    ended = last_good = time.monotonic()
    refused = 0
    while refused < 30:  # in a row, each on a connection of its own: to either process
        answer = await app.client.raw(
            session["accessToken"], headers={"Connection": "close"}, json={"query": VIEWER}
        )
        refused += 1
        if answer.status_code == 200:
            refused, last_good = 0, time.monotonic()
    assert last_good - ended <= 5
    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["extensions"]["code"]) == (401, "UNAUTHENTICATED")
    assert "sessionRefresh" in error["message"]


async def test_wrong_codes_are_told_with_the_way_on(app: App) -> None:
    challenge_id, code = await app.code_for(an_email())
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    for _ in range(5):
        answer = await app.send("LoginVerifyCode", challengeId=challenge_id, code=wrong)
        assert errors(answer) == [("CODE_WRONG", ["input", "code"])]
        assert (answer["session"], answer["member"]) == (None, None)
    answer = await app.send("LoginVerifyCode", challengeId=challenge_id, code=code)
    assert errors(answer) == [("TOO_MANY_TRIES", ["input", "code"])]

    answer = await app.send("LoginVerifyCode", challengeId="nothing", code=code)
    assert errors(answer) == [("NOT_FOUND", ["input", "challengeId"])]
    answer = await app.send("LoginVerifyCode", challengeId=challenge_id, code="7")
    assert errors(answer) == [("INVALID_INPUT", ["input", "code"])]
    await database.rows("update challenges set expires_at = now()")
    answer = await app.send("LoginVerifyCode", challengeId=challenge_id, code=code)
    assert errors(answer) == [("CODE_EXPIRED", ["input", "code"])]


async def test_codes_are_asked_for_five_times_an_hour(app: App) -> None:
    email = an_email()
    answers = [
        await app.send("LoginRequestCode", address={"email": f" {email.upper()} "})
        for _ in range(6)
    ]

    assert [errors(answer) for answer in answers] == [
        *[[]] * 5,
        [("LIMIT_REACHED", ["input", "address"])],
    ]
    assert answers[5]["challengeId"] is None
    assert "ask again in 60 minutes" in answers[5]["userErrors"][0]["message"]


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ({"email": "anna"}, ["input", "address", "email"]),
        ({"email": "anna@example.org\u001b[2J"}, ["input", "address", "email"]),
        ({"phone": "210 1234567"}, ["input", "address", "phone"]),
        ({"phone": "+30" + "1" * 300}, ["input", "address", "phone"]),
    ],
)
async def test_what_is_no_address_gets_no_code(
    app: App, address: dict[str, str], path: list[str]
) -> None:
    assert errors(await app.send("LoginRequestCode", address=address)) == [("INVALID_INPUT", path)]
    assert await database.value("select count(*) from challenges") == 0


async def test_two_addresses_or_none_are_no_address(app: App) -> None:
    for address in ({}, {"email": an_email(), "phone": "+302101234567"}, {"email": None}):
        with pytest.raises(Refused) as raised:
            await app.send("LoginRequestCode", address=address)
        assert raised.value.codes == ["VALIDATION"]


async def test_signing_in_through_either_process_at_first_need_is_good_in_both(app: App) -> None:
    emails = [an_email() for _ in range(4)]
    for email in emails:
        await app.sign_in(email)
        answers = await asyncio.gather(*(app.viewer() for _ in range(10)))
        assert {answer["viewer"]["kind"] for answer in answers} == {"GUEST"}


async def test_refreshing_a_hundred_times_at_once_over_two_processes(app: App) -> None:
    await app.sign_in(an_email())
    answers = await asyncio.gather(*(app.refresh() for _ in range(100)))

    assert [errors(answer) for answer in answers] == [[]] * 100
    assert len({answer["session"]["refreshToken"] for answer in answers}) == 1


async def test_ending_needs_a_session(app: App) -> None:
    for token in (None, await access_keys.make(ActorKind.SERVICE, "The Corner", {Role.SHOP})):
        app.session = {"accessToken": token}
        with pytest.raises(Refused) as raised:
            await app.send("SessionEnd")
        assert raised.value.codes == ["FORBIDDEN" if token else "UNAUTHENTICATED"]


async def test_neither_addresses_nor_codes_nor_tokens_are_logged(app: App) -> None:
    await a_programme()
    printed = len(app.server.log.lines)
    email, name = an_email(), f"Canary{uuid4().hex}"
    challenge_id, code = await app.code_for(email)
    printed_code = f"sign-in code for {email}: {code}"
    await app.send("LoginVerifyCode", challengeId=challenge_id, code="000000")
    await app.send("LoginRequestCode", address={"phone": email})
    answer = await app.send("LoginVerifyCode", challengeId=challenge_id, code=code)
    app.session = answer["session"]
    joined = await app.enrol(firstName=name)
    await app.enrol(firstName=name, language=email)
    await app.client.raw(app.session["accessToken"][:-3], json={"query": VIEWER})
    app.session = joined["session"]
    await app.refresh()

    lines = [line for line in app.server.log.lines[printed:] if line != printed_code]
    said = "\n".join(lines)
    for canary in (email, name, code, answer["session"]["refreshToken"], *_parts(joined)):
        assert canary not in said
    for table in ("outbox", "idempotency_keys", "transactions", "notifications", "members"):
        kept = str(await database.rows(f"select t::text from {table} t"))
        assert email not in kept
        assert name not in kept


def _parts(joined: Any) -> list[str]:
    session = joined["session"]
    return [session["refreshToken"], session["accessToken"].rsplit(".", 1)[1]]


async def test_viewer_says_who_calls(app: App) -> None:
    assert (await app.viewer())["viewer"] == {
        "kind": "ANONYMOUS",
        "roles": [],
        "name": None,
        "expiresAt": None,
    }
    key = await access_keys.make(ActorKind.SERVICE, "The Corner", {Role.SHOP})
    app.session = {"accessToken": key}
    assert (await app.viewer()) == {
        "viewer": {
            "kind": "SERVICE",
            "roles": ["SHOP", "TILL"],
            "name": "The Corner",
            "expiresAt": None,
        },
        "me": None,
    }


async def test_nothing_is_written_for_who_does_not_sign_in(app: App) -> None:
    await a_member()
    before = await written()
    await app.send("LoginRequestCode", address={"email": an_email()})

    assert await written() == before
