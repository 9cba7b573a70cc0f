"""One-time codes: hard to guess, bounded in number, the same for known and unknown addresses."""

import asyncio
from collections import Counter
from uuid import UUID

import pytest

from domain import database
from domain.access import codes, operations, tokens
from domain.access.addresses import Address, address
from domain.access.operations import Challenge, SignedIn, VerifyCode
from domain.actor import ANONYMOUS, ActorKind
from domain.errors import (
    CodeExpired,
    CodeWrong,
    DomainError,
    InvalidInput,
    LimitReached,
    TooManyTries,
)
from tests.factories.members import Letters, a_member

pytestmark = pytest.mark.usefixtures("database")

ANNA = Address("email", "anna@example.org")


@pytest.fixture
def letters() -> Letters:
    made = Letters()
    codes.install(made)
    return made


async def requested(wanted: Address = ANNA) -> Challenge:
    return await operations.request_code(ANONYMOUS, wanted)


async def verified(challenge_id: UUID, code: str) -> SignedIn:
    return await operations.verify_code(ANONYMOUS, VerifyCode(challenge_id, code))


async def refused(challenge_id: UUID, code: str) -> DomainError:
    """The refusal, which opens no session."""
    before = await database.value("select count(*) from sessions")
    with pytest.raises(DomainError) as raised:
        await verified(challenge_id, code)
    assert await database.value("select count(*) from sessions") == before
    assert raised.value.path == ("code",)
    return raised.value


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


async def made_older(seconds: int) -> None:
    await database.rows(
        """update challenges set created_at = created_at - make_interval(secs => $1),
             expires_at = expires_at - make_interval(secs => $1)""",
        float(seconds),
    )


async def test_a_right_code_opens_a_session_for_the_address(letters: Letters) -> None:
    challenge = await requested()
    signed_in = await verified(challenge.id, letters.code_for(ANNA.text))

    actor = await tokens.actor_of(signed_in.tokens.access_token)
    assert (signed_in.member_id, actor.kind, actor.member_id) == (None, ActorKind.GUEST, None)


async def test_who_is_enrolled_gets_a_member_s_session(letters: Letters) -> None:
    member = await a_member(ANNA.text)
    challenge = await requested()
    signed_in = await verified(challenge.id, letters.code_for(ANNA.text))

    actor = await tokens.actor_of(signed_in.tokens.access_token)
    assert (signed_in.member_id, actor.kind) == (member.member_id, ActorKind.MEMBER)


async def test_known_and_unknown_addresses_are_answered_alike(letters: Letters) -> None:
    await a_member(ANNA.text)
    known, unknown = await requested(), await requested(Address("email", "nobody@example.org"))

    assert known.expires_at - known.resend_at == unknown.expires_at - unknown.resend_at
    assert [channel for channel, *_ in letters.sent] == ["email", "email"]
    for wanted in (ANNA, Address("email", "nobody@example.org")):
        for _ in range(4):
            await requested(wanted)
        with pytest.raises(LimitReached) as raised:
            await requested(wanted)
        assert raised.value.path == ("address",)
        assert raised.value.message.startswith("5 codes an hour are sent to one address")


async def test_writings_of_one_address_share_its_limit(letters: Letters) -> None:
    for text in ("+30 210 1234567", "+302101234567", "+30-210-123-45-67", "+30 (210) 1234567"):
        await requested(address(phone_text=text))
    await requested(Address("phone", "+302101234567"))

    with pytest.raises(LimitReached):
        await requested(address(phone_text="+30 2101234567"))


async def test_of_many_requests_at_once_five_send_a_code(letters: Letters) -> None:
    answers = await asyncio.gather(*(requested() for _ in range(30)), return_exceptions=True)

    assert Counter(type(answer) for answer in answers) == {Challenge: 5, LimitReached: 25}
    assert len(letters.sent) == 5


