"""Points by rule, and no more: one code for the ints of one order and the columns of a million.

It takes the steps of `rules.accrual` without parts' inputs, lines and reasons, which only who is
told needs. What an order looks like is asked of a View; two there are: `view.py`, `bulk/view.py`.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

import msgspec

from domain.programme.accruals import BALANCE, PartKind
from domain.programme.arithmetic import I, added, earned, smaller, within
from domain.programme.caps import key_of
from domain.programme.compiling import Compiled, CompiledRule
from domain.programme.terms import LimitPeriod

if TYPE_CHECKING:
    from domain.programme.arithmetic import IntArray

# Members of an enum are looked up slowly.
_PER_ORDER, _TIER, _OFFER = PartKind.PER_ORDER, PartKind.TIER, PartKind.OFFER
_EACH_ORDER = LimitPeriod.ORDER

# Which lines a rule counts: in lists live, as masks in bulk.
L = TypeVar("L")
I_co = TypeVar("I_co", int, "IntArray", covariant=True)


class View(Protocol[I_co, L]):
    """What is asked of an order, or of many at once."""

    @property
    def factor(self) -> I_co:
        """The multiplier of the member's tier, in basis points."""

    def lines(self, rule: CompiledRule) -> L | None:
        """The lines that the rule counts, of orders that it applies to; None: there is none."""

    def both(self, lines: L, others: L) -> L:
        """Lines that are in both."""

    def weight(self, rule: CompiledRule, lines: L) -> I_co:
        """What the rule gives points for: what they come to, as far as it earns, in minor units;
        how many pieces they are; of the order, 1.
        """

    def some(self, lines: L) -> I_co:
        """1 where there is a line, else 0."""

    def used(self, key: str, period: LimitPeriod | str) -> I_co:
        """What counts already, of a rule or a wallet (caps.key_of), in the order's own period."""

    def offers(self) -> Iterable[tuple[str, str, I_co]]:
        """Offers that the orders are good for: id, unit, points."""


class Points(msgspec.Struct, Generic[I], gc=False):
    """What one rule gives; of a tier `rule` is empty, since each order has its own."""

    rule: str
    kind: PartKind
    unit: str
    points: I


class Reckoned(msgspec.Struct, Generic[I]):
    """Points in the order of the parts of an Accrual, those of 0 too; what counts for the tier."""

    points: list[Points[I]]
    qualifying: "I | int"

    def of_unit(self, unit: str) -> "I | int":
        """Points of one unit."""
        found = [each.points for each in self.points if each.unit == unit]
        return _sum(found) if found else 0


class _Given(Points[I], Generic[I, L], gc=False):
    by: CompiledRule
    lines: L


def reckoned(programme: Compiled, view: View[I, L]) -> Reckoned[I]:
    """What the order earns by each rule, limits and caps as in `rules.accrual`."""
    terms = programme.programme
    base = _all_given(programme.base, view)
    if programme.competes:
        _leave_the_best(base)
    unit = terms.qualifying_unit
    counted = [given.points for given in base if given.unit == unit]
    found: list[Points[I]] = list(base)
    if counted:
        found.append(Points("", _TIER, unit, added(_sum(counted), view.factor)))
    for rule in programme.base_multipliers:
        found.extend(_multiplied(rule, base, view))
    found.extend(_all_given(programme.campaigns, view))
    for offer, its_unit, points in view.offers():
        found.append(Points(offer, _OFFER, its_unit, points))
    if programme.capped:
        _cap(programme, found, view)
    return Reckoned(found, _sum(counted) if counted else 0)


def _all_given(rules: Sequence[CompiledRule], view: View[I, L]) -> list[_Given[I, L]]:
    found = []
    for rule in rules:
        lines = view.lines(rule)
        if lines is not None:
            points = earned(view.weight(rule, lines), rule.each, rule.rate)
            if rule.limit is not None:
                points = _limited(rule, points, view)
            found.append(_Given(rule.code, rule.kind, rule.unit, points, rule, lines))
    return found


def _leave_the_best(base: list[_Given[I, L]]) -> None:
    """Of one unit the first that gives most keeps its points, the others give none."""
    held: dict[str, list[_Given[I, L]]] = {}
    for given in base:
        before = held.setdefault(given.unit, [])
        for other in before:
            better = given.points > other.points
            given.points, other.points = given.points * better, other.points * (1 - better)
        before.append(given)


def _multiplied(
    rule: CompiledRule, base: list[_Given[I, L]], view: View[I, L]
) -> Iterable[Points[I]]:
    only = view.lines(rule)
    if only is None:
        return ()
    alone = [_alone(given, rule, only, view) for given in base if given.unit == rule.unit]
    if not alone:
        return ()
    more = added(_sum(alone), rule.rate)
    if rule.limit is not None:
        more = _limited(rule, more, view)
    return (Points(rule.code, rule.kind, rule.unit, more),)


def _alone(given: _Given[I, L], rule: CompiledRule, only: L, view: View[I, L]) -> I:
    """What a base rule gives for these of its lines alone."""
    if rule.lines is None:
        return given.points * view.some(only)
    lines = view.both(given.lines, only)
    if given.kind is _PER_ORDER:
        return given.points * view.some(lines)
    rule = given.by
    return smaller(given.points, earned(view.weight(rule, lines), rule.each, rule.rate))


def _limited(rule: CompiledRule, points: I, view: View[I, L]) -> I:
    assert rule.limit is not None
    limit = rule.limit
    if limit.per is _EACH_ORDER:
        return smaller(points, limit.points)
    return within(points, limit.points - view.used(rule.code, limit.per), refuses=False)


def _sum(numbers: Sequence[I]) -> I:
    if len(numbers) == 1:
        return numbers[0]
    whole = numbers[0]
    for number in numbers[1:]:
        whole = whole + number
    return whole


def _cap(programme: Compiled, found: list[Points[I]], view: View[I, L]) -> None:
    """Cut what is over a wallet's caps from the last that gave."""
    for unit in programme.capped:
        mine = [each for each in found if each.unit == unit.code]
        if not mine:
            continue
        wanted = _sum([each.points for each in mine])
        given, key = wanted, key_of(unit.code)
        for cap in unit.caps:
            if cap.per is _EACH_ORDER:
                given = within(given, cap.points, refuses=cap.refuses)
            else:
                left = cap.points - view.used(key, cap.per)
                given = within(given, left, refuses=cap.refuses)
        full = unit.max_balance
        if full is not None:
            given = within(given, full.points - view.used(key, BALANCE), refuses=full.refuses)
        over = wanted - given
        for each in reversed(mine):
            less = smaller(over, each.points)
            each.points, over = each.points - less, over - less
