"""Signing keys: next, current, retired, by the clock alone; nobody who calls notices."""

import asyncio

import pytest

from domain import database
from domain.access import keys, rotation, sessions, tokens
from domain.errors import Unauthenticated
from tests.factories.members import a_member

pytestmark = pytest.mark.usefixtures("database", "no_keys")


async def a_token() -> str:
    return (await sessions.opened((await a_member()).member_id)).access_token


async def states() -> list[str]:
    return [row.state for row in await rotation.listed()]


async def published() -> set[str]:
    return {jwk["kid"] for jwk in (await keys.jwks())["keys"]}


async def made_older(hours: float) -> None:
    await database.rows(
        "update signing_keys set signs_from = signs_from - make_interval(secs => $1)", hours * 3600
    )
    keys.forget()


async def test_the_next_key_is_published_a_day_before_it_signs() -> None:
    current = (await keys.signer()).kid
    waiting = await rotation.rotate()
    assert (await states(), (await keys.signer()).kid) == (["NEXT", "CURRENT"], current)
    assert await published() == {current, waiting.kid}
    assert (await rotation.rotate()).kid == waiting.kid

    await made_older(23.9)
    assert (await keys.signer()).kid == current
    await made_older(0.2)
    assert (await keys.signer()).kid == waiting.kid
    assert await states() == ["CURRENT", "RETIRED"]


async def test_a_retired_key_is_believed_until_its_last_token_has_ended() -> None:
    token = await a_token()
    old = (await keys.signer()).kid
    await rotation.rotate(at_once=True)
    session_id = (await tokens.actor_of(token)).session_id
    assert session_id
    tokens.forget([session_id])
    assert (await tokens.actor_of(token)).member_id
    await made_older(keys.LIFETIME_SECONDS_MAX / 3600 + 0.1)

    assert await keys.public_key(old) is None
    assert old not in await published()
    await rotation.purge()
    assert await states() == ["CURRENT", "RETIRED"]  # one can still see what was
    await made_older(31 * 24)
    await rotation.purge()
    assert await states() == ["CURRENT"]


async def test_a_key_is_followed_by_another_after_ninety_days() -> None:
    await keys.signer()
    await rotation.rotate_due()
    assert await states() == ["CURRENT"]
    await made_older(90 * 24 + 1)
    for _ in range(3):
        await rotation.rotate_due()
    assert await states() == ["NEXT", "CURRENT"]


async def test_before_there_is_a_key_none_is_due() -> None:
    await rotation.rotate_due()
    assert await states() == []


async def test_processes_that_rotate_at_once_make_one_key() -> None:
    await keys.signer()
    made = await asyncio.gather(*(rotation.rotate() for _ in range(10)))

    assert len({row.kid for row in made}) == 1


async def test_a_key_that_leaked_is_believed_no_more_and_sessions_go_on() -> None:
    member = await a_member()
    session = await sessions.opened(member.member_id)
    old = (await keys.signer()).kid
    assert await rotation.revoke(old)
    tokens.TRUSTED_SECONDS, trusted = 0.0, tokens.TRUSTED_SECONDS
    try:
        with pytest.raises(Unauthenticated):
            await tokens.actor_of(session.access_token)
    finally:
        tokens.TRUSTED_SECONDS = trusted
    again = await sessions.refresh(sessions.RefreshSession(session.refresh_token))

    assert (await tokens.actor_of(again.access_token)).member_id == member.member_id
    assert old not in await published()
    assert not await rotation.revoke(old)
    assert not await rotation.revoke("0" * 32)
    assert (await keys.signer()).kid != old


async def test_a_leak_of_the_current_key_does_not_bring_a_retired_one_back() -> None:
    first = (await keys.signer()).kid
    second = (await rotation.rotate(at_once=True)).kid
    await rotation.revoke(second)

    assert (await keys.signer()).kid not in (first, second)
