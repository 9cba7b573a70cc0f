"""Sessions: tokens that are good once, a thief who is noticed, an end that counts."""

import asyncio
from collections import Counter

import pytest

from domain import database
from domain.access import sessions, tokens
from domain.access.purging import purge
from domain.access.sessions import RefreshSession, Tokens
from domain.actor import Actor, ActorKind
from domain.errors import InvalidInput, SessionEnded, Unauthenticated
from tests.factories.members import DEVICE, a_member, signed_in

pytestmark = pytest.mark.usefixtures("database")


async def opened(device_id: str | None = DEVICE) -> Tokens:
    member = await a_member()
    return await sessions.opened(member.member_id, device_id=device_id)


async def refreshed(token: str, device_id: str | None = DEVICE) -> Tokens:
    return await sessions.refresh(RefreshSession(token, device_id))


async def refused(token: str, device_id: str | None = DEVICE) -> None:
    with pytest.raises(SessionEnded) as raised:
        await refreshed(token, device_id)
    assert raised.value.path == ("refreshToken",)


async def actor_of(found: Tokens) -> Actor:
    return await tokens.actor_of(found.access_token)


async def is_over(found: Tokens) -> bool:
    try:
        await actor_of(found)
    except Unauthenticated:
        return True
    return False


async def made_older(**interval: float) -> None:
    """All that sessions know of time, so much earlier."""
    ((unit, number),) = interval.items()
    await database.rows(
        f"""update sessions set created_at = created_at - make_interval({unit} => $1),
              used_at = used_at - make_interval({unit} => $1),
              expires_at = expires_at - make_interval({unit} => $1)""",
        number,
    )
    await database.rows(
        f"update refresh_tokens set used_at = used_at - make_interval({unit} => $1)", number
    )


async def test_a_refresh_token_is_exchanged_for_new_tokens() -> None:
    first = await opened()
    second = await refreshed(first.refresh_token)

    assert second.refresh_token != first.refresh_token
    assert second.access_token != first.access_token
    assert (await actor_of(second)).session_id == (await actor_of(first)).session_id


async def test_only_hashes_of_tokens_are_kept() -> None:
    first = await opened()
    second = await refreshed(first.refresh_token)
    tables = ("sessions", "refresh_tokens", "outbox", "idempotency_keys", "signing_keys")
    kept = [await database.rows(f"select t::text from {table} t") for table in tables]

    for token in (first.refresh_token, second.refresh_token, second.access_token):
        assert token.removeprefix("psr_") not in str(kept)
    assert "BEGIN ENCRYPTED PRIVATE KEY" in str(kept)


async def test_a_token_that_comes_again_much_later_ends_the_session() -> None:
    first = await opened()
    second = await refreshed(first.refresh_token)
    await made_older(secs=11.0)

    await refused(first.refresh_token)
    await refused(second.refresh_token)
    assert await is_over(second)


async def test_a_token_that_comes_again_from_another_device_ends_the_session() -> None:
    first = await opened()
    second = await refreshed(first.refresh_token)

    await refused(first.refresh_token, "another phone")
    assert await is_over(second)


async def test_a_lost_answer_can_be_had_again_at_once() -> None:
    first = await opened()
    second, again = await refreshed(first.refresh_token), await refreshed(first.refresh_token)
    assert again.refresh_token == second.refresh_token

    third = await refreshed(again.refresh_token)
    assert third.refresh_token != second.refresh_token
    assert not await is_over(third)


async def test_a_hundred_refreshes_at_once_have_one_successor() -> None:
    for _ in range(3):
        first = await opened()
        answers = await asyncio.gather(*(refreshed(first.refresh_token) for _ in range(100)))

        assert len({answer.refresh_token for answer in answers}) == 1
        session_id = (await actor_of(first)).session_id
        known = "select used_at is null as unused from refresh_tokens where session_id = $1"
        rows = [row["unused"] for row in await database.rows(known, session_id)]
        assert Counter(rows) == {True: 1, False: 1}


