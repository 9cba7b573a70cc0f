"""What can be done with orders: report, report many, quote, claim."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain import database, idempotency
from domain.actor import SYSTEM, Actor, ActorKind, Role
from domain.errors import (
    DomainError,
    InsufficientPoints,
    InvalidInput,
    NotAllowed,
    NotFound,
    OrderConflict,
    TooManyTries,
)
from domain.idempotency import Claim
from domain.members import queries as members
from domain.members.kinds import MemberState
from domain.orders import (
    budgets,
    claims,
    converting,
    discounts,
    judging,
    paying,
    queries,
    quotes,
    reporting,
)
from domain.orders.asking import Asked, Report, reports_of
from domain.orders.commands import ClaimOrder, OrderCommand, ReportOrder
from domain.orders.judging import Judged
from domain.orders.kinds import OrderState
from domain.orders.paying import Payable
from domain.orders.payments import PaidPoints
from domain.orders.reporting import Reported
from domain.orders.rule_stops import stops_at
from domain.orders.standings import Chain, newcomer
from domain.programme import queries as programmes
from domain.programme import stops
from domain.programme.accruals import Reason
from domain.programme.queries import Version
from domain.rewards import at_orders
from domain.wallets.queries import wallet_of

BATCH_MAX = 500
MISSES_A_DAY = 10


@dataclass(frozen=True, slots=True)
class Quote:
    """What an order costs and would earn. `key` binds it until `expires_at`.

    `takes_points`: the programme lets points pay something, and nobody has stopped that.
    """

    key: str
    expires_at: datetime
    judged: Judged
    version: Version
    at: datetime
    member_id: UUID | None = None
    takes_points: bool = False
    not_discounted: tuple[Reason, ...] = ()

    def payable(self, balances: Mapping[str, int]) -> list[Payable]:
        """What points can pay, for who has these balances by unit."""
        judged = self.judged
        return paying.payable(judged.order, judged.payment, self.version.programme, balances)


async def report(actor: Actor, command: ReportOrder) -> Reported:
    """Keep an order and give what it earns, once for (source, reference) whatever is retried.

    An order whose member is not found is kept for whoever claims it. Raises InvalidInput,
    OrderConflict, QuoteExpired, QuoteMismatch, KeyReused, LimitReached (the wallet is full).
    """
    actor.require(Role.SHOP)
    claim = idempotency.claim(actor, "orderReport", command.idempotency_key, command)
    try:
        return await reporting.report(Asked(actor, command, claim))
    except DomainError:
        # What was good when the key came first, as a quote, may be over: the first answer stands.
        (known,) = await idempotency.replays([claim])
        if isinstance(known, DomainError):
            raise paying.missing(known) from None
        if known is None:
            raise
        return Reported(known, replayed=True)


async def report_batch(
    actor: Actor, orders: Sequence[OrderCommand], key: str
) -> tuple[list[Reported | DomainError], bool]:
    """Report up to 500 orders, each standing or falling alone; and whether the key came before."""
    actor.require(Role.SHOP)
    if not 1 <= len(orders) <= BATCH_MAX:
        raise InvalidInput(f"A batch has 1 to {BATCH_MAX} orders.", ("orders",))
    claim = idempotency.claim(actor, "orderReportBatch", key, [list(orders)])

    async def begin() -> idempotency.Result:
        return {"count": len(orders)}

    _, replayed = await idempotency.once(claim, begin)
    asked = [_one_of_many(actor, order, key, index) for index, order in enumerate(orders)]
    wanted = await reports_of(asked)
    answers: list[Reported | DomainError] = []
    for place in range(0, len(wanted), reporting.BATCH_MAX):
        some = slice(place, place + reporting.BATCH_MAX)
        answers += await _answers(asked[some], wanted[some])
    return answers, replayed


async def quote(actor: Actor, order: OrderCommand) -> Quote:
    """The whole price and what the order would earn, and why; nothing is written.

    Members quote for themselves, shops for the member that they name.
    """
    now = await database.now()
    member_id = await _member(actor, order)
    order.check(now)
    (version,) = await programmes.in_force_at([order.occurred_at])
    converting.check(order, version.programme)
    is_open = await stops.why_no_spending() is None if _takes_points(version) else False
    if order.pay_with_points is not None:
        await stops.check_spending(paying.POINTS)
    chain = await _chain(order, member_id, version)
    vouchers = await at_orders.by_codes(order.voucher_codes)
    known = chain if member_id else None
    spent = await budgets.spent(budgets.codes_of([version]))
    rules_off, reasons = discounts.quoted(order, version, known, spent, chain.stops)
    payment = paying.judged(order, version, known, vouchers, rules_off)
    if payment.points is not None:
        await _check_covered(chain.member_id, payment.points)
    judged = judging.judge(order, version, chain, explain=True, payment=payment)
    expires_at = now + quotes.LIFETIME
    promise = quotes.Promise(
        *(version.number, chain.tier, member_id, judging.content_hash(order), expires_at),
        discounts.promised_form(rules_off),
    )
    return Quote(
        *(quotes.signed(promise), expires_at, judged, version, now, member_id, is_open, reasons)
    )


async def claim(actor: Actor, command: ClaimOrder) -> Reported:
    """Make an order that nobody has claimed a member's: it earns by the rules of its own date.

    Members claim for themselves, shops and the team for a member. Raises NotFound (also for a
    total that does not fit), TooManyTries (of a member who found nothing ten times in a day:
    nobody can probe receipts), OrderConflict (it is somebody's already, or was called off),
    CodeExpired (its time is over), NotAllowed (for a member who takes no part: it stays for whom it
    may be).
    """
    actor.require(Role.MEMBER, Role.SHOP, Role.CARE)
    wanted = idempotency.claim(actor, "orderClaim", command.idempotency_key, command)
    is_guess = actor.member_id is not None

    async def effect() -> idempotency.Result:
        owner = await _claimant(actor, command)
        if is_guess:
            await _let_guess(actor)
        row = await queries.receipt(command.code, command.source, command.reference)
        if row is None or (command.code is None and row["total"] != command.total):
            raise await _missed(wanted, is_guess=is_guess)
        if row["member_id"] is not None:
            raise OrderConflict("This order is a member's already.", ("receipt",))
        if row["state"] == OrderState.CANCELLED:
            raise OrderConflict("This order was called off; it earns nothing.", ("receipt",))
        version = await programmes.version(row["programme_version"])
        claims.check(version, row["recorded_at"], await database.now())
        await reporting.assign(row, owner)
        return {"order": str(row["id"]), "member": str(owner)}

    result, replayed = await idempotency.once(wanted, effect, in_turn=is_guess)
    return Reported(result, replayed)


async def _claimant(actor: Actor, command: ClaimOrder) -> UUID:
    # Locked: who is blocked meanwhile is blocked before or after it.
    if actor.member_id is not None:
        member_id = actor.member_id
    elif command.member is not None:
        member_id = (await members.find(actor, command.member)).id
    else:
        raise InvalidInput("Say for whom: a member.", ("member",))
    state = await database.value(
        "select state from members where id = $1 for no key update", member_id
    )
    if state != MemberState.ACTIVE:
        raise NotAllowed("Only an active member can claim; the programme's team can help.")
    return member_id


async def _missed(wanted: Claim, *, is_guess: bool) -> NotFound:
    # A refusal is kept under its key and counted there; of a rehearsal nothing would be kept.
    error = NotFound("No order fits this receipt.", ("receipt",))
    if is_guess and database.is_rehearsal():
        await idempotency.keep_refusal(wanted, error)
    return error


async def _let_guess(actor: Actor) -> None:
    # They come in turn, so that of many at once none gets through either.
    misses = await database.value(
        """select count(*) from idempotency_keys
           where (actor, mutation) = ($1, 'orderClaim') and created_at > now() - interval '1 day'
             and result -> 'refused' ->> 'code' = 'NOT_FOUND'""",
        actor.key,
    )
    if misses >= MISSES_A_DAY:
        raise TooManyTries("Too many receipts were not found; try again tomorrow.", ("receipt",))


def _one_of_many(actor: Actor, order: OrderCommand, key: str, index: int) -> Asked:
    # Its own key: what a crash left undone is done when the batch comes again.
    own = hashlib.sha256(f"{key}:{index}".encode()).hexdigest()
    command = ReportOrder(order, own)
    return Asked(actor, command, idempotency.claim(actor, "orderReport", own, command))


async def _answers(
    asked: Sequence[Asked], wanted: Sequence[Report | DomainError]
) -> list[Reported | DomainError]:
    posted = iter(await reporting.post([each for each in wanted if isinstance(each, Report)]))
    answers = [next(posted) if isinstance(each, Report) else each for each in wanted]
    refused = [i for i, answer in enumerate(answers) if isinstance(answer, DomainError)]
    first = await idempotency.replays([asked[i].claim for i in refused])
    for i, known in zip(refused, first, strict=True):
        if isinstance(known, DomainError):
            answers[i] = paying.missing(known)
        elif known is not None:
            answers[i] = Reported(known, replayed=True)
    return answers


async def _member(actor: Actor, order: OrderCommand) -> UUID | None:
    if actor.kind is ActorKind.MEMBER:
        return actor.member_id
    if order.member is None:
        return None
    try:
        return (await members.find(actor, order.member)).id
    except NotFound:
        return None


def _takes_points(version: Version) -> bool:
    return any(unit.pay_with_points for unit in version.programme.units)


async def _check_covered(member_id: UUID, paid: PaidPoints) -> None:
    wallet = await wallet_of(SYSTEM, member_id, paid.unit)
    if wallet.balance < paid.points:
        raise InsufficientPoints(wallet.balance, paid.points, (paying.POINTS,))


async def _chain(order: OrderCommand, member_id: UUID | None, version: Version) -> Chain:
    if member_id is None:
        stops = await stops_at([order.occurred_at])
        return newcomer(version, order.occurred_at, stops)
    chains = await reporting.chains([Report(order, member_id)], [version])
    return chains[member_id]
