"""Points made to last longer, and points that had expired brought back: each once, and seen."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain import balances, database
from domain.actor import SYSTEM, Actor
from domain.errors import AlreadyReversed, InvalidInput, NotAllowed, NotFound
from domain.members.queries import MemberRef
from domain.wallets import adjustment_queries, expiring, extending, words
from domain.wallets.adjusting import Done
from domain.wallets.extending import ExtendWallet, ReinstateExpired
from domain.wallets.kinds import AdjustmentState, StatementPeriod
from domain.wallets.proof import proof
from domain.wallets.queries import wallets_of
from tests.factories.rewards import a_buyer, a_programme, credit
from tests.wallets.test_adjusting import CARE, LEAD, OTHER, adjusted, decided
from tests.wallets.test_benefit import given_to
from tests.wallets.test_statements import all_of, sum_of

pytestmark = pytest.mark.usefixtures("database")

DAY = timedelta(days=1)


async def a_saver(*lots: tuple[int, int | None]) -> Actor:
    """A member with lots of so many points that end in so many days."""
    await a_programme()
    saver, now = await a_buyer(0), await database.now()
    assert saver.member_id
    for points, days in lots:
        await credit(saver.member_id, points, expires_at=now + days * DAY if days else None)
    return saver


async def extended(actor: Actor, saver: Actor, until: datetime, **more: Any) -> Done:
    asked = {"unit": "POINTS", "reason": "The till was broken", "idempotency_key": uuid4().hex}
    return await extending.extend(
        actor, ExtendWallet(MemberRef(id=saver.member_id), until=until, **{**asked, **more})
    )


async def reinstated(actor: Actor, transaction_id: UUID) -> Done:
    return await extending.reinstate(
        actor, ReinstateExpired(transaction_id, "Was in hospital", uuid4().hex)
    )


async def lots(saver: Actor) -> list[tuple[int, int | None]]:
    rows = await database.rows(
        """select remaining, round(extract(epoch from expires_at - pistis_now()) / 86400)::int as n
           from lots where member_id = $1 and remaining > 0 order by id""",
        saver.member_id,
    )
    return [tuple(row) for row in rows]


async def balance(saver: Actor) -> int:
    assert saver.member_id
    with balances.aside():
        (wallets,) = await wallets_of(SYSTEM, [saver.member_id])
    return wallets["POINTS"].balance


async def expired(saver: Actor) -> UUID:
    """What expires first, when its day has come."""
    await database.rows("update clock set ahead_seconds = ahead_seconds + 86400 * 11")
    await expiring.expire_due()
    found: UUID = await database.value(
        "select id from transactions where member_id = $1 and kind = 'EXPIRE'", saver.member_id
    )
    return found


async def state(done: Done) -> AdjustmentState:
    (row,) = await adjustment_queries.adjustments(CARE, [done.adjustment_id])
    assert row
    return row.state


async def test_dates_only_get_later_and_the_statement_says_so() -> None:
    saver = await a_saver((10, 10), (20, 30), (5, None))
    now = await database.now()

    done = await extended(CARE, saver, now + 20 * DAY)

    assert await lots(saver) == [(10, 20), (20, 30), (5, None)]
    assert await balance(saver) == 35
    row = await database.row("select * from transactions where id = $1", done.adjustment_id)
    assert row
    assert (row["kind"], row["points"], row["balance_after"]) == ("EXTEND", 0, 35)
    assert words.title(row["title"], "en").startswith("Good for longer: through ")
    await database.rows("update clock set ahead_seconds = ahead_seconds + 86400 * 19")
    assert await balance(saver) == 35
    await database.rows("update clock set ahead_seconds = ahead_seconds + 86400 * 1")
    assert await balance(saver) == 25
    await expiring.expire_due()
    assert (await proof(SYSTEM)).problems == []


async def test_some_lots_by_their_movement_or_by_when_they_end() -> None:
    saver = await a_saver((10, 10), (20, 12), (7, 14))
    now = await database.now()
    first, _, last = [
        row["id"]
        for row in await database.rows(
            "select id from lots where member_id = $1 order by id", saver.member_id
        )
    ]
    await extended(CARE, saver, now + 20 * DAY, ending_before=now + 11 * DAY)
    assert await lots(saver) == [(10, 20), (20, 12), (7, 14)]
    await extended(CARE, saver, now + 40 * DAY, transaction_id=last)
    assert await lots(saver) == [(10, 20), (20, 12), (7, 40)]
    with pytest.raises(InvalidInput, match="No points of this wallet would end"):
        await extended(CARE, saver, now + 15 * DAY, transaction_id=first)


async def test_what_cannot_be_extended_is_told() -> None:
    saver = await a_saver((10, 10))
    now = await database.now()
    with pytest.raises(InvalidInput, match="within the next ten years"):
        await extended(CARE, saver, now)
    with pytest.raises(InvalidInput, match="within the next ten years"):
        await extended(CARE, saver, now + 4000 * DAY)
    with pytest.raises(InvalidInput, match="no such unit"):
        await extended(CARE, saver, now + DAY, unit="MILES")
    with pytest.raises(InvalidInput, match="reason"):
        await extended(CARE, saver, now + DAY, reason=" ")
    with pytest.raises(NotAllowed):
        await extended(saver, saver, now + 20 * DAY)


async def test_above_the_limit_a_second_person_has_to_agree() -> None:
    saver = await a_saver((501, 10))
    now = await database.now()

    done = await extended(CARE, saver, now + 20 * DAY)
    assert await state(done) is AdjustmentState.ASKED
    assert await lots(saver) == [(501, 10)]
    await decided(OTHER, done)

    assert await lots(saver) == [(501, 20)]
    late = await extended(CARE, saver, now + 30 * DAY)
    await database.rows("update clock set ahead_seconds = 86400 * 25")
    with pytest.raises(InvalidInput, match="spent or gone meanwhile"):
        await decided(OTHER, late)


async def test_what_expired_comes_back_once_as_new_points() -> None:
    saver = await a_saver((10, 10), (3, None))
    gone = await expired(saver)
    assert await balance(saver) == 3

    done = await reinstated(CARE, gone)

    assert await balance(saver) == 13
    row = await database.row("select * from transactions where id = $1", done.adjustment_id)
    assert row
    assert (row["kind"], row["points"], row["title"]["key"]) == ("REINSTATE", 10, "reinstated")
    with pytest.raises(AlreadyReversed):
        await reinstated(LEAD, gone)
    assert (await proof(SYSTEM)).problems == []


async def test_statements_and_the_benefit_account_for_what_was_extended_and_brought_back() -> None:
    saver = await a_saver((10, 10), (3, 30))
    assert saver.member_id
    await extended(CARE, saver, await database.now() + 40 * DAY)
    await database.rows("update clock set ahead_seconds = ahead_seconds + 86400 * 41")
    await expiring.expire_due()
    gone = await database.value(
        "select id from transactions where member_id = $1 and kind = 'EXPIRE'", saver.member_id
    )
    await reinstated(CARE, gone)

    found = await all_of(saver.member_id, StatementPeriod.MONTH)
    assert [row.opening.balance + sum_of(row) for row in found] == [
        row.closing.balance for row in found
    ]
    given = await given_to(saver.member_id)
    assert given.points - given.expired == await balance(saver) > 0


async def test_the_same_key_brings_back_the_same() -> None:
    saver = await a_saver((10, 10), (3, None))
    command = ReinstateExpired(await expired(saver), "Was in hospital", "one key")
    first = await extending.reinstate(CARE, command)
    again = await extending.reinstate(CARE, command)
    assert (again.adjustment_id, again.replayed) == (first.adjustment_id, True)
    assert await balance(saver) == 13


async def test_only_what_expired_and_not_too_long_ago() -> None:
    saver = await a_saver((10, 10), (3, None))
    gone = await expired(saver)
    other = await adjusted(CARE, saver, 5)
    with pytest.raises(InvalidInput, match="Only what has expired"):
        await reinstated(CARE, other.adjustment_id)
    with pytest.raises(NotFound):
        await reinstated(CARE, uuid4())
    await database.rows("update clock set ahead_seconds = ahead_seconds + 86400 * 91")
    with pytest.raises(InvalidInput, match="more than 90 days ago"):
        await reinstated(CARE, gone)
