"""What a condition finds when it looks: at lines, the clock, and where the member stands."""

from datetime import UTC, datetime
from typing import Any

import pytest

from domain.programme.facts import Birthday
from domain.programme.rules import accrual
from tests.factories.programme import a_line, a_rule, a_standing, an_order, rules_of

JOINED = datetime(2026, 1, 31, 12, tzinfo=UTC)


def holds(when: dict[str, Any], at: str = "2026-06-03T09:00+00:00", **changes: Any) -> bool:
    """Whether a rule with this condition gives anything; `changes` say how the member stands."""
    order = an_order(
        a_line(1, 1000),
        a_line(2, 240),
        a_line(3, 9000, excluded=True),
        at=datetime.fromisoformat(at),
        store="athens-1",
    )
    return bool(accrual(rules_of(a_rule(when=when)), order, a_standing(**changes)).parts)


@pytest.mark.parametrize(
    ("when", "changes"),
    [
        ({"orderAmount": {"equals": 1240}}, {}),
        ({"orderLineCount": {"equals": 2}}, {}),
        ({"orderStore": {"in": ["athens-2", "athens-1"]}}, {}),
        ({"timeWeekday": {"in": ["WEDNESDAY"]}}, {}),
        ({"timeHour": {"equals": 12}}, {}),
        ({"timeDate": {"from": "2026-06-03", "until": "2026-06-04"}}, {}),
        ({"memberTier": {"in": ["gold"]}}, {"tier": "gold"}),
        ({"memberTierRank": {"atLeast": 2}}, {"tier": "silver"}),
        ({"memberOrderNumber": {"equals": 2}}, {"order_count": 1}),
        ({"memberQualifying": {"equals": 99}}, {"qualifying": 99}),
        ({"memberLanguage": {"in": ["el"]}}, {"language": "el"}),
        ({"memberMonths": {"equals": 4}}, {"joined_at": JOINED}),
        ({"memberBirthdayMonth": {"in": ["JUNE"]}}, {"birthday": Birthday(6, 30)}),
        ({"memberBirthdayToday": {"is": True}}, {"birthday": Birthday(6, 3)}),
        ({"memberBirthdayToday": {"is": False}}, {"birthday": Birthday(6, 4)}),
        ({"memberAge": {"equals": 30}}, {"birthday": Birthday(6, 3, 1996)}),
        ({"memberAge": {"equals": 29}}, {"birthday": Birthday(6, 4, 1996)}),
    ],
)
def test_it_finds(when: dict[str, Any], changes: dict[str, Any]) -> None:
    assert holds(when, **changes)
    assert not holds({"not": when}, **changes)


@pytest.mark.parametrize(
    "when",
    [
        {"orderSource": {"in": ["web"]}},
        {"memberLanguage": {"in": ["el"]}},
        {"memberMonths": {"atLeast": 0}},
        {"memberAge": {"atLeast": 0}},
        {"memberBirthdayToday": {"is": False}},
        {"memberTierRank": {"atLeast": 0}},
    ],
)
def test_what_nobody_told_neither_holds_nor_fails(when: dict[str, Any]) -> None:
    assert not holds(when, tier="gone")
    assert not holds({"not": when}, tier="gone")


def test_a_birth_without_its_year_has_no_age() -> None:
    assert not holds({"memberAge": {"atLeast": 0}}, birthday=Birthday(6, 3))


@pytest.mark.parametrize(
    ("at", "is_birthday"),
    [
        ("2026-02-28T12:00+00:00", True),
        ("2026-03-01T12:00+00:00", False),
        ("2028-02-28T12:00+00:00", False),
        ("2028-02-29T12:00+00:00", True),
        ("2028-02-29T23:00+00:00", False),  # 1 March in Athens
    ],
)
def test_29_february_is_kept_on_the_28th_in_years_that_lack_it(at: str, is_birthday: bool) -> None:
    asked = {"memberBirthdayToday": {"is": is_birthday}}
    assert holds(asked, at, birthday=Birthday(2, 29))
