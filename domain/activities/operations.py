"""What can be done with activities: report one."""

from uuid import UUID

from domain import database, idempotency
from domain.activities import reporting
from domain.activities.commands import ReportActivity
from domain.activities.judging import Report
from domain.activities.reporting import Reported
from domain.actor import Actor, ActorKind, Role
from domain.errors import DomainError, InvalidInput, NotAllowed, NotFound
from domain.idempotency import Claim
from domain.members.references import ids_of
from domain.programme import queries as programmes
from domain.programme.problems import nearest
from domain.programme.queries import Version
from domain.programme.terms import Activity


async def report(actor: Actor, command: ReportActivity) -> Reported:
    """Keep an activity and give what it earns, once for (source, reference) whatever is retried.

    Members report of themselves, of kinds that the programme lets them; their references are
    their own. Raises InvalidInput, NotFound, NotAllowed, ActivityConflict, KeyReused,
    LimitReached (the wallet is full).
    """
    actor.require(Role.TILL, Role.CARE, Role.LOYALTY, Role.MEMBER)
    claim = idempotency.claim(actor, "activityReport", command.idempotency_key, command)
    try:
        return await reporting.report(await _checked(actor, command, claim))
    except DomainError:
        # What was good when the key came first, as a time, may be over: the first answer stands.
        known = await idempotency.replay(claim)
        if known is None:
            raise
        return Reported(known, replayed=True)


async def _checked(actor: Actor, command: ReportActivity, claim: Claim) -> Report:
    by_member = actor.kind is ActorKind.MEMBER
    command.check(await database.now(), by_member=by_member)
    (version,) = await programmes.in_force_at([command.occurred_at])
    kind = _kind(version, command.kind)
    if by_member and not kind.by_members:
        raise NotAllowed("Members do not report this themselves; the shop does.", ("kind",))
    command.check_attributes(kind)
    member_id = await _member(actor, command)
    return Report(command, member_id, str(member_id) if by_member else "", claim, version)


def _kind(version: Version, code: str) -> Activity:
    kind = version.programme.activity(code)
    if kind is None:
        codes = [each.code for each in version.programme.activities]
        hint = nearest(code, codes, "There are") if codes else "The programme has none."
        raise InvalidInput(f"There is no such kind of activity. {hint}", ("kind",))
    return kind


async def _member(actor: Actor, command: ReportActivity) -> UUID:
    (found,) = await ids_of([command.member], [command.occurred_at])
    if isinstance(found, InvalidInput):
        raise found.under("member")
    if found is None or not actor.sees(found):
        raise NotFound(
            "No member is found by this; ask for the card or enrol the customer.", ("member",)
        )
    return found
