"""Reports that wait at the same moment are judged and posted together, each with its own outcome.

Nothing is lost with the process that was not yet answered: the caller sends the same key again.
"""

import asyncio
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from domain import database, idempotency
from domain.apart import Apart
from domain.errors import DomainError, InProgress, OrderConflict, restored
from domain.idempotency import settled
from domain.members import merged
from domain.orders import judging, refunding, standings
from domain.orders.asking import Asked, Report, reports_of
from domain.orders.kinds import UNPAID
from domain.programme import queries as programmes
from domain.programme import rules
from domain.programme.queries import Version
from domain.tiers.rules import days_at_most
from domain.together import Together
from domain.wallets import operations as wallets
from domain.wallets.posting import Outcome, Posting

BATCH_MAX = 128
OPTIMISTIC_TRIES = 3


@dataclass(frozen=True, slots=True)
class Reported:
    """The kept order. `replayed`: it was there before, under this key or as the same order."""

    result: dict[str, Any]
    replayed: bool = False


Answer = Reported | DomainError


async def report(asked: Asked | Report) -> Reported:
    """Judge and post one order, with all others that wait; first check one that is only asked.

    Raises what became of it.
    """
    answer = await _at_once.ask(asked)
    if isinstance(answer, Report):
        answer = await _apart.ask(answer)
    if isinstance(answer, DomainError):
        raise answer
    return answer


async def post(reports: Sequence[Report]) -> list[Answer]:
    """Judge and post these orders: an answer for each, in their order.

    A member's orders are judged in a chain in memory. Those whose member has moved on meanwhile
    are judged again; after some tries under the member's lock, so that it comes to an end.
    """
    answers = await _optimistic(reports)
    left = [i for i, answer in enumerate(answers) if isinstance(answer, Report)]
    waited = iter(await asyncio.gather(*[_apart.ask(reports[i]) for i in left]))
    return [next(waited) if isinstance(answer, Report) else answer for answer in answers]


async def _answers_at_once(asked: Sequence[Asked | Report]) -> list[Answer | Report]:
    # Whose wallet is locked, or keeps moving on, is answered by what it waits with.
    checked = iter(await reports_of([each for each in asked if isinstance(each, Asked)]))
    wanted = [next(checked) if isinstance(each, Asked) else each for each in asked]
    posted = iter(await _optimistic([each for each in wanted if isinstance(each, Report)]))
    return [next(posted) if isinstance(each, Report) else each for each in wanted]


async def _optimistic(reports: Sequence[Report]) -> list[Answer | Report]:
    answers: list[Answer | Report] = list(reports)
    left = list(range(len(reports)))
    for _ in range(OPTIMISTIC_TRIES):
        if not left:
            break
        left = await _attempt(reports, left, answers, waits=False)
    return answers


async def _under_lock(reports: Sequence[Report]) -> list[Answer]:
    answers: list[Answer | Report] = list(reports)
    async with database.transaction():
        # Keys before members, as all who wait lock them.
        in_progress = await idempotency.hold([each.claim for each in reports])
        left = []
        for i, each in enumerate(reports):
            if each.claim in in_progress:
                answers[i] = InProgress()
            else:
                left.append(i)
        members = {reports[i].member_id for i in left}
        await merged.lock([member_id for member_id in members if member_id is not None])
        while left:  # nobody else moves them: each time the first of every member goes through
            left = await _attempt(reports, left, answers, waits=True)
    return [answer for answer in answers if not isinstance(answer, Report)]


def _line(report: Report) -> Hashable:
    # Where a report waits: with others of its member, or alone.
    return report.member_id or (report.order.source, report.order.reference)


_at_once = Together(_answers_at_once, BATCH_MAX)
_apart = Apart(_under_lock, _line, BATCH_MAX)


async def assign(row: Any, member_id: UUID) -> None:
    """Make a kept order a member's, and judge it; the caller has locked both.

    What has come back of it before is taken back at once.
    """
    await database.rows(
        "update orders set member_id = $2, claim_code = null where id = $1", row["id"], member_id
    )
    if row["state"] not in UNPAID:
        await settle(row["id"], Report(judging.order_of(row), member_id))


