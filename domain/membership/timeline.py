"""What has happened with a member, newest first: for whoever answers the telephone.

Of who lives on in the member too, whose history stays its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from domain import database, secrets
from domain.actor import Actor, Role
from domain.members import merged
from domain.paging import Page, instant


class TimelineKind(StrEnum):
    """What happened."""

    ORDER = "ORDER"
    POINTS = "POINTS"
    TIER = "TIER"
    VOUCHER = "VOUCHER"
    CASE = "CASE"
    MEMBERSHIP = "MEMBERSHIP"


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """One thing that happened. `word` says which text, `args` what goes into it."""

    at: datetime
    kind: TimelineKind
    word: str
    key: str
    args: Mapping[str, Any]


_MERGES = "merges x join members m on m.id = x.gone_id"
_VOUCHERS = "vouchers x join rewards r on r.id = x.reward_id"

# Kind, time, own name and what the text is made of, in the table `x` whose member is `owner`.
_SOURCES = (
    ("ORDER", "occurred_at", "order", "orders x", "member_id",
     "'reference', x.reference, 'amount', x.total, 'currency', x.currency"),
    ("POINTS", "occurred_at", "points", "transactions x", "member_id",
     "'title', x.title, 'unit', x.unit, 'points', x.points"),
    ("TIER", "at", "tier", "tier_moves x", "member_id", "'tier', x.tier"),
    ("VOUCHER", "issued_at", "issued", _VOUCHERS, "member_id", "'reward', r.title"),
    ("VOUCHER", "used_at", "used", _VOUCHERS, "member_id", "'reward', r.title"),
    ("VOUCHER", "cancelled_at", "cancelled", _VOUCHERS, "member_id", "'reward', r.title"),
    ("CASE", "opened_at", "case", "cases x", "member_id", "'subject', x.subject"),
    ("MEMBERSHIP", "at", "state", "state_changes x", "member_id",
     "'before', x.before, 'state', x.state, 'reason', x.reason"),
    ("MEMBERSHIP", "at", "card", "lost_cards x", "member_id", "'number', x.number"),
    ("MEMBERSHIP", "joined_at", "joined", "members x", "id", "'number', x.number"),
    ("MEMBERSHIP", "at", "merged", _MERGES, "member_id", "'number', m.number"),
    ("MEMBERSHIP", "undone_at", "unmerged", _MERGES, "member_id", "'number', m.number"),
)  # fmt: skip


def _branch(kind: str, at: str, word: str, table: str, owner: str, args: str) -> str:
    # Each is cut by itself, so that no part of a long life is read whole for one page.
    name = "number" if word == "card" else "id"
    key = f"'{word} ' || x.{name}"
    return f"""(select x.{at} as at, '{kind}' as kind, {key} as key, '{word}' as word,
      jsonb_build_object({args}) as args from {table}
    where x.{owner} = any($1) and x.{at} is not null
      and ($2::timestamptz is null or x.{at} <= $2 and (x.{at}, {key}) < ($2, $3::text))
    order by x.{at} desc, 3 desc limit $4)"""


_PAGE = (
    " union all ".join(_branch(*source) for source in _SOURCES)
    + " order by at desc, key desc limit $4"
)
_COUNT = "select " + " + ".join(
    f"(select count(x.{at}) from {table} where x.{owner} = any($1))"
    for _, at, _, table, owner, _ in _SOURCES
)


async def timeline_of(
    actor: Actor, member_id: UUID, first: int, after: str | None = None
) -> Page[TimelineRow]:
    """What has happened with the member, newest first. InvalidInput for what is no cursor of it."""
    actor.require(Role.CARE)
    sort = f"timeline {member_id}"
    at, key = secrets.cursors().decode(sort, after) if after else (None, None)
    whose = [member_id, *await merged.gone_into(member_id)]
    found = await database.rows(_PAGE, whose, instant(at) if at else None, key, first + 1)
    rows = [
        TimelineRow(row["at"], TimelineKind(row["kind"]), row["word"], row["key"], row["args"])
        for row in found
    ]
    return secrets.cursors().page(rows, first, sort, _values)


async def timeline_count(actor: Actor, member_id: UUID) -> int:
    """How many things have happened with the member."""
    actor.require(Role.CARE)
    whose = [member_id, *await merged.gone_into(member_id)]
    return int(await database.value(_COUNT, whose))


def _values(row: TimelineRow) -> tuple[str, str]:
    return row.at.isoformat(), row.key
