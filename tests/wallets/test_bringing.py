"""Points go from member to member with their dates: against two wallets in memory."""

from datetime import datetime
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain import balances, database
from domain.actor import SYSTEM
from domain.ids import uuid7
from domain.wallets import expiring, sealing
from domain.wallets.kinds import TransactionKind as Kind
from domain.wallets.operations import post_one
from domain.wallets.posting import Move, Posting
from domain.wallets.proof import proof
from domain.wallets.queries import wallets_of
from tests.counts import count
from tests.elsewhere import until
from tests.factories.rewards import a_buyer
from tests.wallets.test_acts import DAY, Lot, Wallet

pytestmark = pytest.mark.usefixtures("database")

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["earn", "claw", "send", "send", "return", "days"]),
        st.sampled_from([0, 1]),
        st.integers(1, 40),
        st.integers(1, 5),
    ),
    min_size=2,
    max_size=16,
)


@pytest.mark.counted
@given(STEPS)
@settings(
    max_examples=count(25, 1000),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
async def test_points_keep_their_dates_from_member_to_member(
    steps: list[tuple[str, int, int, int]],
) -> None:
    await database.rows("update clock set ahead_seconds = 0")
    pair = Pair([(await _member(), Wallet()), (await _member(), Wallet())], await database.now())
    for step in steps:
        await pair.do(*step)
        for member_id, wallet in pair.sides:
            with balances.aside():
                (wallets,) = await wallets_of(SYSTEM, [member_id])
            if "POINTS" in wallets:
                seen = wallets["POINTS"]
                assert (seen.balance, seen.debt) == (wallet.balance, wallet.debt), step
    await expiring.expire_due()
    assert (await proof(SYSTEM)).problems == []


class Pair:
    """Two members who send one another points; what was sent last can be returned."""

    def __init__(self, sides: list[tuple[UUID, Wallet]], begun: datetime) -> None:
        self.sides, self.begun = sides, begun
        self.sent: tuple[int, UUID, list[tuple[Lot, int]]] | None = None

    async def do(self, what: str, side: int, number: int, days: int) -> None:
        """One step, in PostgreSQL and in memory."""
        member_id, wallet = self.sides[side]
        if what == "days":
            for _, each in self.sides:
                for _ in range(days):
                    each.pass_a_day()
            ahead = days * DAY.total_seconds()
            await database.rows("update clock set ahead_seconds = ahead_seconds + $1", int(ahead))
        elif what == "earn":
            ends = self.begun + (wallet.day + days) * DAY
            await _move(member_id, Kind.EARN, number, house="issuance", expires_at=ends)
            wallet.add(number, wallet.day + days)
        elif what == "claw":
            await _move(member_id, Kind.CLAWBACK, -number, house="issuance")
            taken = min(number, wallet.balance)
            wallet.take(taken)
            wallet.debt += number - taken
        elif what == "send" and wallet.balance >= number:
            await self._send(side, number, arrives=days > 2)
        elif what == "return" and self.sent is not None:
            await self._return()

    async def _send(self, side: int, number: int, *, arrives: bool) -> None:
        # What does not arrive waits, and may be returned.
        member_id, wallet = self.sides[side]
        out = await _move(member_id, Kind.TRANSFER_OUT, -number)
        taken = wallet.take(number)
        if arrives:
            other_id, other = self.sides[1 - side]
            await _move(other_id, Kind.TRANSFER_IN, number, gives_back=out)
            _bring(other, taken)
        else:
            self.sent = side, out, taken

    async def _return(self) -> None:
        assert self.sent
        side, out, taken = self.sent
        self.sent = None
        member_id, wallet = self.sides[side]
        number = sum(part for _, part in taken)
        await _move(member_id, Kind.TRANSFER_IN, number, gives_back=out)
        live = [(lot, part) for lot, part in taken if lot.ends is None or lot.ends > wallet.day]
        late = number - sum(part for _, part in live)
        if late:
            wallet.born += 1
            wallet.lots.append(Lot(0, wallet.day + 30, wallet.born))
            live.append((wallet.lots[-1], late))
        wallet.back(live)


def _bring(wallet: Wallet, taken: list[tuple[Lot, int]]) -> None:
    # All of it is there before what is owed is paid, out of what ends soonest.
    for lot, part in taken:
        wallet.born += 1
        wallet.lots.append(Lot(part, lot.ends, wallet.born))
    owed = min(wallet.debt, sum(part for _, part in taken))
    wallet.debt -= owed
    wallet.take(owed)
    wallet.expire()


async def test_points_are_taken_out_of_the_lots_that_are_named() -> None:
    member_id, begun = await _member(), await database.now()
    soon = await _move(member_id, Kind.EARN, 10, house="issuance", expires_at=begun + DAY)
    late = await _move(member_id, Kind.EARN, 10, house="issuance", expires_at=begun + 9 * DAY)
    await _move(member_id, Kind.TRANSFER_OUT, -7, out_of=(late,))
    rows = await database.rows("select id, remaining from lots where member_id = $1", member_id)
    assert {row["id"]: row["remaining"] for row in rows} == {soon: 10, late: 3}
    with pytest.raises(Exception, match="these lots do not cover it"):
        await _move(member_id, Kind.TRANSFER_OUT, -4, out_of=(late,))
    assert (await proof(SYSTEM)).problems == []


async def test_what_came_from_another_member_is_sealed_and_taken_back_by_its_origin() -> None:
    (giver, taker), begun = (await _member(), await _member()), await database.now()
    first = await _move(giver, Kind.EARN, 10, house="issuance", expires_at=begun + 9 * DAY)
    out = await _move(giver, Kind.TRANSFER_OUT, -10)
    await _move(taker, Kind.EARN, 5, house="issuance", expires_at=begun + DAY)
    await _move(taker, Kind.TRANSFER_IN, 10, gives_back=out)
    await _move(taker, Kind.REVERSE, -10, house="issuance", reverses=first)
    rows = await database.rows(
        "select origin, remaining, expires_at from lots where member_id = $1 order by remaining",
        taker,
    )
    assert [(row["origin"], row["remaining"]) for row in rows] == [(first, 0), (None, 5)]
    assert rows[0]["expires_at"] == begun + 9 * DAY
    await until(sealing.seal)
    sealed = await database.value("select string_agg(lines, '') from seals")
    brought = await database.value("select id from lots where origin = $1", first)
    assert f"lots/{brought} " in sealed


async def _member() -> UUID:
    member_id = (await a_buyer(0)).member_id
    assert member_id
    return member_id


async def _move(
    member_id: UUID, kind: Kind, points: int, *, house: str = "transfer", **more: object
) -> UUID:
    id = uuid7()
    move = Move("POINTS", kind, points, house, {"key": "adjusted"}, id=id, **more)  # type: ignore[arg-type]
    await post_one(Posting(member_id, moves=(move,)))
    return id
