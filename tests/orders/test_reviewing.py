"""What is unwise in a programme, looked at with the catalogue and with what members have bought."""

from datetime import timedelta
from typing import Any

import pytest

from domain import database
from domain.actor import SYSTEM
from domain.orders import reviewing
from domain.orders.reviewing import problems_of
from domain.programme import document, drafting, operations, review
from domain.programme.problems import Severity
from domain.programme.templates import contents
from tests.factories.orders import a_line, an_order, reported
from tests.factories.programme import a_rule
from tests.factories.rewards import a_reward
from tests.factories.tiers import a_holder
from tests.programme.test_version_changes import LOYALTY

pytestmark = pytest.mark.usefixtures("database")


async def _said(changes: dict[str, Any]) -> list[str]:
    programme = document.decoded({**contents("cafe"), **changes})
    return [problem.message for problem in await problems_of(programme, None)]


async def test_what_a_year_gave_is_taken_from_the_orders_of_those_who_were_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await operations.publish(SYSTEM, contents("cafe"), await database.now() - timedelta(days=700))
    monkeypatch.setattr(reviewing, "BUYERS_MIN", 2)
    now = await database.now()
    units = [unit | {"valueMinor": 0, "payWithPoints": None} for unit in contents("cafe")["units"]]
    worthless = {"units": units, "discounts": []}
    assert any("Assumed: 24 orders" in each for each in await _said(worthless))
    for _ in range(2):
        member = (await a_holder("friend", since_days=500)).member_id
        at = now - timedelta(days=30)
        await reported(an_order(a_line(1000), member=member, occurred_at=at))
    said = await _said(worthless)
    assert any("last 12 months of 2 members" in each for each in said)


async def test_rewards_are_held_against_what_their_points_cost() -> None:
    await a_reward(price=10, cost_minor=900)
    assert any("costs us 900 minor units" in each for each in await _said({}))


async def test_a_version_is_told_what_is_unwise_in_it() -> None:
    first = await operations.publish(SYSTEM, contents("cafe"), await database.now())
    draft = await drafting.draft(LOYALTY, {**contents("cafe"), "birthday": None}, first)
    broken = await drafting.draft(LOYALTY, {**contents("cafe"), "rules": [a_rule(unit="X")]}, first)
    of_first, of_draft, of_broken = await reviewing.mistakes_of(LOYALTY, [first, draft, broken])
    worse = [each for each in of_draft if each.message.startswith("Worse than before")]
    assert [each.path for each in worse] == [("birthday",)]
    assert not [each for each in of_first if each.message.startswith("Worse")]
    assert of_broken == []


@pytest.mark.parametrize("template", ["cafe", "shop"])
async def test_templates_have_at_most_a_few_honest_warnings(template: str) -> None:
    programme = document.decoded(contents(template))
    found = await problems_of(programme, None)
    assert review.errors(programme) == []
    assert {each.severity for each in found} <= {Severity.WARNING}
    assert len(found) <= 2
