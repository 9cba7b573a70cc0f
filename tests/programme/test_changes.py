"""What a new version changes: paths by codes, and which way each change goes."""

from datetime import date
from typing import Any

import pytest

from domain.programme.changes import FIELDS, Change, ChangeEffect, changes, overall
from tests.factories.discounts import a_discount
from tests.factories.programme import a_programme, a_rule, a_tier, terms_of
from tests.programme.documents import fields

BETTER, WORSE, NEUTRAL = ChangeEffect.BETTER, ChangeEffect.WORSE, ChangeEffect.NEUTRAL
# By these a list goes: what has another is another.
KEYS = {
    "units.*.caps.*.per",
    "activities.*.attributes.*.name",
    "tiers.*.benefits.*.title",
    "memberAttributes.*.name",
    "profileQuestions.*.name",
}


def test_every_field_of_the_document_has_its_row_in_the_table() -> None:
    unlisted = fields() - set(FIELDS) - KEYS
    assert sorted(unlisted) == [], "say which way is better: domain/programme/changes/*_fields.py"
    assert sorted(set(FIELDS) - fields()) == [], "these rows are of no field"


def test_the_same_terms_have_not_changed() -> None:
    assert changes(terms_of(), terms_of()) == []


def test_what_only_moved_has_not_changed() -> None:
    rules = [a_rule("one"), a_rule("two")]
    assert changes(terms_of(rules=rules), terms_of(rules=rules[::-1])) == []


def _only(before: dict[str, Any], after: dict[str, Any]) -> Change:
    (change,) = changes(terms_of(**before), terms_of(**after))
    return change


def _rule(**terms: Any) -> dict[str, Any]:
    return {"rules": [a_rule("r", **terms)]}


def _unit(**terms: Any) -> dict[str, Any]:
    units = a_programme()["units"]
    return {"units": [{**units[0], **terms}, units[1]]}


def _tier(**terms: Any) -> dict[str, Any]:
    return {"tiers": [a_tier("bronze", 1, 0), a_tier("silver", 2, 100) | terms]}


def _off(**terms: Any) -> dict[str, Any]:
    return {"discounts": [a_discount(**terms)]}


def _per_amount(points: int, each: int) -> dict[str, Any]:
    return _rule(effect={"kind": "PER_AMOUNT", "points": points, "eachMinor": each})


WAYS = [
    (_per_amount(1, 100), _per_amount(2, 100), "rules.r.effect.points", 1, 2, BETTER),
    (_per_amount(1, 100), _per_amount(1, 200), "rules.r.effect.eachMinor", 100, 200, WORSE),
    (_rule(), {"rules": [a_rule("r"), a_rule("s")]}, "rules.s", None, ..., BETTER),
    (_rule(limit={"points": 9, "per": "DAY"}), _rule(), "rules.r.limit", ..., None, BETTER),
    (_rule(validUntil="2026-09-01"), _rule(validUntil="2026-08-01"), "rules.r.validUntil",
     "2026-09-01", "2026-08-01", WORSE),
    (_rule(validFrom="2026-09-01"), _rule(), "rules.r.validFrom", "2026-09-01", None, BETTER),
    (_unit(expiry={"months": 24}), _unit(expiry={"months": 12}), "units.POINTS.expiry.months",
     24, 12, WORSE),
    (_unit(), _unit(expiry={"months": 12}), "units.POINTS.expiry", None, ..., WORSE),
    (_unit(expiry={"on": [{"month": 6, "day": 30}, {"month": 12, "day": 31}]}),
     _unit(expiry={"on": [{"month": 12, "day": 31}]}), "units.POINTS.expiry.on", ..., ..., BETTER),
    (_unit(pending={"days": 14}), _unit(pending={"days": 7}), "units.POINTS.pending.days",
     14, 7, BETTER),
    (_unit(transfers={}), _unit(transfers={"pointsMax": 9}), "units.POINTS.transfers.pointsMax",
     None, 9, WORSE),
    (_unit(caps=[{"points": 9, "per": "DAY"}]), _unit(caps=[{"points": 5, "per": "DAY"}]),
     "units.POINTS.caps.DAY.points", 9, 5, WORSE),
    (_unit(caps=[{"points": 9, "per": "DAY"}]), _unit(), "units.POINTS.caps.DAY",
     ..., None, BETTER),
    (_unit(payWithPoints={"points": 20, "minor": 100}),
     _unit(payWithPoints={"points": 25, "minor": 100}), "units.POINTS.payWithPoints.points",
     20, 25, WORSE),
    (_tier(), _tier(threshold=150), "tiers.silver.threshold", 100, 150, WORSE),
    (_tier(debtLimit=100), _tier(), "tiers.silver.debtLimit", 100, None, WORSE),
    (_tier(), {"tiers": [a_tier("bronze", 1, 0)]}, "tiers.silver", ..., None, WORSE),
    ({}, {"discounts": [a_discount()]}, "discounts.five", None, ..., BETTER),
    (_off(), _off(effect={"kind": "PERCENT_OFF", "basisPoints": 300}),
     "discounts.five.effect.basisPoints", 500, 300, WORSE),
    (_off(), _off(limit={"minor": 500, "per": "MONTH"}), "discounts.five.limit", None, ..., WORSE),
    (_off(budgetMinor=500), _off(), "discounts.five.budgetMinor", 500, None, BETTER),
    (_off(), _off(when={"memberTier": {"in": ["gold"]}}), "discounts.five.when",
     None, ..., WORSE),
    ({}, {"discountPolicy": "SUM"}, "discountPolicy", "BEST_OF", "SUM", BETTER),
    ({}, {"windowDays": 730}, "windowDays", 365, 730, BETTER),
    ({}, {"tierPolicy": {"downgrade": "ONE_STEP"}}, "tierPolicy.downgrade", "NEVER", "ONE_STEP",
     WORSE),
    ({}, {"claimDays": 30}, "claimDays", None, 30, WORSE),
    ({}, {"timeZone": "Europe/Berlin"}, "timeZone", "Europe/Athens", "Europe/Berlin", NEUTRAL),
]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "path", "was", "now", "effect"), WAYS, ids=[f"{w[2]}-{w[5]}" for w in WAYS]
)
def test_each_change_has_its_path_and_its_way(
    before: dict[str, Any], after: dict[str, Any], path: str, was: Any, now: Any, effect: Any
) -> None:
    change = _only(before, after)
    assert (".".join(change.path), change.effect) == (path, effect)
    assert was is ... or change.before == was
    assert now is ... or change.after == now
    back = _only(after, before)
    opposite = {BETTER: WORSE, WORSE: BETTER, NEUTRAL: NEUTRAL}
    assert back.effect is opposite[effect]