async def test_after_an_hour_codes_are_sent_again(letters: Letters) -> None:
    for _ in range(5):
        await requested()
    await made_older(3601)

    assert await requested()


async def test_plain_codes_and_equal_digests_are_not_kept(letters: Letters) -> None:
    first, second = await requested(), await requested(Address("email", "bea@example.org"))
    kept = await database.rows("select id, code_hash from challenges")

    digests = {row["id"]: row["code_hash"] for row in kept}
    code = letters.code_for(ANNA.text)
    assert code not in str(digests)
    assert codes.digest(first.id, code) == digests[first.id]
    assert codes.digest(second.id, code) != digests[first.id]


async def test_only_the_newest_code_is_good(letters: Letters) -> None:
    first = await requested()
    old = letters.code_for(ANNA.text)
    second = await requested()

    assert isinstance(await refused(first.id, old), CodeExpired)
    assert await verified(second.id, letters.code_for(ANNA.text))


async def test_a_code_is_good_for_five_minutes_and_once(letters: Letters) -> None:
    challenge = await requested()
    await made_older(301)
    assert isinstance(await refused(challenge.id, letters.code_for(ANNA.text)), CodeExpired)

    challenge = await requested()
    await verified(challenge.id, letters.code_for(ANNA.text))
    assert isinstance(await refused(challenge.id, letters.code_for(ANNA.text)), CodeExpired)


async def test_a_right_code_that_comes_many_times_at_once_opens_one_session(
    letters: Letters,
) -> None:
    challenge = await requested()
    code = letters.code_for(ANNA.text)
    answers = await asyncio.gather(
        *(verified(challenge.id, code) for _ in range(20)), return_exceptions=True
    )

    kinds = Counter(type(answer) for answer in answers)
    assert kinds[SignedIn] == 1
    assert kinds.keys() <= {SignedIn, CodeExpired, TooManyTries}
    assert await database.value("select count(*) from sessions") == 1


async def test_of_many_guesses_at_once_five_are_judged(letters: Letters) -> None:
    challenge = await requested()
    code = letters.code_for(ANNA.text)
    answers = await asyncio.gather(
        *(verified(challenge.id, wrong(code)) for _ in range(50)), return_exceptions=True
    )

    assert Counter(type(answer) for answer in answers) == {CodeWrong: 5, TooManyTries: 45}
    assert isinstance(await refused(challenge.id, code), TooManyTries)


async def test_an_address_is_guessed_at_ten_times_an_hour(letters: Letters) -> None:
    for _ in range(2):
        challenge = await requested()
        for _ in range(5):
            await refused(challenge.id, wrong(letters.code_for(ANNA.text)))
    challenge = await requested()
    refusal = await refused(challenge.id, letters.code_for(ANNA.text))
    assert isinstance(refusal, TooManyTries)
    assert "wait 65 minutes" in refusal.message

    other = await requested(Address("email", "bea@example.org"))
    assert await verified(other.id, letters.code_for("bea@example.org"))


async def test_an_address_is_guessed_at_thirty_times_a_day(letters: Letters) -> None:
    for _ in range(3):
        for _ in range(2):
            challenge = await requested()
            for _ in range(5):
                await refused(challenge.id, wrong(letters.code_for(ANNA.text)))
        await made_older(4000)

    challenge = await requested()
    assert isinstance(await refused(challenge.id, letters.code_for(ANNA.text)), TooManyTries)


@pytest.mark.parametrize("code", ["", "12345", "1234567", "12345a", "١٢٣٤٥٦", "-12345"])
async def test_what_is_no_code_costs_no_try(letters: Letters, code: str) -> None:
    challenge = await requested()

    assert isinstance(await refused(challenge.id, code), InvalidInput)
    assert await database.value("select tries from challenges") == 0


async def test_a_challenge_that_nobody_made_is_over(letters: Letters) -> None:
    assert isinstance(await refused(UUID(int=7), "123456"), CodeExpired)
