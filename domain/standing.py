"""How far work is, as the database knows it: what watchers of an installation ask for."""

from dataclasses import dataclass

from domain import database

_STANDING = """
select
  (select coalesce(json_object_agg(r.name, coalesce((
     select extract(epoch from now() - o.created_at) from outbox o
     where (o.xid, o.id) > (r.xid::text::xid8, r.event_id)
     order by o.xid, o.id limit 1), 0)), '{}')::jsonb from outbox_readers r) as feed,
  (select extract(epoch from now() - created_at) from outbox
   where xid >= pg_snapshot_xmin(pg_current_snapshot())
   order by xid, id limit 1) as held_back,
  (select count(*) from outbox_failures) as failures,
  (select extract(epoch from pistis_now() - min(next_due_at)) from wallets
   where next_due_at <= pistis_now()) as overdue,
  (select extract(epoch from pistis_now() - x.recorded_at) from transactions x
   where (x.xid, x.id) > coalesce(
     (select (s.xid::text::xid8, s.transaction_id) from seals s order by number desc limit 1),
     ('0'::xid8, '00000000-0000-0000-0000-000000000000'::uuid))
   order by x.xid, x.id limit 1) as unsealed,
  (select count(distinct record) from ledger_problems where released_at is null) as problems,
  (select extract(epoch from now() - checked_at) from ledger_checks limit 1) as unchecked
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """`feed_seconds`: by reader, the age of the oldest fact that it has yet to pass on.

    `held_back_seconds`: of the oldest fact that waits for a slower writer. `overdue_seconds`: of
    the oldest points that are due and have not been written off. `unsealed_seconds`: of the oldest
    transaction outside the chain. `unchecked_seconds`: since the ledger was last looked at.
    `failures`: facts that their reader could not digest. `problems`: records that do not fit.
    """

    feed_seconds: dict[str, float]
    held_back_seconds: float
    failures: int
    overdue_seconds: float
    unsealed_seconds: float
    unchecked_seconds: float
    problems: int


async def standing() -> Standing:
    """As it is now; one statement, over indexes."""
    found = await database.row(_STANDING)
    assert found
    return Standing(
        {name: float(seconds) for name, seconds in found["feed"].items()},
        float(found["held_back"] or 0),
        found["failures"],
        float(found["overdue"] or 0),
        float(found["unsealed"] or 0),
        float(found["unchecked"] or 0),
        found["problems"],
    )
