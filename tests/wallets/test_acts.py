"""Points that wait, are held, taken back and given back: against a wallet in memory."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

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
from domain.wallets.queries import wallets_of
from tests.counts import count
from tests.factories.rewards import a_buyer

pytestmark = pytest.mark.usefixtures("database")

DAY = timedelta(days=1)
ACTS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "earn",
                "pend",
                "release",
                "cancel",
                "spend",
                "hold",
                "capture",
                "free",
                "claw",
                "give",
            ]
        ),
        st.integers(0, 40),
        st.integers(1, 4),
    )
    | st.tuples(st.just("days"), st.integers(1, 3), st.just(1)),
    min_size=1,
    max_size=20,
)


@dataclass
class Lot:
    """What is left of it, and when it ends."""

    left: int
    ends: int | None
    born: int


@dataclass
class Wallet:
    """A wallet, so simple that it is seen to be right. Time is counted in days."""

    day: int = 0
    debt: int = 0
    born: int = 0
    lots: list[Lot] = field(default_factory=list)
    waiting: dict[UUID, list[int]] = field(default_factory=dict)
    holds: dict[UUID, tuple[int, list[tuple[Lot, int]]]] = field(default_factory=dict)
    spent: dict[UUID, list[tuple[Lot, int]]] = field(default_factory=dict)

    @property
    def balance(self) -> int:
        """What can be spent."""
        return sum(lot.left for lot in self.lots)

    def add(self, points: int, ends: int | None) -> None:
        """A lot of its own; what is owed is paid first."""
        repaid = min(self.debt, points)
        self.debt -= repaid
        self.born += 1
        if points > repaid:
            self.lots.append(Lot(points - repaid, ends, self.born))
        self.expire()

    def take(self, points: int) -> list[tuple[Lot, int]]:
        """Out of lots, soonest ending first, undated last."""
        taken = []
        for lot in sorted(self.lots, key=lambda x: (x.ends is None, x.ends, x.born)):
            part = min(lot.left, points)
            if part:
                lot.left -= part
                points -= part
                taken.append((lot, part))
        assert points == 0
        return taken

    def back(self, parts: list[tuple[Lot, int]]) -> None:
        """Into the lots that they came from; then what is owed is paid."""
        for lot, part in parts:
            lot.left += part
        owed = min(self.debt, sum(part for _, part in parts))
        self.debt -= owed
        self.take(owed)
        self.expire()

    def expire(self) -> None:
        """Lots are gone from their day on."""
        for lot in self.lots:
            if lot.ends is not None and lot.ends <= self.day:
                lot.left = 0

    def pass_a_day(self) -> None:
        """Holds end first, then what waits is released, then lots go."""
        self.day += 1
        for hold, (ends, parts) in list(self.holds.items()):
            if ends <= self.day:
                del self.holds[hold]
                self.back(parts)
        for points in list(self.waiting.values()):
            if points[1] <= self.day and points[0]:
                left, points[0] = points[0], 0
                self.add(left, points[1] + 3)
        self.expire()


@pytest.mark.counted
@given(ACTS)
@settings(
    max_examples=count(40, 2000),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
async def test_acts_leave_what_a_wallet_in_memory_has(acts: list[tuple[str, int, int]]) -> None:
    await database.rows("update clock set ahead_seconds = 0")
    member_id = (await a_buyer(0)).member_id
    assert member_id
    wallet, begun = Wallet(), await database.now()
    for act in acts:
        await _do(member_id, wallet, begun, *act)
        with balances.aside():  # it lives by the real clock
            (wallets,) = await wallets_of(SYSTEM, [member_id])
        if "POINTS" in wallets:
            seen = wallets["POINTS"]
            assert (seen.balance, seen.debt) == (wallet.balance, wallet.debt), act
            assert seen.held == sum(sum(p for _, p in parts) for _, parts in wallet.holds.values())
            assert seen.pending == sum(points[0] for points in wallet.waiting.values())
    await expiring.expire_due()
    assert (await proof(SYSTEM)).problems == []


async def _do(
    member_id: UUID, wallet: Wallet, begun: datetime, what: str, number: int, days: int
) -> None:
    ends = begun + (wallet.day + days) * DAY
    id = uuid7()

    async def move(kind: Kind, points: int, house: str, **more: Any) -> None:
        made = Move("POINTS", kind, points, house, {"key": "adjusted"}, id=id, **more)
        await post_one(Posting(member_id, moves=(made,)))

    if what == "days":
        for _ in range(number):
            wallet.pass_a_day()
        await database.rows("update clock set ahead_seconds = ahead_seconds + $1", number * 86400)
    elif what == "earn" and number:
        await move(Kind.EARN, number, "issuance", expires_at=ends)
        wallet.add(number, wallet.day + days)
    elif what == "pend" and number:
        lot_ends = ends + 3 * DAY
        await move(Kind.PEND, number, "issuance", releases_at=ends, expires_at=lot_ends)
        wallet.waiting[id] = [number, wallet.day + days]
    elif what in ("release", "cancel") and wallet.waiting:
        chosen = list(wallet.waiting)[number % len(wallet.waiting)]
        left, wallet.waiting[chosen][0] = wallet.waiting[chosen][0], 0
        kind = Kind.RELEASE if what == "release" else Kind.PEND_CANCEL
        await move(kind, 0, "issuance", pending_id=chosen, expires_at=ends)
        if what == "release" and left:
            wallet.add(left, wallet.day + days)
    elif what in ("spend", "hold") and number:
        kind, house = (Kind.REDEEM, "redemption") if what == "spend" else (Kind.HOLD, "held")
        if number > wallet.balance:
            with pytest.raises(DomainError, match="points are missing"):
                await move(kind, -number, house, hold_until=ends)
            return
        await move(kind, -number, house, hold_until=ends)
        parts = wallet.take(number)
        if what == "hold":
            wallet.holds[id] = (wallet.day + days, parts)
        else:
            wallet.spent[id] = parts
    elif what in ("capture", "free") and wallet.holds:
        await _end(wallet, move, what, number, id)
    elif what == "claw" and number:
        await move(Kind.CLAWBACK, -number, "issuance", debt_limit=50)
        taken = min(number, wallet.balance)
        wallet.take(taken)
        wallet.debt = max(wallet.debt, min(50, wallet.debt + number - taken))
    elif what == "give" and wallet.spent:
        await _give(wallet, move, number)


async def _end(wallet: Wallet, move: Any, what: str, number: int, id: UUID) -> None:
    hold = list(wallet.holds)[number % len(wallet.holds)]
    _, parts = wallet.holds[hold]
    held = sum(part for _, part in parts)
    if what == "capture" and number > held:
        with pytest.raises(DomainError, match="capture these at most"):
            await move(Kind.HOLD_CAPTURE, 0, "redemption", hold_id=hold, captures=number)
        return
    del wallet.holds[hold]
    captures = max(number, 1) if what == "capture" else 0
    if what == "capture":
        await move(Kind.HOLD_CAPTURE, 0, "redemption", hold_id=hold, captures=captures)
    else:
        await move(Kind.HOLD_RELEASE, 0, "held", hold_id=hold)
    taken, freed = _split(parts, captures)
    if captures:
        wallet.spent[id] = taken
    wallet.back(freed)


async def _give(wallet: Wallet, move: Any, number: int) -> None:
    # In part, in the order in which it was taken.
    original = list(wallet.spent)[number % len(wallet.spent)]
    parts = wallet.spent[original]
    whole = sum(part for _, part in parts)
    points = min(number + 1, whole)
    await move(Kind.GIVE_BACK, points, "redemption", gives_back=original)
    back, rest = _split(parts, points)
    live = [(lot, part) for lot, part in back if lot.ends is None or lot.ends > wallet.day]
    late = sum(part for _, part in back) - sum(part for _, part in live)
    if late:
        wallet.born += 1
        again = Lot(0, wallet.day + 30, wallet.born)
        wallet.lots.append(again)
        live.append((again, late))
    wallet.back(live)
    if rest:
        wallet.spent[original] = rest
    else:
        del wallet.spent[original]


def _split(
    parts: list[tuple[Lot, int]], points: int
) -> tuple[list[tuple[Lot, int]], list[tuple[Lot, int]]]:
    first, rest = [], []
    for lot, part in parts:
        taken = min(part, points)
        points -= taken
        if taken:
            first.append((lot, taken))
        if part > taken:
            rest.append((lot, part - taken))
    return first, rest
