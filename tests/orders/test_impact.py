"""Whom a change of the programme hurts and helps, counted over the members there are."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from domain import database
from domain.orders import impact as impacts
from domain.orders.impact import Impact, impact
from tests.factories.orders import a_line, an_order, reported
from tests.factories.programme import a_programme, a_rule, a_tier, terms_of
from tests.factories.tiers import a_holder, a_policy

pytestmark = pytest.mark.usefixtures("database")

COFFEE = {"lineCategory": {"in": ["coffee"]}}


async def a_buyer(*amounts: int, tier: str = "bronze", days_ago: int = 1) -> UUID:
    """Who bought coffee for so much, each time the same number of days ago."""
    member = (await a_holder(tier, since_days=200)).member_id
    assert member
    at = await database.now() - timedelta(days=days_ago)
    for amount in amounts:
        line = a_line(amount, category="coffee")
        await reported(an_order(line, member=member, occurred_at=at))
    return member


def _counts(found: Impact) -> tuple[int, int, int]:
    return found.better, found.worse, found.unchanged


async def _impact(**after: Any) -> Impact:
    return await impact(terms_of(), terms_of(**after))


def _per_amount(points: int, each: int) -> list[dict[str, Any]]:
    return [a_rule(effect={"kind": "PER_AMOUNT", "points": points, "eachMinor": each})]


async def test_nothing_changes_for_anybody_where_nothing_does() -> None:
    await a_policy()
    await a_buyer(1000)
    assert await _impact() == Impact(0, 0, 1, 0)


async def test_a_rule_that_gives_less_is_worse_for_those_whose_own_orders_show_it() -> None:
    await a_policy()
    await a_buyer(1000)
    await a_buyer(50)  # nothing by either rule
    found = await _impact(rules=_per_amount(1, 200))
    assert (_counts(found), found.notice_days, found.replayed) == ((0, 1, 1), 30, 2)


async def test_who_has_not_bought_lately_is_touched_by_every_rule() -> None:
    await a_policy()
    await a_buyer(1000, days_ago=100)
    await a_holder("bronze")
    assert _counts(await _impact(rules=_per_amount(2, 100))) == (2, 0, 0)
    assert _counts(await _impact(rules=_per_amount(1, 200))) == (0, 2, 0)


async def test_more_of_one_thing_does_not_make_up_for_less_of_another() -> None:
    await a_policy()
    await a_buyer(1000)
    rules = [a_rule("other", unit="STARS", lines=COFFEE), *_per_amount(1, 200)]
    assert _counts(await _impact(rules=rules)) == (0, 1, 0)


async def test_a_tiers_change_touches_its_members() -> None:
    await a_policy()
    for tier in ("bronze", "silver", "gold"):
        await a_holder(tier)
    gold = a_tier("gold", 3, 300, 15_000)
    tiers = [a_tier("bronze", 1, 0), a_tier("silver", 2, 100, 12_500)]
    better = gold | {"multiplierBasisPoints": 20_000}
    assert _counts(await _impact(tiers=[*tiers, better])) == (1, 0, 2)
    # How far it is to gold is something to those below it as well.
    assert _counts(await _impact(tiers=[*tiers, gold | {"threshold": 400}])) == (0, 3, 0)


async def test_how_long_points_last_touches_who_holds_them() -> None:
    await a_policy()
    await a_buyer(1000)
    await a_holder("bronze")
    units = a_programme()["units"]
    shorter = [{**units[0], "expiry": {"months": 12}}, units[1]]
    found = await _impact(units=shorter)
    assert (_counts(found), found.notice_days) == ((0, 1, 1), 30)


async def test_a_rule_with_days_of_its_own_touches_everybody() -> None:
    await a_policy()
    await a_buyer(1000)
    summer = a_rule("summer", group="CAMPAIGN", validFrom="2027-06-01", validUntil="2027-09-01")
    assert _counts(await _impact(rules=[a_rule(), summer])) == (1, 0, 0)


async def test_all_active_members_are_counted_once_also_where_some_stand_for_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await a_policy()
    for amount in (1000, 1000, 1000, 50):
        await a_buyer(amount)
    await a_holder("gold")
    blocked = (await a_holder("gold")).member_id
    await database.rows("update members set state = 'BLOCKED' where id = $1", blocked)
    monkeypatch.setattr(impacts, "REPLAYED_MAX", 2)
    found = await _impact(rules=_per_amount(1, 200))
    assert sum(_counts(found)) == 5
    assert found.is_estimate
    assert found.replayed == 2


async def test_limits_count_anew_by_either_version() -> None:
    await a_policy()
    await a_buyer(1000, 1000)
    limited = {"points": 15, "per": "YEAR"}
    rules = [a_rule(limit=limited)]
    assert _counts(await _impact(rules=rules)) == (0, 1, 0)
    wide = [a_rule(limit={"points": 20, "per": "YEAR"})]
    assert _counts(await _impact(rules=wide)) == (0, 0, 1)


async def test_nobody_is_worse_off_without_a_campaign_that_was_over() -> None:
    await a_policy()
    await a_buyer(1000, days_ago=60)
    today = (await database.now()).date()
    over = a_rule("over", group="CAMPAIGN", validUntil=str(today - timedelta(days=10)))
    before = terms_of(rules=[a_rule(), over])
    assert await impact(before, terms_of()) == Impact(0, 0, 1, 0)
    cheaper = terms_of(rules=_per_amount(2, 100))
    assert _counts(await impact(before, cheaper)) == (1, 0, 0)
