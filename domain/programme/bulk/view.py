"""Many orders as reckoning looks at them: lines as masks, amounts summed by order."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from domain.money import WHOLE_BASIS_POINTS
from domain.programme.accruals import PartKind
from domain.programme.bulk import days
from domain.programme.bulk.columns import BoolArray, IntArray, Orders, Standings
from domain.programme.bulk.conditions import compiled as mask_of
from domain.programme.bulk.scene import Scene
from domain.programme.compiling import Compiled, CompiledRule
from domain.programme.conditions import Condition
from domain.programme.terms import LimitPeriod

_NOTHING = np.zeros((), np.int64)


class Picked(NamedTuple):
    """Lines that count, of orders that do; None: all of them."""

    orders: BoolArray | None
    lines: BoolArray | None


class ManyOrders:
    """A View of many orders."""

    def __init__(self, programme: Compiled, orders: Orders, standings: Standings) -> None:
        self._scene = Scene(programme, orders, standings)
        self._standings = standings
        self._void = _either(orders.foreign, self._too_late(programme))
        self._amounts = self._scene.ints("line.amount_minor")
        if programme.before_tax:
            self._amounts = self._amounts - self._scene.ints("line.included_tax_minor")
            self._amounts = np.maximum(self._amounts, 0)
        self._quantities = self._scene.ints("line.quantity")
        self._masks: dict[Condition, BoolArray] = {}
        factors = [programme.multipliers.get(code, WHOLE_BASIS_POINTS)
                   for code in standings.tier.words]  # fmt: skip
        table = np.array([*factors, WHOLE_BASIS_POINTS], np.int64)
        self.factor: IntArray = table[standings.tier.codes]

    def lines(self, rule: CompiledRule) -> Picked | None:
        """Masks of the lines that the rule counts and of the orders that it applies to."""
        orders = None if self._void is None else ~self._void
        if rule.is_dated:
            orders = _both(orders, self._in_force(rule))
        if rule.condition is not None:
            orders = _both(orders, self._mask(rule.condition))
        if orders is not None and not orders.any():
            return None
        lines = None if rule.of_lines is None else self._mask(rule.of_lines)
        return None if lines is not None and not lines.any() else Picked(orders, lines)

    def both(self, lines: Picked, others: Picked) -> Picked:
        """Lines that are in both."""
        return Picked(_both(lines.orders, others.orders), _both(lines.lines, others.lines))

    def weight(self, rule: CompiledRule, lines: Picked) -> IntArray:
        """What they come to, how many pieces they are, or 1."""
        if rule.kind is PartKind.PER_ORDER:
            return self.some(lines)
        values = self._amounts if rule.kind is PartKind.PER_AMOUNT else self._quantities
        counted = values if lines.lines is None else values * lines.lines
        return _of(lines.orders, self._scene.summed(counted))

    def some(self, lines: Picked) -> IntArray:
        """1 where there is a line."""
        return _of(lines.orders, self._scene.some(lines.lines).astype(np.int64))

    def used(self, key: str, period: LimitPeriod | str) -> IntArray:
        """What counts already in each order's own period."""
        return self._standings.used.get((key, str(period)), _NOTHING)

    def offers(self) -> Iterator[tuple[str, str, IntArray]]:
        """Offers, with points where the orders are good for them."""
        filled = self._scene.some(None)
        if self._void is not None:
            filled &= ~self._void
        at = self._scene.orders.at
        for offer, theirs in self._standings.offers:
            good = theirs & filled
            if offer.starts_at is not None:
                good &= at >= days.instant(offer.starts_at)
            if offer.ends_at is not None:
                good &= at < days.instant(offer.ends_at)
            if offer.when is not None:
                good &= self._mask(offer.when)
            yield offer.id, offer.unit, good * np.int64(offer.points)

    def _mask(self, condition: Condition) -> BoolArray:
        found = self._masks.get(condition)
        if found is None:
            found = self._masks[condition] = mask_of(condition)(self._scene)
        return found

    def _too_late(self, programme: Compiled) -> BoolArray | None:
        # After the end of the programme nothing is earned. (Stops are emergencies: a replay asks
        # what the programme gives.)
        ending = programme.programme.ending
        return None if ending is None else self._scene.day >= ending.earning_until.toordinal()

    def _in_force(self, rule: CompiledRule) -> BoolArray:
        day, begins, ends = self._scene.day, rule.rule.valid_from, rule.rule.valid_until
        begun = True if begins is None else day >= begins.toordinal()
        return begun & (day < (ends.toordinal() if ends is not None else _NEVER))


_NEVER = np.iinfo(np.int64).max


def _both(one: BoolArray | None, other: BoolArray | None) -> BoolArray | None:
    if one is None or other is None:
        return other if one is None else one
    return one & other


def _either(one: BoolArray | None, other: BoolArray | None) -> BoolArray | None:
    if one is None or other is None:
        return other if one is None else one
    return one | other


def _of(orders: BoolArray | None, values: IntArray) -> IntArray:
    return values if orders is None else values * orders