async def settle(order_id: UUID, report: Report) -> None:
    """Judge and post a kept order that has not earned yet; the caller has locked its member."""
    (made,) = await judged([report])
    assert made.order is not None
    await database.rows(
        "update orders set document = document || $2 where id = $1", order_id, made.order.document
    )
    await wallets.post_one(judging.of_kept_order(made, order_id))
    await refunding.settle(await database.row("select * from orders where id = $1", order_id))


async def _attempt(
    reports: Sequence[Report],
    wanted: Sequence[int],
    answers: list[Answer | Report],
    *,
    waits: bool,
) -> list[int]:
    # Those that are to be judged again. Who is locked and may not wait is not among them.
    chosen = [reports[i] for i in wanted]
    postings = await judged(chosen)
    outcomes = await wallets.post(postings, waits=waits)
    again = []
    for i, report, outcome in zip(wanted, chosen, outcomes, strict=True):
        if outcome.kind == "STALE" or (outcome.kind == "LOCKED" and waits):
            again.append(i)
        elif outcome.kind != "LOCKED":
            answers[i] = await _answer(report, outcome)
    return again


async def judged(reports: Sequence[Report]) -> list[Posting]:
    """The postings that the reports come to, as their members stand now."""
    unknown = [each.order.occurred_at for each in reports if each.version is None]
    in_force = iter(await programmes.in_force_at(unknown) if unknown else [])
    versions = [each.version or next(in_force) for each in reports]
    found = await chains(reports, versions)
    return [
        judging.posting(
            each.order,
            version,
            found[each.member_id] if each.member_id is not None else None,
            each.claim,
            tell=each.tell,
            tier=each.tier,
        )
        for each, version in zip(reports, versions, strict=True)
    ]


async def chains(
    reports: Sequence[Report], versions: Sequence[Version]
) -> dict[UUID, standings.Chain]:
    """Where the members of these reports stand."""
    members = list({each.member_id for each in reports if each.member_id is not None})
    if not members:
        return {}
    earliest = min(each.order.occurred_at for each in reports)
    window = max(days_at_most(version.programme) for version in versions)
    periods = {
        period
        for each, version in zip(reports, versions, strict=True)
        for period in rules.periods(version.rules, each.order.occurred_at)
    }
    since = (earliest - timedelta(days=window + 1)).date()
    latest = max(each.order.occurred_at for each in reports)
    return await standings.chains_of(members, since, sorted(periods), earliest, latest)


async def _answer(report: Report, outcome: Outcome) -> Answer:
    try:
        if outcome.kind == "POSTED":
            return Reported(outcome.result)
        if outcome.kind == "IN_PROGRESS":
            return InProgress()
        if outcome.kind == "REPLAYED":
            assert report.claim is not None
            return Reported(settled(report.claim, outcome.fingerprint, outcome.result), True)
        if outcome.kind == "ORDER_EXISTS":
            return await _known(report)
        raise restored(outcome.result["refused"])
    except DomainError as error:
        return error


async def _known(report: Report) -> Reported:
    # The same order once more, under another key: the first answer again.
    row = await database.row(
        """select id, member_id, content_hash, claim_code, programme_version
           from orders where (source, reference) = ($1, $2)""",
        *(report.order.source, report.order.reference),
    )
    assert row is not None
    if row["content_hash"] != judging.content_hash(report.order):
        raise OrderConflict(
            "This source and reference name another order already; refund that one, or use the"
            " reference of this one.",
            ("order", "reference"),
        )
    if row["member_id"] is None:
        version = await programmes.version(row["programme_version"])
        result = judging.unclaimed(row["id"], row["claim_code"], report.order, version)
    else:
        result = {"order": str(row["id"]), "member": str(row["member_id"])}
    return Reported(result, replayed=True)
