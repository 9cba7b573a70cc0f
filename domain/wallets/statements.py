"""Statements: what moved in a wallet in a calendar month or year of the programme's zone.

Reckoned from the ledger whenever they are asked for; nothing of them is kept. Each begins as the
one before it ended, for a movement counts from when it came to pass (book.py). Points that are good
through the last day, and so are gone at the midnight after, are gone in the month that ends.
"""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from domain import database, secrets
from domain.actor import Actor
from domain.calendar import Period, add_months, first_day, midnight, next_first_day
from domain.paging import Page
from domain.rows import Row
from domain.together import shared
from domain.wallets.book import BalanceRow, Movement, books
from domain.wallets.kinds import StatementPeriod, TransactionKind
from domain.wallets.queries import WalletKey

_MONTHS = {StatementPeriod.MONTH: 1, StatementPeriod.YEAR: 12}

Kind = TransactionKind
# What a statement calls the movements of each kind. Of a hold what was captured is spent.
TOTALS: dict[TransactionKind, str] = {
    Kind.EARN: "earned",
    Kind.PEND: "earned",
    Kind.PEND_CANCEL: "earned",
    Kind.RELEASE: "released",
    Kind.REDEEM: "spent",
    Kind.HOLD: "set_aside",
    Kind.HOLD_CAPTURE: "set_aside",
    Kind.HOLD_RELEASE: "set_aside",
    Kind.EXPIRE: "expired",
    Kind.GIVE_BACK: "given_back",
    Kind.CLAWBACK: "taken_back",
    Kind.ADJUST: "adjusted",
    Kind.REVERSE: "adjusted",
    Kind.EXTEND: "adjusted",
    Kind.REINSTATE: "adjusted",
    Kind.TRANSFER_OUT: "transferred",
    Kind.TRANSFER_IN: "transferred",
    Kind.DONATE: "donated",
}


class StatementRow(Row, frozen=True):
    """A wallet's month or year, from `first_day` on; so far, while it is not over.

    `version`, `last_version`: the transactions in it are those with greater numbers than the
    first, up to the last.
    """

    member_id: UUID
    unit_code: str
    period: StatementPeriod
    first_day: date
    begins_at: datetime
    ends_at: datetime
    is_final: bool
    opening: BalanceRow
    closing: BalanceRow
    moved: tuple[Movement, ...]
    version: int
    last_version: int

    @property
    def last_day(self) -> date:
        """The first day after it."""
        return _next(self.period, self.first_day)

    def total(self, name: str) -> int:
        """By how much the movements of this name changed the balance (TOTALS, and `spent`)."""
        points = sum(each.points for each in self.moved if TOTALS[each.kind] == name)
        captured = sum(each.worth for each in self.moved if each.kind is Kind.HOLD_CAPTURE)
        if name == "spent":
            return points + captured
        return points - captured if name == "set_aside" else points


async def pages_of(
    actor: Actor,
    keys: Sequence[WalletKey],
    period: StatementPeriod,
    zone: ZoneInfo,
    first: int,
    after: str | None = None,
) -> list[Page[StatementRow]]:
    """A page of each wallet's statements, newest first, from the one that still runs on."""
    cursors = secrets.cursors()
    sort = f"statements {period}"
    below = date.fromisoformat(cursors.decode(sort, after)[0]) if after else None
    spans = await _spans(actor, keys, period, zone)
    wanted = {}
    for key in keys:
        days = [day for day in spans[key] if below is None or day < below]
        wanted[key] = tuple(reversed(days[: first + 1]))
    found = await _statements(list(wanted.items()), period, zone)
    return [
        cursors.page(
            tuple(reversed(found[key])), first, sort, lambda row: (row.first_day.isoformat(),)
        )
        for key in keys
    ]


async def counts_of(
    actor: Actor, keys: Sequence[WalletKey], period: StatementPeriod, zone: ZoneInfo
) -> list[int]:
    """How many statements each wallet has."""
    spans = await _spans(actor, keys, period, zone)
    return [len(spans[key]) for key in keys]


async def statements_on(
    actor: Actor,
    keys: Sequence[WalletKey],
    period: StatementPeriod,
    zone: ZoneInfo,
    day: date,
) -> list[StatementRow | None]:
    """The statement of each wallet that this day lies in; None where there is none yet."""
    wanted = first_day(Period(period), day)
    spans = await _spans(actor, keys, period, zone)
    asked = [(key, (wanted,)) for key in dict.fromkeys(keys) if wanted in spans[key]]
    found = await _statements(asked, period, zone)
    return [found[key][0] if key in found else None for key in keys]


async def _spans(
    actor: Actor, keys: Sequence[WalletKey], period: StatementPeriod, zone: ZoneInfo
) -> dict[WalletKey, Sequence[date]]:
    # The first day of each statement of each wallet, newest first.
    seen = [key for key in dict.fromkeys(keys) if actor.sees(key[0])]
    today = (await database.now()).astimezone(zone).date()
    last = first_day(Period(period), today)
    spans: dict[WalletKey, Sequence[date]] = dict.fromkeys(keys, ())
    for key, began_at in zip(seen, await _began(seen), strict=True):
        if began_at is not None:
            begin = first_day(Period(period), began_at.astimezone(zone).date())
            months = (last.year - begin.year) * 12 + last.month - begin.month
            spans[key] = [add_months(last, -gone) for gone in range(0, months + 1, _MONTHS[period])]
    return spans


@shared
async def _began(keys: Sequence[WalletKey]) -> list[datetime | None]:
    found = await database.rows(
        """select x.member_id, x.unit, x.recorded_at
           from unnest($1::uuid[], $2::text[]) as wanted (member_id, unit)
           join transactions x using (member_id, unit) where x.version = 1""",
        *([key[0] for key in keys], [key[1] for key in keys]),
    )
    began = {(row["member_id"], row["unit"]): row["recorded_at"] for row in found}
    return [began.get(key) for key in keys]


async def _statements(
    asked: Sequence[tuple[WalletKey, tuple[date, ...]]], period: StatementPeriod, zone: ZoneInfo
) -> dict[WalletKey, list[StatementRow]]:
    # Of each wallet those that begin on these days, which follow on each other.
    found = await _of_spans([each for each in asked if each[1]], period=period, zone=zone)
    of_spans = iter(found)
    return {key: next(of_spans) if days else [] for key, days in asked}


@shared
async def _of_spans(
    asked: Sequence[tuple[WalletKey, tuple[date, ...]]], period: StatementPeriod, zone: ZoneInfo
) -> list[list[StatementRow]]:
    now = await database.now()
    bounds = [
        tuple(midnight(day, zone) for day in (*days, _next(period, days[-1]))) for _, days in asked
    ]
    read = await books([(key, at) for (key, _), at in zip(asked, bounds, strict=True)])
    return [
        [
            StatementRow(
                *key,
                period,
                day,
                begins_at=at[n],
                ends_at=at[n + 1],
                is_final=at[n + 1] <= now,
                opening=book.balances[n],
                closing=book.balances[n + 1],
                moved=book.moved[n],
                version=book.versions[n],
                last_version=book.versions[n + 1],
            )
            for n, day in enumerate(days)
        ]
        for (key, days), at, book in zip(asked, bounds, read, strict=True)
    ]


def _next(period: StatementPeriod, day: date) -> date:
    return next_first_day(Period(period), day)
