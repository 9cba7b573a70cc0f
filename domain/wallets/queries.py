"""What can be read of wallets: balances, statements, coming expiries."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from domain import balances, database, secrets
from domain.actor import Actor
from domain.cache import Value
from domain.paging import Page
from domain.rows import Row
from domain.together import shared
from domain.wallets.kinds import TransactionKind


class WalletRow(Row, frozen=True):
    """A member's points of one unit. `balance` can be spent now; the others are not in it.

    `expires_at`: when something in it next changes by itself.
    """

    member_id: UUID
    unit_code: str
    balance: int = 0
    pending: int = 0
    held: int = 0
    debt: int = 0
    expires_at: datetime | None = None

    @property
    def id(self) -> str:
        """Names the wallet, whether anything has moved in it or not."""
        return f"{self.member_id}:{self.unit_code}"


class TransactionRow(Row, frozen=True):
    """One movement. `explanation` says why, part by part, in no language yet."""

    id: UUID
    member_id: UUID
    unit_code: str
    version: int
    kind: TransactionKind
    points: int
    balance_after: int
    occurred_at: datetime
    order_id: UUID | None
    voucher_id: UUID | None
    programme_version: int | None
    title: dict[str, Any]
    explained: str
    pending_points: int = 0
    held_points: int = 0
    debt_points: int = 0

    @property
    def explanation(self) -> list[dict[str, Any]]:
        """Part by part; read out of its JSON when somebody asks, which a statement seldom does."""
        parts: list[dict[str, Any]] = orjson.loads(self.explained)
        return parts


class ExpirationRow(Row, frozen=True):
    """So many points of a balance that leave it at an instant."""

    points: int
    expires_at: datetime


WalletKey = tuple[UUID, str]

# What is due has come to pass, whether it is written yet or not: holds are over, what was pending
# is released, lots are gone (pistis_spendable reckons alike).
_BALANCES = """
select m.id, coalesce(jsonb_agg(jsonb_build_object(
    'unit', w.unit, 'balance', w.balance, 'pending', w.pending, 'held', w.held, 'debt', w.debt,
    'expires_at', w.coming)) filter (where w.unit is not null), '[]') as wallets,
  extract(epoch from min(w.coming) - pistis_now())::double precision as until
from members m left join lateral (
  select x.unit, coalesce(due.balance, x.available) as balance,
    x.pending - coalesce(due.pending, 0) as pending, x.held - coalesce(due.held, 0) as held,
    x.debt - coalesce(due.repaid, 0) as debt,
    case when x.next_due_at <= pistis_now() then due.coming else x.next_due_at end as coming
  from wallets x left join lateral (
    select pistis_spendable(x.member_id, x.unit, pistis_now())::bigint as balance,
      h.points as held, p.points as pending,
      case when x.debt > 0 then
        x.debt - (pistis_foreseen(x.member_id, x.unit, pistis_now())).debt else 0 end as repaid,
      least(h.coming, p.coming, (
        select min(l.expires_at) from lots l
        where l.member_id = x.member_id and l.unit = x.unit and l.remaining > 0
          and l.expires_at > pistis_now())) as coming
    from (
      select sum(points) filter (where expires_at <= pistis_now())::bigint as points,
        min(expires_at) filter (where expires_at > pistis_now()) as coming
      from holds
      where member_id = x.member_id and unit = x.unit and state = 'OPEN') h,
    (
      select sum(remaining) filter (where least(releases_at, cancels_at) <= pistis_now())::bigint
          as points,
        min(least(releases_at, cancels_at))
          filter (where least(releases_at, cancels_at) > pistis_now()) as coming
      from pending_points
      where member_id = x.member_id and unit = x.unit and remaining > 0) p
    where x.next_due_at <= pistis_now()  -- in here, or all of it is read for nothing
  ) due on true
  where x.member_id = m.id) w on true
where m.id = any($1) group by m.id
"""


async def wallets_of(actor: Actor, member_ids: Sequence[UUID]) -> list[dict[str, WalletRow]]:
    """Each member's wallets by unit; out of Redis where it knows the newest."""
    seen = [member_id for member_id in member_ids if actor.sees(member_id)]
    wallets = dict(zip(seen, await _wallets(seen), strict=True))
    return [wallets.get(member_id, {}) for member_id in member_ids]


async def wallet_of(actor: Actor, member_id: UUID, unit: str) -> WalletRow:
    """A member's wallet of one unit, whether anything has moved in it or not."""
    (wallets,) = await wallets_of(actor, [member_id])
    return wallets.get(unit) or WalletRow(member_id, unit)


