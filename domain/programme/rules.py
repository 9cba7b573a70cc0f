"""What an order earns: pure, the same code for live orders, quotes, imports and forecasts.

In this order: base rules (of one unit the best, or all, by policy); the tier's multiplier and
MULTIPLIER rules, each on what base rules gave, never on one another; campaigns as declared; offers.
One floor a rule, over the sum of its lines; a rule's limit is its last step. What base rules gave
in the qualifying unit counts towards the tier: multipliers and campaigns do not.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from domain.calendar import Period, first_day
from domain.money import WHOLE_BASIS_POINTS, spread
from domain.programme.accruals import Accrual, Inputs, LineShares, Part, PartKind, Reason, Why
from domain.programme.conditions import LINE_SUBJECTS, ORDER_SUBJECTS, Condition, parse
from domain.programme.facts import LineFacts, OrderFacts, Scene, Standing
from domain.programme.leaves import Subject
from domain.programme.live import Check, miss
from domain.programme.live import compiled as check_of
from domain.programme.terms import (
    BasePolicy,
    Effect,
    Group,
    Limit,
    LimitPeriod,
    Multiplier,
    PerAmount,
    PerItem,
    Programme,
    Rule,
    TaxPolicy,
    Written,
)

Lines = Sequence[LineFacts]

# How finely a base rule's points are laid on its lines for what multiplies them.
_FINE = 1_000_000


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A rule with its conditions as functions of a scene; None where nothing is asked."""

    rule: Rule
    code: str
    unit: str
    effect: Effect
    limit: Limit | None
    when: Check | None
    lines: Check | None
    condition: Condition | None
    is_dated: bool


@dataclass(frozen=True, slots=True)
class Compiled:
    """A programme, ready to judge by."""

    programme: Programme
    zone: ZoneInfo
    ranks: dict[str, int]
    multipliers: dict[str, int]
    base: tuple[CompiledRule, ...]
    base_multipliers: tuple[CompiledRule, ...]
    campaigns: tuple[CompiledRule, ...]
    before_tax: bool
    takes_best: bool


def compiled(programme: Programme) -> Compiled:
    """The programme, compiled. It must be free of problems (review.problems)."""
    rules = [_compiled_rule(rule) for rule in programme.rules]
    fixed = [each for each in rules if not isinstance(each.effect, Multiplier)]
    return Compiled(
        programme,
        ZoneInfo(programme.time_zone),
        {tier.code: tier.rank for tier in programme.tiers},
        {tier.code: tier.multiplier_basis_points for tier in programme.tiers},
        tuple(each for each in fixed if each.rule.group is Group.BASE),
        tuple(each for each in rules if isinstance(each.effect, Multiplier)),
        tuple(each for each in fixed if each.rule.group is Group.CAMPAIGN),
        programme.tax is TaxPolicy.BEFORE_TAX,
        programme.base_policy is BasePolicy.BEST_OF,
    )


def accrual(
    programme: Compiled, order: OrderFacts, standing: Standing, *, explain: bool = True
) -> Accrual:
    """What the order earns. Without `explain` no reasons are given, and it is quicker.

    An order in another currency than the programme's earns nothing.
    """
    if order.currency != programme.programme.currency:
        rules = programme.programme.rules if explain else ()
        return Accrual(reasons=tuple(Reason(rule.code, Why.CURRENCY) for rule in rules))
    return _Judgement(programme, order, standing, explain).accrual()


def periods(programme: Compiled, occurred_at: datetime) -> list[str]:
    """The periods in which limits of this programme count at that instant."""
    day = occurred_at.astimezone(programme.zone).date()
    limits = [rule.limit for rule in programme.programme.rules if rule.limit]
    kinds = {limit.per for limit in limits} - {LimitPeriod.ORDER}
    return [_period(kind, day) for kind in sorted(kinds)]


def _compiled_rule(rule: Rule) -> CompiledRule:
    when = _condition(rule.when, ORDER_SUBJECTS)
    lines = _condition(rule.lines, LINE_SUBJECTS)
    return CompiledRule(
        rule,
        rule.code,
        rule.unit,
        rule.effect,
        rule.limit,
        check_of(when) if when else None,
        check_of(lines) if lines else None,
        when,
        rule.valid_from is not None or rule.valid_until is not None,
    )


def _condition(written: Written | None, subjects: frozenset[Subject]) -> Condition | None:
    return parse(written, subjects) if written is not None else None


def _period(kind: LimitPeriod, day: date) -> str:
    if kind is LimitPeriod.EVER:
        return "EVER"
    return f"{kind} {first_day(Period(kind), day).isoformat()}"


def _in_force(rule: Rule, day: date) -> bool:
    begun = rule.valid_from is None or rule.valid_from <= day
    return begun and (rule.valid_until is None or day < rule.valid_until)


@dataclass(slots=True)
class _Given:
    """What a rule that is no multiplier gives: `weights` lay it on its lines."""

    each: CompiledRule
    part: Part
    lines: Lines
    weights: list[int]


