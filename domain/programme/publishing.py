"""Publishing a draft: what was promised is kept, and nothing gets worse for a member unannounced.

What is published stays for good, and comes into force after all that was published before it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from domain import database, idempotency, outbox, shared_versions
from domain.actor import SYSTEM, Actor, Role
from domain.errors import ForecastRequired, InvalidInput, NotAllowed, NotFound
from domain.events import ProgrammePublished
from domain.programme import document, drafting, noticing
from domain.programme.drafting import IN_TURN
from domain.programme.noticing import Count
from domain.programme.problems import Problem, Severity
from domain.programme.terms import Programme

REASON_LENGTHS = (10, 500)


@dataclass(frozen=True, slots=True)
class PublishVersion:
    """Which draft, from when (None: now), and the forecast of it, or why there is none."""

    version_id: UUID
    effective_from: datetime | None
    forecast_id: str | None
    without_forecast_reason: str | None
    idempotency_key: str


class HasErrors(InvalidInput):
    """The draft cannot be published as it is; `all` has a refusal for each of its errors."""

    def __init__(self, errors: Sequence[Problem]) -> None:
        self.all = [
            InvalidInput(f"{each.message} {each.hint}", ("versionId", *each.path))
            for each in errors
        ]
        super().__init__(self.all[0].message, self.all[0].path)


async def publish(actor: Actor, command: PublishVersion, count: Count) -> tuple[UUID, bool]:
    """Make a draft the next version: its id, and whether the key had done so before.

    `count` counts whom it is worse for: against what was published last, though that may be yet
    to come, for it was promised. Raises ForecastRequired; NotFound; HasErrors; NotAllowed for what
    is published, and for a draft of what is no longer the newest version; InvalidInput for an
    instant that is over, or before the version that it follows; NoticeRequired.
    """
    actor.require(Role.LOYALTY)
    claim = idempotency.claim(actor, "programmePublish", command.idempotency_key, command)
    reason = _reason(command)
    if (known := await idempotency.replay(claim)) is not None:
        return UUID(known["version"]), True
    # Before the turn is taken, since it takes its time. Neither of the two can change meanwhile.
    draft = await _sound_draft(command.version_id)
    before = await _programme(draft["based_on"])
    after = document.decoded(draft["document"])
    if after.ending != (before.ending if before is not None else None):
        raise InvalidInput("An end is said by programmeEnd, and stays said.", ("versionId",))
    worse_for = (await count(before, after)).worse if before is not None else 0

    async def effect() -> idempotency.Result:
        await database.rows(IN_TURN)
        effective_from = await _beginning(command, await _base(command.version_id))
        await noticing.check(worse_for, effective_from)
        await _keep(actor, draft, effective_from, reason, worse_for)
        return {"version": str(draft["id"])}

    done, replayed = await idempotency.once(claim, effect)
    return UUID(done["version"]), replayed


def _reason(command: PublishVersion) -> str:
    if command.forecast_id is not None:
        raise InvalidInput(
            "There are no forecasts yet: leave it away and say `withoutForecastReason`.",
            ("forecastId",),
        )
    if command.without_forecast_reason is None:
        raise ForecastRequired(
            "Say in `withoutForecastReason` why it is published without one; it is kept.",
            ("withoutForecastReason",),
        )
    reason = command.without_forecast_reason.strip()
    least, most = REASON_LENGTHS
    if not least <= len(reason) <= most:
        raise InvalidInput(f"Say why in {least} to {most} characters.", ("withoutForecastReason",))
    return reason


async def _sound_draft(version_id: UUID) -> Any:
    draft = await _draft(version_id)
    (problems,) = await drafting.problems_of(SYSTEM, [version_id])
    if errors := [each for each in problems if each.severity is Severity.ERROR]:
        raise HasErrors(errors)
    return draft


async def _draft(version_id: UUID) -> Any:
    row = await database.row(
        """select id, number, document, based_on, published_at from programme_versions
           where id = $1 and discarded_at is null""",
        version_id,
    )
    if row is None:
        raise NotFound("There is no such draft.", ("versionId",))
    if row["published_at"] is not None:
        raise NotAllowed(f"It is published, as version {row['number']}.", ("versionId",))
    return row


async def _programme(version_id: UUID | None) -> Programme | None:
    found = await database.value(
        "select document from programme_versions where id = $1", version_id
    )
    return document.decoded(found) if found is not None else None


async def _base(version_id: UUID) -> Any:
    # What was published last, if that is what the draft changes; in turn.
    draft = await _draft(version_id)
    newest = await database.row(
        """select id, number, effective_from from programme_versions
           where published_at is not null order by number desc limit 1"""
    )
    if newest is not None and draft["based_on"] != newest["id"]:
        raise NotAllowed(
            f"Version {newest['number']} was published meanwhile: look at it, and draft this anew"
            " based on it.",
            ("versionId",),
        )
    return newest


async def _beginning(command: PublishVersion, newest: Any) -> datetime:
    now, wanted = await database.now(), command.effective_from
    if wanted is not None and wanted < now:
        raise InvalidInput(
            "It is over, and what was is judged by the rules of then; leave it away for now.",
            ("effectiveFrom",),
        )
    begins = wanted or now
    if newest is None:
        return begins
    since: datetime = newest["effective_from"]
    # Members of the team read and write milliseconds: that one means the very instant.
    if begins < since - since.resolution * (since.microsecond % 1000):
        at = since.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        raise InvalidInput(
            f"Version {newest['number']} is published and begins at {at}; what follows it begins"
            " then or later.",
            ("effectiveFrom",),
        )
    return max(begins, since)


async def _keep(
    actor: Actor, draft: Any, effective_from: datetime, reason: str, worse_for: int
) -> None:
    await database.rows(
        """update programme_versions set published_at = pistis_now(), effective_from = $2,
             published_by = $3, without_forecast_reason = $4, worse_for = $5 where id = $1""",
        *(draft["id"], effective_from, actor.key, reason, worse_for),
    )
    await outbox.append(ProgrammePublished(draft["id"], draft["number"]))
    await database.after_commit(shared_versions.make_known)
