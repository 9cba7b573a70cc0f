"""Points that a till sets aside: over HTTP, at the same moment, and at the moment of their end."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain import balances, database
from domain.actor import SYSTEM, Actor
from domain.errors import DomainError, HoldEnded, HoldExpired, InsufficientPoints, OverCapture
from domain.members.queries import MemberRef
from domain.wallets import expiring, hold_queries, holds
from domain.wallets.holds import CaptureHold, Done, HoldPoints, ReleaseHold
from domain.wallets.proof import proof
from domain.wallets.queries import wallets_of
from schema.node import encode
from tests.client import Client
from tests.counts import count
from tests.documents import document
from tests.elsewhere import pause, until
from tests.factories.access import token_of
from tests.factories.holds import a_hold
from tests.factories.rewards import TILL, a_buyer, a_programme, credit
from tests.processes import Server

pytestmark = pytest.mark.usefixtures("database")

DAY = timedelta(days=1)


async def parts(member_id: UUID | None) -> tuple[int, int]:
    """Balance and held."""
    assert member_id
    with balances.aside():
        (wallets,) = await wallets_of(SYSTEM, [member_id])
    return wallets["POINTS"].balance, wallets["POINTS"].held


def capture(hold_id: UUID, points: int | None = None, key: str | None = None) -> Any:
    return holds.capture(TILL, CaptureHold(hold_id, key or uuid4().hex, points))


def release(hold_id: UUID) -> Any:
    return holds.release(TILL, ReleaseHold(hold_id, uuid4().hex))


async def pass_time(by: timedelta) -> None:
    seconds = int(by.total_seconds())
    await database.rows("update clock set ahead_seconds = ahead_seconds + $1", seconds)


@pytest.fixture
async def http(served: Server) -> AsyncIterator[Client]:
    async with served.client() as client:
        yield client


async def test_a_till_holds_captures_a_part_and_the_rest_comes_back(http: Client) -> None:
    await a_programme()
    member = await a_buyer(100)
    till = await token_of(TILL)

    async def send(name: str, **asked: Any) -> Any:
        answer = await http.ask(document(f"shop/till/{name}"), till, input=asked)
        return next(iter(answer.values()))

    number = await database.value("select number from members where id = $1", member.member_id)
    asked = {"member": {"number": number}, "unit": "POINTS", "points": 60}
    asked |= {"expiresInSeconds": 60, "idempotencyKey": "hold"}
    made = await send("WalletHold", **asked)
    assert made["userErrors"] == []
    assert (made["hold"]["state"], made["hold"]["points"]) == ("OPEN", 60)
    assert (made["wallet"]["balance"], made["wallet"]["held"]) == (40, 60)
    again = await send("WalletHold", **asked)
    assert (again["replayed"], again["hold"]["id"]) == (True, made["hold"]["id"])

    refused = await send("WalletHold", **{**asked, "points": 41, "idempotencyKey": "more"})
    assert refused["userErrors"][0]["code"] == "INSUFFICIENT_POINTS"
    assert refused["userErrors"][0]["path"] == ["input", "points"]

    hold_id = made["hold"]["id"]
    over = await send("HoldCapture", holdId=hold_id, points=61, idempotencyKey="over")
    assert over["userErrors"][0]["code"] == "OVER_CAPTURE"
    assert over["userErrors"][0]["path"] == ["input", "points"]
    taken = await send("HoldCapture", holdId=hold_id, points=25, idempotencyKey="part")
    assert (taken["hold"]["state"], taken["hold"]["capturedPoints"]) == ("CAPTURED", 25)
    assert (taken["wallet"]["balance"], taken["wallet"]["held"]) == (75, 0)
    ended = await send("HoldRelease", holdId=hold_id, idempotencyKey="late")
    assert ended["userErrors"][0]["code"] == "HOLD_ENDED"
    missing = await send("HoldRelease", holdId=encode("Hold", uuid4()), idempotencyKey="none")
    assert missing["userErrors"][0]["code"] == "NOT_FOUND"


@pytest.mark.parametrize(
    ("asked", "path"),
    [
        ({"points": 0}, ("points",)),
        ({"points": -5}, ("points",)),
        ({"points": 10**15 + 1}, ("points",)),
        ({"expires_in_seconds": 0}, ("expiresInSeconds",)),
        ({"expires_in_seconds": 604_801}, ("expiresInSeconds",)),
        ({"unit": "MILES"}, ("unit",)),
    ],
)
async def test_what_cannot_be_held_is_refused_with_its_path(
    asked: dict[str, Any], path: tuple[str, ...]
) -> None:
    await a_programme()
    member = await a_buyer(10)
    good = {"unit": "POINTS", "points": 1, "expires_in_seconds": 60, "idempotency_key": "key"}
    with pytest.raises(DomainError) as refused:
        await holds.hold(TILL, HoldPoints(MemberRef(id=member.member_id), **{**good, **asked}))
    assert refused.value.path == path
    assert await parts(member.member_id) == (10, 0)


async def test_a_hold_is_over_from_its_instant_on_and_its_lots_expire_then() -> None:
    member = await a_buyer(0)
    assert member.member_id
    await credit(member.member_id, 30, (await database.now()) + DAY)
    await credit(member.member_id, 10)
    hold_id = await a_hold(member, 35, seconds=3 * 86400)

    await pass_time(2 * DAY)  # the lot is due, and the hold keeps it
    await expiring.expire_due()
    assert await parts(member.member_id) == (5, 35)
    await pass_time(DAY)
    assert await parts(member.member_id) == (10, 0)
    with pytest.raises(HoldExpired):
        await capture(hold_id)
    await expiring.expire_due()
    assert await parts(member.member_id) == (10, 0)
    (row,) = await hold_queries.holds(SYSTEM, [hold_id])
    assert row and row.state == "EXPIRED"
    kinds = await database.rows("select kind, points from transactions order by version")
    assert [tuple(each) for each in kinds][-2:] == [("HOLD_RELEASE", 35), ("EXPIRE", -30)]
    assert (await proof(SYSTEM)).problems == []


async def test_points_that_are_held_cannot_be_held_again_by_many_at_once() -> None:
    member = await a_buyer(100)
    tried = await asyncio.gather(*(a_hold(member, 9) for _ in range(30)), return_exceptions=True)
    made = [each for each in tried if isinstance(each, UUID)]
    assert len(made) == 11
    assert {type(each) for each in tried} == {UUID, InsufficientPoints}
    assert await parts(member.member_id) == (1, 99)


@pytest.mark.counted
async def test_a_hold_has_one_end_whoever_comes_at_its_last_instant() -> None:
    members = [await a_buyer(10) for _ in range(20)]
    ends: Counter[str] = Counter()

    async def at_the_end(member: Actor) -> None:
        hold_id = await a_hold(member, 10, seconds=1)
        await pause(0.6 + 0.42 * random.random())
        deeds = (capture(hold_id, 10), release(hold_id), expiring.expire_due(), capture(hold_id))
        tried = await asyncio.gather(*deeds, return_exceptions=True)
        assert all(isinstance(each, Done | int | HoldEnded | HoldExpired) for each in tried), tried
        await until(lambda: ended(hold_id))
        (row,) = await hold_queries.holds(SYSTEM, [hold_id])
        assert row and sum(isinstance(each, Done) for each in tried) == (row.state != "EXPIRED")
        ends[row.state] += 1
        assert await parts(member.member_id) == (10 - row.captured_points, 0)
        if row.captured_points:
            assert member.member_id
            await credit(member.member_id, 10)

    async def ended(hold_id: UUID) -> bool:
        await expiring.expire_due()
        row = await database.row("select state from holds where id = $1", hold_id)
        return row is not None and row["state"] != "OPEN"

    for _ in range(count(2, 60)):
        await asyncio.gather(*(at_the_end(member) for member in members))
    assert (await proof(SYSTEM)).problems == []
    print(f"ends of holds: {dict(ends)}")


async def test_more_than_the_hold_keeps_is_refused_and_the_hold_stays() -> None:
    member = await a_buyer(20)
    hold_id = await a_hold(member, 15)
    with pytest.raises(OverCapture):
        await capture(hold_id, 16)
    assert await parts(member.member_id) == (5, 15)
    await capture(hold_id, key="once")
    done = await capture(hold_id, key="once")
    assert done.replayed
    assert await parts(member.member_id) == (5, 0)
