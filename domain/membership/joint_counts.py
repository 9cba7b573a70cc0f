"""What is counted of two members who become one: qualifying days, uses of rules, orders.

The sums of the one who went stay as they are, so that they can be taken off again.
"""

from uuid import UUID
from zoneinfo import ZoneInfo

from domain import database

_ADD = (
    """insert into qualifying_days as mine (member_id, day, points)
       select $2, day, points from qualifying_days where member_id = $1
       on conflict (member_id, day) do update set points = mine.points + excluded.points""",
    """insert into rule_uses as mine (member_id, rule, period, points)
       select $2, rule, period, points from rule_uses where member_id = $1
       on conflict (member_id, rule, period)
       do update set points = mine.points + excluded.points""",
    """update members set order_count = members.order_count + gone.order_count
       from members gone where gone.id = $1 and members.id = $2""",
)
_TAKE_OFF = (
    """update qualifying_days mine set points = greatest(0, mine.points - gone.points)
       from qualifying_days gone
       where gone.member_id = $1 and mine.member_id = $2 and mine.day = gone.day""",
    """update rule_uses mine set points = greatest(0, mine.points - gone.points)
       from rule_uses gone
       where gone.member_id = $1 and mine.member_id = $2
         and (mine.rule, mine.period) = (gone.rule, gone.period)""",
    """update members set order_count = greatest(0, members.order_count - gone.order_count)
       from members gone where gone.id = $1 and members.id = $2""",
)

# Refunds since the merge of orders that came with it: the other never had those lines either.
_REFUNDS = """
with back as (
  select (o.occurred_at at time zone $2)::date as day, r.qualifying, o.id, o.state
  from merged_rows m join orders o on o.id = m.row_id
  join refunds r on r.order_id = o.id and r.state = 'APPLIED'
  join merges g on g.id = m.merge_id and r.recorded_at >= g.at
  where (m.merge_id, m.place) = ($1, 'orders.member_id')
)"""
_REFUNDED = (
    f"""{_REFUNDS}
    update qualifying_days q set points = greatest(0, q.points - b.points)
    from (select day, sum(qualifying)::bigint as points from back group by day) b
    where q.member_id = $3 and q.day = b.day""",
    f"""{_REFUNDS}
    update members set order_count = greatest(0, order_count - (
      select count(distinct id) from back where state = 'REFUNDED'))
    where id = $3 and $2::text is not null""",
)


async def add(gone: UUID, stayer: UUID) -> None:
    """Count what the one has done for the other too; both are locked."""
    for statement in _ADD:
        await database.rows(statement, gone, stayer)


async def take_off(merge_id: UUID, gone: UUID, stayer: UUID, zone: ZoneInfo) -> None:
    """Count it for the one who did it alone, less what has come back since; both are locked."""
    for statement in _REFUNDED:
        await database.rows(statement, merge_id, zone.key, gone)
    for statement in _TAKE_OFF:
        await database.rows(statement, gone, stayer)
