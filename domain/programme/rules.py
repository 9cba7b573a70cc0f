"""What an order earns: pure, the same code for live orders, quotes, imports and forecasts.

In this order: base rules (the best, or all, by policy), then the tier's multiplier and MULTIPLIER
rules, each on base points alone, then campaigns as declared, then offers; limits last. One floor a
rule, over the sum of its lines. Base points count towards the tier: what multiplies them does not.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from domain.calendar import Period, first_day
from domain.money import WHOLE_BASIS_POINTS, spread
from domain.programme.accruals import Accrual, LineShares, Part, PartKind, Reason, Why
from domain.programme.conditions import (
    LINE_SUBJECTS,
    ORDER_SUBJECTS,
    Condition,
    parse,
)
from domain.programme.facts import LineFacts, OrderFacts, Scene, Standing
from domain.programme.live import Check, miss
from domain.programme.live import compiled as check_of
from domain.programme.terms import (
    BasePolicy,
    Group,
    LimitPeriod,
    Multiplier,
    PerAmount,
    PerItem,
    Programme,
    Rule,
    TaxPolicy,
    Written,
)

Refuse = Callable[[Reason], None]


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A rule with its conditions as functions of a scene; None where nothing is asked."""

    rule: Rule
    when: Check | None
    lines: Check | None
    condition: Condition | None


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


def compiled(programme: Programme) -> Compiled:
    """The programme, compiled. It must be free of problems (document.problems)."""
    rules = [_compiled_rule(rule) for rule in programme.rules]
    fixed = [each for each in rules if not isinstance(each.rule.effect, Multiplier)]
    return Compiled(
        programme,
        ZoneInfo(programme.time_zone),
        {tier.code: tier.rank for tier in programme.tiers},
        {tier.code: tier.multiplier_basis_points for tier in programme.tiers},
        tuple(each for each in fixed if each.rule.group is Group.BASE),
        tuple(each for each in rules if isinstance(each.rule.effect, Multiplier)),
        tuple(each for each in fixed if each.rule.group is Group.CAMPAIGN),
        programme.tax is TaxPolicy.BEFORE_TAX,
    )


def accrual(
    programme: Compiled, order: OrderFacts, standing: Standing, *, explain: bool = True
) -> Accrual:
    """What the order earns. Without `explain` no reasons are given, and it is quicker."""
    return _Judgement(programme, order, standing, explain).accrual()


def periods(programme: Compiled, occurred_at: datetime) -> list[str]:
    """The periods in which limits of this programme count at that instant."""
    day = occurred_at.astimezone(programme.zone).date()
    limits = [rule.limit for rule in programme.programme.rules if rule.limit]
    kinds = {limit.per for limit in limits} - {LimitPeriod.ORDER}
    return [_period(kind, day) for kind in sorted(kinds)]


def _compiled_rule(rule: Rule) -> CompiledRule:
    when = _condition(rule.when, frozenset(ORDER_SUBJECTS))
    lines = _condition(rule.lines, frozenset(LINE_SUBJECTS))
    return CompiledRule(
        rule, check_of(when) if when else None, check_of(lines) if lines else None, when
    )


def _condition(written: Written | None, subjects: frozenset[object]) -> Condition | None:
    return parse(written, subjects) if written is not None else None  # type: ignore[arg-type]


def _period(kind: LimitPeriod, day: date) -> str:
    if kind is LimitPeriod.EVER:
        return "EVER"
    return f"{kind} {first_day(Period(kind), day).isoformat()}"


