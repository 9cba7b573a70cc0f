"""Posting: the one way in which points move."""

from collections.abc import Hashable, Sequence
from typing import Any
from uuid import UUID

import asyncpg

from domain import cache, database, metrics, tracing
from domain.apart import Apart
from domain.errors import DomainError, InProgress, NotAllowed, Path, restored
from domain.failpoints import failpoint
from domain.idempotency import Result, settled
from domain.together import Together
from domain.wallets.encoding import encoded
from domain.wallets.posting import Outcome, Posting

BATCH_MAX = 64


async def post(postings: Sequence[Posting], *, waits: bool = True) -> list[Outcome]:
    """Post a batch in one call; each posting stands or falls alone, in the order given.

    Of twins in a batch the second finds what the first did. Joins a transaction in progress;
    without one the batch is its own. After commit the members' versions are raised and live
    sockets told. Without `waits` a posting of which somebody else holds a row, the key or the
    order comes back as LOCKED, and the others are not held up by it. Raises NotAllowed where one
    is of a member that lives on in another.
    """
    if not postings:
        return []
    batch, notice_ids = encoded(postings)
    with tracing.span("post", postings=len(postings)), metrics.posting_seconds.time():
        failpoint("posting")
        try:
            answer = await database.value("select pistis_post($1, $2)", batch, waits)
        except asyncpg.SerializationError:  # members_live_on alone raises it
            raise NotAllowed(
                "This member has just become one with another; look it up again."
            ) from None
        failpoint("posted")
    outcomes = [
        Outcome(
            each["outcome"].upper(),
            posting.result if each["outcome"] == "posted" else each.get("result") or {},
            each.get("fingerprint", ""),
        )
        for posting, each in zip(postings, answer["outcomes"], strict=True)
    ]
    if not database.is_rehearsal():
        _count(postings, outcomes)
    await database.after_commit(lambda: _spread(postings, notice_ids, answer))
    return outcomes


async def post_one(posting: Posting) -> dict[str, Any]:
    """Post one that can neither be stale nor meet an existing order; its refusal is raised."""
    (outcome,) = await post([posting])
    if outcome.kind == "REFUSED":
        raise restored(outcome.result["refused"])
    assert outcome.kind == "POSTED", outcome.kind
    return outcome.result


async def tell(posting: Posting) -> None:
    """Tell a member something that moves no points."""
    assert not posting.moves
    await post([posting])


async def post_with_others(posting: Posting) -> Outcome:
    """What `post` does, in one call with all that wait. Raises InProgress."""
    outcome = await _at_once.ask(posting)
    while outcome.kind == "LOCKED":
        outcome = await _apart.ask(posting)
    if outcome.kind == "IN_PROGRESS":
        raise InProgress
    return outcome


def answered(posting: Posting, outcome: Outcome, path: Path) -> tuple[Result, bool]:
    """What a posting with a claim came to, and whether its key had come before.

    Its refusal is raised, at `path` unless it names a field itself.
    """
    claim = posting.claim
    assert claim is not None
    try:
        result = settled(claim, outcome.fingerprint or claim.fingerprint, outcome.result)
    except DomainError as error:
        error.path = error.path or path
        raise
    return result, outcome.kind == "REPLAYED"


async def _post_what_can_be(postings: Sequence[Posting]) -> list[Outcome]:
    return await post(postings, waits=False)


def _count(postings: Sequence[Posting], outcomes: Sequence[Outcome]) -> None:
    metrics.posting_batch.observe(len(postings))
    for posting, outcome in zip(postings, outcomes, strict=True):
        if outcome.kind == "POSTED":
            kind = type(posting.event).__name__ if posting.event else "none"
            metrics.postings.labels(kind).inc()


def _line(posting: Posting) -> Hashable:
    # Where a posting waits: with others of its member, or alone.
    return posting.member_id or posting.claim


async def _spread(
    postings: Sequence[Posting], notice_ids: Sequence[Sequence[UUID]], answer: dict[str, Any]
) -> None:
    versions: dict[UUID, int] = {}
    messages: list[tuple[UUID, dict[str, Any]]] = []
    for posting, ids, outcome in zip(postings, notice_ids, answer["outcomes"], strict=True):
        if posting.member_id is None or "version" not in outcome:
            continue
        versions[posting.member_id] = outcome["version"]
        for n, (notice_id, notice) in enumerate(zip(ids, posting.notices, strict=True), start=1):
            told = {
                "member_id": posting.member_id,
                "id": notice_id,
                "sequence": outcome["sequence"] + n,
                "kind": notice.kind,
                "args": notice.args,
                "created_at": answer["at"],
            }
            messages.append((posting.member_id, told))
    await cache.raise_versions(versions)
    await cache.publish(messages)


_at_once = Together(_post_what_can_be, BATCH_MAX)
_apart = Apart(post, _line, BATCH_MAX)
