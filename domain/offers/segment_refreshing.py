"""Who is in which segment: looked at by SQL, of all members or of some, and what moved is noted.

One look at a time: two that overlapped would tell of moves that nobody made.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from domain import database
from domain.events import (
    Event,
    MemberChanged,
    MemberEnrolled,
    MembersMerged,
    MemberStateChanged,
    MembersUnmerged,
    OrderAdvanced,
    OrderRefunded,
    OrderReported,
    OrderRevised,
    SurveyAnswered,
    TierReviewed,
    TierSet,
    members_of,
)
from domain.programme import queries as programmes
from domain.programme.conditions import SEGMENT_LEAVES, SEGMENT_SUBJECTS, Condition, parse
from domain.programme.conditions.sql import Reading, reading

EVERY = timedelta(minutes=10)

# After these a member may be in other segments than before.
_MOVING = (
    MemberChanged,
    MemberEnrolled,
    MembersMerged,
    MemberStateChanged,
    MembersUnmerged,
    OrderAdvanced,
    OrderRefunded,
    OrderReported,
    OrderRevised,
    SurveyAnswered,
    TierReviewed,
    TierSet,
)
_LOCK = "select pg_advisory_xact_lock(hashtext('segments'))"
_TRY = "select pg_try_advisory_xact_lock(hashtext('segments'))"

AT_REST = """m.state not in ('MERGED', 'ERASED')
    and not exists (select from pools x where x.id = m.id)"""

# $a: the segments, in the order of the predicates; $b: the members of whom this is, or null.
_NOTED = """
with judged as materialized (
  select m.id, array_remove(array[{marks}]::int[], null) as segments
  from {members} where {at_rest}),
wanted as (
  select ({a}::uuid[])[n] as segment_id, j.id as member_id
  from judged j cross join unnest(j.segments) n),
had as (
  select segment_id, member_id from segment_members
  where segment_id = any({a}) and ({b}::uuid[] is null or member_id = any({b}))),
left_by as (
  delete from segment_members x
  using (select * from had except select * from wanted) gone
  where (x.segment_id, x.member_id) = (gone.segment_id, gone.member_id)
  returning x.segment_id, x.member_id, false as entered),
entered_by as (
  insert into segment_members (id, segment_id, member_id, entered_at)
  select uuidv7(), segment_id, member_id, pistis_now()
  from (select * from wanted except select * from had order by segment_id, member_id) new
  returning segment_id, member_id, true as entered),
moved as (select * from left_by union all select * from entered_by),
noted as (
  insert into segment_moves (id, segment_id, member_id, entered, at)
  select uuidv7(), segment_id, member_id, entered, pistis_now()
  from moved join members m on m.id = member_id and m.state <> 'ERASED'),
told as (
  insert into outbox (kind, payload)
  select case when entered then 'SegmentEntered' else 'SegmentLeft' end,
    jsonb_build_object('member_id', member_id, 'segment_id', segment_id) from moved)
update segments s set
  member_count = s.member_count + coalesce((
    select sum(case when entered then 1 else -1 end) from moved where segment_id = s.id), 0),
  refreshed_at = case when {b}::uuid[] is null then pistis_now() else s.refreshed_at end
where s.id = any({a})
returning s.id, s.member_count
"""


async def refresh() -> int:
    """Look at all members anew for the segments that were not looked at for ten minutes: how many
    segments; none where somebody else is about it.
    """
    async with database.transaction():
        if not await database.value(_TRY):
            return 0
        found = await database.rows(
            """select id, condition from segments
               where refreshed_at <= pistis_now() - $1::interval order by id""",
            EVERY,
        )
        await _note(found)
        return len(found)


async def refresh_one(segment_id: UUID) -> int:
    """Look at all members for this segment, in the transaction in progress: how many are in it."""
    await database.rows(_LOCK)
    found = await database.rows("select id, condition from segments where id = $1", segment_id)
    counted: int = (await _note(found))[0]["member_count"]
    return counted


async def follow(events: Sequence[Event]) -> bool:
    """Look at those again to whom something happened that segments may look at."""
    happened = [event for event in events if isinstance(event, _MOVING)]
    member_ids = sorted({member_id for event in happened for member_id in members_of(event)})
    if not member_ids or not await database.value("select exists (select from segments)"):
        return True
    async with database.transaction():
        await database.rows(_LOCK)
        found = await database.rows("select id, condition from segments order by id")
        await _note(found, member_ids)
    return True


def condition_of(written: Any) -> Condition:
    """The condition that a segment was saved with."""
    return parse(written, SEGMENT_SUBJECTS, leaves=SEGMENT_LEAVES)


async def _note(found: Sequence[Any], member_ids: Sequence[UUID] | None = None) -> list[Any]:
    now, version = await programmes.present()
    if not found or version is None:
        return []
    conditions = [condition_of(row["condition"]) for row in found]
    read = reading(conditions, version.programme, now, member_ids)
    return await database.rows(
        _NOTED.format(
            marks=marks(read),
            members=read.members,
            at_rest=AT_REST,
            a=f"${len(read.args) + 1}",
            b=f"${len(read.args) + 2}",
        ),
        *(*read.args, [row["id"] for row in found], member_ids),
    )


def marks(read: Reading) -> str:
    """The numbers, from 1, of the conditions that hold; null for each that does not."""
    return ", ".join(
        f"case when {predicate} then {n} end" for n, predicate in enumerate(read.predicates, 1)
    )
