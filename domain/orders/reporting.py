"""Reports that wait at the same moment are judged and posted together, each with its own outcome.

Nothing is lost with the process that was not yet answered: the caller sends the same key again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from domain import database, idempotency
from domain.errors import DomainError, OrderConflict, restored
from domain.idempotency import Claim, settled
from domain.orders import judging, standings
from domain.orders.commands import OrderCommand
from domain.programme import queries as programmes
from domain.programme import rules
from domain.programme.queries import Version
from domain.together import Together
from domain.wallets import operations as wallets
from domain.wallets.posting import Outcome, Posting

BATCH_MAX = 128
OPTIMISTIC_TRIES = 3


@dataclass(frozen=True, slots=True)
class Report:
    """An order to be judged for a member (None: for nobody yet).

    `version` and `tier`: what a quote promised; else the version in force when it happened and
    the member's tier. `tell`: as a notification too.
    """

    order: OrderCommand
    member_id: UUID | None
    claim: Claim | None = None
    version: int | None = None
    tier: str | None = None
    tell: bool = True


@dataclass(frozen=True, slots=True)
class Reported:
    """The kept order. `replayed`: it was there before, under this key or as the same order."""

    result: dict[str, Any]
    replayed: bool = False


Answer = Reported | DomainError


async def report(wanted: Report) -> Reported:
    """Judge and post one order, with all others that wait. Raises what became of it."""
    answer = await _reports.ask(wanted)
    if isinstance(answer, DomainError):
        raise answer
    return answer


async def post(reports: Sequence[Report]) -> list[Answer]:
    """Judge and post these orders: an answer for each, in their order.

    A member's orders are judged in a chain in memory. Those whose member has moved on meanwhile
    are judged again; after some tries under the member's lock, so that it comes to an end.
    """
    answers: dict[int, Answer] = {}
    left = list(range(len(reports)))
    for _ in range(OPTIMISTIC_TRIES):
        left = await _attempt(reports, left, answers)
        if not left:
            break
    if left:
        await _under_lock(reports, left, answers)
    return [answers[i] for i in range(len(reports))]


_reports = Together(post, BATCH_MAX)


async def assign(row: Any, member_id: UUID) -> None:
    """Judge a kept order for the member that it now belongs to; the caller has locked both."""
    (made,) = await judged([Report(judging.order_of(row), member_id)])
    await database.rows(
        "update orders set member_id = $2, claim_code = null where id = $1", row["id"], member_id
    )
    await wallets.post_one(judging.of_kept_order(made, row["id"]))


async def _attempt(
    reports: Sequence[Report], wanted: Sequence[int], answers: dict[int, Answer]
) -> list[int]:
    chosen = [reports[i] for i in wanted]
    postings = await judged(chosen)
    stale = []
    for i, report, outcome in zip(wanted, chosen, await wallets.post(postings), strict=True):
        if outcome.kind == "STALE":
            stale.append(i)
        else:
            answers[i] = await _answer(report, outcome)
    return stale


async def _under_lock(
    reports: Sequence[Report], left: list[int], answers: dict[int, Answer]
) -> None:
    async with database.transaction():
        # Keys before members, as everybody locks them.
        await idempotency.hold([reports[i].claim for i in left])
        await database.rows(
            "select 1 from members where id = any($1) order by id for no key update",
            list({reports[i].member_id for i in left} - {None}),
        )
        while left:  # nobody else moves them: each time the first of every member goes through
            left = await _attempt(reports, left, answers)


async def judged(reports: Sequence[Report]) -> list[Posting]:
    """The postings that the reports come to, as their members stand now."""
    in_force = await programmes.in_force_at([each.order.occurred_at for each in reports])
    versions = [
        found if each.version is None else await programmes.version(each.version)
        for each, found in zip(reports, in_force, strict=True)
    ]
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
    window = max(version.programme.window_days for version in versions)
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
