"""A batch of postings as `pistis_post` takes it: rows by table, each with its posting's number."""

from collections.abc import Callable, Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Any
from uuid import UUID

import orjson

from domain.events import encoded as of_event
from domain.ids import plain, uuid7
from domain.wallets.posting import Posting

Row = dict[str, Any]


def encoded(postings: Sequence[Posting]) -> tuple[str, list[list[UUID]]]:
    """The batch as JSON, and the ids that its notifications will have, by posting.

    What is None is left out: PostgreSQL reads faster what is shorter.
    """
    batch: dict[str, list[Row]] = {"postings": []}
    ids: list[list[UUID]] = []
    for n, posting in enumerate(postings, start=1):
        batch["postings"].append(_act(n, posting))
        if posting.moves:
            moves = batch.setdefault("moves", [])
            for move in posting.moves:
                row = _row(n, move)
                row["member_id"] = posting.member_id
                moves.append(row)
        if posting.order is not None:
            batch.setdefault("orders", []).append(_row(n, posting.order))
        if posting.voucher is not None:
            batch.setdefault("vouchers", []).append(_row(n, posting.voucher))
        if posting.marks:
            batch.setdefault("marks", []).extend(_row(n, mark) for mark in posting.marks)
        if posting.qualifying is not None:
            batch.setdefault("qualifying", []).append(_row(n, posting.qualifying))
        if posting.uses:
            batch.setdefault("uses", []).extend(_row(n, use) for use in posting.uses)
        ids.append([uuid7() for _ in posting.notices])
        for notice_id, notice in zip(ids[-1], posting.notices, strict=True):
            told = {"n": n, "id": notice_id, "kind": notice.kind, "args": notice.args}
            batch.setdefault("notices", []).append(told)
        for offer_id in posting.offer_ids:
            use = {"n": n, "offer_id": offer_id, "order_id": posting.order_id}
            batch.setdefault("offer_uses", []).append(use)
    return orjson.dumps(batch, default=plain).decode(), ids


def _act(n: int, posting: Posting) -> Row:
    claim, event = posting.claim, posting.event
    row: Row = {
        "n": n,
        "member_id": posting.member_id,
        "version": posting.version,
        "counts_order": posting.counts_order,
        "has_order": posting.order is not None,
        "spends": any(move.points < 0 or move.hold_id for move in posting.moves),
        "acts": any(move.is_act and move.kind != "PEND" for move in posting.moves),
        "notices": len(posting.notices),
    }
    if claim is not None:
        row |= {
            "actor": claim.actor,
            "mutation": claim.mutation,
            "key": claim.key,
            "fingerprint": claim.fingerprint,
            "result": posting.result,
        }
    if posting.voucher is not None:
        row["reward_id"] = posting.voucher.reward_id
    if posting.tier is not None:
        row |= {"tier": posting.tier, "tier_cause": posting.tier_cause}
    if event is not None:
        row |= {"kind": type(event).__name__, "payload": of_event(event)}
    return row


def _row(n: int, part: Any) -> Row:
    kind = type(part)
    known = _read.get(kind)
    if known is None:
        names = [field.name for field in fields(kind)]
        known = _read[kind] = names, attrgetter(*names)
    names, values = known
    row: Row = {"n": n}
    for name, value in zip(names, values(part), strict=True):
        if value is not None:
            row[name] = value
    return row


# The fields of each kind of part, and what reads them all at once.
_read: dict[type[Any], tuple[list[str], Callable[[Any], tuple[Any, ...]]]] = {}
