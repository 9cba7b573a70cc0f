"""From an activity and a standing to a posting; pure but for the ids that it makes."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.activities.commands import ReportActivity
from domain.events import ActivityReported
from domain.idempotency import Claim
from domain.members.kinds import MemberState
from domain.orders.standings import Chain
from domain.programme.accruals import BALANCE, Accrual
from domain.programme.activity_rules import activity_accrual
from domain.programme.queries import Version
from domain.programme.terms import KeptBy
from domain.wallets.kinds import TransactionKind
from domain.wallets.posting import Move, Posting, RuleUse
from domain.wallets.rules import expires_at, keeping
from domain.wallets.unbought import earned


@dataclass(frozen=True, slots=True)
class Report:
    """An activity to be judged for a member, by the version of its day."""

    command: ReportActivity
    member_id: UUID
    reporter: str
    claim: Claim
    version: Version


def judge(report: Report, chain: Chain) -> Accrual:
    """What the activity earns for a member who stands so; nothing for one who takes no part."""
    if chain.state is not MemberState.ACTIVE:
        return Accrual()
    rules = report.version.rules
    standing = chain.standing(report.version, report.command.occurred_at)
    return activity_accrual(rules, report.command.facts(), standing)


def posting(report: Report, activity_id: UUID, accrual: Accrual) -> Posting:
    """The activity as one posting."""
    moves = tuple(_moves(report, activity_id, accrual))
    points = sum(move.points for move in moves)
    kind = report.command.kind
    return Posting(
        member_id=report.member_id,
        moves=moves,
        uses=tuple(RuleUse(*use) for use in accrual.uses() if use[1] != BALANCE),
        notices=tuple(map(earned, moves)),
        event=ActivityReported(report.member_id, activity_id, kind, points),
    )


def advance(chain: Chain, accrual: Accrual) -> None:
    """After an activity: what limits have given, for the next one."""
    for rule, period, points in accrual.uses():
        chain.used[rule, period] = chain.used.get((rule, period), 0) + points


def _moves(report: Report, activity_id: UUID, accrual: Accrual) -> list[Move]:
    command, version = report.command, report.version
    at, zone = command.occurred_at, version.rules.zone
    moves = []
    for unit, points in accrual.totals().items():
        terms = version.programme.unit(unit)
        assert terms is not None, "what a programme promises is in its units"
        moves.append(
            Move(
                unit=unit,
                kind=TransactionKind.EARN,
                points=points,
                house="issuance",
                title=keeping(_title(report), terms, KeptBy.EARNING, at, zone),
                occurred_at=at,
                expires_at=expires_at(terms.expiry, at, zone),
                natural_key=f"activity:{activity_id}",
                programme_version=version.number,
                explanation=[part.as_json() for part in accrual.of_unit(unit)],
            )
        )
    return moves


def _title(report: Report) -> dict[str, Any]:
    kind = report.version.programme.activity(report.command.kind)
    assert kind is not None, "it was checked"
    return {"key": "activity", "activity": kind.name}
