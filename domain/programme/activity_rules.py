"""What an activity earns: pure, the same code for live reports and forecasts.

Each rule of its kind gives its points, as declared; a rule's limit is its last step. Nothing of it
counts towards a tier: tiers are reached by what is bought.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import SimpleNamespace

from domain.programme import caps
from domain.programme.accruals import Accrual, Part, PartKind, Reason, Why
from domain.programme.compiling import Compiled, CompiledActivityRule
from domain.programme.conditions.live import miss
from domain.programme.facts import OrderFacts, Scene, Standing
from domain.programme.periods import in_force, period_of

Value = str | int | bool


@dataclass(frozen=True, slots=True)
class ActivityFacts:
    """One activity, at the instant at which it happened. A date is its proleptic ordinal."""

    kind: str
    occurred_at: datetime
    attributes: Mapping[str, Value] = field(default_factory=dict)


class ActivityScene(Scene):
    """All that a condition may look at: an attribute that was not said is not known."""

    __slots__ = ("activity",)

    def __init__(
        self, programme: Compiled, activity: ActivityFacts, standing: Standing, local: datetime
    ) -> None:
        nothing = OrderFacts(activity.occurred_at, programme.programme.currency, ())
        super().__init__(nothing, standing, local, programme.ranks)
        kind = programme.programme.activity(activity.kind)
        unsaid = {each.name: None for each in kind.attributes} if kind else {}
        self.activity = SimpleNamespace(**{**unsaid, **activity.attributes})


def activity_accrual(
    programme: Compiled, activity: ActivityFacts, standing: Standing, *, explain: bool = True
) -> Accrual:
    """What the activity earns. Without `explain` no reasons are given."""
    local = activity.occurred_at.astimezone(programme.zone)
    scene = ActivityScene(programme, activity, standing, local)
    parts: list[Part] = []
    reasons: list[Reason] = []
    ends = not programme.programme.earns_on(local.date())
    for each in programme.activity_rules.get(activity.kind, ()):
        found = Reason(each.rule.code, Why.ENDED) if ends else _judged(each, scene, standing)
        if isinstance(found, Part):
            parts.append(found)
        elif explain:
            reasons.append(found)
    accrued = Accrual(tuple(parts), tuple(reasons))
    if not programme.capped:
        return accrued
    return caps.capped(programme, accrued, standing.used, local.date(), explain=explain)


def activity_periods(programme: Compiled, occurred_at: datetime) -> list[str]:
    """The periods in which limits on activities count at that instant."""
    day = occurred_at.astimezone(programme.zone).date()
    kinds = {rule.limit.per for rule in programme.programme.activity_rules if rule.limit}
    return [*(period_of(kind, day) for kind in sorted(kinds)), *caps.periods(programme, day)]


def _judged(each: CompiledActivityRule, scene: ActivityScene, standing: Standing) -> Part | Reason:
    rule, day = each.rule, scene.local.date()
    if not in_force(rule, day):
        return Reason(rule.code, Why.NOT_IN_FORCE)
    if rule.code in standing.stopped:
        return Reason(rule.code, Why.STOPPED)
    if each.when is not None and each.when(scene) is not True:
        assert each.condition is not None
        return Reason(rule.code, Why.CONDITION, miss(each.condition, scene))
    points, period, desired = rule.points, None, None
    if rule.limit is not None:
        period = period_of(rule.limit.per, day)
        left = rule.limit.points - standing.used.get((rule.code, period), 0)
        if left <= 0:
            return Reason(rule.code, Why.LIMIT)
        if points > left:
            points, desired = left, points
    inputs = {"rate": rule.points}
    return Part(rule.code, PartKind.ACTIVITY, rule.unit, points, inputs, (), desired, period)
