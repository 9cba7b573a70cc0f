"""What is remembered is what would be read: after every change, and after every instant."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from api.known import documents
from api.known.registry import digest
from domain import cache, database, shared_versions
from domain.access import sessions, tokens
from domain.activities import badges
from domain.actor import SYSTEM, Actor
from domain.events import ActivityReported
from domain.feedback import case_operations
from domain.feedback.case_operations import AnswerCase, SendFeedback
from domain.feedback.kinds import FeedbackKind
from domain.ids import code, uuid7
from domain.members import operations as members
from domain.members.commands import UpdateMember
from domain.notifications import operations as notifications
from domain.notifications import queries as inbox
from domain.programme import operations as programmes
from domain.programme.templates import contents
from domain.referrals import operations as referrals
from domain.rewards import operations as rewards
from domain.rewards.commands import CancelVoucher, RedeemReward, UseVoucher
from tests.client import Client
from tests.factories.activities import did
from tests.factories.feedback import a_carer, a_survey, answered
from tests.factories.notifications import as_member, tell
from tests.factories.offers import an_offer
from tests.factories.orders import an_order, reported
from tests.factories.referrals import a_friend, a_member, ordered
from tests.factories.rewards import TILL, a_buyer, a_programme, a_reward, credit
from tests.processes import Server
from tests.remembering import Onlooker, an_onlooker, prolonged, until
from tests.wallets.alternations import clients_of_all_processes

pytestmark = pytest.mark.usefixtures("database")

Change = Callable[[Actor], Awaitable[object]]
SOON = timedelta(seconds=1.5)


@pytest.fixture
async def clients(served: Server) -> AsyncIterator[list[Client]]:
    async with clients_of_all_processes(served) as found:
        yield found[:2]


async def a_voucher(member: Actor, reward_id: UUID | None = None) -> UUID:
    command = RedeemReward(reward_id or await a_reward(price=1), code(8))
    return (await rewards.redeem(member, command)).voucher_id


def of(member: Actor) -> UUID:
    assert member.member_id
    return member.member_id


async def a_peopled_member() -> Actor:
    """Somebody with something on every screen."""
    member = await a_member("Eleni")
    await credit(of(member), 100)
    await a_reward()
    await an_offer()
    await a_survey()
    await a_friend(member)
    await a_voucher(member)
    await reported(an_order(member=of(member)))
    await case_operations.send(member, SendFeedback(FeedbackKind.IDEA, "Tea", "Tea!", code(8)))
    return member


async def orders(member: Actor) -> None:
    await reported(an_order(member=of(member)))


async def redeems(member: Actor) -> None:
    await a_voucher(member)


async def gives_back(member: Actor) -> None:
    voucher_id = await database.value("select id from vouchers where member_id = $1", of(member))
    await rewards.cancel(member, CancelVoucher(voucher_id, code(8)))


async def uses_a_voucher(member: Actor) -> None:
    text = await database.value("select code from vouchers where member_id = $1", of(member))
    await rewards.use(TILL, UseVoucher(text, code(8)))


async def changes_its_name(member: Actor) -> None:
    await members.update(member, UpdateMember(first_name=code(8)))


async def is_brought_a_friend(member: Actor) -> None:
    await a_friend(member, "Vera")


async def friend_orders(member: Actor) -> None:
    friend = await database.value(
        "select friend_id from referrals where referrer_id = $1 and state = 'JOINED'", of(member)
    )
    await referrals.qualify(await ordered(as_member(friend)))


async def reads(member: Actor) -> None:
    sequence = await database.value("select sequence from members where id = $1", of(member))
    await notifications.read(member, inbox.cursor(sequence))


async def is_told(member: Actor) -> None:
    await tell(of(member), 7)


async def answers_a_survey(member: Actor) -> None:
    await answered(member, await database.value("select id from surveys"), 3, "Too hot")


async def is_answered(member: Actor) -> None:
    case_id = await database.value("select id from cases where member_id = $1", of(member))
    await case_operations.answer(await a_carer(), AnswerCase(case_id, "Soon.", code(8)))


async def reward_is_made(_: Actor) -> None:
    await a_reward(price=77)


async def reward_runs_out(member: Actor) -> None:
    await database.rows("update rewards set stock = 1")
    await shared_versions.make_known()
    reward_id = await database.value("select id from rewards order by price limit 1")
    await a_voucher(await a_buyer(100), reward_id)


async def offer_is_made(_: Actor) -> None:
    await an_offer(ends=3)


async def survey_is_made(_: Actor) -> None:
    await a_survey()


async def programme_is_published(_: Actor) -> None:
    renamed = contents("cafe")
    renamed["tiers"][0]["name"] = {"en": "Pal", "ru": "Приятель", "el": "Φίλος"}
    await programmes.publish(SYSTEM, renamed, await database.now())


async def writes_a_review(member: Actor) -> None:
    await did(member)


async def gets_a_badge(member: Actor) -> None:
    for _ in range(3):
        await did(member)
    await badges.award([ActivityReported(of(member), uuid7(), "review", 0)])


CHANGES: list[Change] = [
    orders,
    writes_a_review,
    gets_a_badge,
    redeems,
    gives_back,
    uses_a_voucher,
    changes_its_name,
    is_brought_a_friend,
    friend_orders,
    reads,
    is_told,
    answers_a_survey,
    is_answered,
    reward_is_made,
    reward_runs_out,
    offer_is_made,
    survey_is_made,
    programme_is_published,
]


async def looked_at(clients: list[Client], member: Actor) -> tuple[Onlooker, dict[str, Any]]:
    onlooker = await an_onlooker(clients, member)
    await onlooker.warm()
    return onlooker, await onlooker.warm()


@pytest.mark.parametrize("change", CHANGES, ids=lambda given: given.__name__)
async def test_every_screen_is_right_after(change: Change, clients: list[Client]) -> None:
    onlooker, before = await looked_at(clients, member := await a_peopled_member())
    passer_by = await an_onlooker(clients, None)
    await passer_by.warm()
    assert {told["extensions"].get("cache") for told in before.values()} >= {"hit"}
    await change(member)
    after = await onlooker.check()
    assert any(after[name]["data"] != before[name]["data"] for name in after)
    await passer_by.check()


async def test_what_is_kept_is_told_out_of_redis(clients: list[Client]) -> None:
    onlooker, seen = await looked_at(clients, await a_peopled_member())
    kept = {name for name, told in seen.items() if told["extensions"].get("cache") == "hit"}
    assert onlooker.variables.keys() - kept == {"MyReferrals"}


async def test_each_language_and_member_has_answers_of_its_own(clients: list[Client]) -> None:
    first, second = await a_peopled_member(), await a_buyer(5)
    tokens = [(await an_onlooker(clients, member)).token for member in (first, second)]
    home = {each.name: each for each in documents.known()}["Home"].id
    seen = set()
    for _ in range(2):
        for token in tokens:
            for language in ("en", "ru", "el", "fr"):
                response = await clients[0].raw(
                    token, headers={"Accept-Language": language}, json={"documentId": home}
                )
                seen.add(response.text.partition('"extensions"')[0])
    assert len(seen) == 6  # French is answered in the member's own language, English


async def ends_with_points(member: Actor, at: Any) -> None:
    await credit(of(member), 5, expires_at=at)


async def ends_with_an_offer(_: Actor, at: Any) -> None:
    await an_offer(ends_at=at)


async def begins_with_an_offer(_: Actor, at: Any) -> None:
    await an_offer(starts_at=at)


async def ends_with_a_reward(_: Actor, at: Any) -> None:
    await a_reward(price=3, available_until=at)


async def begins_with_a_reward(_: Actor, at: Any) -> None:
    await a_reward(price=3, available_from=at)


async def ends_with_a_survey(_: Actor, at: Any) -> None:
    await a_survey(ends_at=at)


async def begins_with_a_survey(_: Actor, at: Any) -> None:
    await a_survey(starts_at=at)


async def ends_with_a_voucher(member: Actor, at: Any) -> None:
    await database.rows("update vouchers set expires_at = $2 where member_id = $1", of(member), at)
    await tell(of(member), 1)


async def begins_with_a_programme(_: Actor, at: Any) -> None:
    renamed = contents("cafe")
    renamed["tiers"][0]["name"] = {"en": "Mate", "ru": "Друг", "el": "Φίλος"}
    await programmes.publish(SYSTEM, renamed, at)


INSTANTS = [
    ends_with_points,
    ends_with_an_offer,
    begins_with_an_offer,
    ends_with_a_reward,
    begins_with_a_reward,
    ends_with_a_survey,
    begins_with_a_survey,
    ends_with_a_voucher,
    begins_with_a_programme,
]


@pytest.mark.parametrize("given", INSTANTS, ids=lambda given: given.__name__)
async def test_what_was_remembered_before_an_instant_is_right_after_it(
    given: Callable[[Actor, Any], Awaitable[None]], clients: list[Client]
) -> None:
    member = await a_peopled_member()
    onlooker, passer_by = await an_onlooker(clients, member), await an_onlooker(clients, None)
    at = await database.now() + SOON
    await given(member, at)
    before = await onlooker.warm()
    await passer_by.warm()
    assert await database.now() < at, "too slow to tell"
    await until(at)
    after = await onlooker.check()
    assert any(after[name]["data"] != before[name]["data"] for name in after)
    await passer_by.check()


async def test_a_fault_shows_when_an_answer_outlives_its_instant(clients: list[Client]) -> None:
    member = await a_peopled_member()
    at = await database.now() + SOON
    await ends_with_points(member, at)
    onlooker, _ = await looked_at(clients, member)
    await prolonged(member)
    await until(at)
    with pytest.raises(AssertionError, match=r"Home|Statement"):
        await onlooker.check()


@pytest.mark.parametrize("change", [orders, reward_is_made], ids=lambda given: given.__name__)
async def test_a_fault_shows_when_no_version_is_raised(
    change: Change, clients: list[Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    onlooker, _ = await looked_at(clients, member := await a_peopled_member())

    async def nothing(*_: object) -> bool:
        return True

    monkeypatch.setattr(cache, "raise_versions", nothing)
    monkeypatch.setattr(shared_versions, "make_known", nothing)
    await change(member)
    with pytest.raises(AssertionError):
        await onlooker.check()


async def test_a_member_that_is_signed_out_gets_nothing_out_of_redis(
    clients: list[Client],
) -> None:
    onlooker, _ = await looked_at(clients, await a_peopled_member())
    assert onlooker.token
    await sessions.end(await tokens.actor_of(onlooker.token), everywhere=True)
    body = {"documentId": documents.known()[0].id}
    while (response := await clients[0].raw(onlooker.token, json=body)).status_code != 401:
        pass
    assert response.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_answers_with_errors_are_not_remembered(clients: list[Client]) -> None:
    await a_programme()
    onlooker = await an_onlooker(clients, await a_member())
    text = 'query W { me { id wallet(unit: "NONE") { id balance } } }'
    body = {"query": text, "extensions": {"persistedQuery": {"sha256Hash": digest(text)}}}
    for _ in range(3):
        response = await clients[0].raw(onlooker.token, json=body)
        assert response.json()["errors"]
        assert response.json()["extensions"].get("cache") != "hit"
