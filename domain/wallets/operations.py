"""Posting: the one way in which points move."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson

from domain import cache, database, metrics, tracing
from domain.errors import restored
from domain.failpoints import failpoint
from domain.together import Together
from domain.wallets.posting import Outcome, Posting, event_row

BATCH_MAX = 64


async def post(postings: Sequence[Posting]) -> list[Outcome]:
    """Post a batch in one call; each posting stands or falls alone, in the order given.

    Of twins in a batch the second finds what the first did. Joins a transaction in progress;
    without one the batch is its own. After commit the members' versions are raised and live
    sockets told.
    """
    batch = orjson.dumps([_row(posting) for posting in postings]).decode()
    with tracing.span("post", postings=len(postings)), metrics.posting_seconds.time():
        failpoint("posting")
    answers = await database.value("select pistis_post($1)", batch)
    failpoint("posted")
    _count(postings)
    await database.after_commit(lambda: _spread(postings, answers))
    return [
        Outcome(
            answer["outcome"].upper(), answer.get("result") or {}, answer.get("fingerprint", "")
        )
        for answer in answers
    ]


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
    """What `post` does, in one call with all that wait."""
    return await _postings.ask(posting)


def _count(postings: Sequence[Posting]) -> None:
    metrics.posting_batch.observe(len(postings))
    for posting in postings:
        metrics.postings.labels(type(posting.event).__name__ if posting.event else "none").inc()


def _row(posting: Posting) -> dict[str, Any]:
    return {
        "member_id": posting.member_id,
        "claim": posting.claim,
        "version": posting.version,
        "moves": posting.moves,
        "order": posting.order,
        "order_id": posting.order_id,
        "counts_order": posting.counts_order,
        "voucher": posting.voucher,
        "qualifying": posting.qualifying,
        "uses": posting.uses,
        "offer_ids": posting.offer_ids,
        "tier": posting.tier,
        "tier_cause": posting.tier_cause,
        "notices": posting.notices,
        "event": event_row(posting.event),
        "result": posting.result,
    }


async def _spread(postings: Sequence[Posting], answers: list[dict[str, Any]]) -> None:
    versions: dict[UUID, int] = {}
    messages: list[tuple[UUID, dict[str, Any]]] = []
    for posting, answer in zip(postings, answers, strict=True):
        if posting.member_id is None or "version" not in answer:
            continue
        versions[posting.member_id] = answer["version"]
        for told in answer["told"]:
            messages.append((posting.member_id, {"member_id": posting.member_id, **told}))
    await cache.raise_versions(versions)
    await cache.publish(messages)


_postings = Together(post, BATCH_MAX)
