"""When the programme ends: members are told, points last until the end, then they are gone.

Each step goes on where the last one stopped, whichever worker that was, a few members at a time.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from domain import database
from domain.calendar import midnight
from domain.failpoints import failpoint
from domain.members.kinds import MemberState
from domain.programme import queries as programmes
from domain.programme import stops
from domain.programme.queries import Version
from domain.programme.terms import Ending
from domain.wallets import operations as wallets
from domain.wallets.kinds import TransactionKind
from domain.wallets.posting import Move, Notice, Posting
from domain.wallets.rules import last_day

AT_ONCE = 200
_TOLD = [MemberState.ACTIVE, MemberState.BLOCKED]

# Wallets in which points would go before the end, held ones too, of members whom no other has in
# hand.
_IS_SHORT = """l.expires_at > pistis_now() and l.expires_at < $1 and not w.frozen
  and (l.remaining > 0 or w.held > 0 and exists (
    select from transfers t join holds h on h.id = t.transaction_id
    where t.lot_id = l.id and t.credit = 'held' and h.state = 'OPEN'
      and (h.member_id, h.unit) = (l.member_id, l.unit)))"""
_SHORT = f"""
select distinct m.id, l.unit
from (select id from members where state <> 'MERGED' and id in (
        select l.member_id from lots l join wallets w using (member_id, unit)
        where {_IS_SHORT} limit $2)
      order by id for no key update skip locked) m
join lots l on l.member_id = m.id join wallets w on (w.member_id, w.unit) = (m.id, l.unit)
where {_IS_SHORT} order by m.id, l.unit"""
# Not what has fallen due: that goes by its own name.
_LEFT = """
select m.id, w.unit, least(w.available, coalesce(sum(l.remaining), 0))::bigint as points
from (select id from members where state <> 'MERGED' and id in (
        select l.member_id from lots l join wallets w using (member_id, unit)
        where l.remaining > 0 and not w.frozen
          and (l.expires_at is null or l.expires_at > pistis_now()) limit $1)
      order by id for no key update skip locked) m
join wallets w on w.member_id = m.id
join lots l on (l.member_id, l.unit) = (w.member_id, w.unit)
where l.remaining > 0 and not w.frozen
  and (l.expires_at is null or l.expires_at > pistis_now())
group by m.id, w.unit, w.available order by m.id, w.unit"""
# The version that said this end first: what is published after it, and says the same, is no other.
_SAID = """
select coalesce(min(v.number), $1) from programme_versions v, programme_versions this
where this.number = $1 and v.published_at is not null
  and (v.document #>> '{ending,earningUntil}', v.document #>> '{ending,spendingUntil}')
    = (this.document #>> '{ending,earningUntil}', this.document #>> '{ending,spendingUntil}')
"""


async def close(at_once: int = AT_ONCE) -> int:
    """Do what the end of the programme asks for by now: for how many members something was done."""
    now, version = await programmes.present()
    if version is None or version.programme.ending is None:
        return 0
    ending = version.programme.ending
    ends_at = midnight(ending.spending_until, version.rules.zone)
    done = await _tell(await database.value(_SAID, version.number), ending, at_once)
    if now < ends_at:
        return done + await _keep(version, ends_at, at_once)
    async with database.transaction():
        await stops.close_spending(ending.reason)
    return done + await _take_what_is_left(at_once)


async def _tell(number: int, ending: Ending, at_once: int) -> int:
    notice = Notice(
        "PROGRAMME_ENDS",
        {
            "earning_until": ending.earning_until.isoformat(),
            "spending_until": ending.spending_until.isoformat(),
        },
    )
    told = 0
    while True:
        async with database.transaction():
            await database.rows(
                """insert into programme_ends (version, told) values ($1, false)
                   on conflict do nothing""",
                number,
            )
            round_ = await database.row(
                """select told_to from programme_ends where version = $1 and not told
                   for no key update skip locked""",
                number,
            )
            if round_ is None:
                return told
            found = await database.rows(
                """select m.id, m.state = any($3)
                     and not exists (select from pools p where p.id = m.id) as is_told
                   from members m where $1::uuid is null or m.id > $1 order by m.id limit $2""",
                *(round_["told_to"], at_once, _TOLD),
            )
            telling = [Posting(row["id"], notices=(notice,)) for row in found if row["is_told"]]
            await wallets.post(telling)
            told += len(telling)
            failpoint("telling of the end")
            await database.rows(
                """update programme_ends set told_to = coalesce($2, told_to), told = $3
                   where version = $1""",
                *(number, found[-1]["id"] if found else None, len(found) < at_once),
            )


async def _keep(version: Version, ends_at: datetime, at_once: int) -> int:
    # Lots of before the end was said, and of orders that are older and come late.
    kept = 0
    while True:
        async with database.transaction():
            found = await database.rows(_SHORT, ends_at, at_once)
            moved = await _move(found, lambda row: _extension(row, version, ends_at))
            failpoint("keeping for the end")
        kept += moved
        if not moved:
            return kept


async def _take_what_is_left(at_once: int) -> int:
    # For as long as there are points: of who was in other hands, what was held, what came back.
    taken = 0
    while True:
        async with database.transaction():
            moved = await _move(await database.rows(_LEFT, at_once), _loss)
            failpoint("taking what is left")
        taken += moved
        if not moved:
            return taken


async def _move(found: Sequence[Any], move: Any) -> int:
    # Of how many it came to something: with those who are refused one would never be done.
    outcomes = await wallets.post(_by_member(found, move))
    return sum(outcome.kind == "POSTED" for outcome in outcomes)


def _by_member(rows: Sequence[Any], move: Any) -> list[Posting]:
    moves: dict[UUID, tuple[Move, ...]] = {}
    for row in rows:
        moves[row["id"]] = (*moves.get(row["id"], ()), move(row))
    return [Posting(member_id, moves=of) for member_id, of in moves.items()]


def _extension(row: Any, version: Version, ends_at: datetime) -> Move:
    # All of the wallet: what is held, or was spent, may come back into its lots.
    title = {
        "key": "extended",
        "kept_until": ends_at.isoformat(),
        "last_day": last_day(ends_at, version.rules.zone).isoformat(),
    }
    return Move(row["unit"], TransactionKind.EXTEND, 0, "adjustment", title)


def _loss(row: Any) -> Move:
    title = {"key": "programme_ended"}
    return Move(row["unit"], TransactionKind.ADJUST, -row["points"], "breakage", title)
