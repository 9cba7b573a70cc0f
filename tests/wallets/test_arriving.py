"""Gifts that wait: for who joins by the address, for who takes part again, or to go back, once."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain import database, reactions, schedule
from domain.actor import SYSTEM, Actor
from domain.events import MemberEnrolled
from domain.members.queries import MemberRef
from domain.membership import erasing, exporting, states
from domain.membership.exporting import RequestExport
from domain.membership.states import BlockMember
from domain.wallets import arriving, returning
from domain.wallets.kinds import TransactionKind
from domain.wallets.operations import post_one
from domain.wallets.posting import Move, Posting
from domain.wallets.proof import proof
from tests.factories.gifts import a_friend, balance_of, gift, number_of, sent
from tests.factories.holds import CARE
from tests.factories.members import a_member

pytestmark = pytest.mark.usefixtures("database")

DAY = timedelta(days=1)
WELCOME = 20


async def pass_time(by: timedelta) -> None:
    seconds = int(by.total_seconds())
    await database.rows("update clock set ahead_seconds = ahead_seconds + $1", seconds)


async def react() -> None:
    while await reactions.react():
        pass


async def told(member: Actor) -> list[str]:
    rows = await database.rows(
        "select kind from notifications where member_id = $1 order by sequence", member.member_id
    )
    return [row["kind"] for row in rows if row["kind"] != "POINTS_EARNED"]


async def in_the_house() -> int:
    """What is on its way between members."""
    found: int = await database.value(
        """select coalesce(sum(case when credit = 'transfer' then points
             when debit = 'transfer' then -points end), 0)::bigint from transfers"""
    )
    return found


@pytest.mark.parametrize("address", [{"email": "new@example.org"}, {"phone": "+302101234567"}])
async def test_who_joins_by_the_address_has_what_waits(address: dict[str, str]) -> None:
    anna = await a_friend("anna@example.org", 100)
    first = await sent(anna, 30, message="Welcome", **address)
    second = await sent(anna, 40, **address)
    other = await sent(anna, 10, email="other@example.org")
    assert await balance_of(anna) == WELCOME + 100 - 80
    assert await in_the_house() == 80

    newcomer = await a_member(**address)
    await react()
    assert await balance_of(newcomer) == WELCOME + 70
    assert [(await gift(each.gift_id))[0] for each in (first, second, other)] == [
        "ARRIVED", "ARRIVED", "WAITING",
    ]  # fmt: skip
    assert await told(newcomer) == ["GIFT_RECEIVED", "GIFT_RECEIVED"]
    assert await database.value("select count(*) from gifts where address_hash is null") == 2
    await database.rows("update outbox_readers set xid = '0', event_id = 0")
    await react()  # told again, it is done once
    await returning.settle_gifts()
    assert await balance_of(newcomer) == WELCOME + 70
    assert await in_the_house() == 10
    assert (await proof(SYSTEM)).problems == []


async def test_what_nobody_came_for_goes_back_with_its_dates() -> None:
    anna = await a_friend("anna@example.org", 100)
    before = await lots(anna)
    made = await sent(anna, 30, email="nobody@example.org")
    await pass_time(7 * DAY - timedelta(minutes=1))
    assert await returning.settle_gifts() == 0
    await pass_time(timedelta(minutes=1))
    assert await returning.settle_gifts() == 1
    assert await returning.settle_gifts() == 0
    assert (await gift(made.gift_id))[0] == "RETURNED"
    assert await lots(anna) == before
    assert await told(anna) == ["GIFT_SENT", "GIFT_RETURNED"]
    await a_member("nobody@example.org")
    await react()
    assert (await gift(made.gift_id))[0] == "RETURNED"
    assert await in_the_house() == 0
    assert (await proof(SYSTEM)).problems == []


async def lots(member: Actor) -> list[tuple[Any, ...]]:
    rows = await database.rows(
        "select id, remaining, expires_at from lots where member_id = $1 order by id",
        member.member_id,
    )
    return [tuple(row) for row in rows]


async def test_time_that_passes_brings_it_back() -> None:
    anna = await a_friend("anna@example.org")
    await sent(anna, 10, email="nobody@example.org")
    async for _ in schedule.pass_time(8 * DAY):
        pass
    assert await balance_of(anna) == WELCOME


async def test_who_is_let_in_again_has_what_waited() -> None:
    anna, boris = await a_friend("anna@example.org", 100), await a_friend("boris@example.org")
    number = await number_of(boris)
    block = BlockMember(MemberRef(id=boris.member_id), "A stolen phone", uuid4().hex)
    await states.block(CARE, block)
    made = [await sent(anna, 10, number=number), await sent(anna, 10, email="boris@example.org")]
    await react()
    assert await balance_of(boris) == WELCOME
    assert [(await gift(each.gift_id))[0] for each in made] == ["WAITING"] * 2
    await states.unblock(CARE, BlockMember(block.member, "Found", uuid4().hex))
    await react()
    assert await balance_of(boris) == WELCOME + 20


async def test_a_wallet_that_is_mended_has_what_waited() -> None:
    anna, boris = await a_friend("anna@example.org", 100), await a_friend("boris@example.org")
    freeze = "update wallets set frozen = $2 where member_id = $1"
    await database.rows(freeze, boris.member_id, True)
    await sent(anna, 10, email="boris@example.org")
    assert await returning.settle_gifts() == 0
    await database.rows(freeze, boris.member_id, False)
    assert await returning.settle_gifts() == 1
    assert await balance_of(boris) == WELCOME + 10


async def test_a_debt_is_paid_first() -> None:
    anna, boris = await a_friend("anna@example.org", 100), await a_friend("boris@example.org")
    assert boris.member_id
    owed = Move("POINTS", TransactionKind.CLAWBACK, -35, "issuance", {"key": "order_refunded"})
    await post_one(Posting(boris.member_id, moves=(owed,)))
    await sent(anna, 10, email="boris@example.org")
    await sent(anna, 10, email="boris@example.org")
    row = await database.row(
        "select available, debt from wallets where member_id = $1", boris.member_id
    )
    assert row and tuple(row) == (5, 0)
    assert (await proof(SYSTEM)).problems == []


async def test_of_who_was_erased_what_comes_back_is_given_up() -> None:
    anna = await a_friend("anna@example.org", 100)
    await a_friend("boris@example.org")
    waits = await sent(anna, 30, email="nobody@example.org", message="A secret")
    came = await sent(anna, 30, email="boris@example.org", message="A secret")
    claimed = await sent(anna, 30, email="new@example.org", message="A secret")
    await erasing.erase(anna, await number_of(anna))
    newcomer = await a_member("new@example.org")
    await react()
    assert await balance_of(newcomer) == WELCOME + 30
    for each in (waits, came, claimed):
        assert (await gift(each.gift_id))[2] is None
    await pass_time(7 * DAY)
    await returning.settle_gifts()
    assert (await gift(waits.gift_id))[0] == "RETURNED"
    assert await balance_of(anna) == 0
    assert await told(anna) == ["GIFT_SENT"] * 3
    assert await in_the_house() == 0
    assert (await proof(SYSTEM)).problems == []


async def test_who_receives_and_is_erased_leaves_no_message() -> None:
    anna, boris = await a_friend("anna@example.org", 100), await a_friend("boris@example.org")
    made = await sent(anna, 30, email="boris@example.org", message="A secret")
    await erasing.erase(boris, await number_of(boris))
    assert (await gift(made.gift_id))[2] is None


async def test_both_can_export_it_and_the_sender_not_where_it_is() -> None:
    anna, boris = await a_friend("anna@example.org", 100), await a_friend("boris@example.org")
    await sent(anna, 30, email="boris@example.org", message="Hello")
    await sent(anna, 30, email="nobody@example.org", message="Hello")

    async def exported(member: Actor) -> list[tuple[Any, ...]]:
        made = await exporting.request(member, RequestExport(uuid4().hex))
        parts = await exporting.contents(made.token)
        return [(each["direction"], each["state"], each["message"]) for each in parts["gifts"]]

    assert await exported(anna) == [("SENT", "SENT", "Hello")] * 2
    assert await exported(boris) == [("RECEIVED", "ARRIVED", "Hello")]


async def test_several_workers_return_a_gift_once() -> None:
    friends = [await a_friend(f"anna{n}@example.org", 100) for n in range(3)]
    for friend in friends:
        for n in range(4):
            await sent(friend, 10, email=f"nobody{n}@example.org")
    await pass_time(7 * DAY)
    done = await asyncio.gather(*[returning.settle_gifts(2) for _ in range(5)])
    assert sum(done) == 12
    assert [await balance_of(each) for each in friends] == [WELCOME + 100] * 3
    assert await in_the_house() == 0
    assert (await proof(SYSTEM)).problems == []


async def test_claimed_at_the_instant_at_which_it_goes_back_it_has_one_end() -> None:
    ends = []
    for round in range(12):
        anna = await a_friend(f"anna{round}@example.org", 100)
        made = await sent(anna, 30, email=f"new{round}@example.org")
        newcomer = await a_member(f"new{round}@example.org")
        await database.rows(
            "update gifts set returns_at = pistis_now() where id = $1", made.gift_id
        )
        await database.rows(
            "update members set joined_at = joined_at - interval '1 hour' where id = $1",
            newcomer.member_id,
        )
        acts: list[Any] = [returning.settle_gifts(), react(), returning.settle_gifts()]
        await asyncio.gather(*(acts if round % 2 else reversed(acts)))
        state = (await gift(made.gift_id))[0]
        ends.append(state)
        arrived = state == "ARRIVED"
        assert state != "WAITING"
        assert await balance_of(anna) == WELCOME + (70 if arrived else 100)
        assert await balance_of(newcomer) == WELCOME + (30 if arrived else 0)
    assert await in_the_house() == 0
    assert (await proof(SYSTEM)).problems == []
    print(f"{ends.count('ARRIVED')} arrived, {ends.count('RETURNED')} went back")


async def test_who_joins_while_it_is_sent_has_it() -> None:
    """Whichever of the two is first."""
    for round in range(10):
        anna = await a_friend(f"anna{round}@example.org", 100)
        sending = sent(anna, 30, email=f"new{round}@example.org")
        joining = a_member(f"new{round}@example.org")
        acts: list[Any] = [sending, joining] if round % 2 else [joining, sending]
        await asyncio.gather(*acts, react())
        await react()
        newcomer: UUID = await database.value(
            "select member_id from profiles where email = $1", f"new{round}@example.org"
        )
        assert (
            await database.value("select available from wallets where member_id = $1", newcomer)
            == WELCOME + 30
        )
    assert await in_the_house() == 0


async def test_it_is_not_for_who_sent_it() -> None:
    """An address that becomes the sender's own: it goes back."""
    anna = await a_friend("anna@example.org", 100)
    assert anna.member_id
    made = await sent(anna, 30, phone="+302101234567")
    await database.rows(
        "update profiles set phone = '+302101234567' where member_id = $1", anna.member_id
    )
    async with database.transaction():
        await arriving.claim(MemberEnrolled(anna.member_id))
    assert (await gift(made.gift_id))[0] == "WAITING"