class _Judgement:
    """One order on its way through the rules."""

    def __init__(
        self, programme: Compiled, order: OrderFacts, standing: Standing, explain: bool
    ) -> None:
        self.programme = programme
        self.standing = standing
        self.explain = explain
        local = order.occurred_at.astimezone(programme.zone)
        self.day = local.date()
        self.scene = Scene(order, standing, local, programme.ranks)
        self.reasons: list[Reason] = []
        self.base_shares: dict[str, dict[int, int]] = {}

    def accrual(self) -> Accrual:
        parts = self._base()
        for part in parts:
            shares = self.base_shares.setdefault(part.unit, {})
            for number, points in part.lines:
                shares[number] = shares.get(number, 0) + points
        unit = self.programme.programme.qualifying_unit
        qualifying = sum(part.points for part in parts if part.unit == unit)
        for part in (*self._multiplied(), *self._campaigns(), *self._offers()):
            parts.append(part)
        return Accrual(tuple(part for part in parts if part.points), tuple(self.reasons), qualifying)

    def _base(self) -> list[Part]:
        found = [part for each in self.programme.base for part in self._part(each)]
        if self.programme.programme.base_policy is BasePolicy.SUM:
            return [self._limited(part) for part in found]
        best: dict[str, Part] = {}
        for part in found:
            held = best.get(part.unit)
            if held is None or part.points > held.points:
                best[part.unit] = part
        for part in found:
            if best[part.unit] is not part:
                self._refuse(Reason(part.rule, Why.NOT_BEST))
        return [self._limited(part) for part in best.values()]

    def _multiplied(self) -> Iterator[Part]:
        tier = self.standing.tier
        unit = self.programme.programme.qualifying_unit
        factor = self.programme.multipliers.get(tier, WHOLE_BASIS_POINTS)
        if factor != WHOLE_BASIS_POINTS and (shares := self.base_shares.get(unit)):
            yield self._times(tier, PartKind.TIER, unit, factor, shares)
        for each in self.programme.base_multipliers:
            rule = each.rule
            assert isinstance(rule.effect, Multiplier)
            lines = self._lines(each)
            if lines is None:
                continue
            base = self.base_shares.get(rule.unit, {})
            shares = {line.number: base[line.number] for line in lines if line.number in base}
            if not any(shares.values()):
                self._refuse(Reason(rule.code, Why.TOO_LITTLE))
                continue
            factor = rule.effect.basis_points
            part = self._times(rule.code, PartKind.MULTIPLIER, rule.unit, factor, shares)
            yield self._limited(part)

    def _campaigns(self) -> Iterator[Part]:
        for each in self.programme.campaigns:
            for part in self._part(each):
                yield self._limited(part)

    def _offers(self) -> Iterator[Part]:
        for offer in self.standing.offers:
            if offer.when is not None and check_of(offer.when)(self.scene) is not True:
                continue
            if offer.points is not None and self.scene.lines:
                shares = self._shares(offer.points, self.scene.lines)
                yield Part(offer.id, PartKind.OFFER, offer.unit, offer.points, {}, shares)

    def _part(self, each: CompiledRule) -> Iterator[Part]:
        lines = self._lines(each)
        if lines is None:
            return
        rule, effect = each.rule, each.rule.effect
        if isinstance(effect, PerAmount):
            amount = sum([self._amount(line) for line in lines])
            points = amount // effect.each_minor * effect.points
            kind, inputs = PartKind.PER_AMOUNT, {"amount": amount, "each": effect.each_minor}
        elif isinstance(effect, PerItem):
            count = sum([line.quantity for line in lines])
            points = count * effect.points
            kind, inputs = PartKind.PER_ITEM, {"count": count}
        else:
            assert not isinstance(effect, Multiplier)
            points, kind, inputs = effect.points, PartKind.PER_ORDER, {}
        if points <= 0:
            self._refuse(Reason(rule.code, Why.TOO_LITTLE))
            return
        inputs["rate"] = effect.points
        yield Part(rule.code, kind, rule.unit, points, inputs, self._shares(points, lines))

    def _lines(self, each: CompiledRule) -> tuple[LineFacts, ...] | None:
        # None: the rule does not apply; the reason is noted.
        rule = each.rule
        if (rule.valid_from and self.day < rule.valid_from) or (
            rule.valid_until and self.day >= rule.valid_until
        ):
            return self._refuse(Reason(rule.code, Why.NOT_IN_FORCE))
        if each.when is not None and each.when(self.scene) is not True:
            if self.explain:
                assert each.condition is not None
                failed = miss(each.condition, self.scene)
                self.reasons.append(Reason(rule.code, Why.CONDITION, failed))
            return None
        if each.lines is None:
            lines = self.scene.lines
        else:
            lines = tuple([line for line in self.scene.lines if self._counts(each.lines, line)])
        return lines or self._refuse(Reason(rule.code, Why.NO_LINE))

    def _counts(self, check: Check, line: LineFacts) -> bool:
        self.scene.line = line
        return check(self.scene) is True

    def _times(
        self, code: str, kind: PartKind, unit: str, factor: int, shares: dict[int, int]
    ) -> Part:
        base = sum(shares.values())
        points = base * (factor - WHOLE_BASIS_POINTS) // WHOLE_BASIS_POINTS
        spread_points = spread(points, list(shares.values()))
        lines = tuple(zip(shares, spread_points, strict=True))
        return Part(code, kind, unit, points, {"base": base, "factor": factor}, lines)

    def _limited(self, part: Part) -> Part:
        rule = self.programme.programme.rule(part.rule)
        if rule is None or rule.limit is None:
            return part
        period = None
        left = rule.limit.points
        if rule.limit.per is not LimitPeriod.ORDER:
            period = _period(rule.limit.per, self.day)
            left = max(0, left - self.standing.used.get((rule.code, period), 0))
        if part.points <= left:
            return replace(part, period=period)
        if left == 0:
            self._refuse(Reason(part.rule, Why.LIMIT))
        weights = [points for _, points in part.lines]
        numbers = [number for number, _ in part.lines]
        lines = tuple(zip(numbers, spread(left, weights), strict=True))
        return replace(part, points=left, lines=lines, desired=part.points, period=period)

    def _shares(self, points: int, lines: tuple[LineFacts, ...]) -> LineShares:
        shares = spread(points, [self._amount(line) for line in lines])
        return tuple([(line.number, share) for line, share in zip(lines, shares, strict=True)])

    def _amount(self, line: LineFacts) -> int:
        if self.programme.before_tax:
            return max(0, line.amount_minor - line.included_tax_minor)
        return line.amount_minor

    def _refuse(self, reason: Reason) -> None:
        if self.explain:
            self.reasons.append(reason)
