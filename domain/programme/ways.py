"""All ways to earn that are open to a member at an instant: pure.

What only an order, or an activity, could tell is not known yet: a rule that may still give is open.
"""

from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace

from domain.programme.activity_rules import ActivityFacts, ActivityScene
from domain.programme.compiling import Compiled, CompiledActivityRule, CompiledRule
from domain.programme.facts import Standing
from domain.programme.periods import in_force, period_of
from domain.programme.terms import ActivityRule, LimitPeriod, Rule


@dataclass(frozen=True, slots=True)
class Way:
    """A rule that may give points now. `limit_left`: how many at the most; None: no limit."""

    rule: Rule | ActivityRule
    limit_left: int | None


class _Before(ActivityScene):
    """The scene before anything is bought or done."""

    def __init__(self, programme: Compiled, kind: str, standing: Standing, at: datetime) -> None:
        local = at.astimezone(programme.zone)
        super().__init__(programme, ActivityFacts(kind, at), standing, local)
        self.order = SimpleNamespace(  # type: ignore[assignment]
            store=None, sales_channel=None, source=None
        )
        self.amount_minor = None  # type: ignore[assignment]

    @property
    def line_count(self) -> None:  # type: ignore[override]
        """Nobody knows yet."""
        return


def ways_to_earn(programme: Compiled, standing: Standing, at: datetime) -> list[Way]:
    """The rules for orders, then those for activities, as declared."""
    declared: list[Rule | ActivityRule] = list(programme.programme.rules)
    declared.extend(programme.programme.activity_rules)
    by_code: dict[str, CompiledRule | CompiledActivityRule] = {
        each.rule.code: each
        for each in (*programme.base, *programme.base_multipliers, *programme.campaigns)
    }
    for rules in programme.activity_rules.values():
        by_code.update({each.rule.code: each for each in rules})
    ways = [_way(programme, by_code[rule.code], standing, at) for rule in declared]
    return [way for way in ways if way is not None]


def _way(
    programme: Compiled,
    each: CompiledRule | CompiledActivityRule,
    standing: Standing,
    at: datetime,
) -> Way | None:
    rule = each.rule
    day = at.astimezone(programme.zone).date()
    is_open = in_force(rule, day) and programme.programme.earns_on(day)
    if not is_open or rule.code in standing.stopped:
        return None
    kind = rule.activity if isinstance(rule, ActivityRule) else ""
    if each.when is not None and each.when(_Before(programme, kind, standing, at)) is False:
        return None
    if rule.limit is None:
        return Way(rule, None)
    left = rule.limit.points
    if rule.limit.per is not LimitPeriod.ORDER:
        left -= standing.used.get((rule.code, period_of(rule.limit.per, day)), 0)
    return Way(rule, left) if left > 0 else None
