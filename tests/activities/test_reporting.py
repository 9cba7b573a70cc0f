"""An activity counts once, by the programme of its day, and moves points like an order."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from domain import database
from domain.activities.queries import activities, counts_of, pages_of
from domain.actor import SYSTEM, Actor
from domain.errors import ActivityConflict, KeyReused, NotAllowed, NotFound
from domain.programme import operations as programmes
from domain.programme.templates import contents
from domain.wallets.proof import proof
from tests.factories.activities import did
from tests.factories.members import as_member
from tests.factories.rewards import a_buyer, a_programme, held

pytestmark = pytest.mark.usefixtures("database")


async def points_of(member: Actor) -> int:
    return (await held(member.member_id))[0]


async def a_reviewer() -> Actor:
    await a_programme()
    return await a_buyer(0)


async def test_a_review_earns_by_every_rule_that_applies() -> None:
    member = await a_reviewer()
    plain, bought = await a_buyer(0), member

    await did(plain)
    await did(bought, said={"stars": 4, "verified": True})

    assert (await points_of(plain), await points_of(bought)) == (10, 15)
    rows = await database.rows(
        """select kind, title, explanation, natural_key from transactions
           where member_id = $1""",
        member.member_id,
    )
    (row,) = rows
    assert (row["kind"], row["title"]["activity"]["en"]) == ("EARN", "Review")
    assert [part["rule"] for part in row["explanation"]] == ["review-points", "verified-review"]
    assert sum(part["points"] for part in row["explanation"]) == 15
    assert (await proof(SYSTEM)).problems == []


async def test_the_limit_of_its_month_is_all_that_it_gives() -> None:
    member = await a_reviewer()
    at = datetime(2026, 10, 10, tzinfo=UTC)

    for _ in range(4):
        await did(member, occurred_at=at)
    in_october = await points_of(member)
    await did(member, occurred_at=at - timedelta(days=31))

    assert (in_october, await points_of(member)) == (20, 30)
    (listed,) = await pages_of(member, [id_of(member)], 10)
    assert [len(row.transaction_ids) for row in listed.rows] == [0, 0, 1, 1, 1]
    assert await counts_of(member, [id_of(member)]) == [5]


def id_of(member: Actor) -> UUID:
    assert member.member_id
    return member.member_id


async def test_the_same_again_answers_the_first_and_another_body_is_a_conflict() -> None:
    member = await a_reviewer()
    now = await database.now()

    first = await did(member, reference="r1", key="k1", occurred_at=now)
    again = await did(member, reference="r1", key="k1", occurred_at=now)
    other_key = await did(member, reference="r1", key="k2", occurred_at=now)
    with pytest.raises(ActivityConflict) as refused:
        await did(member, reference="r1", key="k3", occurred_at=now, said={"stars": 1})
    with pytest.raises(ActivityConflict):  # the key has its answer
        await did(member, reference="r1", key="k3", occurred_at=now, said={"stars": 1})
    with pytest.raises(KeyReused):
        await did(member, reference="r2", key="k2", occurred_at=now)

    assert refused.value.path == ("reference",)
    assert (first.replayed, again.replayed, other_key.replayed) == (False, True, True)
    assert first.result == again.result == other_key.result
    assert await points_of(member) == 10
    assert await database.value("select count(*) from activities") == 1


async def test_a_member_reports_what_the_programme_lets_it_of_itself_alone() -> None:
    member, other = await a_reviewer(), await a_buyer(0)

    await did(member, "share", actor=member, reference="mine")
    with pytest.raises(NotAllowed) as kind:
        await did(member, "review", actor=member)
    with pytest.raises(NotFound) as somebody:
        await did(other, "share", actor=member)
    # References of members are their own: nobody takes another's, nor the shop's.
    await did(other, "share", actor=other, reference="mine")
    await did(other, "share", reference="mine")

    assert (kind.value.path, somebody.value.path) == (("kind",), ("member",))
    assert (await points_of(member), await points_of(other)) == (3, 3)


async def test_it_is_judged_by_the_version_of_its_day() -> None:
    member = await a_reviewer()
    now = await database.now()
    better = contents("cafe")
    better["activityRules"][0]["points"] = 20
    await programmes.publish(SYSTEM, better, now - timedelta(days=40))

    await did(member, occurred_at=now - timedelta(days=60))
    before = await points_of(member)
    await did(member, occurred_at=now)

    assert (before, await points_of(member)) == (10, 30)


async def test_who_takes_no_part_earns_nothing() -> None:
    member = await a_reviewer()
    await database.rows("update members set state = 'BLOCKED' where id = $1", member.member_id)

    reported = await did(member)

    (row,) = await activities(SYSTEM, [UUID(reported.result["activity"])])
    assert row
    assert row.transaction_ids == ()
    assert await points_of(member) == 0


async def test_what_others_did_is_not_shown() -> None:
    member, other = await a_reviewer(), await a_buyer(0)
    reported = await did(member)

    wanted = [UUID(reported.result["activity"])]

    assert await activities(other, wanted) == [None]
    assert await activities(as_member(id_of(member)), wanted) != [None]
