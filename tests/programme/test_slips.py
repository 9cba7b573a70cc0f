"""What gets worse for somebody does not slip through as a change of which nothing can be said."""

from datetime import timedelta
from typing import Any

import pytest

from domain import database
from domain.errors import NoticeRequired
from domain.orders import impact as impacts
from domain.orders.impact import impact
from domain.programme import publishing
from domain.programme.changes import ChangeEffect, changes
from tests.factories.discounts import a_discount
from tests.factories.orders import a_line, an_order, reported
from tests.factories.programme import a_rule, a_tier, terms_of
from tests.factories.tiers import EVER, a_holder, a_policy
from tests.factories.versions import LOYALTY, drafted, published, to_publish
from tests.orders.test_impact import a_buyer

WORSE = ChangeEffect.WORSE


def _activity(**values: Any) -> dict[str, Any]:
    activity = {"code": "walk", "name": {"en": "A walk", "ru": "Прогулка", "el": "Βόλτα"}}
    name = {"en": "Walking", "ru": "За прогулку", "el": "Για βόλτα"}
    rule = {"code": "w", "name": name, "activity": "walk", "unit": "POINTS", "points": 5}
    return {"activities": [activity], "activityRules": [{**rule, **values}]}


def _off(**values: Any) -> dict[str, Any]:
    return {"discounts": [a_discount(**values)]}


PER = {"minor": 500, "per": "DAY"}
SLIPS = [
    (_off(), _off(effect={"kind": "FREE_DELIVERY"}), "discounts.five.effect"),
    (_off(), _off(effect={"kind": "AMOUNT_OFF", "minor": 1}), "discounts.five.effect"),
    (_off(limit=PER), _off(limit=PER | {"per": "YEAR"}), "discounts.five.limit.per"),
    (_activity(), _activity(unit="STARS"), "activityRules.w.unit"),
    (
        _activity(limit={"points": 5, "per": "DAY"}),
        _activity(limit={"points": 5, "per": "EVER"}),
        "activityRules.w.limit.per",
    ),
    ({}, {"qualifyingUnit": "STARS"}, "qualifyingUnit"),
    ({}, {"tierPolicy": {"window": "CALENDAR_YEAR"}}, "tierPolicy.window"),
]


@pytest.mark.parametrize(("before", "after", "path"), SLIPS, ids=[each[2] for each in SLIPS])
def test_something_else_in_its_place_is_worse_for_somebody(
    before: dict[str, Any], after: dict[str, Any], path: str
) -> None:
    (change,) = changes(terms_of(**before), terms_of(**after))
    assert (".".join(change.path), change.effect) == (path, WORSE)


@pytest.mark.usefixtures("database")
async def test_another_unit_that_counts_towards_tiers_is_worse_for_who_buys() -> None:
    tiers = {"tiers": [a_tier("bronze", 1, 0), a_tier("silver", 2, 100)]}
    await a_policy()
    await a_buyer(1000)
    found = await impact(terms_of(**tiers), terms_of(**tiers, qualifyingUnit="STARS"))
    assert found.worse == 1


@pytest.mark.usefixtures("database")
async def test_of_those_who_were_not_judged_nobody_says_that_none_loses(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await a_policy()
    for _ in range(3):
        await a_buyer(50)  # gives nothing by either rule
    monkeypatch.setattr(impacts, "REPLAYED_MAX", 1)
    half = [a_rule(effect={"kind": "PER_AMOUNT", "points": 1, "eachMinor": 200})]
    found = await impact(terms_of(), terms_of(rules=half))
    assert (found.is_estimate, found.worse, found.better + found.unchanged) == (True, 1, 2)


@pytest.mark.usefixtures("database")
async def test_a_currency_that_is_taken_no_more_is_worse_for_who_paid_in_it() -> None:
    dollars = {"currencies": [{"code": "USD", "minor": 100, "worthMinor": 86}]}
    await published(EVER, **dollars)
    member = (await a_holder("bronze", since_days=200)).member_id
    assert member
    at = await database.now() - timedelta(days=1)
    await reported(an_order(a_line(1000), member=member, occurred_at=at, currency="USD"))
    await a_buyer(1000)
    found = await impact(terms_of(**dollars), terms_of())
    assert (found.worse, found.better, found.unchanged) == (1, 0, 1)


@pytest.mark.usefixtures("database")
async def test_a_worsening_of_another_kind_is_not_published_without_notice() -> None:
    await published(**_off())
    await a_buyer(1000)
    draft = await drafted(**_off(effect={"kind": "AMOUNT_OFF", "minor": 1}))
    with pytest.raises(NoticeRequired):
        await publishing.publish(LOYALTY, to_publish(draft), impact)
