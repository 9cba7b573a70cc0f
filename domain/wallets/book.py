"""What the ledger says of a wallet's past: how it stood at instants, and what moved in between.

A movement counts from when it was written, whatever the day of what it is for: what was shown once
never changes. What falls due by itself (points expire, a hold ends, what waited is released) counts
from its own instant, whether it is written by then or not.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from domain import database
from domain.rows import Row
from domain.wallets.kinds import TransactionKind
from domain.wallets.queries import WalletKey

Asked = tuple[WalletKey, tuple[datetime, ...]]
"""A wallet, and instants in order."""


class BalanceRow(Row, frozen=True):
    """How a wallet stood at an instant. `balance` could be spent; the others are not in it."""

    balance: int = 0
    pending: int = 0
    held: int = 0
    debt: int = 0


class Movement(Row, frozen=True):
    """All movements of a kind together: how many, how many of vouchers, and by how much each part
    of the wallet changed.
    """

    kind: TransactionKind
    count: int
    points: int
    pending: int = 0
    held: int = 0
    debt: int = 0
    vouchers: int = 0

    @property
    def worth(self) -> int:
        """By how much the member has more than before, wherever in the wallet; of a hold 0."""
        return self.points + self.pending + self.held - self.debt


class Source(Row, frozen=True):
    """What the parts of one sort in the explanations of a kind of movement came to."""

    kind: TransactionKind
    source: str
    points: int


class Book(Row, frozen=True):
    """The wallet at each instant, and between each and the next. `versions`: how many transactions
    it had by then.
    """

    balances: tuple[BalanceRow, ...]
    versions: tuple[int, ...]
    moved: tuple[tuple[Movement, ...], ...]
    sources: tuple[tuple[Source, ...], ...]


_LOOKED_BACK = """
select pistis_looked_back(member_id, unit, bounds, $2) as found
from jsonb_to_recordset($1) as asked (n int, member_id uuid, unit text, bounds timestamptz[])
order by n"""


async def books(asked: Sequence[Asked], *, sources: bool = False) -> list[Book]:
    """What the ledger says of each wallet, in one statement. Whoever asks may see them."""
    found = await database.rows(
        _LOOKED_BACK,
        [
            {
                "n": n,
                "member_id": str(member_id),
                "unit": unit,
                "bounds": [at.isoformat() for at in bounds],
            }
            for n, ((member_id, unit), bounds) in enumerate(asked)
        ],
        sources,
    )
    return [_book(row["found"], len(bounds)) for row, (_, bounds) in zip(found, asked, strict=True)]


def _book(found: dict[str, Any] | None, instants: int) -> Book:
    if found is None:
        nothing: tuple[Any, ...] = ((),) * (instants - 1)
        return Book((BalanceRow(),) * instants, (0,) * instants, nothing, nothing)
    moved = _by_place(found["moved"], Movement, instants - 1)
    pending, held, debt = found["beside"]
    balances = []
    for balance, changes in zip(found["balances"], (*moved, ()), strict=True):
        balances.append(BalanceRow(balance, pending, held, debt))
        pending += sum(change.pending for change in changes)
        held += sum(change.held for change in changes)
        debt += sum(change.debt for change in changes)
    sources = _by_place(found["sources"], Source, instants - 1)
    return Book(tuple(balances), tuple(found["versions"]), moved, sources)


def _by_place(rows: list[dict[str, Any]], of: Any, places: int) -> tuple[tuple[Any, ...], ...]:
    found: list[list[Any]] = [[] for _ in range(places)]
    for row in rows:
        found[row["n"] - 1].append(msgspec.convert(row, of))
    return tuple(map(tuple, found))
