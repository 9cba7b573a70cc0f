"""Joining: one step, one member, and what is refused changes nothing."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from domain import database
from domain.access import sessions, tokens
from domain.actor import ANONYMOUS, Actor, ActorKind, Role, expanded
from domain.errors import (
    DomainError,
    InvalidInput,
    KeyReused,
    NotAllowed,
    NotFound,
    SessionEnded,
    TermsOutdated,
    Unauthenticated,
)
from domain.events import MemberEnrolled
from domain.ids import luhn
from domain.members import queries
from domain.members.commands import EnrolMember, GiveConsent
from domain.members.fields import Birthday
from domain.members.kinds import Channel, Purpose
from domain.programme import queries as programmes
from domain.referrals.enrolment import Enrolled
from domain.wallets.queries import wallets_of
from tests.factories.members import (
    DEVICE,
    a_guest,
    a_member,
    as_member,
    enrolled,
    joining,
    signed_in,
    written,
)
from tests.factories.referrals import code_of
from tests.factories.rewards import TILL, a_programme

pytestmark = pytest.mark.usefixtures("database")

SHOP = Actor(ActorKind.SERVICE, "shop", expanded({Role.SHOP}))


async def refused(actor: Actor, command: EnrolMember) -> DomainError:
    """The refusal, which changes nothing."""
    await a_programme()
    before = await written()
    with pytest.raises(DomainError) as raised:
        await enrolled(actor, command)
    assert await written() == before
    return raised.value


async def test_a_guest_becomes_a_member_of_the_entry_tier() -> None:
    guest = await a_guest("anna@example.org")
    consents = (GiveConsent(Channel.EMAIL, Purpose.MARKETING, True),)
    form = joining(
        first_name=" Anna ", birthday=Birthday(2, 29), language="el-gr", consents=consents
    )
    joined = await enrolled(guest, form)

    (row,) = await queries.members_of(as_member(joined.member_id), [joined.member_id])
    assert row
    assert (row.first_name, row.email, row.phone) == ("Anna", "anna@example.org", None)
    assert (row.birthday, row.language) == (Birthday(2, 29, None), "el-GR")
    assert (row.tier, row.order_count, row.state) == ("friend", 0, "ACTIVE")
    assert len(row.number) == 10
    assert luhn(row.number[:-1]) == row.number[-1]
    ((consent,),) = await queries.consents_of(as_member(joined.member_id), [joined.member_id])
    assert (consent.channel, consent.purpose, consent.given) == (
        Channel.EMAIL,
        Purpose.MARKETING,
        True,
    )


async def test_joining_brings_points_and_says_so() -> None:
    joined = await enrolled(await a_guest())
    member = as_member(joined.member_id)

    (wallets,) = await wallets_of(member, [joined.member_id])
    (told,) = await database.rows("select kind, args from notifications")
    (move,) = await database.rows("select * from transactions")
    welcome = (await programmes.in_force()).programme.welcome
    assert welcome
    assert wallets[welcome.unit].balance == welcome.points
    assert (move["points"], move["natural_key"]) == (welcome.points, "welcome")
    assert move["explanation"] == [
        {"rule": "welcome", "kind": "WELCOME", "points": welcome.points, "inputs": {}}
    ]
    assert (told["kind"], told["args"]["points"]) == ("POINTS_EARNED", welcome.points)
    assert await database.value("select count(*) from lots where expires_at > now()") == 1
    fact = await database.row("select kind, payload from outbox where kind = 'MemberEnrolled'")
    assert fact
    assert fact["payload"] == {"member_id": str(joined.member_id), "referral_id": None}
    assert fact["kind"] == MemberEnrolled.__name__


async def test_the_guest_s_session_gives_way_to_the_member_s() -> None:
    guest = await a_guest()
    found = await sessions.opened(None)
    joined = await enrolled(guest)
    assert joined.tokens

    actor = await tokens.actor_of(joined.tokens.access_token)
    assert (actor.kind, actor.member_id) == (ActorKind.MEMBER, joined.member_id)
    left = await database.value(
        "select expires_at - now() from sessions where id = $1", guest.session_id
    )
    assert left.total_seconds() <= tokens.LIFETIME_SECONDS
    kept = await database.value(
        "select count(*) from refresh_tokens where session_id = $1", guest.session_id
    )
    assert kept == 0
    assert await sessions.refresh(sessions.RefreshSession(found.refresh_token))


async def test_a_key_that_comes_again_opens_another_session_and_nothing_else() -> None:
    guest, form = await a_guest(), joining(first_name="Anna")
    first = await enrolled(guest, form)
    before = await written()
    again = await enrolled(guest, form)

    assert (first.replayed, again.replayed) == (False, True)
    assert again.member_id == first.member_id
    assert again.tokens
    assert first.tokens
    assert again.tokens.access_token != first.tokens.access_token
    new = {"sessions": before["sessions"] + 1, "refresh_tokens": before["refresh_tokens"] + 1}
    assert await written() == {**before, **new}


async def test_one_key_many_times_at_once_is_one_member() -> None:
    await a_programme()
    guest, form = await a_guest(), joining()
    answers = await asyncio.gather(*(enrolled(guest, form) for _ in range(30)))

    assert len({answer.member_id for answer in answers}) == 1
    assert sorted(answer.replayed for answer in answers) == [False] + [True] * 29
    assert await database.value("select count(*) from members") == 1
    assert await database.value("select count(*) from transactions") == 1


async def test_a_key_does_not_serve_another_form() -> None:
    guest, form = await a_guest(), joining()
    await enrolled(guest, form)

    refusal = await refused(guest, replace(form, first_name="Bea"))
    assert isinstance(refusal, KeyReused)
    assert refusal.path == ("idempotencyKey",)


async def test_one_address_is_one_member() -> None:
    await a_programme()
    guest = await a_guest()
    answers = await asyncio.gather(
        *(enrolled(guest, joining()) for _ in range(10)), return_exceptions=True
    )

    assert sorted(type(answer).__name__ for answer in answers) == ["Enrolled"] + ["NotAllowed"] * 9
    assert isinstance(await refused(guest, joining()), NotAllowed)


async def test_outdated_terms_are_refused() -> None:
    for version in (0, 2, -1):
        refusal = await refused(await a_guest(), joining(accepted_terms_version=version))
        assert isinstance(refusal, TermsOutdated)
        assert refusal.path == ("acceptedTermsVersion",)
        assert "Version 1" in refusal.message


CONSENT = GiveConsent(Channel.SMS, Purpose.SERVICE, True)


@pytest.mark.parametrize(
    ("values", "path"),
    [
        ({"birthday": Birthday(2, 30)}, ("birthday", "day")),
        ({"first_name": "x" * 81}, ("firstName",)),
        ({"last_name": "a\u0007"}, ("lastName",)),
        ({"language": "english"}, ("language",)),
        ({"consents": (CONSENT, replace(CONSENT, given=False))}, ("consents", "1")),
        ({"email": "other@example.org"}, ("address",)),
        ({"phone": "+302101234567"}, ("address",)),
        ({"external_id": "7"}, ("externalId",)),
        ({"key": "x" * 65}, ("idempotencyKey",)),
    ],
)
async def test_what_cannot_be_right_is_refused(
    values: dict[str, Any], path: tuple[str, ...]
) -> None:
    refusal = await refused(await a_guest(), joining(**values))
    assert isinstance(refusal, InvalidInput)
    assert refusal.path == path


async def test_a_session_without_a_proved_address_does_not_join() -> None:
    actor = await tokens.actor_of((await sessions.opened(None)).access_token)
    assert isinstance(await refused(actor, joining()), NotAllowed)


async def test_members_and_strangers_enrol_nobody() -> None:
    assert isinstance(await refused(await a_member(), joining(external_id="7")), NotAllowed)
    with pytest.raises(Unauthenticated):
        await enrolled(ANONYMOUS, joining(external_id="7"))
    assert await database.value("select count(*) from profiles where external_id = '7'") == 0


async def test_a_shop_enrols_a_customer_by_its_own_id() -> None:
    joined = await enrolled(SHOP, joining(external_id="customer 7", first_name="Anna"))
    again = await enrolled(SHOP, joining(external_id="customer 7", first_name="Bea"))

    assert (joined.tokens, joined.replayed) == (None, False)
    assert again.member_id == joined.member_id
    found = await queries.find(SHOP, queries.MemberRef(external_id="customer 7"))
    assert (found.id, found.first_name) == (joined.member_id, "Anna")
    assert await database.value("select count(*) from transactions") == 1


async def test_many_tills_at_once_enrol_a_customer_once() -> None:
    await a_programme()
    forms = [joining(external_id="7", email="anna@example.org") for _ in range(20)]
    answers = await asyncio.gather(*(enrolled(TILL, form) for form in forms))

    assert len({answer.member_id for answer in answers}) == 1
    assert await database.value("select count(*) from members") == 1


async def test_a_shop_cannot_enrol_an_address_twice() -> None:
    await a_member("anna@example.org")
    refusal = await refused(SHOP, joining(email=" ANNA@example.org", external_id="7"))
    assert isinstance(refusal, NotAllowed)
    assert refusal.path == ("address", "email")

    refusal = await refused(SHOP, joining(phone="12"))
    assert refusal.path == ("address", "phone")


async def test_who_was_enrolled_at_a_till_signs_in_as_that_member() -> None:
    member = await a_member("anna@example.org")
    guest = await a_guest("anna@example.org")

    assert (guest.kind, guest.member_id) == (ActorKind.MEMBER, member.member_id)


async def test_a_friend_s_code_is_noted() -> None:
    referrer = await a_member()
    joined = await enrolled(await a_guest(), joining(referral_code=await code_of(referrer)))

    assert joined.refusal is None
    row = await database.row("select id, referrer_id, friend_id from referrals")
    assert row
    assert (row["referrer_id"], row["friend_id"]) == (referrer.member_id, joined.member_id)
    fact = await database.value(
        "select payload from outbox where kind = 'MemberEnrolled' order by id desc limit 1"
    )
    assert fact["referral_id"] == str(row["id"])


async def test_a_code_that_is_not_good_is_told_and_the_enrolment_stands() -> None:
    guest, form = await a_guest(), joining(referral_code="NOBODYS1")
    for joined in (await enrolled(guest, form), await enrolled(guest, form)):
        assert isinstance(joined.refusal, NotFound)
        assert joined.refusal.path == ("referralCode",)
    assert await database.value("select count(*) from referrals") == 0
    assert await database.value("select count(*) from members") == 1
    assert await database.value("select count(*) from transactions") == 1


async def test_a_refused_form_can_be_mended_under_the_same_key() -> None:
    guest = await a_guest()
    form = joining(birthday=Birthday(2, 30))
    await refused(guest, form)

    assert isinstance(await enrolled(guest, replace(form, birthday=Birthday(2, 28))), Enrolled)


async def test_after_joining_the_old_session_cannot_be_refreshed() -> None:
    found = (await signed_in()).tokens
    await enrolled(await tokens.actor_of(found.access_token))

    with pytest.raises(SessionEnded):
        await sessions.refresh(sessions.RefreshSession(found.refresh_token, DEVICE))
