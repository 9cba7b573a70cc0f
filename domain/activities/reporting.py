"""Reports of one member that wait at the same moment are kept in one transaction, in turn.

Each is judged under the member's lock on what those before it have left of the limits; each
stands or falls alone. Locks are taken as all who wait take them: keys, members, references sorted.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from domain import database, idempotency
from domain.activities import judging
from domain.activities.judging import Report
from domain.apart import Apart
from domain.errors import ActivityConflict, DomainError, InProgress, stored
from domain.idempotency import Claim
from domain.ids import uuid7
from domain.members.locking import lock
from domain.orders.standings import Chain, chains_of
from domain.programme.activity_rules import activity_periods
from domain.wallets import operations as wallets

BATCH_MAX = 64


@dataclass(frozen=True, slots=True)
class Reported:
    """The kept activity. `replayed`: it was there before, under this key or by its reference."""

    result: dict[str, Any]
    replayed: bool = False


Answer = Reported | DomainError


async def report(report: Report) -> Reported:
    """Judge and post one activity, after others of its member that came before. Raises what
    became of it.
    """
    answer = await _in_line.ask(report)
    if isinstance(answer, DomainError):
        raise answer
    return answer


async def _in_turn(reports: Sequence[Report]) -> list[Answer]:
    # All of one member.
    answers: dict[int, Answer] = {}
    async with database.transaction():
        names: dict[Hashable, Claim] = {}
        for each in reports:
            names.setdefault(_name(each.claim), each.claim)
        in_progress = set(map(_name, await idempotency.hold(list(names.values()))))
        member_id = reports[0].member_id
        await lock([member_id])
        chain = await _chain(reports)
        # A key's twins come last: they find what the first has done.
        firsts = [each.claim is names[_name(each.claim)] for each in reports]
        in_order = sorted(
            range(len(reports)), key=lambda i: (not firsts[i], _reference(reports[i]))
        )
        for place in in_order:
            each = reports[place]
            if _name(each.claim) in in_progress:
                answers[place] = InProgress()
            else:
                answers[place] = await _answer(each, chain)
    return [answers[place] for place in range(len(reports))]


async def _answer(report: Report, chain: Chain) -> Answer:
    claim = report.claim
    try:
        known = await idempotency.replay(claim)
    except DomainError as error:
        return error
    if known is not None:
        return Reported(known, replayed=True)
    try:
        async with database.savepoint():
            answer = await _reported(report, chain)
    except DomainError as error:  # decided under lock: a fresh try needs a fresh key
        await idempotency.keep(claim, {"refused": stored(error)})
        return error
    await idempotency.keep(claim, answer.result)
    return answer


async def _reported(report: Report, chain: Chain) -> Reported:
    command = report.command
    activity_id = uuid7()
    accrual = judging.judge(report, chain)
    made = judging.posting(report, activity_id, accrual)
    kept = await database.value(
        """insert into activities (id, source, reference, reporter, member_id, kind, occurred_at,
             recorded_at, attributes, programme_version, content_hash, transactions,
             reasons)
           values ($1, $2, $3, $4, $5, $6, $7, pistis_now(), $8, $9, $10, $11, $12)
           on conflict (source, reference, reporter) do nothing returning id""",
        *(activity_id, command.source, command.reference, report.reporter, report.member_id),
        *(command.kind, command.occurred_at, command.kept(), report.version.number),
        *(command.content_hash(report.member_id), [str(move.id) for move in made.moves]),
        [{"rule": each.rule, "why": each.why} for each in accrual.reasons],
    )
    if kept is None:
        return await _known(report)
    await wallets.post_one(made)
    judging.advance(chain, accrual)
    return Reported({"activity": str(activity_id)})


async def _known(report: Report) -> Reported:
    # The same activity once more, under another key: the first answer again.
    command = report.command
    row = await database.row(
        """select id, content_hash from activities
           where (source, reference, reporter) = ($1, $2, $3)""",
        *(command.source, command.reference, report.reporter),
    )
    assert row is not None, "an activity never goes away"
    if row["content_hash"] != command.content_hash(report.member_id):
        raise ActivityConflict(
            "This source and reference name another activity already; make a new reference for"
            " a new activity.",
            ("reference",),
        )
    return Reported({"activity": str(row["id"])}, replayed=True)


async def _chain(reports: Sequence[Report]) -> Chain:
    instants = [each.command.occurred_at for each in reports]
    window = max(each.version.programme.window_days for each in reports)
    periods = {
        period
        for each, at in zip(reports, instants, strict=True)
        for period in activity_periods(each.version.rules, at)
    }
    since = (min(instants) - timedelta(days=window + 1)).date()
    member_id = reports[0].member_id
    versions = [each.version for each in reports]
    found = await chains_of(
        [member_id], since, sorted(periods), min(instants), max(instants), versions
    )
    return found[member_id]


def _name(claim: Claim) -> Hashable:
    return claim.actor, claim.mutation, claim.key


def _reference(report: Report) -> tuple[str, str]:
    return report.command.source, report.command.reference


def _line(report: Report) -> Hashable:
    return report.member_id


_in_line = Apart(_in_turn, _line, BATCH_MAX)
