"""Points that go when nothing keeps them: against a wallet in memory, and the proof."""

from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain import balances, database
from domain.actor import SYSTEM
from domain.errors import DomainError
from domain.ids import uuid7
from domain.wallets import expiring
from domain.wallets.kinds import TransactionKind as Kind
from domain.wallets.operations import post_one
from domain.wallets.posting import Move, Posting
from domain.wallets.proof import proof
from domain.wallets.queries import expirations_of, wallets_of
from tests.counts import count
from tests.databases import Cleaner
from tests.factories.rewards import a_buyer
from tests.wallets.test_acts import DAY, Wallet, _end, _give

pytestmark = pytest.mark.usefixtures("database")

IDLE_DAYS = 5
ACTS = st.lists(
    st.tuples(
        st.sampled_from(
            ["earn", "gift", "undated", "spend", "hold", "capture", "free", "claw", "give"]
        ),
        st.integers(0, 40),
        st.integers(1, 9),
    )
    | st.tuples(st.just("days"), st.integers(1, 4), st.just(1)),
    min_size=1,
    max_size=20,
)


class Kept(Wallet):
    """A wallet whose dates move when something is earned or spent."""

    def keep(self) -> None:
        """Whatever is not over yet lasts as long from today on, spent or not."""
        for lot in self.lots:
            if lot.ends is not None and lot.ends > self.day:
                lot.ends = max(lot.ends, self.day + IDLE_DAYS)


@pytest.mark.counted
@given(ACTS)
@settings(
    max_examples=count(40, 2000),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
async def test_inactivity_leaves_what_a_wallet_in_memory_has(
    acts: list[tuple[str, int, int]],
) -> None:
    await database.rows("update clock set ahead_seconds = 0")
    member_id = (await a_buyer(0)).member_id
    assert member_id
    wallet, begun = Kept(), await database.now()
    for act in acts:
        await _do(member_id, wallet, begun, *act)
        with balances.aside():  # it lives by the real clock
            (wallets,) = await wallets_of(SYSTEM, [member_id])
        if "POINTS" not in wallets:
            continue
        seen = wallets["POINTS"]
        assert (seen.balance, seen.debt) == (wallet.balance, wallet.debt), act
        (coming,) = await expirations_of(SYSTEM, [(member_id, "POINTS")], 100)
        undated = sum(lot.left for lot in wallet.lots if lot.ends is None)
        assert sum(each.points for each in coming.rows) + undated == seen.balance
        days = [begun + lot.ends * DAY for lot in wallet.lots if lot.left and lot.ends is not None]
        assert [each.expires_at for each in coming.rows] == sorted(set(days))
    await expiring.expire_due()
    assert (await proof(SYSTEM)).problems == []


async def _do(
    member_id: UUID, wallet: Kept, begun: datetime, what: str, number: int, days: int
) -> None:
    ends = begun + (wallet.day + days) * DAY
    kept = begun + (wallet.day + IDLE_DAYS) * DAY
    id = uuid7()

    async def move(kind: Kind, points: int, house: str, **more: Any) -> None:
        title = {"key": "adjusted"}
        if what in ("earn", "spend", "capture"):
            title["kept_until"] = kept.isoformat()
        await post_one(
            Posting(member_id, moves=(Move("POINTS", kind, points, house, title, id=id, **more),))
        )

    if what == "days":
        for _ in range(number):
            wallet.pass_a_day()
        await database.rows("update clock set ahead_seconds = ahead_seconds + $1", number * 86400)
    elif what in ("earn", "gift", "undated") and number:
        at = {"earn": kept, "gift": ends, "undated": None}[what]
        await move(Kind.EARN, number, "issuance", expires_at=at)
        if what == "earn":
            wallet.keep()
        last = {"earn": IDLE_DAYS, "gift": days, "undated": None}[what]
        wallet.add(number, None if last is None else wallet.day + last)
    elif what in ("spend", "hold") and number:
        kind, house = (Kind.REDEEM, "redemption") if what == "spend" else (Kind.HOLD, "held")
        if number > wallet.balance:
            with pytest.raises(DomainError, match="points are missing"):
                await move(kind, -number, house, hold_until=ends)
            return
        await move(kind, -number, house, hold_until=ends)
        if what == "spend":
            wallet.keep()
            wallet.spent[id] = wallet.take(number)
        else:
            wallet.holds[id] = (wallet.day + days, wallet.take(number))
    elif what in ("capture", "free") and wallet.holds:
        held = sum(part for _, part in list(wallet.holds.values())[number % len(wallet.holds)][1])
        if what == "capture" and number <= held:
            wallet.keep()
        await _end(wallet, move, what, number, id)
    elif what == "claw" and number:
        await move(Kind.CLAWBACK, -number, "issuance", debt_limit=50)
        taken = min(number, wallet.balance)
        wallet.take(taken)
        wallet.debt = max(wallet.debt, min(50, wallet.debt + number - taken))
    elif what == "give" and wallet.spent:
        await _give(wallet, move, number)


async def test_a_date_is_moved_only_by_what_says_so_and_never_back(connected: Cleaner) -> None:
    member_id = (await a_buyer(0)).member_id
    assert member_id
    now = await database.now()
    earned = Move("POINTS", Kind.EARN, 10, "issuance", {"key": "adjusted"}, expires_at=now + DAY)
    await post_one(Posting(member_id, moves=(earned,)))
    move = "update lots set first_expires_at = expires_at, expires_at = $2 where id = $1"

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await database.rows(move, earned.id, now + 2 * DAY)
    owner = await asyncpg.connect(connected.settings.database_url)
    try:
        with pytest.raises(asyncpg.PostgresError, match="only gets later"):
            await owner.execute(move, earned.id, now)
        await owner.execute(move, earned.id, now + 2 * DAY)
    finally:
        await owner.close()

    named = (f"lots/{earned.id}", "nothing says that its date was moved so")
    assert named in [(each.record, each.text) for each in (await proof(SYSTEM)).problems]
