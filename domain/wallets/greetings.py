"""Birthdays and anniversaries: once a year and member, whoever looks and however often.

A greeting is of the day on which it was due, also when a worker comes late: what is in the wallet
does not depend on when that was. Birthdays go by the member's own clock, if it has one.
"""

from calendar import isleap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from domain import database
from domain.calendar import add_months, midnight
from domain.events import MemberGreeted
from domain.failpoints import failpoint
from domain.programme import queries as programmes
from domain.programme.accruals import Part, PartKind
from domain.programme.greetings import Anniversary, Occasion, days_around, due, greeted_from
from domain.programme.queries import Version
from domain.programme.terms import Greeting
from domain.wallets import operations as wallets
from domain.wallets.posting import Move, Notice, Posting
from domain.wallets.unbought import unbought

AT_ONCE = 200

# Of those whose day is near: who was not greeted lately.
_CANDIDATES = """
with near as materialized ({near})
select near.id from near where not exists (select from greetings g
  where g.member_id = near.id and g.occasion = $3 and g.given_on > $4) order by near.id"""
_WITH_BIRTHDAY = """
select p.member_id as id from unnest($1::int[], $2::int[]) as d (month, day)
join profiles p on p.birth_month = d.month and p.birth_day = d.day"""
_WHO_JOINED = """
select m.id from unnest($1::timestamptz[], $2::timestamptz[]) as r (since, until)
join members m on m.joined_at >= r.since and m.joined_at < r.until
where not exists (select from pools p where p.id = m.id)"""
# A frozen wallet takes nothing until it is mended.
_HELD = """
select m.id from members m where m.id = any($1) and m.state = 'ACTIVE'
  and not exists (select from wallets w where w.member_id = m.id and w.frozen)
order by m.id for no key update skip locked"""
_KNOWN = """
select m.id, m.time_zone, m.joined_at, p.birth_month, p.birth_day, b.set_at, b.changed_at,
  (select max(given_on) from greetings g where g.member_id = m.id and g.occasion = $2) as given_on,
  array(select year from greetings g where g.member_id = m.id and g.occasion = $2) as years
from members m left join profiles p on p.member_id = m.id
left join birthday_dates b on b.member_id = m.id
where m.id = any($1) order by m.id"""


@dataclass(frozen=True, slots=True)
class _Due:
    member_id: UUID
    day: date
    today: date
    posting: Posting


async def greet(at_once: int = AT_ONCE) -> int:
    """Give what is due for birthdays and anniversaries: to how many members.

    Any number of callers at once; one that is killed leaves nothing half done.
    """
    now, version = await programmes.present()
    if version is None:
        return 0
    done = 0
    for occasion, terms in (
        (Occasion.BIRTHDAY, version.programme.birthday),
        (Occasion.ANNIVERSARY, version.programme.anniversary),
    ):
        if terms is not None and version.earns_at(now):
            done += await _greet(occasion, terms, version, at_once)
    return done


async def _greet(occasion: Occasion, terms: Greeting, version: Version, at_once: int) -> int:
    now = await database.now()
    zone = version.rules.zone
    today = now.astimezone(zone).date()
    near, bounds = await _near(occasion, terms, today, zone)
    # One day more, for members on the other side of the date line.
    lately = today - timedelta(days=365 - terms.window_days - 2)
    found = await database.rows(_CANDIDATES.format(near=near), *bounds, occasion, lately)
    ids = [row["id"] for row in found]

    async def dues(member_ids: Sequence[UUID]) -> list[_Due]:
        known = await database.rows(_KNOWN, list(member_ids), occasion)
        return [each for row in known if (each := _due(occasion, terms, version, row, now))]

    done = 0
    for at in range(0, len(ids), at_once):
        wanted = [each.member_id for each in await dues(ids[at : at + at_once])]
        if wanted:
            async with database.transaction():
                held = await database.rows(_HELD, wanted)
                # Under the lock once more: another may have given it meanwhile.
                done += await _given(occasion, await dues([row["id"] for row in held]))
    return done


async def _near(
    occasion: Occasion, terms: Greeting, today: date, zone: ZoneInfo
) -> tuple[str, tuple[list[Any], list[Any]]]:
    days = list(days_around(terms, today))
    if occasion is Occasion.BIRTHDAY:
        dates = {(day.month, day.day) for day in days}
        if any((day.month, day.day) == (2, 28) and not isleap(day.year) for day in days):
            dates.add((2, 29))
        return _WITH_BIRTHDAY, ([month for month, _ in dates], [day for _, day in dates])
    first = await database.value("select min(joined_at) from members")
    years = range(1, days[-1].year - first.astimezone(zone).year + 1) if first else range(0)
    begin, end = days[0], days[-1] + timedelta(days=2)
    return _WHO_JOINED, (
        [midnight(add_months(begin, -12 * year), zone) for year in years],
        [midnight(add_months(end, -12 * year), zone) for year in years],
    )


