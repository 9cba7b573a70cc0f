"""Orders of another system, judged by the same code as live ones and posted in batches.

A member's orders are judged in the order in which they come. What is there already is passed
over, so an import that was killed is simply run again.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from domain import database
from domain.errors import DomainError
from domain.members import importing as members
from domain.members.queries import MemberRef
from domain.orders import converting, judging, reporting
from domain.orders.asking import Report
from domain.orders.commands import OrderCommand
from domain.programme import queries as programmes
from domain.programme.queries import Version
from domain.wallets.posting import Posting

BATCH = 500
BATCH_MAX = 2 * BATCH
TRIES = 5
PAUSE_SECONDS = 1


@dataclass(frozen=True, slots=True)
class Imported:
    """An order with the line of the file that it begins on."""

    line: int
    order: OrderCommand


@dataclass(slots=True)
class Tally:
    """What became of the orders so far; `failed` says why, by line."""

    posted: int = 0
    known: int = 0
    points: int = 0
    failed: list[tuple[int, str]] = field(default_factory=list)

    @property
    def done(self) -> int:
        """Orders that are through, one way or the other."""
        return self.posted + self.known + len(self.failed)

    def add(self, other: "Tally") -> None:
        """Count another tally's orders too."""
        self.posted += other.posted
        self.known += other.known
        self.points += other.points
        self.failed += other.failed


async def run(orders: Iterable[Imported], *, dry_run: bool = False) -> AsyncIterator[Tally]:
    """Import all orders; a growing tally after each batch. A dry run writes nothing.

    One batch is judged while the one before it is written, unless they share a member.
    """
    tally = Tally()
    writing: asyncio.Task[None] | None = None
    busy: set[str] = set()
    try:
        for batch in _batches(orders):
            names = {_member(each.order) for each in batch}
            if writing is not None and names & busy:
                await writing
            work = asyncio.create_task(_batch(batch, tally, dry_run))
            before, writing, busy = writing, work, names
            if before is not None:
                await before
                yield tally
        if writing is not None:
            await writing
            yield tally
    finally:
        if writing is not None:
            await asyncio.wait([writing])


def _batches(orders: Iterable[Imported]) -> Iterator[list[Imported]]:
    # A member whose orders lie together is not cut in two, if it can be helped.
    batch: list[Imported] = []
    for each in orders:
        same = bool(batch) and _member(batch[-1].order) == _member(each.order)
        if len(batch) >= BATCH_MAX or (len(batch) >= BATCH and not same):
            yield batch
            batch = []
        batch.append(each)
    if batch:
        yield batch


def _member(order: OrderCommand) -> str:
    return (order.member.external_id if order.member else None) or ""


async def _batch(batch: Sequence[Imported], tally: Tally, dry_run: bool) -> None:
    # What is there already is passed over, so a batch that met an outage can simply come again.
    for left in reversed(range(TRIES)):
        try:
            tally.add(await _attempt(batch, dry_run))
            return
        except database.OUTAGES:
            if not left:
                raise
            await asyncio.sleep(PAUSE_SECONDS)


async def _attempt(batch: Sequence[Imported], dry_run: bool) -> Tally:
    tally = Tally()
    now = await database.now()
    known = await _known(batch)
    wanted: list[Imported] = []
    for each in batch:
        try:
            each.order.check(now)
            kept = known.get((each.order.source, each.order.reference))
            if kept is None:
                wanted.append(each)
            elif kept == judging.content_hash(each.order):
                tally.known += 1
            else:
                tally.failed.append((each.line, "ORDER_CONFLICT: it was imported otherwise before"))
        except DomainError as error:
            tally.failed.append((each.line, f"{'.'.join(error.path)}: {error.message}"))
    wanted, version = await _fitting(wanted, tally)
    if version is None:
        return tally
    reports = await _reports(wanted, version, dry_run)
    if dry_run:
        _count(await reporting.judged(reports), tally)
        return tally
    for each, answer in zip(wanted, await reporting.post(reports), strict=True):
        if isinstance(answer, DomainError):
            tally.failed.append((each.line, f"{answer.code}: {answer.message}"))
        elif answer.replayed:
            tally.known += 1
        else:
            tally.posted += 1
            tally.points += answer.result.get("points", 0)
    return tally


async def _known(batch: Sequence[Imported]) -> dict[tuple[str, str], str]:
    found = await database.rows(
        """select source, reference, content_hash from orders
           join unnest($1::text[], $2::text[]) as wanted (source, reference)
             using (source, reference)""",
        [each.order.source for each in batch],
        [each.order.reference for each in batch],
    )
    return {(row["source"], row["reference"]): row["content_hash"] for row in found}


async def _fitting(
    wanted: Sequence[Imported], tally: Tally
) -> tuple[list[Imported], Version | None]:
    # Those whose currency the programme of their day knows, and the version of the first.
    if not wanted:
        return [], None
    versions = await programmes.in_force_at([each.order.occurred_at for each in wanted])
    fitting = []
    for each, version in zip(wanted, versions, strict=True):
        try:
            converting.check(each.order, version.programme)
        except DomainError as error:
            tally.failed.append((each.line, f"{'.'.join(error.path)}: {error.message}"))
        else:
            fitting.append((each, version))
    return [each for each, _ in fitting], fitting[0][1] if fitting else None


async def _reports(wanted: Sequence[Imported], version: Version, dry_run: bool) -> list[Report]:
    joined: dict[str, datetime] = {}
    for each in wanted:
        name = _member(each.order)
        if name:
            joined[name] = min(joined.get(name, each.order.occurred_at), each.order.occurred_at)
    if dry_run:
        ids = await members.known_by(list(joined))
    else:
        ids = await members.ensure(joined, version)
    return [Report(each.order, ids.get(_member(each.order)), tell=False) for each in wanted]


def _count(postings: Sequence[Posting], tally: Tally) -> None:
    tally.posted += len(postings)
    tally.points += sum(move.points for posting in postings for move in posting.moves)


def reference_of(external_id: str) -> MemberRef:
    """How an imported order names its member."""
    return MemberRef(external_id=external_id)
