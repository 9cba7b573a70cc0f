"""Facts, written in the transaction that made them true, and read in the order of commits.

`id` is not the order of commits: a reader that keeps only the last id loses rows of writers that
were slower. So readers go by (xid, id) and stop short of the oldest writer still at work.
"""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tortoise import fields
from tortoise.migrations.constraints import UniqueConstraint
from tortoise.models import Model

from domain import database, metrics, tracing
from domain.events import Event, decoded, encoded
from domain.failpoints import failpoint

BATCH = 200
KEPT_DAYS = 30


class OutboxEvent(Model):
    """One fact. Column `xid` (xid8, added by hand) is the transaction that wrote it."""

    id: int = fields.BigIntField(primary_key=True, generated=True)
    kind: str = fields.CharField(max_length=40)
    payload: Any = fields.JSONField()
    created_at: datetime = fields.DatetimeField(db_default=fields.Now())

    class Meta:
        table = "outbox"


class OutboxReader(Model):
    """How far a reader has come: everything up to (xid, event_id) is done."""

    id: int = fields.IntField(primary_key=True, generated=True)
    name: str = fields.CharField(max_length=40)
    xid: int = fields.BigIntField(default=0)
    event_id: int = fields.BigIntField(default=0)

    class Meta:
        table = "outbox_readers"
        constraints = [UniqueConstraint(fields=("name",), name="one_place_a_reader")]


class OutboxFailure(Model):
    """A fact that its reader could not digest: kept, so that the others need not wait for it."""

    id: int = fields.BigIntField(primary_key=True, generated=True)
    reader: str = fields.CharField(max_length=40)
    event_id: int = fields.BigIntField()
    error: str = fields.CharField(max_length=200)
    failed_at: datetime = fields.DatetimeField(db_default=fields.Now())

    class Meta:
        table = "outbox_failures"


@dataclass(frozen=True, slots=True)
class Fact:
    """An event with its place in the order of commits."""

    xid: int
    id: int
    event: Event


async def append(event: Event) -> None:
    """Add a fact to the transaction in progress."""
    await database.rows(
        "insert into outbox (kind, payload) values ($1, $2)", type(event).__name__, encoded(event)
    )


Wanted = Callable[[Event], bool]
Digest = Callable[[Event], Awaitable[None]]
Take = Callable[[Sequence[Event]], Awaitable[bool]]


async def relay(reader: str, wanted: Wanted, digest: Digest) -> int:
    """Give the next facts that are `wanted` to `digest`, in order: how many were passed.

    Each in a transaction of its own that also remembers the place, so a fact counts once whatever
    dies; one relay at a time for a reader, in any process. A fact that raises is kept as a failure
    and passed over.
    """
    facts = await _next(reader)
    with tracing.span("relay", facts=len(facts)) if facts else nullcontext():
        return await _relayed(reader, facts, wanted, digest)


async def _relayed(reader: str, facts: Sequence[Fact], wanted: Wanted, digest: Digest) -> int:
    for fact in facts:
        if wanted(fact.event) and not await _digested(reader, fact, digest):
            return 0
    if facts:
        await _advance(reader, facts[-1])
        metrics.relayed.labels(reader).inc(len(facts))
    return len(facts)


async def sweep(reader: str, take: Take) -> int:
    """Give the next facts to `take`, all at once: how many were passed, none if it says False.

    For what may be done too often: who dies midway leaves it to be done again.
    """
    facts = await _next(reader)
    if not facts or not await take([fact.event for fact in facts]):
        return 0
    await _advance(reader, facts[-1])
    metrics.relayed.labels(reader).inc(len(facts))
    return len(facts)


async def prune() -> int:
    """Delete facts of 30 days ago that all readers have passed: how many."""
    return await database.drained(
        """delete from outbox o where o.id in (select id from outbox order by id limit $1)
             and o.created_at < now() - make_interval(days => $2)
             and (o.xid, o.id) <= all (select xid::text::xid8, event_id from outbox_readers)
             and exists (select from outbox_readers)
           returning 1""",
        KEPT_DAYS,
    )


async def _next(reader: str) -> list[Fact]:
    # A reader that is new begins with the oldest fact that is kept.
    place = await database.row("select xid, event_id from outbox_readers where name = $1", reader)
    if place is None:
        await database.rows(
            "insert into outbox_readers (name, xid, event_id) values ($1, 0, 0)"
            " on conflict do nothing",
            reader,
        )
        return await beyond(0, 0)
    return await beyond(place["xid"], place["event_id"])


async def _digested(reader: str, fact: Fact, digest: Digest) -> bool:
    # False: another process holds the reader, or is further on.
    async with database.transaction():
        mine = await database.value(
            """select true from outbox_readers
               where name = $1 and (xid, event_id) < ($2, $3) for update skip locked""",
            *(reader, fact.xid, fact.id),
        )
        if not mine:
            return False
        try:
            async with database.savepoint():
                await digest(fact.event)
            failpoint("relaying")
        except database.OUTAGES:
            raise
        except Exception as error:  # noqa: BLE001 - one bad fact must not stop all that follow
            await database.rows(
                "insert into outbox_failures (reader, event_id, error) values ($1, $2, $3)",
                *(reader, fact.id, type(error).__name__),
            )
        await _advance(reader, fact)
    return True


async def _advance(reader: str, fact: Fact) -> None:
    await database.rows(
        """update outbox_readers set xid = $2, event_id = $3
           where name = $1 and (xid, event_id) < ($2, $3)""",
        *(reader, fact.xid, fact.id),
    )


async def beyond(xid: int, event_id: int) -> list[Fact]:
    """The next facts after this place that no slower writer can still come before."""
    found = await database.rows(
        """select xid::text::bigint as xid, id, kind, payload from outbox
           where (xid, id) > ($1::text::xid8, $2)
             and xid < pg_snapshot_xmin(pg_current_snapshot())
           order by xid, id limit $3""",
        *(str(xid), event_id, BATCH),
    )
    return [Fact(f["xid"], f["id"], decoded(f["kind"], f["payload"])) for f in found]
