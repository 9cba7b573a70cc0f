"""Reports that wait at the same moment are judged and posted together, each with its own outcome.

Nothing is lost with the process that was not yet answered: the caller sends the same key again.
"""

import asyncio
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from domain import database, idempotency
from domain.apart import Apart
from domain.errors import DomainError, InProgress, OrderConflict, restored, stored
from domain.idempotency import settled
from domain.members import merged
from domain.orders import (
    budgets,
    discounts,
    judging,
    paying,
    queries,
    refunding,
    revising,
    standings,
    taking,
)
from domain.orders.asking import Asked, Report, reports_of
from domain.orders.commands import OrderCommand
from domain.orders.kinds import UNPAID, OrderState
from domain.orders.payments import Payment, RulesOff, payment_of
from domain.orders.rule_stops import RuleStop, stops_at
from domain.programme import queries as programmes
from domain.programme import rules
from domain.programme.queries import Version
from domain.rewards import at_orders
from domain.tiers.rules import days_at_most
from domain.together import Together
from domain.wallets import operations as wallets
from domain.wallets.posting import Outcome, Posting

BATCH_MAX = 128
OPTIMISTIC_TRIES = 3
STALE, KEPT, LOCKED = Outcome("STALE"), Outcome("ORDER_EXISTS"), Outcome("LOCKED")


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
        payment = payment_of(row["document"]) if "payment" in row["document"] else None
        await settle(row["id"], Report(judging.order_of(row), member_id, payment=payment))


async def settle(order_id: UUID, report: Report) -> None:
    """Judge and post a kept order that has not earned yet; the caller has locked its member."""
    (made,) = await judged([replace(report, kept=order_id)])
    assert made.order is not None
    await database.rows(
        "update orders set document = document || $2 where id = $1", order_id, made.order.document
    )
    kept = judging.of_kept_order(made, order_id)
    if report.payment is not None:
        kept = await taking.at_completion(kept, order_id)
    await wallets.post_one(kept)
    await refunding.settle(await database.row("select * from orders where id = $1", order_id))


async def _attempt(
    reports: Sequence[Report],
    wanted: Sequence[int],
    answers: list[Answer | Report],
    *,
    waits: bool,
) -> list[int]:
    # Those that are to be judged again. Who is locked and may not wait is not among them, nor what
    # is told anew.
    made = await _judged([reports[i] for i in wanted], waits=waits)
    postings = [each for each in made if isinstance(each, Posting)]
    outcomes = iter(await wallets.post(postings, waits=waits))
    again = []
    for i, each in zip(wanted, made, strict=True):
        if isinstance(each, DomainError):
            answers[i] = each
            if waits and (claim := reports[i].claim) is not None:
                await idempotency.keep(claim, {"refused": stored(each)})
            continue
        outcome = next(outcomes) if isinstance(each, Posting) else each
        if outcome.kind == "STALE" or (outcome.kind == "LOCKED" and waits):
            again.append(i)
        elif outcome.kind != "LOCKED" and (waits or not _is_anew(reports[i], outcome)):
            if outcome.kind == "POSTED" and isinstance(each, Posting):
                await budgets.take(_of_budgets(reports[i], each))
            answers[i] = await _answer(reports[i], outcome)
    return again


def _is_anew(report: Report, outcome: Outcome) -> bool:
    # Told once more and otherwise, perhaps: that is looked at under the member's lock.
    return outcome.kind == "ORDER_EXISTS" and report.order.revision > 1


async def judged(reports: Sequence[Report]) -> list[Posting]:
    """The postings that the reports come to, as their members stand now; raises what does not."""
    made = []
    for each in await _judged(reports):
        if isinstance(each, DomainError):
            raise each
        assert isinstance(each, Posting), "it is not there yet, and nothing else takes its vouchers"
        made.append(each)
    return made


async def _judged(
    reports: Sequence[Report], *, waits: bool = True
) -> list[Posting | Outcome | DomainError]:
    # Or what is clear before: an order that is there has its vouchers and points; one whose voucher
    # the order before it takes is judged when that is posted.
    unknown = [each.order.occurred_at for each in reports if each.version is None]
    in_force = iter(await programmes.in_force_at(unknown) if unknown else [])
    versions = [each.version or next(in_force) for each in reports]
    found = await chains(reports, versions)
    asking = [each.order for each in reports if each.payment is None and paying.asks(each.order)]
    kept = await queries.kept_of([(order.source, order.reference) for order in asking])
    codes = [code for order in asking for code in order.voucher_codes]
    vouchers = await at_orders.by_codes(codes)
    spent = await _spent(reports, versions, waits=waits)
    stops = await stops_at([r.order.occurred_at for r in reports if r.member_id is None])
    took = False
    made: list[Posting | Outcome | DomainError] = []
    for each, version in zip(reports, versions, strict=True):
        chain = found[each.member_id] if each.member_id is not None else None
        if (each.order.source, each.order.reference) in kept:
            made.append(KEPT)
            continue
        if _wants_budget(each):
            # One after the other, each with what the others have left.
            if took or not waits:
                made.append(STALE if waits else LOCKED)
                continue
            took = True
        try:
            payment = each.payment or paying.judged(
                *(each.order, version, chain, vouchers),
                _rules_off(each, version, chain, spent, stops),
            )
        except paying.TakenBefore:
            made.append(STALE)
        except DomainError as error:
            made.append(error.under("order"))
        else:
            posting = judging.posting(
                each.order,
                version,
                chain,
                each.claim,
                tell=each.tell,
                tier=each.tier,
                payment=payment,
                stops=stops,
            )
            made.append(_counted(posting, chain, payment) if each.payment is None else posting)
    return made


