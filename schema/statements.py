"""A wallet's past: how it stood at an instant, and its statements by month and year."""

from datetime import date, datetime
from functools import partial
from typing import Annotated, Any

import strawberry

from domain.calendar import Period, first_day, midnight
from domain.wallets import past, queries, statements
from domain.wallets.book import BalanceRow
from domain.wallets.kinds import StatementPeriod
from domain.wallets.queries import WalletKey, WalletRow
from domain.wallets.statements import StatementRow
from schema.benefits import MembershipBenefit, MembershipBenefitRow, benefits_of
from schema.context import Context, Info
from schema.enums import enum
from schema.paging import After, Connection, First, checked, connection
from schema.references import LazyTransaction
from schema.roles import batched, field
from schema.scalars import Points

enum(
    StatementPeriod,
    "Over what a statement goes.",
    MONTH="A calendar month in the programme's time zone.",
    YEAR="A calendar year in the programme's time zone.",
)
By = Annotated[StatementPeriod, strawberry.argument(description="Over what each one goes.")]


@strawberry.type(description="How a wallet stood at an instant.")
class WalletBalance:
    """Read off a BalanceRow."""

    balance: Points = strawberry.field(description="What could be spent.")
    pending: Points = strawberry.field(description="Earned, and not yet released.")
    held: Points = strawberry.field(description="Set aside for a purchase.")
    debt: Points = strawberry.field(description="Owed.")


def _total(name: str, description: str) -> Any:
    def total(root: strawberry.Parent[StatementRow]) -> Points:
        return Points(root.total(name))

    return field(description=description)(total)


@strawberry.type(
    description="What moved in a wallet in a month or a year. `opening.balance` and all ten totals"
    " sum to `closing.balance`, and each opens as the one before it closed. Movements are of when"
    " they were written; what falls due by itself is of the instant at which it did."
)
class Statement:
    """Read off a StatementRow."""

    period: StatementPeriod = strawberry.field(description="Over what it goes.")
    first_day: date = strawberry.field(description="In the programme's time zone.")
    begins_at: datetime = strawberry.field(description="The instant at which it begins.")
    ends_at: datetime = strawberry.field(description="The instant before which it ends.")
    is_final: bool = strawberry.field(
        description="Whether it is over, so that nothing in it changes; else it is so far."
    )
    opening: WalletBalance = strawberry.field(description="How the wallet stood when it began.")
    closing: WalletBalance = strawberry.field(description="How it stood when it ended; or now.")
    earned = _total("earned", "What came in to spend at once; a debt was paid first.")
    released = _total("released", "What had been earned before, and could be spent from then on.")
    spent = _total("spent", "On rewards and to pay with: 0 or less.")
    set_aside = _total(
        "set_aside", "What holds took out of the balance and put back: less than 0 if more out."
    )
    expired = _total("expired", "What was not used in time: 0 or less.")
    given_back = _total("given_back", "What came back of what had been spent.")
    taken_back = _total("taken_back", "What was taken back for returns: 0 or less.")
    adjusted = _total("adjusted", "What the team put right or brought back, one way or the other.")
    transferred = _total("transferred", "From and to other members, one way or the other.")
    donated = _total("donated", "Given to causes: 0 or less.")

    @field(description="How many movements there were.")
    def movement_count(root: strawberry.Parent[StatementRow]) -> int:
        return root.last_version - root.version

    @batched(
        description="The movements, newest first; as far as they are written.",
        graphql_type=Connection[LazyTransaction],
    )
    async def transactions(
        rows: strawberry.Parent[list[StatementRow]],
        info: Info,
        first: First = 20,
        after: After = None,
    ) -> list[Any]:
        found = []
        for row in rows:
            (page,) = await info.context.load_all(
                queries.statements_of,
                [(row.member_id, row.unit_code)],
                first=checked(first),
                after=after,
                within=(row.version, row.last_version),
            )
            found.append(connection(page, partial(_counted, row)))
        return found

    @batched(
        description="What membership gave in this time, in all units.",
        graphql_type=MembershipBenefit,
    )
    async def benefit(
        rows: strawberry.Parent[list[StatementRow]], info: Info
    ) -> list[MembershipBenefitRow]:
        keys = [(row.member_id, row.first_day, row.last_day) for row in rows]
        return await benefits_of(info.context, keys)

    @classmethod
    def is_type_of(cls, obj: Any, _info: Any) -> bool:
        return isinstance(obj, StatementRow)


async def _counted(row: StatementRow) -> int:
    return row.last_version - row.version


@strawberry.type(description="What its past adds to a wallet.")
class WalletPast:
    """Mixed into Wallet."""

    @batched(
        description="How the wallet stood at an instant that has been: what was read at it.",
        graphql_type=WalletBalance,
    )
    async def balance_at(
        rows: strawberry.Parent[list[WalletRow]],
        info: Info,
        at: Annotated[datetime, strawberry.argument(description="Now, or before.")],
    ) -> list[BalanceRow]:
        found = await info.context.load_all(past.balances_at, _keys(rows), at=at)
        return [each or BalanceRow() for each in found]

    @batched(
        description="A statement for each month or year, newest first: from that in which the first"
        " movement was to the one that still runs on.",
        graphql_type=Connection[Statement],
    )
    async def statements(
        rows: strawberry.Parent[list[WalletRow]],
        info: Info,
        by: By = StatementPeriod.MONTH,
        first: First = 20,
        after: After = None,
    ) -> list[Any]:
        context = info.context
        asked = {"period": by, "zone": context.programme.rules.zone}
        keys = _keys(rows)
        pages = await context.load_all(
            statements.pages_of, keys, first=checked(first), after=after, **asked
        )
        for wallet, page in zip(rows, pages, strict=True):
            for row in page.rows:
                _note_changes(context, wallet, row)
        count = partial(context.load, statements.counts_of, **asked)
        return [
            connection(page, partial(count, key)) for key, page in zip(keys, pages, strict=True)
        ]

    @batched(
        description="The statement of the month or year that `day` lies in; null before the first"
        " movement, and for what has not begun.",
        graphql_type=Statement | None,
    )
    async def statement(
        rows: strawberry.Parent[list[WalletRow]],
        info: Info,
        day: Annotated[date, strawberry.argument(description="Any day of it.")],
        by: By = StatementPeriod.MONTH,
    ) -> list[StatementRow | None]:
        context = info.context
        zone = context.programme.rules.zone
        found: list[StatementRow | None] = await context.load_all(
            statements.statements_on, _keys(rows), period=by, zone=zone, day=day
        )
        for wallet, row in zip(rows, found, strict=True):
            _note_changes(context, wallet, row)
        begins_at = midnight(first_day(Period(by), day), zone)
        context.changes_at(begins_at if begins_at > context.now else None)
        return found


def _keys(rows: list[WalletRow]) -> list[WalletKey]:
    return [(row.member_id, row.unit_code) for row in rows]


def _note_changes(context: Context, wallet: WalletRow, row: StatementRow | None) -> None:
    # The next month begins by itself, too.
    if row is not None and not row.is_final:
        context.changes_at(wallet.expires_at)
        context.changes_at(row.ends_at)