class _Judgement:
    """One order on its way through the rules."""

    __slots__ = ("before_tax", "day", "explain", "programme", "reasons", "scene", "standing")

    def __init__(
        self, programme: Compiled, order: OrderFacts, standing: Standing, explain: bool
    ) -> None:
        local = order.occurred_at.astimezone(programme.zone)
        self.programme = programme
        self.standing = standing
        self.explain = explain
        self.before_tax = programme.before_tax
        self.day = local.date()
        self.scene = Scene(order, standing, local, programme.ranks)
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
            assert isinstance(each.effect, Multiplier)
            only = None if each.lines is None else lines
            factor = each.effect.basis_points
            part = self._times(each.code, PartKind.MULTIPLIER, each.unit, factor, base, only)
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
                shares = _laid(offer.points, lines, [self._amount(line) for line in lines])
                yield Part(offer.id, PartKind.OFFER, offer.unit, offer.points, {}, shares)

    def _all_given(self, rules: Sequence[CompiledRule]) -> list[_Given]:
        return [given for each in rules if (given := self._given(each)) is not None]

    def _given(self, each: CompiledRule) -> _Given | None:
        lines = self._lines(each)
        if lines is None:
            return None
        kind, points, inputs, weights = self._reckoned(each.effect, lines)
        if points == 0:
            self._refuse(each.code, Why.TOO_LITTLE, had=inputs.get("amount"))
            return None
        shares = _laid(points, lines, weights)
        part = self._limited(each, Part(each.code, kind, each.unit, points, inputs, shares))
        return None if part is None else _Given(each, part, lines, weights)

    def _reckoned(self, effect: Effect, lines: Lines) -> tuple[PartKind, int, Inputs, list[int]]:
        if isinstance(effect, PerItem):
            weights = [line.quantity for line in lines]
            count, rate = sum(weights), effect.points
            return PartKind.PER_ITEM, count * rate, {"count": count, "rate": rate}, weights
        weights = [self._amount(line) for line in lines]
        if isinstance(effect, PerAmount):
            amount, each, rate = sum(weights), effect.each_minor, effect.points
            inputs = {"amount": amount, "each": each, "rate": rate}
            return PartKind.PER_AMOUNT, amount // each * rate, inputs, weights
        assert not isinstance(effect, Multiplier)
        return PartKind.PER_ORDER, effect.points, {"rate": effect.points}, weights

    def _lines(self, each: CompiledRule) -> Lines | None:
        # None: the rule does not apply; the reason is noted.
        if each.is_dated and not _in_force(each.rule, self.day):
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
        points = 0
        weights: dict[int, int] = {}
        for given in base:
            if given.part.unit != unit:
                continue
            part_points = given.part.points if only is None else self._alone(given, only)
            points += part_points
            whole = sum(given.weights) or 1
            for line, weight in zip(given.lines, given.weights, strict=True):
                if only is None or line in only:
                    fine = weight * part_points * _FINE // whole
                    weights[line.number] = weights.get(line.number, 0) + fine
        more = points * (factor - WHOLE_BASIS_POINTS) // WHOLE_BASIS_POINTS
        if more == 0:
            return None
        lines = tuple(zip(weights, spread(more, list(weights.values())), strict=True))
        return Part(code, kind, unit, more, {"base": points, "factor": factor}, lines)

    def _alone(self, given: _Given, only: Lines) -> int:
        """What a base rule would have given for these of its lines alone."""
        lines = [line for line in given.lines if line in only]
        if len(lines) in (0, len(given.lines)):
            return given.part.points if lines else 0
        if given.part.kind is PartKind.PER_ORDER:
            amount = sum([self._amount(line) for line in lines])
            return given.part.points * amount // (sum(given.weights) or 1)
        _, points, _, _ = self._reckoned(given.each.effect, lines)
        return min(points, given.part.points)

    def _limited(self, each: CompiledRule, part: Part) -> Part | None:
        limit = each.limit
        if limit is None:
            return part
        period = None
        left = limit.points
        if limit.per is not LimitPeriod.ORDER:
            period = _period(limit.per, self.day)
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

    def _amount(self, line: LineFacts) -> int:
        if self.before_tax:
            return max(0, line.amount_minor - line.included_tax_minor)
        return line.amount_minor

    def _missed(self, code: str, condition: Condition) -> None:
        if self.explain:
            self.reasons.append(Reason(code, Why.CONDITION, miss(condition, self.scene)))

    def _refuse(self, code: str, why: Why, had: int | None = None) -> None:
        if self.explain:
            self.reasons.append(Reason(code, why, had=had))


def _laid(points: int, lines: Lines, weights: list[int]) -> LineShares:
    if len(lines) == 1:
        return ((lines[0].number, points),)
    shares = spread(points, weights)
    return tuple([(line.number, share) for line, share in zip(lines, shares, strict=True)])
