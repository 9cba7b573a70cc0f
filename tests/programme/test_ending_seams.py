"""The end where it meets others: members in hand, what comes loose after it, versions after it."""

import asyncio
import contextvars
from datetime import timedelta
from typing import Any

import pytest

from domain import database
from domain.actor import Actor
from domain.programme import drafting, publishing, queries
from domain.programme.document import encoded
from domain.programme.lives import lives_of
from domain.wallets import guard
from domain.wallets import operations as wallets
from domain.wallets.checks import misfits_of_all
from domain.wallets.closing import close
from domain.wallets.kinds import TransactionKind
from domain.wallets.posting import Move, Posting
from tests.factories import clock
from tests.factories.rewards import a_buyer, a_programme, credit, held
from tests.factories.versions import LOYALTY, nobody, to_publish
from tests.programme.test_ending import LEAD, ended, told

pytestmark = pytest.mark.usefixtures("database")

PAST_THE_END = {"days": 200}


async def balance(member: Actor) -> int:
    return (await held(member.member_id))[0]


async def over(**values: Any) -> None:
    """Announced, and then the time of it has passed, with nothing done meanwhile."""
    await ended(90)
    await close()
    await clock.later(**{**PAST_THE_END, **values})


async def test_who_is_in_other_hands_at_the_end_is_closed_afterwards() -> None:
    await a_programme()
    member = await a_buyer(50)
    await over()
    async with database.transaction():
        await database.rows("select id from members where id = $1 for update", member.member_id)
        await asyncio.create_task(close(), context=_fresh())
    await close()
    assert await balance(member) == 0


async def test_points_that_fell_due_and_are_not_written_yet_do_not_hold_the_end_up() -> None:
    await a_programme()
    member = await a_buyer(0)
    assert member.member_id
    await credit(member.member_id, 40, expires_at=await database.now() + timedelta(days=10))
    await credit(member.member_id, 50)
    await over()
    async with asyncio.timeout(20):
        await close()
        await close()
    assert await balance(member) == 0


async def test_what_comes_loose_after_the_end_goes_too() -> None:
    await a_programme()
    member = await a_buyer(50)
    assert member.member_id
    await database.rows("update wallets set frozen = true where member_id = $1", member.member_id)
    await over()
    await close()
    assert await balance(member) == 50
    await database.rows("update wallets set frozen = false where member_id = $1", member.member_id)
    await close()
    assert await balance(member) == 0


async def test_what_was_held_over_the_end_is_gone_when_it_is_freed() -> None:
    await a_programme()
    member = await a_buyer(50)
    assert member.member_id
    hold = Move(
        "POINTS", TransactionKind.HOLD, -20, "held", {"key": "held"},
        hold_until=await database.now() + timedelta(days=300),
    )  # fmt: skip
    await wallets.post_one(Posting(member.member_id, moves=(hold,)))
    await over()
    await close()
    await clock.later(days=150)
    await close()
    assert await database.value("select sum(remaining) from lots") == 0


async def test_of_the_same_end_in_another_version_nobody_is_told_again() -> None:
    await a_programme()
    member = await a_buyer(50)
    await ended(90)
    await close()
    contents = encoded((await queries.in_force()).programme) | {"noticeDays": 60}
    draft = await drafting.draft(LOYALTY, contents, None)
    await publishing.publish(LOYALTY, to_publish(draft), nobody)
    await close()
    assert await told(member) == 1
    await ended(120)
    await close()
    assert await told(member) == 2


async def test_it_is_known_who_ended_it() -> None:
    await a_programme()
    done = await ended(90)
    (life,) = await lives_of(LEAD, [done.version_id])
    assert life.published_by == LEAD.key


async def test_what_is_over_is_not_closed_anew_each_minute() -> None:
    await a_programme()
    await over()
    await close()
    before = await database.value("select array_agg(xmin::text) from programme_stops")
    await close()
    assert await database.value("select array_agg(xmin::text) from programme_stops") == before


async def test_the_ledger_adds_up_after_the_end() -> None:
    await a_programme()
    member = await a_buyer(50)
    assert member.member_id
    await credit(member.member_id, 40, expires_at=await database.now() + timedelta(days=10))
    await ended(90)
    await clock.lived(days=100)
    assert await balance(member) == 90
    await clock.lived(days=100)
    assert await balance(member) == 0
    await guard.check()
    assert await guard.open_problems() == []
    assert await misfits_of_all() == []


def _fresh() -> contextvars.Context:
    # Of another caller, whom our transaction is nothing to.
    return contextvars.Context()


async def test_what_is_held_while_it_would_have_expired_lasts_to_the_end_too() -> None:
    await a_programme()
    member = await a_buyer(0)
    assert member.member_id
    now = await database.now()
    await credit(member.member_id, 40, expires_at=now + timedelta(days=3))
    hold = Move(
        "POINTS", TransactionKind.HOLD, -40, "held", {"key": "held"},
        hold_until=now + timedelta(days=5),
    )  # fmt: skip
    await wallets.post_one(Posting(member.member_id, moves=(hold,)))
    await ended(90)
    await clock.lived(days=10)
    assert await balance(member) == 40