async def test_of_a_hundred_refreshes_from_two_devices_the_session_does_not_survive() -> None:
    first = await opened()
    devices = [DEVICE, "another phone"] * 50
    answers = await asyncio.gather(
        *(refreshed(first.refresh_token, device) for device in devices), return_exceptions=True
    )

    assert {type(answer) for answer in answers} <= {Tokens, SessionEnded}
    assert len({a.refresh_token for a in answers if isinstance(a, Tokens)}) <= 1
    assert await is_over(first)


async def test_unknown_tokens_are_refused_and_end_nothing() -> None:
    first = await opened()
    for token in ("", "psr_", f"{first.refresh_token}x", first.access_token, "x" * 5000, "\0"):
        await refused(token)

    assert not await is_over(first)


async def test_a_session_ends_after_thirty_days_without_use() -> None:
    first = await opened()
    await made_older(days=29)
    second = await refreshed(first.refresh_token)
    await made_older(days=29)
    third = await refreshed(second.refresh_token)

    await made_older(days=31)
    await refused(third.refresh_token)


async def test_a_session_ends_after_half_a_year_however_much_it_is_used() -> None:
    found = await opened()
    for _ in range(6):
        await made_older(days=29)
        found = await refreshed(found.refresh_token)

    left = await database.value("select expires_at - now() from sessions")
    assert left.days == 180 - 6 * 29 - 1
    await made_older(days=6)
    await refused(found.refresh_token)


async def test_an_address_that_is_not_enrolled_is_believed_for_a_day() -> None:
    guest = (await signed_in()).tokens
    await made_older(hours=23)
    second = await refreshed(guest.refresh_token)
    assert (await actor_of(second)).kind is ActorKind.GUEST

    await made_older(hours=2)
    await refused(second.refresh_token)


async def test_ending_a_session_ends_that_one() -> None:
    member = await a_member()
    phone, tablet = [await sessions.opened(member.member_id) for _ in range(2)]
    await sessions.end(await actor_of(phone))

    assert (await is_over(phone), await is_over(tablet)) == (True, False)
    await refused(phone.refresh_token, None)


async def test_ending_everywhere_ends_the_member_s_and_nobody_else_s() -> None:
    member = await a_member()
    phone, tablet = [await sessions.opened(member.member_id) for _ in range(2)]
    other, guest = await opened(), (await signed_in()).tokens
    await sessions.end(await actor_of(phone), everywhere=True)

    assert [await is_over(each) for each in (phone, tablet, other, guest)] == [
        True,
        True,
        False,
        False,
    ]


async def test_a_guest_who_ends_everywhere_ends_one_session() -> None:
    guests = [(await signed_in(f"{n}@example.org")).tokens for n in range(2)]
    await sessions.end(await actor_of(guests[0]), everywhere=True)

    assert [await is_over(guest) for guest in guests] == [True, False]


async def test_a_device_has_a_short_name() -> None:
    with pytest.raises(InvalidInput) as raised:
        await opened("x" * 65)
    assert raised.value.path == ("deviceId",)


async def test_what_is_past_use_is_deleted() -> None:
    async def counts() -> list[int]:
        tables = ("challenges", "sessions", "refresh_tokens")
        return [await database.value(f"select count(*) from {table}") for table in tables]

    await signed_in()
    found = await opened()
    await refreshed(found.refresh_token)
    before = await counts()
    assert before == [1, 2, 3]
    await purge()
    assert await counts() == before

    await database.rows("update challenges set created_at = created_at - interval '49 hours'")
    await database.rows("update refresh_tokens set used_at = used_at - interval '31 days'")
    await purge()
    assert await counts() == [0, 2, 2]
    await refused(found.refresh_token)
    await made_older(days=62)
    await purge()
    assert await counts() == [0, 0, 0]
