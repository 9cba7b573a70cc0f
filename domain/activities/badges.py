"""Badges: given once, by what happened; and where members stand with them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain import database, secrets
from domain.activities.rules import Done, Progress, progress
from domain.actor import Actor
from domain.events import ActivityReported, BadgeEarned, Event, MembersMerged, OrderReported
from domain.paging import Page
from domain.programme import queries as programmes
from domain.programme.terms import Badge, Programme
from domain.wallets import operations as wallets
from domain.wallets.posting import Notice, Posting

_DEEDS = """
select m.id, m.state, m.tier, m.order_count,
  (select jsonb_object_agg(kind, counted) from (
     select kind, count(*) as counted from activities where member_id = m.id group by kind) a
  ) as activities,
  (select jsonb_object_agg(badge, earned_at) from badges where member_id = m.id) as badges
from members m where m.id = any($1)
"""


@dataclass(frozen=True, slots=True)
class Deeds:
    """What a member has done, and when it got which badge, by code."""

    member_id: UUID
    is_active: bool
    done: Done
    earned_at: dict[str, datetime]


@dataclass(frozen=True, slots=True)
class BadgeRow:
    """A badge and how a member stands with it. `earned_at`: None while it is still to be earned."""

    member_id: UUID
    badge: Badge
    earned_at: datetime | None
    progress: Progress

    @property
    def id(self) -> str:
        """Whose, and which."""
        return f"{self.member_id}:{self.badge.code}"


async def award(events: Sequence[Event]) -> bool:
    """Give those whom orders and activities happened to, or who became one member of two, the
    badges that are due, by the programme in force, and tell of each. What is given stays given;
    the same events again change nothing.
    """
    happened = [
        event
        for event in events
        if isinstance(event, OrderReported | ActivityReported | MembersMerged)
    ]
    _, version = await programmes.present()
    if version is None or not version.programme.badges or not happened:
        return True
    programme = version.programme
    due = [
        (deeds.member_id, badge.code)
        for deeds in await _deeds(list({event.member_id for event in happened}))
        for badge in programme.badges
        if deeds.is_active
        and badge.code not in deeds.earned_at
        and progress(programme, badge, deeds.done).is_complete
    ]
    if due:
        await _give(sorted(due))
    return True


async def deeds_of(actor: Actor, member_ids: Sequence[UUID]) -> list[Deeds | None]:
    """What each member has done; None for those that the actor may not see."""
    seen = [member_id for member_id in member_ids if actor.sees(member_id)]
    found = {deeds.member_id: deeds for deeds in await _deeds(seen)}
    return [found.get(member_id) for member_id in member_ids]


def page_of(
    programme: Programme, deeds: Deeds, first: int, after: str | None = None
) -> Page[BadgeRow]:
    """A page of the programme's badges: those that the member has, the newest first, then others
    as declared.
    """
    rows = [
        BadgeRow(
            deeds.member_id,
            badge,
            deeds.earned_at.get(badge.code),
            progress(programme, badge, deeds.done),
        )
        for badge in programme.badges
    ]
    had = sorted(
        (row for row in rows if row.earned_at is not None),
        key=lambda row: deeds.earned_at[row.badge.code],
        reverse=True,
    )
    listed = [*had, *(row for row in rows if row.earned_at is None)]
    places = {row.badge.code: place for place, row in enumerate(listed)}
    cursors = secrets.cursors()
    begin = cursors.decode("badges", after)[0] + 1 if after else 0
    found = listed[begin : begin + first + 1]
    return cursors.page(found, first, "badges", lambda row: (places[row.badge.code],))


async def _give(due: Sequence[tuple[UUID, str]]) -> None:
    async with database.transaction():
        given = await database.rows(
            """insert into badges (id, member_id, badge, earned_at)
               select uuidv7(), member_id, badge, pistis_now()
               from unnest($1::uuid[], $2::text[]) as due (member_id, badge)
               on conflict (member_id, badge) do nothing returning member_id, badge""",
            *([member_id for member_id, _ in due], [code for _, code in due]),
        )
        await wallets.post([_told(row["member_id"], row["badge"]) for row in given])


def _told(member_id: UUID, code: str) -> Posting:
    notice = Notice("BADGE_EARNED", {"badge": code})
    return Posting(member_id, notices=(notice,), event=BadgeEarned(member_id, code))


async def _deeds(member_ids: Sequence[UUID]) -> list[Deeds]:
    return [
        Deeds(
            row["id"],
            row["state"] == "ACTIVE",
            Done(row["tier"], row["order_count"], row["activities"] or {}),
            {code: datetime.fromisoformat(at) for code, at in (row["badges"] or {}).items()},
        )
        for row in await database.rows(_DEEDS, list(member_ids))
    ]
