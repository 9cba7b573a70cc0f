"""Tokens to try things out with: real ones, and only where trying out is allowed."""

from dataclasses import replace

import pytest

from api.identity import tokens as printed
from domain import database
from domain.access import access_keys, sessions, tokens, trial
from domain.access.sessions import RefreshSession
from domain.actor import ActorKind, Role
from domain.errors import SessionEnded, Unauthenticated
from domain.members import queries
from tests.databases import Cleaner
from tests.factories.members import a_member
from tests.processes import Server

pytestmark = pytest.mark.usefixtures("database")


async def test_each_role_gets_a_token(connected: Cleaner) -> None:
    member = await a_member()
    await a_member()
    found = await printed.demo_tokens(connected.settings)

    actors = {role: await tokens.actor_of(token) for role, token in found.items()}
    assert {role: actor.kind for role, actor in actors.items()} == {
        "member": ActorKind.MEMBER,
        "shop": ActorKind.SERVICE,
        "staff": ActorKind.STAFF,
    }
    assert actors["member"].member_id == member.member_id
    assert actors["shop"].roles == {Role.SHOP, Role.TILL}
    assert actors["staff"].roles == {Role.ADMIN, Role.CARE, Role.LOYALTY}


async def test_keys_are_the_same_each_time_and_made_once(connected: Cleaner) -> None:
    first = await printed.demo_tokens(connected.settings)
    second = await printed.demo_tokens(connected.settings)

    assert "member" not in first  # nobody has joined
    assert first == second
    assert await database.value("select count(*) from access_keys") == 2


async def test_in_the_locked_profile_there_are_none(connected: Cleaner) -> None:
    await a_member()
    assert await printed.demo_tokens(replace(connected.settings, profile="locked")) == {}
    assert await database.value("select count(*) from access_keys") == 0


async def test_what_trying_out_let_in_is_refused_in_earnest(connected: Cleaner) -> None:
    member = await a_member()
    found = await printed.demo_tokens(connected.settings)
    tried_out = await sessions.opened(member.member_id, device_id="phone")
    given = await access_keys.make(ActorKind.SERVICE, "The Corner", {Role.SHOP})
    all_of_them = [*found.values(), tried_out.access_token]
    assert [(await tokens.actor_of(each)).kind for each in all_of_them]
    try:
        trial.allow(False)
        forgotten_by_this_process()
        for each in all_of_them:
            with pytest.raises(Unauthenticated):
                await tokens.actor_of(each)
        with pytest.raises(SessionEnded):
            await sessions.refresh(RefreshSession(tried_out.refresh_token, "phone"))
        assert (await tokens.actor_of(given)).roles == {Role.SHOP, Role.TILL}
        in_earnest = await sessions.opened(member.member_id)
        assert await tokens.actor_of(in_earnest.access_token)
    finally:
        trial.allow(True)
    assert await tokens.actor_of(in_earnest.access_token)


def forgotten_by_this_process() -> None:
    known = [each.presented.actor.credential_id for each in tokens._known.values()]
    tokens.forget([each for each in known if each])


async def test_a_member_s_token_is_printed_by_its_number(served: Server) -> None:
    member = await a_member()
    assert member.member_id
    (row,) = await queries.members_of(member, [member.member_id])
    assert row
    token = served.token("member", row.number)

    assert (await tokens.actor_of(token)).member_id == member.member_id
    async with served.client() as client:
        assert (await client.ask("{ me { number } }", token)) == {"me": {"number": row.number}}
    with pytest.raises(AssertionError, match="There is no member 0000000000"):
        served.token("member", "0000000000")
