"""The ledger is checked all the time: what moved since the last look, and in turns all the rest.

A record that does not fit is kept as a problem until it does again, and its wallet is frozen:
PostgreSQL refuses to move it. While a problem is open no process is ready.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain import database
from domain.actor import Actor, Role
from domain.errors import NotFound
from domain.wallets import sealing
from domain.wallets.checks import PROBLEMS_MAX, misfits
from domain.wallets.proof import Problem, proof

MOVED_AT_ONCE = 500
WALLETS_IN_TURN = 200
LINES_IN_TURN_BYTES = 400_000
SECONDS_MAX = 5.0
FIRST = UUID(int=0)

_MOVED = """
select xid::text::bigint as xid, id as transaction_id, member_id, unit from transactions
where (xid, id) > ($1::text::xid8, $2) and xid < pg_snapshot_xmin(pg_current_snapshot())
order by xid, id limit $3"""
_IN_TURN = "select id, member_id, unit from wallets where id > $1 order by id limit $2"
_SEALS_IN_TURN = """
select 1 + count(*) from (
  select sum(octet_length(lines)) over (order by number) as bytes from (
    select number, lines from seals where number > $1 order by number limit 200) s) t
where bytes <= $2"""

_FREEZE = """
update wallets w set frozen = true where not frozen and exists (
  select from ledger_problems p where p.released_at is null
    and p.member_id = w.member_id and coalesce(p.unit, w.unit) = w.unit)"""

_THAW = """
update wallets w set frozen = false where frozen and not exists (
  select from ledger_problems p where p.released_at is null
    and p.member_id = w.member_id and coalesce(p.unit, w.unit) = w.unit)"""
_OPEN_OF = """
select p.id, p.record, p.member_id, p.unit from ledger_problems p
left join wallets w on w.member_id = p.member_id and w.unit = coalesce(p.unit, w.unit)
where p.released_at is null and $1 in (p.record, w.id::text, 'wallets/' || w.id)"""

# Whose wallet a record belongs to, by its table; of members and what they are told, all of theirs.
_OWNERS = {
    "wallets": "select id, member_id, unit from wallets where id = any($1::uuid[])",
    "transactions": "select id, member_id, unit from transactions where id = any($1::uuid[])",
    "lots": """select id, member_id, unit from transactions where id = any($1::uuid[])
        union all select id, member_id, unit from lots
        where id = any($1::uuid[]) and brought_by is not null""",
    "transfers": """select t.id, x.member_id, x.unit from transfers t
        join transactions x on x.id = t.transaction_id where t.id = any($1::bigint[])""",
    "vouchers": "select id, member_id, unit from vouchers where id = any($1::uuid[])",
    "members": "select id, id as member_id, null as unit from members where id = any($1::uuid[])",
    "notifications": """select id, member_id, null as unit from notifications
        where id = any($1::uuid[])""",
}

Owner = tuple[UUID | None, str | None]


@dataclass(frozen=True, slots=True)
class _Look:
    """How many wallets one look took in, and whether more have moved."""

    wallets: int
    is_more: bool


async def check() -> int:
    """Look at what moved since the last look, and at some of the rest: how many wallets.

    One process at a time, for five seconds at most; what is left is looked at the next time.
    """
    begun, checked = time.monotonic(), 0
    while found := await _look(with_rest=checked == 0):
        checked += found.wallets
        # After the look, in a transaction of its own: a wallet that moves meanwhile is waited for.
        await database.rows(_FREEZE)
        if not found.is_more or time.monotonic() - begun > SECONDS_MAX:
            break
    return checked


async def open_problems() -> list[str]:
    """Records that do not fit, as table/id, the oldest first; at most five."""
    found = await database.rows(
        """select record from ledger_problems where released_at is null
           group by record order by min(id) limit 5"""
    )
    return [row["record"] for row in found]


async def release(actor: Actor, named: str) -> list[Problem]:
    """Close the problems of a wallet (its id) or of a record (table/id), if they are mended: else
    what still does not fit. A wallet without problems moves again. Role: ADMIN.

    The whole book is checked for it. NotFound where nothing is open.
    """
    actor.require(Role.ADMIN)
    opened = await database.rows(_OPEN_OF, named)
    if not opened:
        raise NotFound("No problem is open under this name: a wallet's id, or table/id.")
    found = (await proof(actor)).problems
    owners = await _owners(found)
    records = {row["record"] for row in opened}
    theirs = {(row["member_id"], row["unit"]) for row in opened if row["member_id"]}
    still = [
        each
        for each in found
        if each.record in records or owners.get(each.record) in theirs or len(found) >= PROBLEMS_MAX
    ]
    if not still:
        async with database.transaction():
            await database.rows(
                "update ledger_problems set released_at = now() where id = any($1)",
                [row["id"] for row in opened],
            )
            await database.rows(_THAW)
    return still


async def _look(with_rest: bool) -> _Look | None:
    async with database.transaction() as connection:
        await connection.execute("set transaction isolation level repeatable read")
        await connection.execute("set local statement_timeout = '60s'")
        if not await database.value("select pg_try_advisory_xact_lock(hashtext('pistis check'))"):
            return None
        place = await database.row("select * from ledger_checks where id = 1")
        assert place is not None, "made by the migration"
        moved = await database.rows(
            _MOVED, str(place["xid"]), place["transaction_id"], MOVED_AT_ONCE
        )
        turn = await database.rows(
            _IN_TURN, place["wallet_id"], WALLETS_IN_TURN if with_rest else 0
        )
        wallets = sorted({(row["member_id"], row["unit"]) for row in (*moved, *turn)})
        problems = [Problem(*each) for each in await misfits(wallets)]
        seal = place["seal_number"]
        if with_rest:
            broken, seal = await sealing.broken(
                seal, await database.value(_SEALS_IN_TURN, seal, LINES_IN_TURN_BYTES)
            )
            problems += [Problem(each.record, each.text) for each in broken]
        await _keep(problems)
        last = moved[-1] if moved else place
        await database.rows(
            """update ledger_checks set xid = $1, transaction_id = $2, wallet_id = $3,
                 seal_number = $4, wallets_checked = wallets_checked + $5, checked_at = now(),
                 head_number = greatest(head_number,
                   (select coalesce(max(number), 0) from seals))
               where id = 1""",
            *(last["xid"], last["transaction_id"]),
            _next(turn) if with_rest else place["wallet_id"],
            seal,
            len(wallets),
        )
    return _Look(len(wallets), is_more=len(moved) == MOVED_AT_ONCE)


def _next(turn: Sequence[Any]) -> UUID:
    # After the last wallet comes the first.
    following: UUID = turn[-1]["id"] if len(turn) == WALLETS_IN_TURN else FIRST
    return following


async def _keep(problems: Sequence[Problem]) -> None:
    owners = await _owners(problems)
    for each in problems:
        await database.rows(
            """insert into ledger_problems (record, text, member_id, unit) values ($1, $2, $3, $4)
               on conflict (record, text) where released_at is null do nothing""",
            *(each.record, each.text, *owners.get(each.record, (None, None))),
        )


async def _owners(problems: Sequence[Problem]) -> dict[str, Owner]:
    owners: dict[str, Owner] = {}
    for table, sql in _OWNERS.items():
        named = {each.record for each in problems if each.record.startswith(f"{table}/")}
        ids: list[Any] = [record.partition("/")[2] for record in named]
        if table == "transfers":
            ids = [int(each) for each in ids]
        for row in await database.rows(sql, ids) if ids else ():
            owners[f"{table}/{row['id']}"] = row["member_id"], row["unit"]
    return owners
