"""What shops send, checked: clock, programme and members are read for many orders together."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.actor import Actor
from domain.errors import DomainError, InvalidInput, NotFound, QuoteMismatch, Stopped
from domain.idempotency import Claim
from domain.members import merged
from domain.members.references import ids_of
from domain.orders import converting, judging, quotes
from domain.orders.commands import OrderCommand, ReportOrder
from domain.orders.discounts import Promised
from domain.orders.payments import Payment
from domain.programme import queries as programmes
from domain.programme import stops
from domain.programme.queries import Version


@dataclass(frozen=True, slots=True)
class Report:
    """An order to be judged for a member (None: for nobody yet).

    `version` and `tier`: what it is judged by; else the version in force when it happened and the
    member's tier. `tell`: as a notification too. `payment`: of one that was placed, as it was then.
    `discounts`: what a quote promised of them.
    `kept`: the id of its row, if it is there already.
    """

    order: OrderCommand
    member_id: UUID | None
    claim: Claim | None = None
    version: Version | None = None
    tier: str | None = None
    tell: bool = True
    payment: Payment | None = None
    discounts: Promised | None = None
    kept: UUID | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """An order as a shop sent it, and the claim that it makes."""

    actor: Actor
    command: ReportOrder
    claim: Claim


async def reports_of(asked: Sequence[Asked]) -> list[Report | DomainError]:
    """What is to be judged, or why it cannot be: InvalidInput, QuoteExpired, QuoteMismatch."""
    if not asked:
        return []
    now, versions = await _versions([each.command.order.occurred_at for each in asked])
    members = await _members(asked)
    pays = any(each.command.order.pay_with_points is not None for each in asked)
    closed = await stops.why_no_spending() if pays else None
    made: list[Report | DomainError] = []
    for each, version, member in zip(asked, versions, members, strict=True):
        try:
            made.append(await _report(each, version, member, now, closed))
        except DomainError as error:
            made.append(error)
    return made


async def _report(
    asked: Asked,
    version: Version,
    member: UUID | InvalidInput | None,
    now: datetime,
    closed: str | None,
) -> Report:
    # `closed`: why points pay nothing now.
    order = asked.command.order
    try:
        order.check(now)
    except DomainError as error:
        raise error.under("order") from None
    if isinstance(member, InvalidInput):
        raise member.under("order", "member")
    if order.pay_with_points is not None and closed is not None:
        raise Stopped(closed, ("order", "payWithPoints"))
    tier = discounts = None
    if asked.command.quote_id is not None:
        content = judging.content_hash(order)
        promise = await _promised(asked.command.quote_id, member, content, now)
        tier, discounts = promise.tier, promise.discounts
        if promise.version != version.number:
            version = await programmes.version(promise.version)
    try:
        converting.check(order, version.programme)
    except DomainError as error:
        raise error.under("order") from None
    return Report(order, member, asked.claim, version, tier, discounts=discounts)


async def _promised(quote: str, member: UUID | None, content: str, now: datetime) -> quotes.Promise:
    try:
        return quotes.promised(quote, member, content, now)
    except QuoteMismatch:
        # It may have been made for somebody who lives on in this member since.
        for gone in await merged.gone_into(member) if member is not None else ():
            with suppress(QuoteMismatch):
                return quotes.promised(quote, gone, content, now)
        raise


async def _versions(instants: Sequence[datetime]) -> tuple[datetime, list[Version]]:
    # Nearly all have just happened, under the version that is in force now.
    now, present = await programmes.present()
    if present is None:
        raise NotFound("No programme is published yet; publish one, or start with the demo.")
    since = present.effective_from
    others = [at for at in instants if at > now or since is None or at < since]
    found = iter(await programmes.in_force_at(others) if others else [])
    wanted = set(others)
    return now, [next(found) if at in wanted else present for at in instants]


async def _members(asked: Sequence[Asked]) -> list[UUID | InvalidInput | None]:
    orders = [each.command.order for each in asked]
    refs = [order.member for order in orders]
    shown_at = [order.occurred_at for order in orders if order.member is not None]
    found = iter(await ids_of([ref for ref in refs if ref is not None], shown_at))
    members = [None if ref is None else next(found) for ref in refs]
    return [
        None if isinstance(member, UUID) and not each.actor.sees(member) else member
        for each, member in zip(asked, members, strict=True)
    ]
