"""A wallet takes so many points at most, over all rules: the last step of judging."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.language import LANGUAGES
from domain.programme import caps, words
from domain.programme.accruals import BALANCE, Accrual, PartKind, Reason, Why
from domain.programme.activity_rules import ActivityFacts, activity_accrual, activity_periods
from domain.programme.document import decoded, encoded, hashed
from domain.programme.facts import OrderFacts, Standing
from domain.programme.periods import period_of
from domain.programme.review import problems
from domain.programme.rules import Compiled, accrual, compiled
from domain.programme.terms import LimitPeriod
from tests.factories.activities import a_kind, an_activity_rule
from tests.factories.programme import NOON, a_line, a_programme, a_rule, a_standing, an_order
from tests.programme.strategies import orders, programmes, standings

PER_ORDER = {"kind": "PER_ORDER", "points": 5}


def with_caps(document: dict[str, Any] | None = None, **terms: Any) -> dict[str, Any]:
    """A document whose unit POINTS has these caps."""
    document = a_programme() if document is None else document
    points, *others = document["units"]
    return {**document, "units": [{**points, **terms}, *others]}


def ready(document: dict[str, Any]) -> Compiled:
    return compiled(decoded(document))


def daily(points: int, *, refuses: bool = False) -> list[dict[str, Any]]:
    return [{"points": points, "per": "DAY", **({"refuses": True} if refuses else {})}]


def test_what_is_over_is_cut_from_the_last_that_gave() -> None:
    bonus = a_rule("bonus", effect=PER_ORDER, group="CAMPAIGN")
    document = with_caps(a_programme(rules=[a_rule(), bonus]), caps=daily(14))

    judged = accrual(ready(document), an_order(), a_standing())

    assert [(p.rule, p.points, p.desired) for p in judged.parts] == [
        ("every-euro", 12, None),
        ("bonus", 2, 5),
    ]
    assert judged.parts[1].lines == ((1, 2),)
    assert judged.caps == (("=POINTS", "DAY 2026-06-03", 14),)


def test_all_or_nothing_where_that_is_declared() -> None:
    judged = accrual(ready(with_caps(caps=daily(11, refuses=True))), an_order(), a_standing())

    assert judged == Accrual((), (Reason("every-euro", Why.CAP),), 12)


def test_what_counts_for_the_tier_is_not_cut() -> None:
    judged = accrual(ready(with_caps(caps=daily(3))), an_order(), a_standing())
    assert (judged.totals(), judged.qualifying) == ({"POINTS": 3}, 12)


@pytest.mark.parametrize(("has", "given"), [(0, 12), (90, 10), (100, 0), (130, 0)])
def test_a_full_wallet_takes_no_more(has: int, given: int) -> None:
    rules = ready(with_caps(maxBalance={"points": 100}))
    standing = a_standing(used={("=POINTS", BALANCE): has})
    assert accrual(rules, an_order(), standing).totals().get("POINTS", 0) == given


def test_a_cap_of_one_order_counts_nothing_up() -> None:
    rules = ready(with_caps(caps=[{"points": 5, "per": "ORDER"}]))
    judged = accrual(rules, an_order(), a_standing())
    assert (judged.totals(), judged.caps) == ({"POINTS": 5}, ())


@pytest.mark.parametrize(
    ("terms", "path"),
    [
        ({"caps": daily(0)}, "units.0.caps.0.points"),
        ({"caps": [*daily(5), *daily(6)]}, "units.0.caps.1.per"),
        ({"maxBalance": {"points": 0}}, "units.0.maxBalance.points"),
    ],
)
def test_caps_that_cannot_be_are_found(terms: dict[str, Any], path: str) -> None:
    found = problems(decoded(with_caps(**terms)))
    assert [".".join(each.path) for each in found] == [path]


def test_a_programme_without_caps_is_what_it_was() -> None:
    document = decoded(a_programme())
    assert "caps" not in str(encoded(document))
    assert hashed(document) == hashed(decoded(with_caps(caps=[])))


@pytest.mark.parametrize("language", LANGUAGES)
def test_caps_are_said_in_every_language(language: str) -> None:
    document = decoded(with_caps(caps=daily(14), maxBalance={"points": 900, "refuses": True}))
    said = words.terms(document, language)
    assert "14" in said and "900" in said
    judged = accrual(compiled(document), an_order(a_line(amount=2000)), a_standing())
    (part,) = judged.parts
    assert "14" in words.part(document, part.as_json(), "POINTS", language)
    assert words.reason(document, Reason("every-euro", Why.CAP), language)


def test_caps_read_well_in_english() -> None:
    document = decoded(with_caps(caps=daily(14), maxBalance={"points": 900, "refuses": True}))
    assert words.terms(document, "en").splitlines()[1:3] == [
        "Points: at most 14 points a day; what is over it is not given.",
        "Points: at most 900 points in the wallet; what would go over it gives none.",
    ]
    part = accrual(compiled(document), an_order(a_line(amount=2000)), a_standing()).parts[0]
    said = words.part(document, part.as_json(), "POINTS", "en")
    assert said.endswith("20 points; the wallet takes of it: 14 points")


kinds = st.sampled_from(("ORDER", "DAY", "WEEK", "MONTH", "YEAR"))
some_caps = st.lists(
    st.builds(
        lambda points, per, refuses: {"points": points, "per": per, "refuses": refuses},
        st.integers(1, 80),
        kinds,
        st.booleans(),
    ),
    max_size=3,
    unique_by=lambda cap: cap["per"],
)
fulls = st.none() | st.builds(
    lambda points, refuses: {"points": points, "refuses": refuses},
    st.integers(1, 150),
    st.booleans(),
)


@settings(max_examples=150, deadline=None)
@given(programmes(), some_caps, fulls, st.lists(orders(), min_size=1, max_size=6), standings)
def test_no_cap_is_exceeded_in_a_chain_of_orders(
    document: dict[str, Any],
    capped: list[dict[str, Any]],
    full: dict[str, Any] | None,
    chain: list[OrderFacts],
    standing: Standing,
) -> None:
    terms: dict[str, Any] = {"caps": capped, **({"maxBalance": full} if full else {})}
    free, rules = ready(document), ready(with_caps(document, **terms))
    used: dict[tuple[str, str], int] = {}
    for order in chain:
        now = replace(standing, used=dict(used))
        judged, wanted = accrual(rules, order, now), accrual(free, order, now)
        assert judged == accrual(rules, order, now)
        assert accrual(rules, order, now, explain=False).parts == judged.parts
        assert judged.qualifying == wanted.qualifying
        assert judged.totals().get("STARS", 0) == wanted.totals().get("STARS", 0)
        given = judged.totals().get("POINTS", 0)
        asked = wanted.totals().get("POINTS", 0)
        left = list(_left(rules, order, used))
        expected = asked
        for room, refuses in left:
            if expected > room:
                expected = 0 if refuses else max(room, 0)
        assert given == expected
        for part in judged.parts:
            assert part.points > 0
            assert sum(points for _, points in part.lines) == part.points
            assert part.desired is None or part.desired > part.points
        gave = {p.rule for p in judged.parts if p.kind is not PartKind.TIER}
        told = {reason.rule for reason in judged.reasons}
        assert gave | told == {rule["code"] for rule in document["rules"]}
        assert not gave & told
        for rule, period, points in judged.uses():
            used[rule, period] = used.get((rule, period), 0) + points
        counted = caps.uses_of(rules, {"POINTS": given}, order.occurred_at)
        assert set(counted) == {use for use in judged.caps if use[1] != BALANCE}


def _left(
    rules: Compiled, order: OrderFacts, used: dict[tuple[str, str], int]
) -> Iterator[tuple[int, bool]]:
    (unit, *_) = rules.programme.units
    day = order.occurred_at.astimezone(rules.zone).date()
    for cap in unit.caps:
        had = 0
        if cap.per is not LimitPeriod.ORDER:
            had = used.get(("=POINTS", period_of(cap.per, day)), 0)
        yield cap.points - had, cap.refuses
    if unit.max_balance is not None:
        yield unit.max_balance.points - used.get(("=POINTS", BALANCE), 0), unit.max_balance.refuses


def test_activities_count_against_the_same_caps() -> None:
    given = a_programme(activities=[a_kind("review")], activityRules=[an_activity_rule()])
    rules = ready(with_caps(given, caps=daily(14)))
    facts = ActivityFacts("review", NOON)

    first = activity_accrual(rules, facts, a_standing())
    used = {(rule, period): points for rule, period, points in first.uses()}
    then = accrual(rules, an_order(), a_standing(used=used))

    assert first.totals() == {"POINTS": 10}
    assert "DAY 2026-06-03" in activity_periods(rules, NOON)
    assert then.totals() == {"POINTS": 4}
    assert activity_accrual(rules, facts, a_standing(used={("=POINTS", "DAY 2026-06-03"): 14})) == (
        Accrual((), (Reason("for-a-review", Why.CAP),))
    )
