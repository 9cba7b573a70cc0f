"""The end: said early, told to all, earning first, nothing expires before, and then it is over."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from domain import database
from domain.actor import SYSTEM, Actor, ActorKind, Role, expanded
from domain.errors import DomainError, InvalidInput, NoticeRequired
from domain.language import said
from domain.programme import document, drafting, ending, operations, queries, templates
from domain.programme.ending import EndProgramme
from domain.rewards import operations as rewards
from domain.rewards.commands import RedeemReward
from domain.wallets.closing import close
from tests.factories import clock
from tests.factories.orders import a_line, an_order, reported
from tests.factories.rewards import a_buyer, a_programme, a_reward, credit

pytestmark = pytest.mark.usefixtures("database")

LEAD = Actor(ActorKind.STAFF, "lead", expanded({Role.LOYALTY}))
WHY = said("We close.", "Мы закрываемся.", "Κλείνουμε.")
ATHENS = ZoneInfo("Europe/Athens")


async def today() -> date:
    """The local day."""
    return (await database.now()).astimezone(ATHENS).date()


async def ended(days: int = 90, **values: Any) -> ending.Done:
    """Announced: earning ends in so many days."""
    on = await today() + timedelta(days=days)
    return await ending.end(LEAD, EndProgramme(on, WHY, uuid4().hex, **values))


async def wallet(member: Actor) -> int:
    """What the member could spend."""
    found: int = await database.value(
        "select coalesce(sum(remaining), 0) from lots where member_id = $1"
        " and (expires_at is null or expires_at > pistis_now())",
        member.member_id,
    )
    return found


async def orders(member: Actor) -> int:
    """Points of an order of now for 10 euros."""
    order = an_order(a_line(1000), member=member.member_id, occurred_at=await database.now())
    points: int = (await reported(order)).result["points"]
    return points


async def told(member: Actor) -> int:
    """How often the member was told."""
    found: int = await database.value(
        "select count(*) from notifications where kind = 'PROGRAMME_ENDS' and member_id = $1",
        member.member_id,
    )
    return found


async def test_the_end_is_said_as_early_as_was_promised() -> None:
    await a_programme()
    for days, path in ((89, "earningUntil"), (0, "earningUntil")):
        with pytest.raises(NoticeRequired) as refused:
            await ended(days)
        assert refused.value.path == (path,)
        assert (await today() + timedelta(days=90)).isoformat() in refused.value.message
    with pytest.raises(NoticeRequired) as refused:
        await ended(90, spending_until=await today() + timedelta(days=179))
    assert refused.value.path == ("spendingUntil",)
    await ended(90)
    version = await queries.in_force()
    assert version.programme.ending is not None
    between = version.programme.ending.spending_until - version.programme.ending.earning_until
    assert between == timedelta(days=90)


async def test_earning_ends_first_then_spending_and_nothing_expires_before() -> None:
    reward = await a_reward()
    member = await a_buyer(0)
    soon = await database.now() + timedelta(days=10)
    assert member.member_id
    await credit(member.member_id, 40, expires_at=soon)
    await credit(member.member_id, 50)
    await ended(90)
    await close()
    assert await told(member) == 1

    await clock.lived(days=60)
    assert await wallet(member) == 90
    assert await orders(member) == 10
    await clock.lived(days=31)
    assert await orders(member) == 0
    await rewards.redeem(member, RedeemReward(reward, uuid4().hex))
    await clock.lived(days=80)
    assert await wallet(member) == 70
    await clock.lived(days=10)
    assert await wallet(member) == 0
    with pytest.raises(DomainError) as refused:
        await rewards.redeem(await a_buyer(100), RedeemReward(reward, uuid4().hex))
    assert refused.value.code in ("STOPPED", "REWARD_UNAVAILABLE")
    assert await told(member) == 1
    assert await close() in (0, 1)


async def test_orders_that_come_late_do_not_expire_early_either() -> None:
    await a_programme()
    member = await a_buyer(0)
    bought = await database.now() - timedelta(days=300)
    await ended(120)
    order = an_order(a_line(1000), member=member.member_id, occurred_at=bought)
    await reported(order)
    await clock.lived(days=200)
    assert await wallet(member) == 10


async def test_an_end_can_be_put_off_and_not_brought_forward() -> None:
    await a_programme()
    await ended(120)
    for days in (90, 119):
        with pytest.raises(InvalidInput):
            await ended(days)
    await ended(150)
    version = await queries.in_force()
    assert version.programme.ending is not None
    assert version.programme.ending.earning_until == await today() + timedelta(days=150)


async def test_versions_that_were_to_come_end_too() -> None:
    await a_programme()
    contents = templates.contents("cafe") | {"termsVersion": 2}
    later = await database.now() + timedelta(days=5)
    await operations.publish(SYSTEM, contents, later)
    await ended(120)
    await clock.lived(days=6)
    version = await queries.in_force()
    assert version.programme.terms_version == 2
    assert version.programme.ending is not None


async def test_a_key_ends_it_once() -> None:
    await a_programme()
    on = await today() + timedelta(days=100)
    command = EndProgramme(on, WHY, uuid4().hex)
    first, again = await ending.end(LEAD, command), await ending.end(LEAD, command)
    assert (again.version_id, again.replayed) == (first.version_id, True)


async def test_who_joins_at_the_end_is_not_welcomed_with_points() -> None:
    await a_programme()
    version = await queries.in_force()
    assert version.earns_at(await database.now())
    await ended(90)
    after = datetime.now(ATHENS) + timedelta(days=91)
    assert not (await queries.in_force()).earns_at(after)


async def test_nobody_is_told_twice_and_nobody_is_left_out() -> None:
    await a_programme()
    people = [await a_buyer(3) for _ in range(7)]
    await ended(90)
    await close(at_once=2)
    await close(at_once=3)
    assert [await told(each) for each in people] == [1] * 7


async def test_a_draft_neither_says_an_end_nor_takes_it_back() -> None:
    await a_programme()
    before = document.encoded((await queries.in_force()).programme)
    said_by_hand = before | {
        "ending": {
            "earningUntil": "2030-01-01",
            "spendingUntil": "2030-06-01",
            "reason": dict(WHY),
        }
    }
    with pytest.raises(InvalidInput) as refused:
        await drafting.draft(LEAD, said_by_hand, None)
    assert refused.value.path == ("ending",)
    await ended(100)
    draft = await drafting.draft(LEAD, before, None)
    kept = document.decoded(
        await database.value("select document from programme_versions where id = $1", draft)
    )
    assert kept == (await queries.in_force()).programme