def _due(
    occasion: Occasion, terms: Greeting, version: Version, row: Any, now: datetime
) -> _Due | None:
    zone = version.rules.zone
    if occasion is Occasion.ANNIVERSARY:
        joined = row["joined_at"].astimezone(zone).date()
        known = Anniversary(joined.month, joined.day, date.min, joined, row["given_on"])
    elif row["set_at"] is None:
        return None
    else:
        zone = ZoneInfo(row["time_zone"]) if row["time_zone"] else zone
        changed_on = row["changed_at"].astimezone(zone).date() if row["changed_at"] else None
        set_on = row["set_at"].astimezone(zone).date()
        known = Anniversary(
            row["birth_month"], row["birth_day"], set_on, changed_on, row["given_on"]
        )
    today = now.astimezone(zone).date()
    day = due(terms, known, today)
    # One a year: of two who became one, the other may have had this year's long ago.
    if day is None or day.year in row["years"]:
        return None
    years = day.year - row["joined_at"].astimezone(version.rules.zone).year
    at = min(now, midnight(greeted_from(terms, day), zone))
    posting = _POSTINGS[occasion](row["id"], terms, version, day, at, years)
    return _Due(row["id"], day, today, posting)


def _birthday(
    member_id: UUID, terms: Greeting, version: Version, day: date, at: datetime, _years: int
) -> Posting:
    title = {"key": "birthday"}
    move = _move(Occasion.BIRTHDAY, terms, version, day, at, title, {})
    notice = Notice(
        "BIRTHDAY",
        {
            "transaction": str(move.id) if move else None,
            "unit": terms.unit,
            "points": terms.points,
        },
    )
    return _posting(member_id, Occasion.BIRTHDAY, day, move, notice)


def _anniversary(
    member_id: UUID, terms: Greeting, version: Version, day: date, at: datetime, years: int
) -> Posting:
    title = {"key": "anniversary", "years": years}
    move = _move(Occasion.ANNIVERSARY, terms, version, day, at, title, {"years": years})
    notice = Notice(
        "ANNIVERSARY",
        {
            "transaction": str(move.id) if move else None,
            "unit": terms.unit,
            "points": terms.points,
            "years": years,
        },
    )
    return _posting(member_id, Occasion.ANNIVERSARY, day, move, notice)


_POSTINGS: dict[Occasion, Callable[..., Posting]] = {
    Occasion.BIRTHDAY: _birthday,
    Occasion.ANNIVERSARY: _anniversary,
}


def _move(
    occasion: Occasion,
    terms: Greeting,
    version: Version,
    day: date,
    at: datetime,
    title: dict[str, Any],
    inputs: dict[str, int],
) -> Move | None:
    if terms.unit is None:
        return None
    name = occasion.lower()
    part = Part(name, PartKind[occasion], terms.unit, terms.points, inputs)
    return unbought(version, part, title, f"{name} {day.year}", at)


def _posting(
    member_id: UUID, occasion: Occasion, day: date, move: Move | None, notice: Notice
) -> Posting:
    return Posting(
        member_id,
        moves=(move,) if move else (),
        notices=(notice,),
        event=MemberGreeted(member_id, occasion, day.year, move.id if move else None),
    )


async def _given(occasion: Occasion, dues: Sequence[_Due]) -> int:
    if not dues:
        return 0
    outcomes = await wallets.post([each.posting for each in dues])
    failpoint("greeting")
    # One that is refused, for its wallet is full, is tried again as long as its window is open.
    done = [each for each, out in zip(dues, outcomes, strict=True) if out.kind == "POSTED"]
    await database.rows(
        """insert into greetings (id, member_id, occasion, year, given_on, transaction_id)
           select uuidv7(), member_id, $1, year, given_on, transaction_id
           from unnest($2::uuid[], $3::int[], $4::date[], $5::uuid[])
             as given (member_id, year, given_on, transaction_id)""",
        occasion,
        [each.member_id for each in done],
        [each.day.year for each in done],
        [each.today for each in done],
        [next((move.id for move in each.posting.moves), None) for each in done],
    )
    return len(done)