@shared
async def _wallets(member_ids: Sequence[UUID]) -> list[dict[str, WalletRow]]:
    values = await balances.remembered(member_ids, _balances)
    return [
        {
            wallet["unit"]: _wallet(member_id, wallet)
            for wallet in values.get(member_id, {"wallets": []})["wallets"]
        }
        for member_id in member_ids
    ]


_PARTS = ("balance", "pending", "held", "debt")


def _wallet(member_id: UUID, value: dict[str, Any]) -> WalletRow:
    at = value["expires_at"]
    expires_at = datetime.fromisoformat(at) if at else None
    parts = {part: value[part] for part in _PARTS}
    return WalletRow(member_id, value["unit"], expires_at=expires_at, **parts)


async def _balances(member_ids: list[UUID]) -> dict[UUID, Value]:
    found = await database.rows(_BALANCES, member_ids)
    values: dict[UUID, Value] = {}
    for row in found:
        value = {"wallets": row["wallets"]}
        if row["until"] is not None:
            value["until"] = max(0.0, float(row["until"]))
        values[row["id"]] = value
    return values


_COLUMNS = """t.id, t.member_id, t.unit as unit_code, t.version, t.kind, t.points, t.balance_after,
  t.occurred_at, t.order_id, t.voucher_id, t.programme_version, t.title,
  t.explanation::text as explained, t.pending as pending_points,
  t.held as held_points, t.debt as debt_points"""


async def statements_of(
    actor: Actor,
    keys: Sequence[WalletKey],
    first: int,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    within: tuple[int, int] | None = None,
) -> list[Page[TransactionRow]]:
    """A page of each wallet's transactions, newest first; with `last` from the other end.

    `within`: those alone with a greater number than the first, up to the last.
    """
    cursors = secrets.cursors()
    low, high = within or (0, _NUMBERS)
    if after:
        high = min(high, cursors.decode("statement", after)[0] - 1)
    if before:
        low = max(low, cursors.decode("statement", before, ("before",))[0])
    seen = [key for key in keys if actor.sees(key[0])]
    wanted = last or first
    found = await _statements(seen, low=low, high=high, at_most=wanted + 1, backwards=bool(last))
    rows = dict(zip(seen, found, strict=True))
    return [_page(rows.get(key, []), wanted, after, before, backwards=bool(last)) for key in keys]


_NUMBERS = 2**62


def _page(
    found: list[TransactionRow],
    wanted: int,
    after: str | None,
    before: str | None,
    *,
    backwards: bool,
) -> Page[TransactionRow]:
    has_more = len(found) > wanted
    kept = found[:wanted]
    if backwards:
        kept.reverse()
    return secrets.cursors().page(
        kept,
        wanted,
        "statement",
        lambda t: (t.version,),
        has_next=bool(before) if backwards else has_more,
        has_previous=has_more if backwards else bool(after),
    )


# A page is read by the numbers of the transactions alone, so the last costs what the first does.
STATEMENT_PAGES = {
    backwards: f"""select {_COLUMNS} from unnest($1::uuid[], $2::text[]) as wanted (member_id, unit)
      cross join lateral (
        select * from transactions x
        where x.member_id = wanted.member_id and x.unit = wanted.unit
          and x.version > $3 and x.version <= $4
        order by x.version {"asc" if backwards else "desc"} limit $5) t"""
    for backwards in (False, True)
}


@shared
async def _statements(
    keys: Sequence[WalletKey], low: int, high: int, at_most: int, backwards: bool
) -> list[list[TransactionRow]]:
    found = await database.rows(
        STATEMENT_PAGES[backwards],
        *([key[0] for key in keys], [key[1] for key in keys], low, high, at_most),
    )
    pages: dict[WalletKey, list[TransactionRow]] = {key: [] for key in keys}
    for row in found:
        pages[row["member_id"], row["unit_code"]].append(transaction_row(row))
    return [pages[key] for key in keys]


async def transaction_counts(actor: Actor, keys: Sequence[WalletKey]) -> list[int]:
    """How many transactions each wallet has: its version counts them."""
    seen = [key for key in keys if actor.sees(key[0])]
    found = await database.rows(
        """select w.member_id, w.unit, w.version from wallets w
           join unnest($1::uuid[], $2::text[]) as wanted (member_id, unit)
             using (member_id, unit)""",
        *([key[0] for key in seen], [key[1] for key in seen]),
    )
    counts = {(row["member_id"], row["unit"]): row["version"] for row in found}
    return [counts.get(key, 0) for key in keys]


