"""The hash chain over the ledger: what is sealed cannot be changed without being named.

A seal covers the transactions after those of the seal before it, in the order of commits (xid, id),
at most 1000, all below the oldest writer still at work. It holds a line for each record that came
with them, ordered by (xid, transaction, record in bytes): `table/id digest`. An auditor needs
nothing but SHA-256, in hexadecimal, of UTF-8 text, and times as microseconds since 1970:

- a record's digest is of a JSON array as PostgreSQL's json_build_array writes it, of
  transactions: id, xid as text, member_id, unit, version, kind, points, balance_after, occurred_at,
  recorded_at, natural_key, order_id, voucher_id, reverses, programme_version, title, explanation
  (and behind the array gives_back, where there is one);
  lots: id, member_id, unit, points, earned_at, expires_at as it was at first (then brought_by and
  origin, where it came from another member's);
  holds: id, member_id, unit, points, opened_at, expires_at, order_id;
  pending_points: id, member_id, unit, points, order_id, releases_at, cancels_at, stage, expires_at;
  transfers: id, transaction_id, member_id, unit, debit, credit, points, lot_id;
  wallets (with their first transaction): id, member_id, unit;
- a seal's hash is of these, joined by line feeds: number, hash of the seal before it (for the first
  one 64 zeros), sealed_at, xid and id of the last transaction, the lines.

No text about a person is among them: titles are keys and references, explanations rules and
numbers. So whatever may have to be erased can be, and the chain holds.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from domain import database
from domain.failpoints import failpoint

TRANSACTIONS_MAX = 1000
LOOKED_AT_ONCE = 20
NOTHING = "0" * 64
FIRST = UUID(int=0)

_COVERED = """
select xid::text::bigint as xid, id from transactions
where (xid, id) > ($1::text::xid8, $2) and xid < pg_snapshot_xmin(pg_current_snapshot())
order by xid, id limit $3"""

_SEAL = """
insert into seals (number, previous_hash, hash, sealed_at, xid, transaction_id, lines)
select $1::bigint, $2::text, pistis_seal_hash($1, $2, now(), $5, $6, lines), now(), $5, $6, lines
from pistis_lines($3, $4, $5, $6) as made (lines)"""

_LINKS = """
select s.number,
  s.hash = pistis_seal_hash(s.number, s.previous_hash, s.sealed_at, s.xid, s.transaction_id,
    s.lines) and s.previous_hash = coalesce(p.hash, $2)
    and (p.number is not null or s.number = 1) as links,
  f.lines is not distinct from s.lines as fits,
  case when f.lines is distinct from s.lines then s.lines end as sealed,
  case when f.lines is distinct from s.lines then f.lines end as found
from seals s left join seals p on p.number = s.number - 1
cross join lateral (select pistis_lines(coalesce(p.xid, 0),
  coalesce(p.transaction_id, '00000000-0000-0000-0000-000000000000'), s.xid, s.transaction_id)
  as lines) f
where s.number > $1 order by s.number limit $3"""


@dataclass(frozen=True, slots=True)
class Head:
    """The newest seal: how many there are, its hash, when it was made."""

    number: int
    hash: str
    sealed_at: datetime


@dataclass(frozen=True, slots=True)
class Broken:
    """A record that is not as it was sealed, or a seal that does not link."""

    record: str
    text: str


async def seal() -> int:
    """Seal all that is committed: how many transactions. One process at a time, others do nothing.

    A seal is one row, so a process that is killed leaves it whole or not at all.
    """
    sealed = 0
    while many := await _seal_some():
        sealed += many
        if many < TRANSACTIONS_MAX:
            break
    return sealed


async def _seal_some() -> int:
    async with database.transaction():
        if not await database.value("select pg_try_advisory_xact_lock(hashtext('pistis seals'))"):
            return 0
        # A statement of its own: it sees what the last holder of the lock committed.
        last = await database.row(
            "select number, hash, xid, transaction_id from seals order by number desc limit 1"
        )
        number, hash, *place = last or (0, NOTHING, 0, FIRST)
        covered = await database.rows(_COVERED, str(place[0]), place[1], TRANSACTIONS_MAX)
        if covered:
            await database.rows(_SEAL, number + 1, hash, *place, *covered[-1])
            failpoint("sealing")
    return len(covered)


async def head() -> Head | None:
    """The newest seal; None while nothing is sealed."""
    row = await database.row(
        "select number, hash, sealed_at from seals order by number desc limit 1"
    )
    return None if row is None else Head(row["number"], row["hash"], row["sealed_at"])


async def broken(after: int = 0, at_most: int = 2**62) -> tuple[list[Broken], int]:
    """What does not fit the seals after number `after`, and after which number to go on.

    At most `at_most` seals are looked at, the rest another time; after the last one comes 0.
    """
    found: list[Broken] = []
    place, left = after, at_most
    while left > 0:
        many = min(left, LOOKED_AT_ONCE)
        links = await database.rows(_LINKS, place, NOTHING, many)
        for link in links:
            found += _missing(place + 1, link["number"])
            found += _broken(link)
            place = link["number"]
        left -= len(links)
        if len(links) < many:
            # Nothing follows the last one that would miss it; the constant check remembers it.
            known = await database.value("select head_number from ledger_checks")
            return found + _missing(place + 1, known + 1), 0
    return found, place


def _missing(first: int, beyond: int) -> list[Broken]:
    return [Broken(f"seals/{number}", "it is missing") for number in range(first, beyond)[:5]]


def _broken(link: Any) -> list[Broken]:
    found: list[Broken] = []
    if not link["links"]:
        found.append(Broken(f"seals/{link['number']}", "it is not linked to the seal before it"))
    if not link["fits"]:
        sealed, there = _digests(link["sealed"]), _digests(link["found"])
        for record in sorted(sealed.keys() | there.keys()):
            if record not in there:
                found.append(Broken(record, "it was sealed, and is gone or not where it was"))
            elif record not in sealed:
                found.append(Broken(record, "it came among what was sealed without it"))
            elif sealed[record] != there[record]:
                found.append(Broken(record, "it is not as it was when it was sealed"))
    return found


def _digests(lines: str | None) -> dict[str, str]:
    pairs = (line.partition(" ") for line in (lines or "").split("\n") if line)
    return {record: digest for record, _, digest in pairs}
