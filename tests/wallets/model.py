"""A wallet in memory, so simple that it is seen to be right, and what can happen to it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from domain import cache, database
from domain.actor import SYSTEM
from domain.wallets import expiring
from domain.wallets.kinds import TransactionKind
from domain.wallets.operations import post
from domain.wallets.posting import Move, Posting
from domain.wallets.queries import wallets_of

DAY = timedelta(days=1)

# What, how many points (or which spending), in how many days it expires (0: never).
ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("earn"), st.integers(1, 50), st.integers(0, 4)),
        st.tuples(st.just("spend"), st.integers(1, 60), st.just(0)),
        st.tuples(st.just("give back"), st.integers(0, 3), st.just(0)),
        st.tuples(st.just("a day passes"), st.just(0), st.just(0)),
        st.tuples(st.just("expiries are written"), st.just(0), st.just(0)),
    ),
    min_size=1,
    max_size=14,
)


@dataclass(slots=True)
class Lot:
    """Points left, and until when; `born` orders those that end together."""

    left: int
    expires_at: datetime | None
    born: int


@dataclass(slots=True)
class Saver:
    """A member, the lots that it should have, and what it spent from which."""

    member_id: UUID
    now: datetime
    lots: list[Lot] = field(default_factory=list)
    spendings: list[tuple[UUID, int, list[tuple[Lot, int]]]] = field(default_factory=list)
    days: int = 0

    def usable(self) -> list[Lot]:
        """Lots with points that are not due, in the order in which they are spent."""
        live = [lot for lot in self.lots if lot.left and not self.is_over(lot)]
        return sorted(live, key=lambda lot: (lot.expires_at is None, lot.expires_at, lot.born))

    def is_over(self, lot: Lot) -> bool:
        """Its time has come."""
        return lot.expires_at is not None and lot.expires_at <= self.now

    def as_modelled(self) -> tuple[int, list[tuple[int, datetime | None]]]:
        """The balance, and the lots in the order in which they are spent."""
        usable = self.usable()
        return sum(lot.left for lot in usable), [(lot.left, lot.expires_at) for lot in usable]

    async def as_written(self) -> tuple[int, list[tuple[int, datetime | None]]]:
        """The same out of the product."""
        (wallets,) = await wallets_of(SYSTEM, [self.member_id])
        lots = await database.rows(
            """select remaining, expires_at from lots where member_id = $1 and remaining > 0
                 and (expires_at is null or expires_at > pistis_now())
               order by expires_at, earned_at, id""",
            self.member_id,
        )
        balance = wallets["POINTS"].balance if wallets else 0
        return balance, [(lot["remaining"], lot["expires_at"]) for lot in lots]


async def act(saver: Saver, what: str, number: int, days: int) -> None:
    """Do it to the member and to the model."""
    if what == "earn":
        ends = saver.now + days * DAY if days else None
        await _post(saver, number, TransactionKind.EARN, "issuance", expires_at=ends)
        saver.lots.append(Lot(number, ends, len(saver.lots)))
    elif what == "spend":
        await _spend(saver, number)
    elif what == "give back":
        if saver.spendings:
            await _give_back(saver, *saver.spendings.pop(number % len(saver.spendings)))
    elif what == "a day passes":
        # From the start, and an hour more: instants of expiry are past, or clearly ahead.
        saver.days += 1
        saver.now += DAY
        ahead = saver.days * DAY + timedelta(hours=1)
        await database.rows("update clock set ahead_seconds = $1", int(ahead.total_seconds()))
        await cache.client().flushdb()  # lifetimes there go by real time
    else:
        await expiring.expire_due()


async def _spend(saver: Saver, points: int) -> None:
    kind, move_id = await _post(saver, -points, TransactionKind.REDEEM, "redemption")
    balance, _ = saver.as_modelled()
    assert kind == ("POSTED" if points <= balance else "REFUSED")
    if kind == "REFUSED":
        return
    taken, missing = [], points
    for lot in saver.usable():
        part = min(lot.left, missing)
        if part:
            lot.left -= part
            missing -= part
            taken.append((lot, part))
    saver.spendings.append((move_id, points, taken))


async def _give_back(saver: Saver, spent: UUID, points: int, taken: list[tuple[Lot, int]]) -> None:
    _, move_id = await _post(saver, points, TransactionKind.GIVE_BACK, "redemption", reverses=spent)
    late = 0
    for lot, part in taken:
        if saver.is_over(lot):
            late += part
        else:
            lot.left += part
    if late:
        # Thirty days from the instant at which it was written, which the product knows.
        ends = await database.value("select expires_at from lots where id = $1", move_id)
        assert ends - saver.now - 30 * DAY < timedelta(hours=2)
        saver.lots.append(Lot(late, ends, len(saver.lots)))


async def _post(
    saver: Saver, points: int, kind: TransactionKind, house: str, **more: Any
) -> tuple[str, UUID]:
    move = Move("POINTS", kind, points, house, {"key": "trial"}, **more)
    (outcome,) = await post([Posting(saver.member_id, moves=(move,))])
    return outcome.kind, move.id
