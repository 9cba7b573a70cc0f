"""What activities earn, by hand and by chance; what is open; what is wrong with a programme."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.language import LANGUAGES
from domain.programme import document, review, words
from domain.programme.accruals import Why
from domain.programme.activity_rules import ActivityFacts, Value, activity_accrual, activity_periods
from domain.programme.facts import Standing
from domain.programme.problems import Severity
from domain.programme.rules import Compiled, compiled
from domain.programme.ways import ways_to_earn
from tests.factories.activities import a_badge, a_kind, an_activity_rule, an_attribute
from tests.factories.programme import NOON, a_programme, a_rule, a_standing, terms_of

STARS = an_attribute("stars", "NUMBER", required=True)
VERIFIED = an_attribute("verified", "FLAG")
ABOUT = an_attribute("about", "TEXT", values=["coffee", "cake"])
DAY = an_attribute("visitedOn", "DATE")
REVIEW = a_kind("review", STARS, VERIFIED, ABOUT, DAY)


def rules_of(*rules: dict[str, Any]) -> Compiled:
    return compiled(terms_of(activities=[REVIEW], activityRules=list(rules)))


def earned(
    programme: Compiled, standing: Standing | None = None, at: datetime = NOON, **said: Value
) -> list[tuple[str, int]]:
    facts = ActivityFacts("review", at, said)
    parts = activity_accrual(programme, facts, standing or a_standing()).parts
    return [(part.rule, part.points) for part in parts]


@pytest.mark.parametrize(
    ("when", "said", "holds"),
    [
        ({"stars": {"atLeast": 4}}, {"stars": 4}, True),
        ({"stars": {"atLeast": 4}}, {"stars": 3}, False),
        ({"verified": {"is": True}}, {"verified": True}, True),
        ({"verified": {"is": True}}, {}, False),
        ({"not": {"verified": {"is": True}}}, {}, False),
        ({"not": {"verified": {"is": True}}}, {"verified": False}, True),
        ({"about": {"in": ["cake"]}}, {"about": "cake"}, True),
        ({"about": {"in": ["cake"]}}, {"about": "coffee"}, False),
        ({"visitedOn": {"from": "2026-06-01"}}, {"visitedOn": NOON.toordinal()}, True),
        ({"visitedOn": {"until": "2026-06-01"}}, {"visitedOn": NOON.toordinal()}, False),
        ({"memberTier": {"in": ["bronze"]}}, {}, True),
        ({"any": [{"timeHour": {"below": 9}}, {"stars": {"equals": 5}}]}, {"stars": 5}, True),
    ],
)
def test_a_rule_looks_at_attributes_member_and_time(
    when: dict[str, Any], said: dict[str, Value], holds: bool
) -> None:
    programme = rules_of(an_activity_rule(when=when))

    accrual = activity_accrual(programme, ActivityFacts("review", NOON, said), a_standing())

    assert [part.points for part in accrual.parts] == ([10] if holds else [])
    assert [reason.why for reason in accrual.reasons] == ([] if holds else [Why.CONDITION])


def test_what_a_limit_cuts_is_said_and_then_nothing_is_left() -> None:
    programme = rules_of(an_activity_rule(limit={"points": 15, "per": "DAY"}))
    (period,) = activity_periods(programme, NOON)

    def after(points: int) -> Any:
        used = {("for-a-review", period): points}
        return activity_accrual(programme, ActivityFacts("review", NOON), a_standing(used=used))

    assert [(part.points, part.desired) for part in after(0).parts] == [(10, None)]
    assert [(part.points, part.desired) for part in after(10).parts] == [(5, 10)]
    assert [reason.why for reason in after(15).reasons] == [Why.LIMIT]


def test_a_rule_is_in_force_on_its_days_alone() -> None:
    programme = rules_of(an_activity_rule(validFrom="2026-06-03", validUntil="2026-06-04"))

    days = [NOON + timedelta(days=n) for n in (-1, 0, 1)]

    assert [len(earned(programme, at=day)) for day in days] == [0, 1, 0]


@settings(max_examples=200, deadline=None)
@given(
    rules=st.lists(
        st.tuples(
            st.integers(1, 50),
            st.sampled_from(["POINTS", "STARS"]),
            st.none() | st.tuples(st.integers(1, 120), st.sampled_from(["DAY", "WEEK", "EVER"])),
            st.none() | st.integers(1, 5),
        ),
        min_size=1,
        max_size=4,
    ),
    reports=st.lists(st.tuples(st.integers(0, 20), st.integers(1, 5)), max_size=12),
    seed=st.integers(0, 2**32),
)
def test_parts_sum_and_limits_hold_in_any_order(
    rules: list[Any], reports: list[tuple[int, int]], seed: int
) -> None:
    written = [
        an_activity_rule(
            f"rule-{n}",
            points=points,
            unit=unit,
            **({"limit": {"points": limit[0], "per": limit[1]}} if limit else {}),
            **({"when": {"stars": {"atLeast": stars}}} if stars else {}),
        )
        for n, (points, unit, limit, stars) in enumerate(rules)
    ]
    programme = rules_of(*written)

    def in_this_order(told: list[tuple[int, int]]) -> dict[tuple[str, str], int]:
        used: dict[tuple[str, str], int] = {}
        for day, stars in told:
            facts = ActivityFacts("review", NOON + timedelta(days=day), {"stars": stars})
            standing = a_standing(used=dict(used))
            accrual = activity_accrual(programme, facts, standing)
            quiet = activity_accrual(programme, facts, standing, explain=False)
            assert (quiet.parts, accrual.qualifying) == (accrual.parts, 0)
            assert sum(accrual.totals().values()) == sum(part.points for part in accrual.parts)
            assert len(accrual.parts) + len(accrual.reasons) == len(written)
            for part in accrual.parts:
                assert 0 < part.points <= part.inputs["rate"]
                key = part.rule, part.period or "no limit"
                used[key] = used.get(key, 0) + part.points
        return used

    used = in_this_order(reports)
    for (code, period), points in used.items():
        limit = rules[int(code.removeprefix("rule-"))][2]
        assert period == "no limit" or points <= limit[0]
    shuffled = random.Random(seed).sample(reports, len(reports))
    assert in_this_order(shuffled) == used


def test_ways_to_earn_are_those_that_may_still_give_something() -> None:
    programme = compiled(
        terms_of(
            rules=[
                a_rule(),
                a_rule("gold", when={"memberTier": {"in": ["gold"]}}),
                a_rule("large", when={"orderAmount": {"atLeast": 3000}}),
                a_rule("tuesday", when={"timeWeekday": {"in": ["TUESDAY"]}}),
                a_rule("over", validUntil="2026-01-01"),
                a_rule("used", limit={"points": 5, "per": "EVER"}),
                a_rule("an-order", limit={"points": 7, "per": "ORDER"}),
            ],
            activities=[REVIEW],
            activityRules=[
                an_activity_rule(
                    when={"stars": {"atLeast": 4}}, limit={"points": 20, "per": "EVER"}
                ),
                an_activity_rule("for-gold", when={"memberTier": {"in": ["gold"]}}),
            ],
        )
    )
    standing = a_standing(used={("used", "EVER"): 5, ("for-a-review", "EVER"): 12})

    ways = [(way.rule.code, way.limit_left) for way in ways_to_earn(programme, standing, NOON)]

    assert ways == [
        ("every-euro", None),
        ("large", None),
        ("an-order", 7),
        ("for-a-review", 8),
    ]


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"activities": [a_kind(), a_kind()]}, "activities.1.code"),
        ({"activities": [a_kind("1st")]}, "activities.0.code"),
        ({"activities": [a_kind(name={"en": "R", "el": "R"})]}, "activities.0.name.ru"),
        ({"activities": [a_kind("x", STARS, STARS)]}, "activities.0.attributes.1.name"),
        (
            {"activities": [a_kind("x", an_attribute("Stars", "NUMBER"))]},
            "activities.0.attributes.0.name",
        ),
        (
            {"activities": [a_kind("x", an_attribute("memberTier", "TEXT"))]},
            "activities.0.attributes.0.name",
        ),
        (
            {"activities": [a_kind("x", an_attribute("n", "NUMBER", values=["1"]))]},
            "activities.0.attributes.0.values",
        ),
        ({"activityRules": [an_activity_rule("every-euro")]}, "activityRules.0.code"),
        ({"activityRules": [an_activity_rule(activity="visit")]}, "activityRules.0.activity"),
        ({"activityRules": [an_activity_rule(unit="MILES")]}, "activityRules.0.unit"),
        ({"activityRules": [an_activity_rule(points=0)]}, "activityRules.0.points"),
        (
            {"activityRules": [an_activity_rule(limit={"points": 5, "per": "ORDER"})]},
            "activityRules.0.limit.per",
        ),
        (
            {"activityRules": [an_activity_rule(limit={"points": 0, "per": "DAY"})]},
            "activityRules.0.limit.points",
        ),
        (
            {"activityRules": [an_activity_rule(when={"about": {"in": ["tea"]}})]},
            "activityRules.0.when.about.in.0",
        ),
        (
            {"activityRules": [an_activity_rule(when={"orderAmount": {"atLeast": 1}})]},
            "activityRules.0.when.orderAmount",
        ),
        (
            {"activityRules": [an_activity_rule(when={"memberOrderNumber": {"atLeast": 1}})]},
            "activityRules.0.when.memberOrderNumber",
        ),
        (
            {"activityRules": [an_activity_rule(validFrom="2026-06-02", validUntil="2026-06-02")]},
            "activityRules.0.validUntil",
        ),
        ({"badges": [a_badge(activity="visit")]}, "badges.0.activity"),
        ({"badges": [a_badge(count=0)]}, "badges.0.count"),
        ({"badges": [a_badge(givenFor="TIER")]}, "badges.0.tier"),
        ({"badges": [a_badge(givenFor="TIER", tier="platinum")]}, "badges.0.tier"),
        ({"badges": [a_badge(givenFor="ORDERS", activity="review")]}, "badges.0.activity"),
        ({"badges": [a_badge(), a_badge()]}, "badges.1.code"),
        ({"badges": [a_badge(f"b{n}") for n in range(51)]}, "badges"),
    ],
)
def test_what_is_wrong_is_told_with_its_path(changes: dict[str, Any], path: str) -> None:
    programme = document.decoded(a_programme(**{"activities": [REVIEW], **changes}))

    found = [".".join(problem.path) for problem in review.errors(programme)]

    assert found == [path]


def test_what_is_only_unwise_is_a_warning() -> None:
    kinds = [a_kind("share", byMembers=True), a_kind("unused")]
    rule = an_activity_rule(activity="share")
    programme = document.decoded(a_programme(activities=kinds, activityRules=[rule]))

    found = [(".".join(each.path), each.severity) for each in review.problems(programme)]

    assert found == [
        ("activityRules.0.limit", Severity.WARNING),
        ("activities.1", Severity.WARNING),
    ]


def test_a_programme_without_activities_is_written_as_before() -> None:
    plain = document.decoded(a_programme())
    empty = document.decoded(a_programme(activities=[], activityRules=[], badges=[]))

    assert document.hashed(plain) == document.hashed(empty)
    assert not {"activities", "activityRules", "badges"} & document.encoded(empty).keys()


def test_rules_and_goals_are_read_aloud_in_three_languages() -> None:
    programme = terms_of(
        activities=[REVIEW],
        activityRules=[
            an_activity_rule(
                when={"all": [{"stars": {"atLeast": 4}}, {"not": {"verified": {"is": False}}}]},
                limit={"points": 20, "per": "WEEK"},
            )
        ],
        badges=[a_badge(), a_badge("regular", givenFor="ORDERS", count=10)],
    )
    (rule,) = programme.activity_rules

    said = [words.activity_rule(programme, rule, language) for language in LANGUAGES]
    goals = [words.badge_goal(programme, badge, "en") for badge in programme.badges]

    assert said == [
        "10 points for: Review, when “stars” is at least 4 and “verified”: yes;"
        " limit: 20 points a week.",
        "10 баллов за: Review, если «stars» — не меньше 4 и «verified»: да;"
        " лимит: 20 баллов в неделю.",
        "10 πόντοι για: Review, όταν «stars» είναι τουλάχιστον 4 και «verified»: ναι·"
        " όριο: 20 πόντοι την εβδομάδα.",
    ]
    assert goals == ["Review: 3.", "For 10 orders."]


def test_midnight_is_local() -> None:
    programme = rules_of(an_activity_rule(limit={"points": 5, "per": "DAY"}))

    before = datetime(2026, 6, 3, 20, 59, tzinfo=UTC)

    assert activity_periods(programme, before) == ["DAY 2026-06-03"]
    assert activity_periods(programme, before + timedelta(minutes=1)) == ["DAY 2026-06-04"]
