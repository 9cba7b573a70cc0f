"""From an order and a standing to a posting; pure but for the ids that it makes."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson

from domain.canonical import compact
from domain.events import OrderAdvanced, OrderReported
from domain.idempotency import Claim
from domain.ids import code, plain, uuid7
from domain.members.kinds import MemberState
from domain.orders import converting, taking
from domain.orders.commands import Charge, Discount, Line, OrderCommand
from domain.orders.converting import Rate
from domain.orders.kinds import ChargeKind, OrderStage, OrderState
from domain.orders.payments import MONEY_ALONE, Payment
from domain.orders.price import Price, facts, price
from domain.orders.remembering import kept_form
from domain.orders.rule_stops import RuleStop
from domain.orders.standings import Chain, newcomer
from domain.programme.accruals import BALANCE, Accrual, PartKind
from domain.programme.facts import OrderFacts, Standing
from domain.programme.queries import Version
from domain.programme.rules import accrual
from domain.programme.terms import KeptBy
from domain.rewards.kinds import VoucherState
from domain.wallets.kinds import TransactionKind
from domain.wallets.posting import (
    Move,
    Notice,
    OrderToKeep,
    Posting,
    QualifyingPoints,
    RuleUse,
)
from domain.wallets.rules import expires_at, keeping
from domain.wallets.unbought import earned

CLAIM_CODE_LENGTH = 12

# Whose it is, how far it has come and how often it was told anew can change: they are no content.
_CHANGES = ("member", "stage", "revision")
# What an order's row keeps of it beside its columns; and `standing`, for refunds, and `payment`.
_DOCUMENT = ("lines", "charges", "discounts", "store", "sales_channel", "revision")


@dataclass(frozen=True, slots=True)
class Judged:
    """An order and what it earns; the `standing` that it was judged by, if it could earn.

    `seen`: the order as rules see it, in the programme's currency.
    """

    order: OrderCommand
    price: Price
    seen: OrderFacts
    accrual: Accrual
    tier_after: str
    standing: Standing | None = None
    payment: Payment = MONEY_ALONE


def judge(
    order: OrderCommand,
    version: Version,
    chain: Chain,
    *,
    explain: bool,
    tier: str | None = None,
    payment: Payment = MONEY_ALONE,
) -> Judged:
    """What the order earns for a member who stands so; nothing for one who takes no part.

    `tier`: the one that a quote promised, if there was a quote. `payment`: beside money.
    """
    priced = price(order, payment)
    rate = converting.rate_of(order.currency, version.programme)
    seen = converting.converted(facts(order, payment), rate)
    if chain.state is not MemberState.ACTIVE:
        return Judged(order, priced, seen, Accrual(), chain.tier, payment=payment)
    if payment.points is not None:
        chain.spend(payment.points.unit, payment.points.points)
    standing = chain.standing(version, order.occurred_at, tier)
    day = order.occurred_at.astimezone(version.rules.zone).date()
    judged = accrual(version.rules, seen, standing, explain=explain)
    after = chain.tier_after(version, judged, day)
    return Judged(order, priced, seen, judged, after, standing, payment)


def posting(
    order: OrderCommand,
    version: Version,
    chain: Chain | None,
    claim: Claim | None,
    *,
    tell: bool,
    tier: str | None = None,
    payment: Payment = MONEY_ALONE,
    stops: Sequence[RuleStop] = (),
) -> Posting:
    """The order as one posting; `chain` moves on to the next order. None: nobody's order yet, for
    whose claim `stops` tell.
    """
    if chain is None:
        return _unclaimed(order, version, claim, payment, stops)
    if order.stage in (OrderStage.PLACED, OrderStage.CANCELLED):
        return _placed(order, version, chain, claim, tier, payment)
    judged = judge(order, version, chain, explain=False, tier=tier, payment=payment)
    kept = _kept(order, version, payment, judged.standing)
    day = order.occurred_at.astimezone(version.rules.zone).date()
    moves = tuple(_moves(judged, version, kept.id))
    points = sum(move.points for move in moves)
    spends = taking.takes(order, payment, version, kept.id, chain.now)
    reached = judged.tier_after if judged.tier_after != chain.tier else None
    accrued = judged.accrual
    counted = Posting(
        member_id=chain.member_id,
        claim=claim,
        version=chain.version,
        moves=spends + moves,
        order=kept,
        order_id=kept.id,
        marks=taking.marks(order, payment, kept.id, VoucherState.USED),
        counts_order=1,
        qualifying=QualifyingPoints(day, accrued.qualifying) if accrued.qualifying else None,
        uses=tuple([RuleUse(*use) for use in accrued.uses() if use[1] != BALANCE]),
        offer_ids=tuple([UUID(part.rule) for part in accrued.parts if part.kind is PartKind.OFFER]),
        tier=reached,
        tier_cause="EARNED" if reached else None,
        notices=tuple(_notices(moves, reached)) if tell else (),
        event=OrderReported(chain.member_id, kept.id, chain.order_count + 1, points),
        result={"order": str(kept.id), "member": str(chain.member_id), "points": points},
    )
    chain.advance(accrued, judged.tier_after, day, judged.seen)
    chain.vouchers.update([voucher.id for voucher in payment.vouchers])
    return counted


def _placed(
    order: OrderCommand,
    version: Version,
    chain: Chain,
    claim: Claim | None,
    tier: str | None,
    payment: Payment,
) -> Posting:
    # It earns when it is completed, in the tier that a quote promised.
    kept = _kept(order, version, payment)
    if tier is not None:
        kept.document["promised_tier"] = tier
    if payment.vouchers and order.stage is OrderStage.PLACED:
        until = taking.until(payment, version, chain.now)
        kept.document["set_aside_until"] = until.isoformat()
    made = Posting(
        chain.member_id,
        claim=claim,
        version=chain.version,
        moves=taking.holds(order, payment, version, kept.id, chain.now),
        order=kept,
        order_id=kept.id,
        marks=taking.marks(order, payment, kept.id, VoucherState.RESERVED),
        event=OrderAdvanced(chain.member_id, kept.id),
        result={"order": str(kept.id), "member": str(chain.member_id), "points": 0},
    )
    chain.version += 1
    chain.vouchers.update([voucher.id for voucher in payment.vouchers])
    return made


def content_hash(order: OrderCommand) -> str:
    """The same contents, the same hash: what tells a repeated report from another order."""
    return _hash(compact(order))


def _hash(contents: dict[str, Any]) -> str:
    contents = {name: value for name, value in contents.items() if name not in _CHANGES}
    return hashlib.sha256(orjson.dumps(contents, plain, orjson.OPT_SORT_KEYS)).hexdigest()


def _unclaimed(
    order: OrderCommand,
    version: Version,
    claim: Claim | None,
    payment: Payment,
    stops: Sequence[RuleStop],
) -> Posting:
    made = code(CLAIM_CODE_LENGTH) if order.stage is not OrderStage.CANCELLED else None
    kept = replace(_kept(order, version, payment), claim_code=made)
    told = unclaimed(kept.id, made, order, version, payment, stops)
    return Posting(None, claim=claim, order=kept, result=told)


def unclaimed(
    order_id: UUID,
    made: str | None,
    order: OrderCommand,
    version: Version,
    payment: Payment,
    stops: Sequence[RuleStop],
) -> dict[str, Any]:
    """What a report of nobody's order answers: how it can be claimed, and for what.

    `made`: its code; None of one that was called off, for which nobody gets anything.
    """
    if made is None:
        return {"order": str(order_id), "member": None}
    points = claimable(order, version, payment, stops).get(version.programme.qualifying_unit, 0)
    return {"order": str(order_id), "member": None, "claim": made, "claim_points": points}


def of_kept_order(made: Posting, order_id: UUID) -> Posting:
    """The posting of an order whose row is there already."""
    assert isinstance(made.event, OrderReported)
    return replace(
        made,
        order=None,
        order_id=order_id,
        moves=tuple([_of_order(move, made.order_id, order_id) for move in made.moves]),
        marks=tuple([replace(mark, order_id=order_id) for mark in made.marks]),
        event=replace(made.event, order_id=order_id),
        result={"order": str(order_id), "member": str(made.member_id)},
    )


def _of_order(move: Move, made_for: UUID | None, order_id: UUID) -> Move:
    assert move.natural_key is not None, "what an order moves is named for it"
    key = move.natural_key.replace(str(made_for), str(order_id))
    return replace(move, order_id=order_id, natural_key=key)


def claimable(
    order: OrderCommand,
    version: Version,
    payment: Payment = MONEY_ALONE,
    stops: Sequence[RuleStop] = (),
) -> dict[str, int]:
    """What an order that nobody has claimed would earn a newcomer, by unit."""
    chain = newcomer(version, order.occurred_at, stops)
    return judge(order, version, chain, explain=False, payment=payment).accrual.totals()


def _kept(
    order: OrderCommand, version: Version, payment: Payment, standing: Standing | None = None
) -> OrderToKeep:
    contents = compact(order)
    document = _document(contents, converting.rate_of(order.currency, version.programme))
    if payment != MONEY_ALONE:
        document["payment"] = compact(payment)
    if standing is not None:
        document["standing"] = kept_form(standing, version.rules, order.occurred_at)
    return OrderToKeep(
        id=uuid7(),
        source=order.source,
        reference=order.reference,
        state=OrderState(order.stage),
        occurred_at=order.occurred_at,
        currency=order.currency,
        total=price(order, payment).total.amount,
        programme_version=version.number,
        content_hash=_hash(contents),
        claim_code=None,
        document=document,
    )


def document_of(order: OrderCommand, rate: Rate | None) -> dict[str, Any]:
    """What an order's row keeps of its contents; the standing is not in it."""
    return _document(compact(order), rate)