async def transactions(actor: Actor, ids: Sequence[UUID]) -> list[TransactionRow | None]:
    """The transactions with these ids, in their order; None where the actor may not see one."""
    found = await _by_id(ids)
    return [row if row and actor.sees(row.member_id) else None for row in found]


@shared
async def _by_id(ids: Sequence[UUID]) -> list[TransactionRow | None]:
    found = await database.rows(
        f"select {_COLUMNS} from transactions t where t.id = any($1)", list(ids)
    )
    rows = {row["id"]: transaction_row(row) for row in found}
    return [rows.get(wanted) for wanted in ids]


async def transactions_of_orders(
    actor: Actor, order_ids: Sequence[UUID]
) -> list[list[TransactionRow]]:
    """What each order earned: its transactions, by unit; those of revisions after the first."""
    found = await _of_orders(order_ids)
    return [[row for row in rows if actor.sees(row.member_id)] for rows in found]


@shared
async def _of_orders(order_ids: Sequence[UUID]) -> list[list[TransactionRow]]:
    found = await database.rows(
        f"""select {_COLUMNS} from transactions t
            where t.order_id = any($1) and (t.natural_key = 'order:' || t.order_id
              or starts_with(t.natural_key, 'revision:'))
            order by t.order_id, t.recorded_at, t.unit""",
        list(order_ids),
    )
    rows: dict[UUID | None, list[TransactionRow]] = {order_id: [] for order_id in order_ids}
    for row in map(transaction_row, found):
        rows[row.order_id].append(row)
    return [rows[order_id] for order_id in order_ids]


async def expirations_of(
    actor: Actor, keys: Sequence[WalletKey], first: int, after: str | None = None
) -> list[Page[ExpirationRow]]:
    """Coming expiries of each wallet, soonest first; with undated points they are its balance."""
    beyond = secrets.cursors().decode("expirations", after)[0] if after else None
    seen = [key for key in keys if actor.sees(key[0])]
    pages = dict(zip(seen, await _expirations(seen, first=first, beyond=beyond), strict=True))
    nothing: Page[ExpirationRow] = Page([], str, has_next=False)
    return [pages.get(key, nothing) for key in keys]


@shared
async def _expirations(
    keys: Sequence[WalletKey], first: int, beyond: str | None
) -> list[Page[ExpirationRow]]:
    found = await database.rows(
        """select wanted.member_id, wanted.unit, l.expires_at, l.points
           from unnest($1::uuid[], $2::text[]) as wanted (member_id, unit)
           cross join lateral (
             select x.expires_at, sum(x.points)::bigint as points from (
               select expires_at, remaining as points from lots
               where member_id = wanted.member_id and unit = wanted.unit and remaining > 0
                 and expires_at > greatest(pistis_now(), $3::text::timestamptz)
               union all
               select expires_at, points from pistis_coming_back(wanted.member_id, wanted.unit)
               where expires_at > greatest(pistis_now(), $3::text::timestamptz)) x
             group by x.expires_at order by x.expires_at limit $4) l""",
        *([key[0] for key in keys], [key[1] for key in keys], beyond, first + 1),
    )
    pages: dict[WalletKey, list[ExpirationRow]] = {key: [] for key in keys}
    for row in found:
        pages[row["member_id"], row["unit"]].append(ExpirationRow(row["points"], row["expires_at"]))
    cursors = secrets.cursors()
    return [
        cursors.page(pages[key], first, "expirations", lambda e: (e.expires_at.isoformat(),))
        for key in keys
    ]


async def expiration_counts(actor: Actor, keys: Sequence[WalletKey]) -> list[int]:
    """How many expiries are coming in each wallet."""
    seen = [key for key in keys if actor.sees(key[0])]
    found = await database.rows(
        """select member_id, unit, count(distinct l.expires_at) as counted
           from unnest($1::uuid[], $2::text[]) as wanted (member_id, unit)
           cross join lateral (
             select expires_at from lots
             where (member_id, unit) = (wanted.member_id, wanted.unit) and remaining > 0
             union all
             select expires_at from pistis_coming_back(wanted.member_id, wanted.unit)) l
           where l.expires_at > pistis_now() group by 1, 2""",
        *([key[0] for key in seen], [key[1] for key in seen]),
    )
    counts = {(row["member_id"], row["unit"]): row["counted"] for row in found}
    return [counts.get(key, 0) for key in keys]


def transaction_row(row: Any) -> TransactionRow:
    """A transaction out of a row of its columns, in their order."""
    id_, member_id, unit, version, kind, *others = row
    return TransactionRow(id_, member_id, unit, version, TransactionKind(kind), *others)
