"""When a month is over, those are told of its statement who had movements in it: once each."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from domain import database
from domain.wallets import statement_rounds
from domain.wallets.statement_rounds import WINDOW_DAYS, tell_statements
from tests.factories import clock
from tests.factories.rewards import a_buyer, a_programme, credit

pytestmark = pytest.mark.usefixtures("database")


async def the_turn() -> datetime:
    """When the next month begins, where the programme is at home."""
    today = (await database.now()).astimezone(ZoneInfo("Europe/Athens")).date()
    year, month = divmod(today.year * 12 + today.month, 12)
    return datetime(year, month + 1, 1, tzinfo=ZoneInfo("Europe/Athens")).astimezone(UTC)


async def told() -> dict[UUID, list[str]]:
    found = await database.rows(
        """select member_id, array_agg(args ->> 'month' order by id) as months
           from notifications where kind = 'STATEMENT_READY' group by member_id"""
    )
    return {row["member_id"]: row["months"] for row in found}


async def members(count: int) -> list[UUID]:
    await a_programme()
    made = [await a_buyer(5) for _ in range(count)]
    return [each.member_id for each in made if each.member_id]


async def test_whoever_had_movements_is_told_once_by_any_number_of_workers() -> None:
    moved = await members(12)
    still = (await a_buyer(0)).member_id
    turn = await the_turn()
    assert await tell_statements() == 0 or (await database.now()).day <= WINDOW_DAYS
    month = (turn - timedelta(hours=1)).astimezone(ZoneInfo("Europe/Athens")).replace(day=1)
    await clock.at(turn + timedelta(minutes=1))

    counts = await asyncio.gather(*(tell_statements(at_once=2) for _ in range(5)))

    assert sum(counts) == len(moved)
    found = await told()
    assert found.keys() == set(moved)
    assert still not in found
    assert all(months[-1] == month.date().isoformat() for months in found.values())
    assert await tell_statements() == 0


async def test_a_month_in_which_nothing_moved_is_not_told_of_and_one_that_is_long_over() -> None:
    (member_id,) = await members(1)
    turn = await the_turn()
    await clock.at(turn + timedelta(days=WINDOW_DAYS + 1))
    assert await tell_statements() == 0
    await clock.lived_until(turn + timedelta(days=33))
    assert await told() == {}

    await credit(member_id, 1)
    await clock.lived_until(turn + timedelta(days=64))
    assert [len(months) for months in (await told()).values()] == [1]


async def test_who_takes_no_part_is_not_told_and_who_is_blocked_is() -> None:
    there, blocked, gone = await members(3)
    for member_id, state in ((blocked, "BLOCKED"), (gone, "OPTED_OUT")):
        await database.rows("update members set state = $2 where id = $1", member_id, state)
    await clock.at(await the_turn() + timedelta(seconds=2))

    await tell_statements()

    assert (await told()).keys() == {there, blocked}


async def test_what_expires_at_the_turn_is_a_movement_though_it_is_not_written() -> None:
    (member_id,) = await members(1)
    turn = await the_turn()
    next_turn = turn + timedelta(days=40)
    await credit(member_id, 5, expires_at=turn + timedelta(days=9))
    await clock.at(next_turn.replace(day=1, hour=1))

    await tell_statements()

    assert list(await told()) == [member_id]


async def test_one_that_breaks_off_leaves_the_rest_to_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    moved = await members(5)
    await clock.at(await the_turn() + timedelta(seconds=2))
    steps = iter(range(10))

    def killed(name: str) -> None:
        if name == "telling of statements" and next(steps) == 1:
            raise RuntimeError("killed")

    monkeypatch.setattr(statement_rounds, "failpoint", killed)
    with pytest.raises(RuntimeError):
        await tell_statements(at_once=2)
    await tell_statements(at_once=2)

    assert {key: len(months) for key, months in (await told()).items()} == dict.fromkeys(moved, 1)
