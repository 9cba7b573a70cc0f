"""What discount rules take off an order: quoted, bound by a quote, or missed for want of one."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from domain.canonical import compact
from domain.members.kinds import MemberState
from domain.orders.commands import OrderCommand
from domain.orders.kinds import OrderStage
from domain.orders.paying import delivery_of
from domain.orders.payments import Payment, RulesOff, rooms_of
from domain.orders.price import facts
from domain.orders.remembering import kept_form
from domain.orders.rule_stops import RuleStop, stopped
from domain.orders.standings import Chain
from domain.programme import discounting
from domain.programme.accruals import Reason, Why
from domain.programme.discounting import Amount, Discounted, Rooms
from domain.programme.facts import Standing
from domain.programme.queries import Version
from domain.wallets.posting import RuleUse

Spent = Mapping[str, int]
"""What has been taken of budgets, in minor units by code."""

Promised = Mapping[str, Any]
"""What a quote promises of discounts, as its key has it."""


def quoted(
    order: OrderCommand,
    version: Version,
    chain: Chain | None,
    spent: Spent,
    stops: Sequence[RuleStop] = (),
) -> tuple[RulesOff | None, tuple[Reason, ...]]:
    """What rules take off the order now, and why others do not; None where there are none.

    `chain` None: it is nobody's order, or of a member who takes no part. `stops`: the team's.
    """
    rules = version.rules
    if not rules.discounts or order.stage is OrderStage.CANCELLED:
        return None, ()
    standing, rooms, found = _judged(order, version, chain, spent, stops, explain=True)
    if order.currency != version.programme.currency:
        return None, found.reasons
    seen = None
    if standing is not None:
        seen = kept_form(standing, rules, order.occurred_at)
        seen.pop("used", None)  # what limits leave stands in `rooms`
    return RulesOff(version.number, True, found.taken, seen, rooms, rooms), found.reasons


def promised_form(off: RulesOff | None) -> dict[str, Any] | None:
    """What a quote's key has of them."""
    if off is None:
        return None
    return {"amounts": off.amounts, "standing": off.standing, "rooms": compact(dict(off.quoted))}


def bound(
    order: OrderCommand, version: Version, chain: Chain | None, promised: Promised, spent: Spent
) -> RulesOff:
    """What a quote promised, less what limits and budgets do not leave any more."""
    rooms = _rooms(version, chain, _day(order, version), spent)
    amounts: list[Amount] = [
        (code, goods, free, desired, cut and Why(cut))
        for code, goods, free, desired, cut in promised["amounts"]
    ]
    taken = discounting.bound(version.rules, facts(order), delivery_of(order), amounts, rooms)
    return RulesOff(
        version.number,
        True,
        taken,
        promised["standing"],
        rooms_of(promised["rooms"]),
        rooms,
        tuple(
            [
                (off.code, goods + free - off.minor, off.cut)
                for off, (_, goods, free, *_) in zip(taken, amounts, strict=True)
                if off.minor < goods + free
            ]
        ),
    )


def missed(
    order: OrderCommand,
    version: Version,
    chain: Chain | None,
    spent: Spent,
    stops: Sequence[RuleStop] = (),
) -> RulesOff | None:
    """What would have been taken off the order, had there been a quote; None: nothing."""
    if not version.rules.discounts or order.stage is OrderStage.CANCELLED:
        return None
    *_, found = _judged(order, version, chain, spent, stops, explain=False)
    if not found.taken:
        return None
    return RulesOff(
        version.number, missed=tuple([(off.code, off.minor, None) for off in found.taken])
    )


def uses(payment: Payment) -> tuple[RuleUse, ...]:
    """What counts against limits of discounts, as rules' points do: in minor units."""
    return tuple(
        [RuleUse(o.code, o.period, o.minor) for o in payment.by_rules if o.period and o.minor]
    )


def budgeted(version: Version, payment: Payment) -> dict[str, int]:
    """What is taken of budgets, in minor units by code."""
    bounded = {each.code for each in version.programme.discounts if each.budget_minor is not None}
    return {o.code: o.minor for o in payment.by_rules if o.code in bounded and o.minor}


def _judged(
    order: OrderCommand,
    version: Version,
    chain: Chain | None,
    spent: Spent,
    stops: Sequence[RuleStop],
    *,
    explain: bool,
) -> tuple[Standing | None, Rooms, Discounted]:
    day = _day(order, version)
    knows = chain is not None and chain.state is MemberState.ACTIVE
    at, declared = order.occurred_at, {each.code for each in version.rules.discounts}
    standing = chain.standing(version, at) if chain is not None and knows else None
    rooms = _rooms(version, chain, day, spent)
    if standing is None:
        # Nobody stands anywhere to know of stops; what is stopped has no room, and keeps none.
        codes = stopped(chain.stops if chain else stops, at)
        rooms = {**rooms, **{code: (0, Why.STOPPED) for code in sorted(codes) if code in declared}}
    found = discounting.discounts(
        *(version.rules, facts(order), delivery_of(order), standing, rooms), explain=explain
    )
    return standing, rooms, found


def _rooms(version: Version, chain: Chain | None, day: date, spent: Spent) -> Rooms:
    return discounting.rooms(version.rules, day, chain.used if chain else {}, spent)


def _day(order: OrderCommand, version: Version) -> date:
    return order.occurred_at.astimezone(version.rules.zone).date()
