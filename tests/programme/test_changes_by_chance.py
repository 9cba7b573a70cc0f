"""Changes of programmes by chance: one field, one change; and better is never less."""

from collections.abc import Callable
from typing import Any

from hypothesis import event, given, settings
from hypothesis import strategies as st

from domain.programme import document
from domain.programme.changes import ChangeEffect, changes
from domain.programme.conditions.live import compiled as check_of
from domain.programme.conditions.logic import implies, never
from domain.programme.facts import OrderFacts, Standing
from domain.programme.rules import accrual, compiled
from tests.counts import count
from tests.programme import strategies

BETTER, WORSE, NEUTRAL = ChangeEffect.BETTER, ChangeEffect.WORSE, ChangeEffect.NEUTRAL

Way = Callable[[int], ChangeEffect]


def _more(delta: int) -> ChangeEffect:
    return BETTER if delta > 0 else WORSE


def _less(delta: int) -> ChangeEffect:
    return _more(-delta)


# A number of the document, by its path: which way is better, said here once more by hand.
NUMBERS: list[tuple[tuple[str, ...], Way]] = [
    (("windowDays",), _more),
    (("claimDays",), _more),
    (("noticeDays",), _more),
    (("units", "POINTS", "expiry", "months"), _more),
    (("units", "POINTS", "expiry", "warnDays"), _more),
    (("units", "POINTS", "pending", "days"), _less),
    (("units", "POINTS", "transfers", "pointsMax"), _more),
    (("units", "POINTS", "transfers", "pointsMin"), _less),
    (("units", "POINTS", "payWithPoints", "points"), _less),
    (("units", "POINTS", "payWithPoints", "minor"), _more),
    (("units", "POINTS", "payWithPoints", "minPoints"), _less),
    (("units", "POINTS", "payWithPoints", "step"), _less),
    (("units", "POINTS", "maxBalance", "points"), _more),
    (("tiers", "silver", "threshold"), _less),
    (("tiers", "silver", "multiplierBasisPoints"), _more),
    (("tiers", "silver", "debtLimit"), _less),
    (("tierPolicy", "graceDays"), _more),
    (("welcome", "points"), _more),
    (("referral", "friendPoints"), _more),
    (("birthday", "points"), _more),
    (("pools", "peopleMax"), _more),
    (("rules", "rule-0", "limit", "points"), _more),
]


def _full(programme: dict[str, Any]) -> dict[str, Any]:
    """The programme with each of those fields said."""
    name = {"en": "N", "ru": "N", "el": "N"}
    points, *others = programme["units"]
    points = points | {
        "expiry": {"months": 50, "warnDays": 50},
        "pending": {"days": 50},
        "transfers": {"pointsMax": 50, "pointsMin": 50},
        "payWithPoints": {"points": 50, "minor": 50, "minPoints": 50, "step": 50},
        "maxBalance": {"points": 50},
    }
    tiers = [tier | {"debtLimit": 50} for tier in programme["tiers"]]
    first, *rules = programme["rules"]
    return programme | {
        "units": [points, *others],
        "tiers": tiers,
        "rules": [first | {"limit": {"points": 50, "per": "DAY"}}, *rules],
        "claimDays": 50,
        "noticeDays": 50,
        "tierPolicy": {"graceDays": 50},
        "welcome": {"unit": "POINTS", "points": 50, "name": name},
        "referral": {"unit": "POINTS", "referrerPoints": 50, "friendPoints": 50, "text": name},
        "birthday": {"unit": "POINTS", "points": 50, "name": name},
        "pools": {"peopleMax": 50},
    }


def _moved(contents: Any, path: tuple[str, ...], delta: int) -> Any:
    step, *rest = path
    if isinstance(contents, list):
        return [
            _moved(item, tuple(rest), delta) if item["code"] == step else item for item in contents
        ]
    below = contents[step]
    return contents | {step: _moved(below, tuple(rest), delta) if rest else below + delta}


@settings(max_examples=count(60, 2_000), deadline=None)
@given(strategies.programmes())
def test_the_same_programme_has_not_changed(contents: dict[str, Any]) -> None:
    one, other = document.decoded(contents), document.decoded(contents)
    assert changes(one, other) == []


@settings(max_examples=count(150, 5_000), deadline=None)
@given(strategies.programmes(), st.sampled_from(NUMBERS), st.integers(-9, 9).filter(bool))
def test_one_number_is_one_change_at_its_path_the_right_way(
    contents: dict[str, Any], field: tuple[tuple[str, ...], Way], delta: int
) -> None:
    path, way = field
    before = _full(contents)
    after = _moved(before, path, delta)
    (change,) = changes(document.decoded(before), document.decoded(after))
    assert (change.path, change.effect) == (path, way(delta))
    assert change.after - change.before == delta


@st.composite
def _rules(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    """A programme and one with some of its rules other.

    Several base rules of a unit compete, and multipliers of some lines act on the winner's alone:
    there more from one rule can be less in all. So base rules add up here.
    """
    before = draw(strategies.programmes(policies=("SUM",)))
    rules = []
    for rule in before["rules"]:
        match draw(st.integers(0, 5)):
            case 0:
                continue
            case 1:
                rule = draw(strategies.rules(rule["code"]))
            case 2:
                rule = rule | {"when": draw(strategies.order_conditions)}
            case 3:
                rule = {key: value for key, value in rule.items() if key != "limit"}
            case 4 if "points" in rule["effect"]:
                points = rule["effect"]["points"] + draw(st.integers(-1, 3))
                rule = rule | {"effect": rule["effect"] | {"points": max(1, points)}}
        rules.append(rule)
    extra = [draw(strategies.rules("extra"))] if draw(st.booleans()) or not rules else []
    return before, before | {"rules": [*rules, *extra]}


@settings(max_examples=count(300, 20_000), deadline=None)
@given(_rules(), st.lists(strategies.orders(), min_size=1, max_size=3), strategies.standings)
def test_where_nothing_is_worse_no_order_earns_less(
    programmes: tuple[dict[str, Any], dict[str, Any]], orders: list[OrderFacts], standing: Standing
) -> None:
    before, after = (document.decoded(contents) for contents in programmes)
    effects = {change.effect for change in changes(before, after)}
    event(str(bool(effects) and effects <= {BETTER}))
    if not effects <= {BETTER}:
        return
    old, new = compiled(before), compiled(after)
    for order in orders:
        was = accrual(old, order, standing, explain=False).totals()
        now = accrual(new, order, standing, explain=False).totals()
        assert all(now.get(unit, 0) >= points for unit, points in was.items())


@settings(max_examples=count(300, 20_000), deadline=None)
@given(strategies.conditions, strategies.conditions, st.integers(0, 3), st.integers(0, 3),
       st.sampled_from((None, "a", "b", "c")), st.booleans())  # fmt: skip
def test_what_is_said_of_conditions_is_so_for_every_order(
    one: Any, other: Any, amount: int, age: int, store: str | None, is_birthday: bool
) -> None:
    scene = _Scene(amount, age if is_birthday else None, store, is_birthday)
    holds, other_holds = check_of(one)(scene), check_of(other)(scene)
    if implies(one, other):
        assert holds is not True or other_holds is True
    if never(one):
        assert holds is not True
    assert implies(one, one)


class _Order:
    def __init__(self, store: str | None) -> None:
        self.store = store


class _Scene:
    """What those conditions look at."""

    def __init__(self, amount: int, age: int | None, store: str | None, birthday: bool) -> None:
        self.amount_minor, self.age, self.is_birthday = amount, age, birthday
        self.order = _Order(store)
