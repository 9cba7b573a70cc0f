"""What an order earns: pure, the same code for live orders, quotes, imports and forecasts.

In this order: base rules (of one unit the best, or all, by policy); the tier's multiplier and
MULTIPLIER rules, each on what base rules gave, never on one another; campaigns as declared; offers.
One floor a rule, over the sum of its lines; a rule's limit is its last step. What base rules gave
in the qualifying unit counts towards the tier: multipliers and campaigns do not.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.money import WHOLE_BASIS_POINTS, spread
from domain.programme import caps
from domain.programme.accruals import Accrual, LineShares, Part, PartKind, Reason, Why
from domain.programme.compiling import Compiled, CompiledRule, compiled
from domain.programme.conditions import Condition
from domain.programme.conditions.live import compiled as check_of
from domain.programme.conditions.live import miss
from domain.programme.facts import LineFacts, OrderFacts, Scene, Standing
from domain.programme.periods import in_force, period_of
from domain.programme.terms import LimitPeriod

__all__ = ["Compiled", "accrual", "compiled", "periods"]

Lines = Sequence[LineFacts]

# How finely a base rule's points are laid on its lines for what multiplies them.
_FINE = 1_000_000


def accrual(
    programme: Compiled, order: OrderFacts, standing: Standing, *, explain: bool = True
) -> Accrual:
    """What the order earns. Without `explain` no reasons are given, and it is quicker.

    An order in another currency than the programme's earns nothing.
    """
    if order.currency != programme.programme.currency:
        rules = programme.programme.rules if explain else ()
        return Accrual(reasons=tuple(Reason(rule.code, Why.CURRENCY) for rule in rules))
    judgement = _Judgement(programme, order, standing, explain)
    accrued = judgement.accrual()
    if not programme.capped:
        return accrued
    return caps.capped(programme, accrued, standing.used, judgement.day, explain=explain)


def periods(programme: Compiled, occurred_at: datetime) -> list[str]:
    """The periods in which limits of this programme count at that instant."""
    day = occurred_at.astimezone(programme.zone).date()
    kinds = {rule.limit.per for rule in programme.programme.rules if rule.limit}
    kinds |= {each.limit.per for each in programme.programme.discounts if each.limit}
    kinds -= {LimitPeriod.ORDER}
    named = [period_of(kind, day) for kind in sorted(kinds)]
    if programme.capped:
        named += [period for period in caps.periods(programme, day) if period not in named]
    return named


@dataclass(slots=True)
class _Given:
    """What a rule that is no multiplier gives: `weights` lay it on its lines."""

    part: Part
    lines: Lines
    weights: list[int]

    def alone(self, numbers: Collection[int]) -> "_Given | None":
        """What the rule would have given for these of its lines alone."""
        picked = [
            (line, weight)
            for line, weight in zip(self.lines, self.weights, strict=True)
            if line.number in numbers
        ]
        if len(picked) == len(self.lines):
            return self
        lines, weights = [line for line, _ in picked], [weight for _, weight in picked]
        part, inputs = self.part, self.part.inputs
        points = part.points
        if part.kind is not PartKind.PER_ORDER:
            points = min(points, sum(weights) // inputs.get("each", 1) * inputs["rate"])
        alone = Part(part.rule, part.kind, part.unit, points, inputs)
        return _Given(alone, lines, weights) if lines and points else None


class _Judgement:
    """One order on its way through the rules."""

    __slots__ = ("amounts", "day", "explain", "programme", "reasons", "scene", "standing")

    def __init__(
        self, programme: Compiled, order: OrderFacts, standing: Standing, explain: bool
    ) -> None:
        local = order.occurred_at.astimezone(programme.zone)
        self.programme = programme
        self.standing = standing
        self.explain = explain
        self.day = local.date()
        self.scene = Scene(order, standing, local, programme.ranks)
        self.amounts = [_amount(line, programme.before_tax) for line in self.scene.lines]
        self.reasons: list[Reason] = []

    def accrual(self) -> Accrual:
        base = self._base()
        unit = self.programme.programme.qualifying_unit
        qualifying = sum([given.part.points for given in base if given.part.unit == unit])
        parts = [given.part for given in base]
        parts.extend(self._multiplied(base))
        parts.extend([given.part for given in self._all_given(self.programme.campaigns)])
        if self.standing.offers:
            parts.extend(self._offers())
        return Accrual(tuple(parts), tuple(self.reasons), qualifying)

    def _base(self) -> list[_Given]:
        found = self._all_given(self.programme.base)
        if len(found) < 2 or not self.programme.takes_best:
            return found
        best: dict[str, _Given] = {}
        for given in found:
            held = best.get(given.part.unit)
            if held is None or given.part.points > held.part.points:
                best[given.part.unit] = given
        if self.explain:
            for given in found:
                winner = best[given.part.unit]
                if winner is not given:
                    self.reasons.append(
                        Reason(given.part.rule, Why.NOT_BEST, better=winner.part.rule)
                    )
        return list(best.values())

    def _multiplied(self, base: list[_Given]) -> Iterator[Part]:
        tier = self.standing.tier
        factor = self.programme.multipliers.get(tier, WHOLE_BASIS_POINTS)
        if factor != WHOLE_BASIS_POINTS:
            unit = self.programme.programme.qualifying_unit
            part = self._times(tier, PartKind.TIER, unit, factor, base)
            if part is not None:
                yield part
        for each in self.programme.base_multipliers:
            lines = self._lines(each)
            if lines is None:
                continue
            only = None if each.lines is None else lines
            part = self._times(each.code, each.kind, each.unit, each.rate, base, only)
            if part is None:
                self._refuse(each.code, Why.TOO_LITTLE)
                continue
            part = self._limited(each, part)
            if part is not None:
                yield part

    def _offers(self) -> Iterator[Part]:
        lines = self.scene.lines
        for offer in self.standing.offers:
            if not offer.open_at(self.scene.order.occurred_at):
                continue
            if not lines:
                self._refuse(offer.id, Why.NO_LINE)
            elif offer.when is not None and check_of(offer.when)(self.scene) is not True:
                self._missed(offer.id, offer.when)
            else:
                shares = _laid(offer.points, lines, self._amounts(lines))
                yield Part(offer.id, PartKind.OFFER, offer.unit, offer.points, {}, shares)

    def _all_given(self, rules: Sequence[CompiledRule]) -> list[_Given]:
        return [given for each in rules if (given := self._given(each)) is not None]

    def _given(self, each: CompiledRule) -> _Given | None:
        lines = self._lines(each)
        if lines is None:
            return None
        kind, rate = each.kind, each.rate
        if kind is PartKind.PER_AMOUNT:
            weights = self._amounts(lines)
            amount = sum(weights)
            points = amount // each.each * rate
            inputs = {"amount": amount, "each": each.each, "rate": rate}
        elif kind is PartKind.PER_ITEM:
            weights = [line.quantity for line in lines]
            count = sum(weights)
            points, inputs = count * rate, {"count": count, "rate": rate}
        else:
            weights, points, inputs = self._amounts(lines), rate, {"rate": rate}
        if points == 0:
            self._refuse(each.code, Why.TOO_LITTLE, had=inputs.get("amount"))
            return None
        part = Part(each.code, kind, each.unit, points, inputs, _laid(points, lines, weights))
        if each.limit is None:
            return _Given(part, lines, weights)
        limited = self._limited(each, part)
        return None if limited is None else _Given(limited, lines, weights)

    def _lines(self, each: CompiledRule) -> Lines | None:
        # None: the rule does not apply; the reason is noted.
        if each.is_dated and not in_force(each.rule, self.day):
            self._refuse(each.code, Why.NOT_IN_FORCE)
            return None
        scene = self.scene
        if each.when is not None and each.when(scene) is not True:
            assert each.condition is not None
            self._missed(each.code, each.condition)
            return None
        lines: Lines = scene.lines
        if each.lines is not None:
            counted = []
            for line in lines:
                scene.line = line
                if each.lines(scene) is True:
                    counted.append(line)
            lines = counted
        if lines:
            return lines
        self._refuse(each.code, Why.NO_LINE)
        return None

    def _times(
        self,
        code: str,
        kind: PartKind,
        unit: str,
        factor: int,
        base: list[_Given],
        only: Lines | None = None,
    ) -> Part | None:
        """What the factor adds to the base points of `unit` (those of the lines `only`)."""
        mine = [given for given in base if given.part.unit == unit]
        if only is not None:
            numbers = {line.number for line in only}
            mine = [alone for given in mine if (alone := given.alone(numbers)) is not None]
        points = sum([given.part.points for given in mine])
        more = points * (factor - WHOLE_BASIS_POINTS) // WHOLE_BASIS_POINTS
        if more == 0:
            return None
        shares = _laid_together(more, mine)
        return Part(code, kind, unit, more, {"base": points, "factor": factor}, shares)

    def _limited(self, each: CompiledRule, part: Part) -> Part | None:
        limit = each.limit
        if limit is None:
            return part
        period = None
        left = limit.points
        if limit.per is not LimitPeriod.ORDER:
            period = period_of(limit.per, self.day)
            left -= self.standing.used.get((each.code, period), 0)
        if left <= 0:
            self._refuse(each.code, Why.LIMIT)
            return None
        points, lines, desired = part.points, part.lines, None
        if points > left:
            shares = spread(left, [share for _, share in lines])
            lines = tuple((number, share) for (number, _), share in zip(lines, shares, strict=True))
            points, desired = left, points
        return Part(part.rule, part.kind, part.unit, points, part.inputs, lines, desired, period)

    def _amounts(self, lines: Lines) -> list[int]:
        if lines is self.scene.lines:
            return self.amounts
        before_tax = self.programme.before_tax
        return [_amount(line, before_tax) for line in lines]

    def _missed(self, code: str, condition: Condition) -> None:
        if self.explain:
            self.reasons.append(Reason(code, Why.CONDITION, miss(condition, self.scene)))

    def _refuse(self, code: str, why: Why, had: int | None = None) -> None:
        if self.explain:
            self.reasons.append(Reason(code, why, had=had))


def _amount(line: LineFacts, before_tax: bool) -> int:
    return max(0, line.amount_minor - before_tax * line.included_tax_minor)


def _laid(points: int, lines: Lines, weights: list[int]) -> LineShares:
    if len(lines) == 1:
        return ((lines[0].number, points),)
    shares = spread(points, weights)
    return tuple([(line.number, share) for line, share in zip(lines, shares, strict=True)])


def _laid_together(points: int, base: Sequence[_Given]) -> LineShares:
    """Lay points on the lines of base rules, as heavily as these have given there."""
    if len(base) == 1:
        return _laid(points, base[0].lines, base[0].weights)
    weights: dict[int, int] = {}
    for given in base:
        whole = sum(given.weights) or 1
        for line, weight in zip(given.lines, given.weights, strict=True):
            fine = weight * given.part.points * _FINE // whole
            weights[line.number] = weights.get(line.number, 0) + fine
    return tuple(zip(weights, spread(points, list(weights.values())), strict=True))
