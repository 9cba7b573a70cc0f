"""Postings that wait at the same moment in this process share a call.

No timer: what has gathered while the previous call ran is the next one. A wallet that all want at
once is locked once for many, and holds up one connection, not all.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import asyncpg

from domain import database
from domain.wallets.operations import post
from domain.wallets.posting import Outcome, Posting

BATCH_MAX = 64


@dataclass(slots=True)
class _Waiting:
    posting: Posting
    outcome: asyncio.Future[Outcome]


@dataclass(slots=True)
class _Queue:
    waiting: list[_Waiting] = field(default_factory=list)
    running: asyncio.Task[None] | None = None


_queue = _Queue()


async def post_with_others(posting: Posting) -> Outcome:
    """What `post` does, in one call with all that wait. In a transaction it stays there, alone."""
    if database.in_transaction():
        (outcome,) = await post([posting])
        return outcome
    waiting = _Waiting(posting, asyncio.get_running_loop().create_future())
    _queue.waiting.append(waiting)
    if _queue.running is None or _queue.running.done():
        _queue.running = asyncio.create_task(_run())
    # The call is shared: a caller that goes away must not take the others with it.
    return await asyncio.shield(waiting.outcome)


async def _run() -> None:
    while _queue.waiting:
        batch, _queue.waiting = _parted(_queue.waiting)
        error = await _post(batch)
        if error is not None and len(batch) > 1 and _is_of_one(error):
            for each in batch:
                error = await _post([each])
                _fail([each], error)
        else:
            _fail(batch, error)


def _parted(waiting: Sequence[_Waiting]) -> tuple[list[_Waiting], list[_Waiting]]:
    # A key occurs once in a call: its twin waits for the next, and finds the first one's answer.
    keys: set[tuple[str, str, str]] = set()
    batch: list[_Waiting] = []
    left: list[_Waiting] = []
    for each in waiting:
        claim = each.posting.claim
        key = (claim.actor, claim.mutation, claim.key) if claim else None
        if len(batch) == BATCH_MAX or key in keys:
            left.append(each)
            continue
        batch.append(each)
        if key is not None:
            keys.add(key)
    return batch, left


async def _post(batch: Sequence[_Waiting]) -> Exception | None:
    try:
        outcomes = await post([each.posting for each in batch])
    except Exception as error:  # noqa: BLE001 - every one that waits is told
        return error
    for each, outcome in zip(batch, outcomes, strict=True):
        if not each.outcome.done():
            each.outcome.set_result(outcome)
    return None


def _is_of_one(error: Exception) -> bool:
    # PostgreSQL undid the call for one that it could not lock, or could not take. Of an outage
    # nobody knows what was done before it.
    if isinstance(error, asyncpg.LockNotAvailableError):
        return True
    return isinstance(error, asyncpg.PostgresError) and not isinstance(error, database.OUTAGES)


def _fail(batch: Sequence[_Waiting], error: Exception | None) -> None:
    for each in batch:
        if error is not None and not each.outcome.done():
            each.outcome.set_exception(error)