AT_LEAST_10 = {"orderAmount": {"atLeast": 1000}}
AT_LEAST_20 = {"orderAmount": {"atLeast": 2000}}
CONDITIONS = [
    (None, AT_LEAST_10, WORSE),
    (AT_LEAST_10, AT_LEAST_20, WORSE),
    ({"timeWeekday": {"in": ["MONDAY"]}}, {"timeWeekday": {"in": ["MONDAY", "FRIDAY"]}}, BETTER),
    (AT_LEAST_10, {"all": [AT_LEAST_10, {"timeHour": {"below": 9}}]}, WORSE),
    ({"not": AT_LEAST_10}, {"not": AT_LEAST_20}, BETTER),
    ({"any": [AT_LEAST_20, AT_LEAST_10]}, {"any": [AT_LEAST_10, AT_LEAST_20]}, NEUTRAL),
    (AT_LEAST_10, {"timeHour": {"below": 9}}, NEUTRAL),
    ({"memberOrders": {"atLeast": 2}}, {"memberOrders": {"atLeast": 2, "withinDays": 30}}, NEUTRAL),
]


@pytest.mark.parametrize(("before", "after", "effect"), CONDITIONS)
def test_a_condition_goes_one_way_only_where_that_is_sure(
    before: Any, after: Any, effect: ChangeEffect
) -> None:
    change = _only(_rule(when=before), _rule(when=after))
    assert (change.path, change.effect) == (("rules", "r", "when"), effect)


def test_a_tier_is_held_against_the_one_that_replaces_it() -> None:
    after = _tier(code="plus", replaces=["silver"], threshold=80)
    found = {
        change.path: change.effect for change in changes(terms_of(**_tier()), terms_of(**after))
    }
    assert found == {
        ("tiers", "silver", "code"): NEUTRAL,
        ("tiers", "silver", "replaces"): NEUTRAL,
        ("tiers", "silver", "threshold"): BETTER,
    }


def test_a_change_knows_what_it_is_of() -> None:
    rule = _only(_per_amount(1, 100), _per_amount(2, 100))
    assert rule.subject == ("rules", "r")
    assert _only({}, {"tierPolicy": {"graceDays": 3}}).subject == ("tierPolicy", None)


def test_one_worse_change_makes_the_whole_worse() -> None:
    found = changes(terms_of(**_rule()), terms_of(**_rule(when=AT_LEAST_10), windowDays=730))
    assert overall(found) is WORSE
    assert overall([]) is NEUTRAL


def test_nobody_loses_by_a_rule_that_was_over() -> None:
    summer = a_rule("summer", validUntil="2026-09-01")
    before, after = terms_of(rules=[a_rule(), summer]), terms_of()
    for day, effect in ((date(2026, 8, 31), WORSE), (date(2026, 9, 1), NEUTRAL)):
        assert [change.effect for change in changes(before, after, day)] == [effect]
    again = terms_of(rules=[a_rule(), summer | {"validUntil": "2027-09-01"}])
    assert [change.effect for change in changes(before, again, date(2026, 9, 1))] == [BETTER]
