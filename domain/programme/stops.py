"""Emergency stops: of one rule, one reward, or all spending. Members are told why.

A stop comes before everything, points of a quote too: that is what makes it one. It takes nothing
from anybody: what was earned, held or issued before, and the price of a quote, stays good.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from domain import database, idempotency, secrets, shared_versions
from domain.actor import SYSTEM, Actor, Role
from domain.errors import InvalidInput, NotFound, Stopped
from domain.ids import uuid7
from domain.language import Text
from domain.paging import Page, instant
from domain.programme import checks
from domain.programme import queries as programmes
from domain.together import shared

_INSERT = """
insert into programme_stops (id, subject, rule, reward_id, reason, stopped_at, stopped_by)
values ($1, $2, $3, $4, $5, pistis_now(), $6) on conflict do nothing returning id"""
_COLUMNS = """id, subject, rule, reward_id, reason, stopped_at, stopped_by, lifted_at, lifted_by"""


class StopSubject(StrEnum):
    """What is stopped."""

    RULE = "RULE"
    REWARD = "REWARD"
    SPENDING = "SPENDING"


@dataclass(frozen=True, slots=True)
class DeclareStop:
    """Stop a rule of the programme, a reward, or (neither) all spending; `reason` by language."""

    reason: Text
    idempotency_key: str
    rule: str | None = None
    reward_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class LiftStop:
    """Let what was stopped go on."""

    stop_id: UUID
    idempotency_key: str


@dataclass(frozen=True, slots=True)
class Done:
    """The stop that was declared or lifted, now or when this key came first."""

    stop_id: UUID
    replayed: bool


@dataclass(frozen=True, slots=True)
class StopRow:
    """A stop, in force while `lifted_at` is None."""

    id: UUID
    subject: StopSubject
    rule: str | None
    reward_id: UUID | None
    reason: Text
    stopped_at: datetime
    stopped_by: str
    lifted_at: datetime | None
    lifted_by: str | None


async def declare(actor: Actor, command: DeclareStop) -> Done:
    """Stop it at once, once for each key. Raises InvalidInput (also: it is stopped), NotFound."""
    actor.require(Role.LOYALTY)
    claim = idempotency.claim(actor, "stopDeclare", command.idempotency_key, command)
    programme = (await programmes.in_force()).programme
    checks.texts(programme, command.reason, ("reason",))
    if command.rule is not None and not programme.has_rule(command.rule):
        raise NotFound("The programme in force has no such rule.", ("what", "rule"))

    async def effect() -> idempotency.Result:
        return {"stop": str(await _declared(actor, command))}

    return _done(*await idempotency.once(claim, effect))


async def lift(actor: Actor, command: LiftStop) -> Done:
    """Undo a stop, once for each key. Raises NotFound; InvalidInput for one that is over."""
    actor.require(Role.LOYALTY)

    async def effect() -> idempotency.Result:
        by = await database.row(
            "select stopped_by, lifted_at from programme_stops where id = $1 for update",
            command.stop_id,
        )
        if by is None:
            raise NotFound("There is no such stop.", ("stopId",))
        if by["lifted_at"] is not None:
            raise InvalidInput("This stop was lifted before.", ("stopId",))
        if by["stopped_by"] == SYSTEM.key:
            raise InvalidInput("The programme has ended; spending is over for good.", ("stopId",))
        await database.rows(
            "update programme_stops set lifted_at = pistis_now(), lifted_by = $2 where id = $1",
            *(command.stop_id, actor.key),
        )
        await database.after_commit(shared_versions.make_known)
        return {"stop": str(command.stop_id)}

    claim = idempotency.claim(actor, "stopLift", command.idempotency_key, command)
    return _done(*await idempotency.once(claim, effect))


async def close_spending(reason: Text) -> None:
    """Stop all spending for good; in the transaction in progress. Done before, it is left so."""
    found = await database.rows(
        """update programme_stops set stopped_by = $1
           where subject = 'SPENDING' and lifted_at is null and stopped_by <> $1
           returning id""",
        SYSTEM.key,
    )
    found += await database.rows(
        _INSERT, uuid7(), StopSubject.SPENDING, None, None, dict(reason), SYSTEM.key
    )
    if found:
        await database.after_commit(shared_versions.make_known)


async def check_spending(*path: str) -> None:
    """Raise Stopped, at `path`, unless points can be spent at this moment."""
    if (why := await why_no_spending()) is not None:
        raise Stopped(why, path)


async def why_no_spending() -> str | None:
    """Why nothing can be spent at this moment; None where it can."""
    (why,) = await _spending([None])
    return why


async def in_force() -> list[StopRow]:
    """What is stopped now, the latest first."""
    found = await database.rows(
        f"select {_COLUMNS} from programme_stops where lifted_at is null "
        "order by stopped_at desc, id desc limit 100"
    )
    return [_row(row) for row in found]


async def stops(actor: Actor, first: int, after: str | None = None) -> Page[StopRow]:
    """All stops that there were, the latest first; for the team."""
    actor.require(Role.LOYALTY, Role.CARE)
    cursors = secrets.cursors()
    at, stop_id = cursors.decode("stops", after) if after else (None, None)
    found = await database.rows(
        f"""select {_COLUMNS} from programme_stops
            where $1::timestamptz is null or (stopped_at, id) < ($1, $2::text::uuid)
            order by stopped_at desc, id desc limit $3""",
        *(instant(at) if at else None, stop_id, first + 1),
    )
    rows = [_row(row) for row in found]
    return cursors.page(rows, first, "stops", lambda s: (s.stopped_at.isoformat(), str(s.id)))


async def stop_count(actor: Actor) -> int:
    """How many stops there were."""
    actor.require(Role.LOYALTY, Role.CARE)
    counted: int = await database.value("select count(*) from programme_stops")
    return counted


async def stops_of(actor: Actor, ids: Sequence[UUID]) -> list[StopRow | None]:
    """The stops with these ids: those in force for anybody, others for the team."""
    found = await database.rows(
        f"select {_COLUMNS} from programme_stops where id = any($1) and ($2 or lifted_at is null)",
        *(list(ids), actor.serves),
    )
    rows = {row["id"]: _row(row) for row in found}
    return [rows.get(stop_id) for stop_id in ids]


async def _declared(actor: Actor, command: DeclareStop) -> UUID:
    subject = StopSubject.SPENDING
    if command.rule is not None:
        subject = StopSubject.RULE
    elif command.reward_id is not None:
        subject = StopSubject.REWARD
        known = await database.value("select 1 from rewards where id = $1", command.reward_id)
        if known is None:
            raise NotFound("There is no such reward.", ("what", "rewardId"))
    stop_id: UUID | None = await database.value(
        _INSERT,
        *(uuid7(), subject, command.rule, command.reward_id, dict(command.reason), actor.key),
    )
    if stop_id is None:
        raise InvalidInput("This is stopped already; lift that first.", ("what",))
    await database.after_commit(shared_versions.make_known)
    return stop_id


@shared
async def _spending(asked: Sequence[None]) -> list[str | None]:
    now, version = await programmes.present()
    is_stopped = await database.value(
        "select true from programme_stops where subject = 'SPENDING' and lifted_at is null"
    )
    why: str | None = None
    if is_stopped:
        why = "Spending is stopped for the time being: see programme.stops."
    ending = version.programme.ending if version is not None else None
    if version is not None and ending is not None:
        today = now.astimezone(version.rules.zone).date()
        if today >= ending.spending_until:
            why = "The programme has ended; points cannot be spent any more."
    return [why] * len(asked)


def _row(row: Any) -> StopRow:
    return StopRow(**{**row, "subject": StopSubject(row["subject"])})


def _done(result: idempotency.Result, replayed: bool) -> Done:
    return Done(UUID(result["stop"]), replayed)