def _rules_off(
    report: Report,
    version: Version,
    chain: standings.Chain | None,
    spent: discounts.Spent,
    stops: Sequence[RuleStop],
) -> RulesOff | None:
    if report.discounts is not None:
        return discounts.bound(report.order, version, chain, report.discounts, spent)
    # What is imported was sold by other rules, and a quote that promised nothing misses nothing.
    if not report.tell or report.tier is not None:
        return None
    return discounts.missed(report.order, version, chain, spent, stops)


def _counted(posting: Posting, chain: standings.Chain | None, payment: Payment) -> Posting:
    # Discounts count against their limits when they are taken: with a placed order as well.
    uses = discounts.uses(payment)
    if chain is None or not uses:
        return posting
    for use in uses:
        key = use.rule, use.period
        chain.used[key] = chain.used.get(key, 0) + use.points
    return replace(posting, uses=(*posting.uses, *uses))


def _wants_budget(report: Report) -> bool:
    if report.payment is not None or report.discounts is None or report.version is None:
        return False
    codes = budgets.codes_of([report.version])
    return any(code in codes for code, *_ in report.discounts["amounts"])


async def _spent(
    reports: Sequence[Report], versions: Sequence[Version], *, waits: bool
) -> dict[str, int]:
    codes = budgets.codes_of(versions)
    if waits and any(_wants_budget(each) for each in reports):
        return await budgets.locked(codes)
    return await budgets.spent(codes)


def _of_budgets(report: Report, posting: Posting) -> dict[str, int]:
    if not _wants_budget(report):
        return {}
    assert posting.order is not None and report.version is not None
    return discounts.budgeted(report.version, payment_of(posting.order.document))


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
    there = [each.kept for each in reports if each.kept is not None]
    return await standings.chains_of(
        members, since, sorted(periods), earliest, latest, versions, there
    )


async def _answer(report: Report, outcome: Outcome) -> Answer:
    try:
        if outcome.kind == "POSTED":
            return Reported(outcome.result)
        if outcome.kind == "IN_PROGRESS":
            return InProgress()
        if outcome.kind == "REPLAYED":
            assert report.claim is not None
            return Reported(settled(report.claim, outcome.fingerprint, outcome.result), True)
        if outcome is KEPT and report.claim is not None:
            # It was not posted, so nobody has looked at its key.
            (known,) = await idempotency.replays([report.claim])
            if known is not None:
                return (
                    paying.missing(known)
                    if isinstance(known, DomainError)
                    else Reported(known, True)
                )
        if outcome.kind == "ORDER_EXISTS":
            return await _known(report)
        raise restored(outcome.result["refused"])
    except DomainError as error:
        return paying.missing(error)


async def _known(report: Report) -> Reported:
    # The same order once more, under another key: the first answer again. A higher revision of it
    # replaces what was told before.
    row = await _row(report.order)
    if report.order.revision > row["revision"]:
        return await _anew(report)
    return Reported(await _told(row, report.order), replayed=True)


async def _anew(report: Report) -> Reported:
    order = report.order

    async def effect() -> idempotency.Result:
        row = await refunding.locked(order.source, order.reference)
        if order.revision <= row["revision"]:
            return {**await _told(row, order), "known": True}
        if row["content_hash"] == judging.content_hash(order):
            await revising.count(row, order)
            return {**await _told(row, order), "known": True}
        await revising.revise(row, report)
        if row["member_id"] is None and report.member_id is not None:
            await assign(await _row(order), report.member_id)
        return {**await _told(await _row(order), order), "revision": order.revision}

    assert report.claim is not None, "what is imported is told once"
    result, replayed = await idempotency.once(report.claim, effect)
    return Reported(result, replayed or "known" in result)


async def _told(row: Any, order: OrderCommand) -> dict[str, Any]:
    # What was replaced may come again, late: it changes nothing.
    is_same = row["content_hash"] == judging.content_hash(order)
    if not is_same and not await revising.was_told(row["id"], order):
        raise OrderConflict(
            "This source and reference name another order already; refund that one, use the"
            " reference of this one, or send a higher `revision` of it.",
            ("order", "reference"),
        )
    if row["member_id"] is not None:
        return {"order": str(row["id"]), "member": str(row["member_id"])}
    version = await programmes.version(row["programme_version"])
    code = row["claim_code"] if row["state"] != OrderState.CANCELLED else None
    payment = payment_of(row["document"])
    stops = await stops_at([row["occurred_at"]])
    return judging.unclaimed(row["id"], code, judging.order_of(row), version, payment, stops)


async def _row(order: OrderCommand) -> Any:
    return await database.row(
        "select * from orders where (source, reference) = ($1, $2)",
        *(order.source, order.reference),
    )
