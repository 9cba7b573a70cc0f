"""A programme made ready to judge by: conditions as functions, rules in the order they work in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from domain.programme.accruals import PartKind
from domain.programme.compiled_discounts import CompiledDiscount, compiled_discounts
from domain.programme.compiled_discounts import conditions as conditions_of_discounts
from domain.programme.conditions import LINE_SUBJECTS, ORDER_SUBJECTS, Condition, figures, parse
from domain.programme.conditions.attributes import ACTIVITY_SUBJECTS, leaves_of
from domain.programme.conditions.history import Figure
from domain.programme.conditions.leaves import Leaf, Subject
from domain.programme.conditions.live import Check
from domain.programme.conditions.live import compiled as check_of
from domain.programme.conditions.member_attributes import leaves_of_programme
from domain.programme.terms import (
    ActivityRule,
    BasePolicy,
    Effect,
    Group,
    Limit,
    Multiplier,
    PerAmount,
    PerItem,
    PerOrder,
    Programme,
    Rule,
    TaxPolicy,
    Unit,
    Written,
)

_KINDS: dict[type[Effect], PartKind] = {
    PerAmount: PartKind.PER_AMOUNT,
    PerItem: PartKind.PER_ITEM,
    PerOrder: PartKind.PER_ORDER,
    Multiplier: PartKind.MULTIPLIER,
}


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A rule with its conditions as functions of a scene; None where nothing is asked.

    `rate`: points, or basis points of a multiplier; `each`: how much, or how many, earns them.
    """

    rule: Rule
    code: str
    unit: str
    kind: PartKind
    rate: int
    each: int
    limit: Limit | None
    when: Check | None
    lines: Check | None
    condition: Condition | None
    is_dated: bool


@dataclass(frozen=True, slots=True)
class Compiled:
    """A programme, ready to judge by. `figures`: what its rules ask of members' histories."""

    programme: Programme
    zone: ZoneInfo
    ranks: dict[str, int]
    multipliers: dict[str, int]
    base: tuple[CompiledRule, ...]
    base_multipliers: tuple[CompiledRule, ...]
    campaigns: tuple[CompiledRule, ...]
    before_tax: bool
    takes_best: bool
    activity_rules: Mapping[str, tuple["CompiledActivityRule", ...]] = field(default_factory=dict)
    capped: tuple[Unit, ...] = ()
    figures: frozenset[Figure] = frozenset()
    discounts: tuple[CompiledDiscount, ...] = ()


@dataclass(frozen=True, slots=True)
class CompiledActivityRule:
    """A rule for activities with its condition as a function of a scene; None: nothing is asked."""

    rule: ActivityRule
    when: Check | None
    condition: Condition | None


def compiled(programme: Programme) -> Compiled:
    """The programme, compiled. It must be free of problems (review.problems)."""
    leaves = leaves_of_programme(programme)
    rules = [_compiled_rule(rule, leaves) for rule in programme.rules]
    fixed = [each for each in rules if each.kind is not PartKind.MULTIPLIER]
    return Compiled(
        programme,
        ZoneInfo(programme.time_zone),
        {tier.code: tier.rank for tier in programme.tiers},
        {tier.code: tier.multiplier_basis_points for tier in programme.tiers},
        tuple(each for each in fixed if each.rule.group is Group.BASE),
        tuple(each for each in rules if each.kind is PartKind.MULTIPLIER),
        tuple(each for each in fixed if each.rule.group is Group.CAMPAIGN),
        programme.tax is TaxPolicy.BEFORE_TAX,
        programme.base_policy is BasePolicy.BEST_OF,
        _activity_rules(programme),
        tuple(unit for unit in programme.units if unit.caps or unit.max_balance),
        figures(_conditions(programme)),
        compiled_discounts(programme),
    )


def _conditions(programme: Programme) -> Iterator[Condition]:
    leaves = leaves_of_programme(programme)
    for rule in programme.rules:
        if rule.when is not None:
            yield parse(rule.when, ORDER_SUBJECTS, leaves=leaves)
    yield from conditions_of_discounts(programme)


def _activity_rules(programme: Programme) -> dict[str, tuple[CompiledActivityRule, ...]]:
    found: dict[str, tuple[CompiledActivityRule, ...]] = {}
    for rule in programme.activity_rules:
        kind = programme.activity(rule.activity)
        assert kind is not None, "a programme without problems"
        when = None
        if rule.when is not None:
            when = parse(rule.when, ACTIVITY_SUBJECTS, leaves=leaves_of(programme, kind))
        compiled_rule = CompiledActivityRule(rule, check_of(when) if when else None, when)
        found[rule.activity] = (*found.get(rule.activity, ()), compiled_rule)
    return found


def _compiled_rule(rule: Rule, leaves: Mapping[str, Leaf]) -> CompiledRule:
    when = _condition(rule.when, ORDER_SUBJECTS, leaves)
    lines = _condition(rule.lines, LINE_SUBJECTS, leaves)
    effect = rule.effect
    return CompiledRule(
        rule,
        rule.code,
        rule.unit,
        _KINDS[type(effect)],
        effect.basis_points if isinstance(effect, Multiplier) else effect.points,
        effect.each_minor if isinstance(effect, PerAmount) else 1,
        rule.limit,
        check_of(when) if when else None,
        check_of(lines) if lines else None,
        when,
        rule.valid_from is not None or rule.valid_until is not None,
    )


def _condition(
    written: Written | None, subjects: frozenset[Subject], leaves: Mapping[str, Leaf]
) -> Condition | None:
    return parse(written, subjects, leaves=leaves) if written is not None else None
