"""Each table that names a member has its decision, and what moves is whose it should be."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain import database, reactions
from domain.actor import SYSTEM
from domain.events import OrderReported
from domain.feedback import case_operations
from domain.feedback.case_operations import SendFeedback
from domain.feedback.kinds import FeedbackKind
from domain.membership.fates import FATES
from domain.referrals import operations as referrals
from domain.referrals.enrolment import enrol
from tests.factories.activities import did
from tests.factories.members import a_member, joining
from tests.factories.merges import merged, unmerged
from tests.factories.orders import a_line, an_order, reported
from tests.factories.referrals import a_friend, code_of, ordered
from tests.factories.refunds import refunded
from tests.factories.rewards import a_buyer, a_programme
from tests.membership.test_merging import adds_up, wallet

pytestmark = pytest.mark.usefixtures("database")

# Columns with the id of a member that is not what the row is about.
ABOUT_NOBODY = {
    "members.merged_into",
    "tier_refreshes.member_id",  # how far a duty has come
    "programme_tellings.member_id",  # the same
}


async def test_no_table_is_forgotten() -> None:
    named = await database.rows(
        """select table_name || '.' || column_name from information_schema.columns
           where table_schema = 'public' and data_type = 'uuid'
             and (column_name like '%member_id'
               or column_name in ('friend_id', 'referrer_id', 'receiver_id', 'merged_into'))
           union
           select conrelid::regclass || '.' || attname from pg_constraint
           join pg_attribute on attrelid = conrelid and attnum = any (conkey)
           where contype = 'f' and confrelid = 'members'::regclass"""
    )
    views = await database.rows("select viewname from pg_views where schemaname = 'public'")
    seen = {row[0] for row in named if row[0].split(".")[0] not in {v[0] for v in views}}
    assert seen - ABOUT_NOBODY == set(FATES)


async def test_friends_follow_and_are_rewarded_to_the_one_who_stays() -> None:
    await a_programme()
    stayer, gone = await a_member(), await a_member()
    friend, _ = await a_friend(gone)
    await merged(stayer, gone)
    before = (await wallet(stayer))[0]
    await ordered(friend)
    while await reactions.react():
        pass
    assert (await wallet(stayer))[0] > before
    assert (await wallet(gone))[0] == 0
    await adds_up()


async def test_the_code_of_the_one_who_went_brings_friends_to_the_one_who_stays() -> None:
    await a_programme()
    stayer, gone = await a_member(), await a_member()
    code = await code_of(gone)
    await merged(stayer, gone)
    joined = await enrol(SYSTEM, joining(referral_code=code))
    assert joined.refusal is None
    row = await database.row("select referrer_id, friend_id from referrals")
    assert row and tuple(row) == (stayer.member_id, joined.member_id)


async def test_nobody_brings_himself() -> None:
    await a_programme()
    stayer = await a_member()
    friend, _ = await a_friend(stayer)
    merge_id = await merged(friend, stayer)
    rows = await database.rows("select referrer_id, friend_id, state from referrals")
    assert [tuple(row) for row in rows] == [(stayer.member_id, friend.member_id, "JOINED")]
    await ordered(friend)
    while await reactions.react():
        pass
    assert await database.value("select state from referrals") == "JOINED"
    assert await database.value("select count(*) from outbox_failures") == 0
    await unmerged(merge_id)


async def test_who_was_a_customer_before_is_not_new() -> None:
    await a_programme()
    gone = await a_member()
    await reported(an_order(member=gone.member_id))
    while await reactions.react():
        pass
    brings = await a_member()
    stayer, _ = await a_friend(brings)
    await merged(stayer, gone)
    await reported(an_order(member=stayer.member_id))
    while await reactions.react():
        pass
    assert await database.value("select state from referrals") == "JOINED"


async def test_a_first_order_that_was_on_its_way_rewards_all_the_same() -> None:
    await a_programme()
    brings, stayer = await a_member(), await a_member()
    friend, _ = await a_friend(brings)
    event: OrderReported = await ordered(friend)
    await merged(stayer, friend)
    async with database.transaction():
        await referrals.qualify(event)
    row = await database.row("select state, friend_id from referrals")
    assert row and tuple(row) == ("REWARDED", stayer.member_id)
    await adds_up()


async def test_a_reward_of_friends_is_taken_back_from_the_one_who_stays() -> None:
    await a_programme()
    brings, stayer = await a_member(), await a_member()
    friend, _ = await a_friend(brings)
    assert friend.member_id and brings.member_id
    order = an_order(a_line(1000), member=friend.member_id)
    await reported(order)
    while await reactions.react():
        pass
    assert await database.value("select state from referrals") == "REWARDED"
    other = await a_member()
    welcome = (await wallet(other))[0]
    await merged(stayer, brings)
    await merged(other, friend)
    await refunded(order)
    while await reactions.react():
        pass
    assert await database.value("select count(*) from outbox_failures") == 0
    assert (await wallet(stayer))[0] == 2 * welcome
    assert (await wallet(other))[0] == welcome
    await adds_up()


async def test_a_reward_of_two_who_have_become_one_is_taken_back_whole() -> None:
    await a_programme()
    brings = await a_member()
    friend, _ = await a_friend(brings)
    order = an_order(a_line(1000), member=friend.member_id)
    await reported(order)
    while await reactions.react():
        pass
    await merged(friend, brings)
    await refunded(order)
    while await reactions.react():
        pass
    assert await database.value("select count(*) from outbox_failures") == 0
    assert await database.value("select state from referrals") == "JOINED"
    assert await wallet(friend) == (20, 0, 0, 0)
    await adds_up()


async def test_activities_cases_badges_and_greetings_follow() -> None:
    await a_programme()
    stayer, gone = await a_buyer(0), await a_buyer(0)
    await did(gone)
    said = SendFeedback(FeedbackKind.QUESTION, "Oat milk?", "Is there any?", uuid4().hex)
    await case_operations.send(gone, said)
    for member, badge in ((gone, "critic"), (gone, "first"), (stayer, "first")):
        await database.rows(
            "insert into badges (id, member_id, badge, earned_at) values (uuidv7(), $1, $2, now())",
            *(member.member_id, badge),
        )
    await greeted(gone.member_id, 2025)
    await greeted(gone.member_id, 2026)
    await greeted(stayer.member_id, 2025)
    counts = {}
    merge_id = await merged(stayer, gone)
    for table in ("activities", "cases", "badges", "greetings"):
        counts[table] = await database.value(
            f"select count(*) from {table} where member_id = $1", stayer.member_id
        )
    assert counts == {"activities": 1, "cases": 1, "badges": 2, "greetings": 2}
    await unmerged(merge_id)
    for table, left in (("activities", 0), ("cases", 0), ("badges", 1), ("greetings", 1)):
        counted = f"select count(*) from {table} where member_id = $1"
        assert await database.value(counted, stayer.member_id) == left


async def greeted(member_id: UUID | None, year: int) -> Any:
    """A birthday was kept."""
    day = (await database.now() - timedelta(days=365 * (2026 - year))).date()
    await database.rows(
        """insert into greetings (id, member_id, occasion, year, given_on)
           values (uuidv7(), $1, 'BIRTHDAY', $2, $3)""",
        *(member_id, year, day),
    )