def _document(contents: dict[str, Any], rate: Rate | None) -> dict[str, Any]:
    document = {name: contents[name] for name in _DOCUMENT if name in contents}
    if rate is not None:
        document[converting.RATE] = converting.kept_form(rate)
    return document


def _moves(judged: Judged, version: Version, order_id: UUID) -> list[Move]:
    order = judged.order
    return [
        Move(
            unit=unit,
            points=points,
            house="issuance",
            occurred_at=order.occurred_at,
            order_id=order_id,
            natural_key=f"order:{order_id}",
            programme_version=version.number,
            explanation=[part.as_json() for part in judged.accrual.of_unit(unit)],
            **waiting(order, version, unit),
        )
        for unit, points in judged.accrual.totals().items()
    ]


def waiting(order: OrderCommand, version: Version, unit: str) -> dict[str, Any]:
    """Whether its points wait, for what, and until when they are good: their life begins then."""
    terms, zone = version.programme.unit(unit), version.rules.zone
    assert terms is not None
    pending = terms.pending
    kept = keeping({}, terms, KeptBy.EARNING, order.occurred_at, zone)
    if pending is None or (pending.on_delivery and order.stage is OrderStage.DELIVERED):
        return {
            "kind": TransactionKind.EARN,
            "title": {"key": "order", "reference": order.reference} | kept,
            "expires_at": expires_at(terms.expiry, order.occurred_at, zone),
        }
    waits: dict[str, Any] = {
        "kind": TransactionKind.PEND,
        "title": {"key": "order_pending", "reference": order.reference} | kept,
    }
    if pending.days is not None:
        at = order.occurred_at + timedelta(days=pending.days)
        return waits | {"releases_at": at, "expires_at": expires_at(terms.expiry, at, zone)}
    waits["stage"] = OrderStage.DELIVERED
    if pending.cancel_days is not None:
        waits["cancels_at"] = order.occurred_at + timedelta(days=pending.cancel_days)
    return waits


def _notices(moves: tuple[Move, ...], tier: str | None) -> list[Notice]:
    notices = [earned(move) for move in moves if move.kind is TransactionKind.EARN]
    if tier is not None:
        notices.append(Notice("TIER_UP", {"tier": tier}))
    return notices


def order_of(row: Any) -> OrderCommand:
    """The order as it was reported, out of its row."""
    document = row["document"]
    return OrderCommand(
        source=row["source"],
        reference=row["reference"],
        occurred_at=row["occurred_at"],
        currency=row["currency"],
        lines=tuple(Line(**line) for line in document["lines"]),
        charges=tuple(
            Charge(**{**charge, "kind": ChargeKind(charge["kind"])})
            for charge in document.get("charges", ())
        ),
        discounts=tuple(Discount(**discount) for discount in document.get("discounts", ())),
        store=document.get("store"),
        sales_channel=document.get("sales_channel"),
        stage=OrderStage.DELIVERED
        if row["state"] == OrderState.DELIVERED
        else OrderStage.COMPLETED,
        revision=document.get("revision", 1),
    )
