"""How often codes are sent and tried: never more, by any way round, and alike for all addresses."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from statistics import median
from typing import Any
from uuid import uuid4

import pytest

from domain import database
from domain.access import budgets, codes, operations
from domain.access.addresses import Address
from domain.access.operations import VerifyCode
from domain.actor import ANONYMOUS
from domain.errors import CodeWrong, DomainError, LimitReached, TooManyTries
from tests.client import Client
from tests.counts import count
from tests.documents import document
from tests.factories.members import Letters, a_member
from tests.processes import Server

pytestmark = pytest.mark.usefixtures("database")

ANNA = Address("email", "anna@example.org")
GAP_MS = 2.0


@pytest.fixture
def letters() -> Letters:
    made = Letters()
    codes.install(made)
    return made


@pytest.fixture
async def client(served: Server) -> AsyncIterator[Client]:
    async with served.client() as connected:
        yield connected


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


async def made_older(seconds: float) -> None:
    await database.rows(
        """update challenges set created_at = created_at - make_interval(secs => $1),
             expires_at = expires_at - make_interval(secs => $1),
             tried_at = tried_at - make_interval(secs => $1)""",
        seconds,
    )


async def tried(letters: Letters, *, right: bool = False) -> DomainError | None:
    """Request a code and try it once; the refusal."""
    challenge = await operations.request_code(ANONYMOUS, ANNA)
    code = letters.code_for(ANNA.text)
    try:
        await operations.verify_code(
            ANONYMOUS, VerifyCode(challenge.id, code if right else wrong(code))
        )
    except DomainError as error:
        return error
    return None


async def has_failed(times: int) -> None:
    """So many wrong codes were tried for the address, hours ago but for the last."""
    for hours_ago, first in enumerate(range(0, times, 4)):
        await database.rows(
            """insert into challenges (id, channel, address, code_hash, tries, created_at,
                 expires_at, tried_at)
               select uuidv7(), 'email', $1, '', $2, at, at, at
               from (select now() - make_interval(mins => 66 * $3 + 1) as at) as at""",
            *(ANNA.text, min(4, times - first), hours_ago),
        )


async def test_ten_codes_a_day_are_sent_to_an_address(letters: Letters) -> None:
    for _ in range(2):
        for _ in range(5):
            last = await operations.request_code(ANONYMOUS, ANNA)
        await made_older(3601)
    with pytest.raises(LimitReached) as raised:
        await operations.request_code(ANONYMOUS, ANNA)

    assert raised.value.message.startswith("10 codes a day are sent to one address")
    assert (last.resend_at - last.expires_at).total_seconds() > 22 * 3600
    await made_older(86_400)
    assert await operations.request_code(ANONYMOUS, ANNA)


@pytest.mark.parametrize(
    ("failures", "seconds"), [(10, 30), (11, 60), (12, 120), (15, 960), (17, 3600), (20, 3600)]
)
async def test_after_ten_failures_each_pause_is_twice_as_long(
    letters: Letters, failures: int, seconds: int
) -> None:
    await has_failed(failures)
    await database.rows(
        """update challenges set tried_at = now()
           where tried_at = (select max(tried_at) from challenges)"""
    )
    assert seconds - 1 <= await budgets.seconds_to_next_try(ANNA) <= seconds
    assert isinstance(await tried(letters, right=True), TooManyTries)

    await database.rows(
        "update challenges set tried_at = now() - make_interval(secs => $1) where tries > 0",
        float(seconds),
    )
    assert await tried(letters, right=True) is None
    assert isinstance(await tried(letters), CodeWrong)  # what was before a success is forgotten


async def test_a_success_ends_the_row_of_failures(letters: Letters) -> None:
    await has_failed(9)
    assert await tried(letters, right=True) is None
    await made_older(3601)
    for _ in range(4):
        assert isinstance(await tried(letters), CodeWrong)


async def challenge_of(client: Client, server: Server, email: str) -> tuple[str, str]:
    printed = len(server.log.lines)
    sent = await client.ask(
        document("app/sign-in/LoginRequestCode"), input={"address": {"email": email}}
    )
    line = await server.log.line(rf"^sign-in code for {email}: (\d{{6}})$", printed)
    return sent["loginRequestCode"]["challengeId"], line[1]


@pytest.mark.counted
async def test_guessing_by_aliases_and_in_parallel_over_two_processes_has_five_tries(
    client: Client, served: Server
) -> None:
    for _ in range(count(2, 50)):
        email = f"{uuid4().hex}@example.org"
        challenge_id, code = await challenge_of(client, served, email)
        guesses = [f"{(int(code) + n) % 10**6:06d}" for n in range(1, 201)]
        answers: Counter[str] = Counter()

        async def guess(some: list[str], id_: str = challenge_id) -> list[str]:
            fields = " ".join(
                f'g{n}: loginVerifyCode(input: {{challengeId: "{id_}", code: "{each}"}})'
                " { session { accessToken } userErrors { code } }"
                for n, each in enumerate(some)
            )
            found = await client.ask(f"mutation {{ {fields} }}")
            assert all(part["session"] is None for part in found.values())
            return [part["userErrors"][0]["code"] for part in found.values()]

        parts = [guesses[n : n + 5] for n in range(0, len(guesses), 5)]
        for codes_of_part in await asyncio.gather(*map(guess, parts)):
            answers.update(codes_of_part)
        assert answers == {"CODE_WRONG": 5, "TOO_MANY_TRIES": 195}
        assert await guess([code]) == ["TOO_MANY_TRIES"]


@pytest.mark.counted
async def test_known_and_unknown_addresses_get_the_same_bytes_in_the_same_time(
    client: Client,
) -> None:
    number = count(20, 200)
    known = [f"{uuid4().hex}@example.org" for _ in range(number)]
    for email in known:
        await a_member(email)
    unknown = [f"{uuid4().hex}@example.org" for _ in range(number)]
    text = document("app/sign-in/LoginRequestCode")
    gaps = []
    shapes = set()
    for turn in range(5):
        for pair in zip(known, unknown, strict=True):
            took = {}
            # Now the one first, now the other: what else the machine does meets both alike.
            for email in pair if turn % 2 else pair[::-1]:
                body = {"query": text, "variables": {"input": {"address": {"email": email}}}}
                began = time.perf_counter()
                answer = await client.raw(json=body)
                took[email] = (time.perf_counter() - began) * 1000
                shapes.add(blanked(answer.json(), answer.headers))
            gaps.append(took[pair[0]] - took[pair[1]])
    for email in (known[0], unknown[0]):
        body = {"query": text, "variables": {"input": {"address": {"email": email}}}}
        assert "5 codes an hour" in (await client.raw(json=body)).text

    assert len(shapes) == 1, shapes
    assert abs(median(gaps)) < GAP_MS


def blanked(answer: dict[str, Any], headers: Any) -> str:
    """The answer but for the id of the challenge, which is new each time, and its times."""
    payload = answer["data"]["loginRequestCode"]
    lasts = {name: len(payload[name]) for name in ("challengeId", "expiresAt", "resendAt")}
    kept = {name: value for name, value in headers.items() if name not in ("date", "x-request-id")}
    return f"{sorted(kept)} {headers['content-length']} {payload | lasts} {answer.keys()}"
