"""The end of the programme: the only way to stop it, and a version like any other.

It is the document in force with the end written into it, so that rules, terms and words know of it
by themselves. Members hear of it first; earning ends before spending; nothing expires until then
(domain/wallets/closing.py).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec

from domain import database, idempotency
from domain.actor import Actor, Role
from domain.errors import InvalidInput, NoticeRequired
from domain.language import Text
from domain.programme import checks, document, operations
from domain.programme import queries as programmes
from domain.programme.queries import Version
from domain.programme.terms import Ending, Programme


@dataclass(frozen=True, slots=True)
class EndProgramme:
    """Nothing is earned from the local day `earning_until` on, nothing spent from `spending_until`
    (None: as many days later as the programme promises) on; `reason` by language.
    """

    earning_until: date
    reason: Text
    idempotency_key: str
    spending_until: date | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """The version that says the end, now or when this key came first."""

    version_id: UUID
    replayed: bool


async def end(actor: Actor, command: EndProgramme) -> Done:
    """Announce the end, or put it off: once for each key.

    Raises NoticeRequired where members would hear of it later than the programme promises,
    InvalidInput for an end that would come earlier than the one announced.
    """
    actor.require(Role.LOYALTY)

    async def effect() -> idempotency.Result:
        # Whoever publishes meanwhile publishes before or after it.
        await database.rows("select pg_advisory_xact_lock(hashtext('programme versions'))")
        version = await programmes.in_force()
        now = await database.now()
        checks.texts(version.programme, command.reason, ("reason",))
        ending = _ending(version, command, now)
        published = None
        for each, begins in [(version, now), *await _to_come(now)]:
            ended = with_ending(each.programme, ending)
            made = await operations.publish(actor, document.encoded(ended), begins)
            published = published or made
        return {"version": str(published)}

    claim = idempotency.claim(actor, "programmeEnd", command.idempotency_key, command)
    result, replayed = await idempotency.once(claim, effect)
    return Done(UUID(result["version"]), replayed)


def with_ending(programme: Programme, ending: Ending) -> Programme:
    """The same programme that ends so: its points last until nothing can be spent any more."""
    return _ended(programme, ending, ending.spending_until)


def without_ending(programme: Programme) -> Programme:
    """The same programme, of whose end nothing is said."""
    return _ended(programme, None, None)


def _ended(programme: Programme, ending: Ending | None, not_before: date | None) -> Programme:
    units = [
        msgspec.structs.replace(
            unit, expiry=msgspec.structs.replace(unit.expiry, not_before=not_before)
        )
        if unit.expiry is not None
        else unit
        for unit in programme.units
    ]
    return msgspec.structs.replace(programme, units=tuple(units), ending=ending)


def _ending(version: Version, command: EndProgramme, now: datetime) -> Ending:
    promised, known = version.programme.closing, version.programme.ending
    today = now.astimezone(version.rules.zone).date()
    spending = command.spending_until
    if spending is None:
        spending = command.earning_until + timedelta(days=promised.spending_days)
    if known is not None:
        if today >= known.earning_until:
            raise InvalidInput("The programme has ended; that cannot be put off any more.")
        for name, wanted, was in (
            ("earningUntil", command.earning_until, known.earning_until),
            ("spendingUntil", spending, known.spending_until),
        ):
            if wanted < was:
                raise InvalidInput(f"Members count on {was}; an end can only be put off.", (name,))
    elif command.earning_until < (first := today + timedelta(days=promised.notice_days)):
        raise NoticeRequired(
            f"Members were promised {promised.notice_days} days of notice: say {first} or later.",
            ("earningUntil",),
        )
    first = command.earning_until + timedelta(days=promised.spending_days)
    if spending < first:
        raise NoticeRequired(
            f"Members were promised {promised.spending_days} days more to spend in: say {first} "
            "or later.",
            ("spendingUntil",),
        )
    return Ending(command.earning_until, spending, dict(command.reason))


async def _to_come(now: datetime) -> list[tuple[Version, datetime]]:
    # Versions that would come into force later, and know nothing of an end.
    found = await database.rows(
        """select distinct on (effective_from) number, effective_from from programme_versions
           where effective_from > $1 order by effective_from, number desc""",
        now,
    )
    return [(await programmes.version(row["number"]), row["effective_from"]) for row in found]
