"""A friend joins by a member's code: whoever gave it is told, and no code counts twice."""

import asyncio

import pytest

from domain import database
from domain.actor import Actor
from domain.errors import DomainError, InvalidInput, LimitReached, NotFound
from domain.referrals import operations, queries
from domain.referrals.kinds import ReferralState
from domain.referrals.queries import CountsRow
from tests.factories.feedback import a_carer
from tests.factories.referrals import a_friend, a_member, code_of, written
from tests.factories.rewards import TILL

pytestmark = pytest.mark.usefixtures("database")


async def refused(friend: Actor, code: str) -> DomainError:
    """The refusal of a code that changes nothing."""
    assert friend.member_id
    before = await written()
    with pytest.raises(DomainError) as raised:
        async with database.transaction():
            await operations.join(friend.member_id, code)
    assert await written() == before
    assert raised.value.path == ("referralCode",)
    return raised.value


async def test_a_friend_who_joins_is_noted_and_told_of() -> None:
    referrer = await a_member("Anna")
    friend, referral_id = await a_friend(referrer, "Ilya")

    (row,) = await queries.referral_rows(referrer, [referral_id])
    assert row
    assert (row.referrer_id, row.friend_id) == (referrer.member_id, friend.member_id)
    assert (row.state, row.friend_first_name) == (ReferralState.JOINED, "Ilya")
    assert row.rewarded_at is None
    told = await database.rows("select member_id, kind, args from notifications")
    args = {"referral": str(referral_id), "state": "JOINED"}
    assert [tuple(notice) for notice in told] == [(referrer.member_id, "REFERRAL_CHANGED", args)]
    assert await database.value("select count(*) from transactions") == 0


async def test_a_code_is_read_as_people_type_it() -> None:
    referrer, friend = await a_member(), await a_member()
    assert friend.member_id
    code = (await code_of(referrer)).lower()

    async with database.transaction():
        await operations.join(friend.member_id, f" {code[:4]}-{code[4:]} ")

    assert (await queries.counts_of(referrer, [referrer.member_id or friend.member_id]))[
        0
    ].total == 1


async def test_an_unknown_code_is_refused() -> None:
    friend, blocked = await a_member(), await a_member()
    await database.rows("update members set state = 'BLOCKED' where id = $1", blocked.member_id)

    for code in ("NOBODYS1", "", "' or true --", await code_of(blocked)):
        assert isinstance(await refused(friend, code), NotFound)


async def test_the_own_code_is_refused() -> None:
    member = await a_member()

    assert isinstance(await refused(member, await code_of(member)), InvalidInput)


async def test_a_second_code_is_refused() -> None:
    referrer, other = await a_member(), await a_member()
    friend, _ = await a_friend(referrer)

    for code in (await code_of(other), await code_of(referrer)):
        assert isinstance(await refused(friend, code), LimitReached)


async def test_of_two_codes_at_once_one_counts() -> None:
    friend, codes = await a_member(), [await code_of(await a_member()) for _ in range(4)]
    assert friend.member_id
    friend_id = friend.member_id

    async def join(code: str) -> bool:
        try:
            async with database.transaction():
                await operations.join(friend_id, code)
        except LimitReached:
            return False
        return True

    assert sorted(await asyncio.gather(*map(join, codes))) == [False, False, False, True]
    assert await database.value("select count(*) from referrals") == 1
    assert await database.value("select count(*) from notifications") == 1


async def test_friends_are_listed_who_joined_last_first() -> None:
    referrer = await a_member()
    assert referrer.member_id
    wanted = [(await a_friend(referrer))[1] for _ in range(5)][::-1]

    found, after = [], None
    while True:
        (page,) = await queries.referrals_of(referrer, [referrer.member_id], 2, after)
        found += [row.id for row in page.rows]
        if not page.has_next:
            break
        after = page.cursors[-1]

    assert found == wanted
    assert await queries.counts_of(referrer, [referrer.member_id]) == [CountsRow(joined=5)]


async def test_friends_are_seen_by_both_sides_and_the_team() -> None:
    referrer, stranger = await a_member(), await a_member()
    friend, referral_id = await a_friend(referrer)
    assert referrer.member_id

    for actor in (referrer, friend, await a_carer()):
        assert (await queries.referral_rows(actor, [referral_id]))[0] is not None
    for actor in (stranger, TILL):
        assert await queries.referral_rows(actor, [referral_id]) == [None]
    for actor in (friend, stranger, TILL):
        assert (await queries.referrals_of(actor, [referrer.member_id], 20))[0].rows == []
        assert await queries.counts_of(actor, [referrer.member_id]) == [CountsRow()]


async def test_a_preview_tells_the_first_name_and_no_more() -> None:
    referrer = await a_member("Anna")

    found = await queries.referrer_by(await code_of(referrer))

    assert found
    assert (found.member_id, found.first_name) == (referrer.member_id, "Anna")
    assert await queries.referrer_by("NOBODYS1") is None
