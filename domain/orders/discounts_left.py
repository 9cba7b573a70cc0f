"""What discounts take off what is left of an order: as of the order that never had the rest.

A discount whose condition fails on what is left is as if it had never been: an amount off from €30
on goes with the goods that led there, and a delivery is charged again. Another may come in its
place. All is judged as the quote judged, cut as the report was. What is given back of limits and
budgets is given back at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from domain import database
from domain.canonical import compact
from domain.orders import budgets, corrections, judging
from domain.orders.commands import OrderCommand
from domain.orders.paying import delivery_of
from domain.orders.payments import Payment, RulesOff, offs_of, payment_of
from domain.orders.price import facts, shares_of
from domain.orders.reducing import Returned, reduced
from domain.orders.remembering import remembered
from domain.programme import discounting
from domain.programme import queries as programmes
from domain.programme.discounting import Off, Rooms
from domain.programme.facts import LineFacts, OrderFacts, Standing
from domain.programme.queries import Version

LEFT = "discounts_left"
"""Under which name an order's document keeps what discounts take off what is left of it."""

Taken = Mapping[tuple[str, str | None], int]


def judged(
    order: OrderCommand,
    version: Version,
    off: RulesOff,
    standing: Standing | None,
    returned: Returned,
    rooms: Rooms,
) -> tuple[Off, ...]:
    """What is taken off the order without these pieces, for who stood so when it was quoted. Pure.

    `rooms`: what bounds leave; a refund and the report are cut by the same.
    """
    rest = reduced(facts(order), returned)
    if not rest.lines:
        return ()
    delivery = delivery_of(order)
    sold: set[str] | None = {each.code for each in off.taken}
    bought = version.rules, facts(order), delivery, standing, off.quoted
    if {each.code for each in discounting.discounts(*bought, explain=False).taken} == sold:
        sold = None  # Else who bought it tells other things of itself now, or nothing.
    wanted = discounting.discounts(
        *(version.rules, rest, delivery, standing, off.quoted), explain=False, sold=sold
    ).taken
    amounts = [each.amount for each in wanted]
    return discounting.bound(version.rules, rest, delivery, amounts, rooms)


def facts_left(
    order: OrderCommand, payment: Payment, returned: Returned, offs: Sequence[Off]
) -> OrderFacts:
    """What earns of the order without these pieces, when discounts take `offs` off it. Pure.

    What vouchers and points paid of a line goes down with its pieces.
    """
    if payment.earns or payment.rules_off is None or not payment.rules_off.is_bound:
        return reduced(facts(order, payment), returned)
    priced, first, now = facts(order), shares_of(payment.by_rules), shares_of(offs)
    paid = {line.number: line.amount_minor for line in facts(order, payment).lines}
    pieces = {line.number: line.quantity for line in priced.lines}
    before = {line.number: line.amount_minor for line in priced.lines}

    def left(line: LineFacts) -> LineFacts:
        n, amount = line.number, line.amount_minor
        others = before[n] - first.get(n, 0) - paid[n]
        others -= others * returned.get(n, 0) // pieces[n]
        here = max(0, amount - now.get(n, 0) - others)
        tax = line.included_tax_minor * here // amount if amount else 0
        return replace(line, amount_minor=here, included_tax_minor=tax)

    rest = reduced(priced, returned)
    return replace(rest, lines=tuple([left(line) for line in rest.lines]))


def kept(document: Mapping[str, Any]) -> tuple[Off, ...]:
    """What discounts take off what is left of the order."""
    if LEFT in document:
        return offs_of(document[LEFT])
    return payment_of(document).by_rules


async def give_back(order: Any, returned: Returned, *, wholly: bool = False) -> Any:
    """Give back what discounts took of what is `returned` by now; the order's row as it is then.

    `wholly`: all of it is called off. In the transaction in progress; the order, a row, is locked,
    and its member. Budgets are given back by `settle`, last.
    """
    payment = payment_of(order["document"])
    off = payment.rules_off
    if off is None or not off.is_bound:
        return order
    version = await programmes.version(off.version)
    before = kept(order["document"])
    now: tuple[Off, ...] = ()
    if not wholly:
        sold, standing = judging.order_of(order), await _standing(order, off)
        codes = budgets.codes_of([version])
        rooms = _rooms(version, off, before, await budgets.spent(codes))
        now = judged(sold, version, off, standing, returned, rooms)
        if any(minor < 0 and code in codes for (code, _), minor in _less(before, now).items()):
            rooms = _rooms(version, off, before, await budgets.locked(codes))
            now = judged(sold, version, off, standing, returned, rooms)
    await _count(order, _less(before, now))
    return await database.row(
        "update orders set document = document || $2 where id = $1 returning *",
        *(order["id"], {LEFT: compact(now)}),
    )


async def settle(before: Any, after: Any) -> None:
    """Give back to budgets what `give_back` changed: the order's row before it, and after."""
    off = payment_of(before["document"]).rules_off
    if before is after or off is None:
        return
    version = await programmes.version(off.version)
    codes = budgets.codes_of([version])
    less = _less(kept(before["document"]), kept(after["document"]))
    spent: dict[str, int] = {}
    for (code, _), minor in less.items():
        if code in codes:
            spent[code] = spent.get(code, 0) - minor
    await budgets.take(spent)


async def _standing(order: Any, off: RulesOff) -> Standing | None:
    if off.standing is None:
        return None
    seen = remembered(off.standing)
    if order["member_id"] is None:
        return seen
    return await corrections.with_person(order["member_id"], seen)


def _rooms(
    version: Version, off: RulesOff, before: Sequence[Off], spent: Mapping[str, int]
) -> Rooms:
    """As it was for the report; of a budget no more than is left of it, with what the order has."""
    rooms, has = dict(off.left), {each.code: each.minor for each in before}
    for each in version.programme.discounts:
        if each.budget_minor is not None and each.code in rooms:
            room, why = rooms[each.code]
            open_now = each.budget_minor - spent.get(each.code, 0) + has.get(each.code, 0)
            rooms[each.code] = max(0, min(room, open_now)), why
    return rooms


async def _count(order: Any, less: Taken) -> None:
    counted = {key: minor for key, minor in less.items() if key[1] is not None and minor}
    if order["member_id"] is None or not counted:
        return
    asked = (
        *(order["member_id"], [code for code, _ in counted], [period for _, period in counted]),
        [*counted.values()],
    )
    await database.rows(
        """insert into rule_uses (member_id, rule, period, points)
           select $1, rule, period, 0
           from unnest($2::text[], $3::text[], $4::bigint[]) as less (rule, period, minor)
           where minor < 0 on conflict do nothing""",
        *asked,
    )
    await database.rows(
        """update rule_uses u set points = greatest(0, u.points - less.minor)
           from unnest($2::text[], $3::text[], $4::bigint[]) as less (rule, period, minor)
           where u.member_id = $1 and (u.rule, u.period) = (less.rule, less.period)""",
        *asked,
    )


def _less(before: Sequence[Off], now: Sequence[Off]) -> Taken:
    less: dict[tuple[str, str | None], int] = {}
    for offs, sign in ((before, 1), (now, -1)):
        for off in offs:
            key = off.code, off.period
            less[key] = less.get(key, 0) + sign * off.minor
    return less
