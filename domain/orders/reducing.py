"""What a refund leaves of an order, and what of its points may be kept. Pure.

All is reckoned from the whole order and all that has come back of it, never from step to step:
steps of any size, in any order, come to what one step would.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from domain.orders.converting import Rate, converted
from domain.programme.accruals import Accrual, Part, PartKind
from domain.programme.facts import LineFacts, OrderFacts, Standing
from domain.programme.rules import Compiled, accrual, periods
from domain.programme.terms import LimitPeriod

Returned = Mapping[int, int]
"""Pieces that came back, by line number."""

PartKey = tuple[str, str, PartKind]
"""(unit, rule, kind) of a part."""

_BASE = frozenset({PartKind.PER_AMOUNT, PartKind.PER_ITEM, PartKind.PER_ORDER})


def reduced(order: OrderFacts, returned: Returned) -> OrderFacts:
    """The order that never had those pieces. Lines keep their numbers; one without pieces goes.

    What was paid for a line, and the tax inside it, go down with its pieces.
    """
    lines = [_line(line, returned.get(line.number, 0)) for line in order.lines]
    return replace(order, lines=tuple([line for line in lines if line.quantity]))


def kept(
    programme: Compiled,
    order: OrderFacts,
    standing: Standing,
    returned: Returned,
    rate: Rate | None = None,
) -> Accrual:
    """What the order earns without those pieces, for who stood so; nothing without any line.

    `rate`: the order's own, into the programme's currency.
    """
    left = converted(reduced(order, returned), rate)
    return accrual(programme, left, standing, explain=False) if left.lines else Accrual()


def kept_by_share(
    programme: Compiled, order: OrderFacts, parts: Iterable[Part], returned: Returned
) -> Accrual:
    """The same of an order of which no standing is known: each part as its lines' shares say."""
    pieces = {line.number: line.quantity for line in order.lines}

    def left(number: int, share: int) -> int:
        return share - share * returned.get(number, 0) // pieces[number]

    found = []
    for part in parts:
        lines = tuple([(number, left(number, share)) for number, share in part.lines])
        points = sum([share for _, share in lines])
        if points:
            found.append(Part(part.rule, part.kind, part.unit, points, part.inputs, lines))
    return Accrual(tuple(found), (), qualifying(programme, found))


def qualifying(programme: Compiled, parts: Iterable[Part]) -> int:
    """Of these parts, what counted for the tier: base rules in the qualifying unit."""
    base = {each.code for each in programme.base}
    unit = programme.programme.qualifying_unit
    return sum(
        [
            part.points
            for part in parts
            if part.unit == unit and part.kind in _BASE and part.rule in base
        ]
    )


def by_key(parts: Iterable[Part]) -> dict[PartKey, int]:
    """Points by part."""
    sums: dict[PartKey, int] = {}
    for part in parts:
        key = part.unit, part.rule, part.kind
        sums[key] = sums.get(key, 0) + part.points
    return sums


def changes(before: Mapping[PartKey, int], now: Mapping[PartKey, int]) -> dict[PartKey, int]:
    """What each part loses (> 0) or gains (< 0); only those that change."""
    keys = [*before, *(key for key in now if key not in before)]
    lost = {key: before.get(key, 0) - now.get(key, 0) for key in keys}
    return {key: points for key, points in lost.items() if points}


def by_unit(lost: Mapping[PartKey, int]) -> dict[str, int]:
    """The same by unit; only units that change."""
    sums: dict[str, int] = {}
    for (unit, _, _), points in lost.items():
        sums[unit] = sums.get(unit, 0) + points
    return {unit: points for unit, points in sums.items() if points}


def period_of(programme: Compiled, rule: str, occurred_at: datetime) -> str | None:
    """The period in which the rule's limit counted that instant; None without such a limit."""
    terms = programme.programme.rule(rule)
    if terms is None or terms.limit is None or terms.limit.per is LimitPeriod.ORDER:
        return None
    named = terms.limit.per.value
    return next(p for p in periods(programme, occurred_at) if p.split(" ")[0] == named)


def _line(line: LineFacts, returned: int) -> LineFacts:
    if not returned:
        return line
    pieces = line.quantity

    def left(amount: int) -> int:
        return amount - amount * returned // pieces

    return replace(
        line,
        quantity=pieces - returned,
        amount_minor=left(line.amount_minor),
        included_tax_minor=left(line.included_tax_minor),
    )
