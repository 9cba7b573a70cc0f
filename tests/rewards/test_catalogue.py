"""The catalogue: its order, its pages, who may add to it, and what does not fit."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain import database
from domain.actor import ANONYMOUS
from domain.errors import InvalidInput, NotAllowed, Unauthenticated
from domain.rewards import operations, queries
from domain.rewards.commands import CreateReward
from domain.rewards.kinds import RewardKind
from domain.rewards.models import Reward
from tests.factories.rewards import TILL, TITLE, a_buyer, a_programme, a_reward

pytestmark = pytest.mark.usefixtures("database")


@pytest.mark.parametrize("first", [1, 2, 3, 100])
async def test_pages_join_into_the_catalogue_in_its_order(first: int) -> None:
    wanted = [await a_reward(rank=rank) for rank in (3, 1, 2, 1, 2)]
    ordered = [wanted[i] for i in (1, 3, 2, 4, 0)]
    found: list[UUID] = []
    after = None
    while True:
        page = await queries.page(ANONYMOUS, first, after)
        found.extend(row.id for row in page.rows)
        if not page.has_next:
            break
        after = page.cursors[-1]
    assert found == ordered
    assert await queries.count(ANONYMOUS) == 5


async def test_what_is_over_is_not_listed_and_still_found() -> None:
    now = await database.now()
    over = await a_reward(available_until=now - timedelta(days=1))
    coming = await a_reward(available_from=now + timedelta(days=1))
    page = await queries.page(ANONYMOUS, 10)
    assert [row.id for row in page.rows] == [coming]
    assert await queries.count(ANONYMOUS) == 1
    found = await queries.rewards(ANONYMOUS, [over, uuid4(), coming])
    assert [row and row.id for row in found] == [over, None, coming]


@pytest.mark.parametrize("cursor", ["nonsense", "é", "A" * 10_000])
async def test_a_cursor_that_is_none_is_refused(cursor: str) -> None:
    await a_reward()
    with pytest.raises(InvalidInput) as refused:
        await queries.page(ANONYMOUS, 10, cursor)
    assert refused.value.path == ("after",)


async def test_a_cursor_of_another_list_is_refused() -> None:
    buyer = await a_buyer()
    await a_reward()
    cursor = (await queries.page(ANONYMOUS, 10)).cursors[0]
    assert buyer.member_id
    with pytest.raises(InvalidInput):
        await queries.vouchers_of(buyer, [buyer.member_id], 10, cursor)


@pytest.mark.parametrize(
    ("values", "path"),
    [
        ({"title": {"en": "English alone"}}, ("title",)),
        ({"text": {**TITLE, "ru": "x" * 501}}, ("text",)),
        ({"unit": "MILES"}, ("price", "unit")),
        ({"price": 0}, ("price", "points")),
        ({"price": 10**12 + 1}, ("price", "points")),
        ({"stock": -1}, ("stock",)),
        ({"per_member_limit": 0}, ("perMemberLimit",)),
        ({"voucher_days": 0}, ("voucherDays",)),
        ({"cost_minor": -1}, ("cost", "amount")),
        ({"tiers": ("nobility",)}, ("tiers", "0")),
        ({"tiers": ()}, ("tiers",)),
        ({"code": "x" * 41}, ("code",)),
        ({"image_url": ""}, ("imageUrl",)),
        ({"kind": RewardKind.AMOUNT_OFF, "amount_off": 0}, ("amountOff", "amount")),
        ({"kind": RewardKind.PERCENT_OFF, "percent_off": 10_001}, ("percentOffBasisPoints",)),
        ({"kind": RewardKind.GIFT, "amount_off": 100}, ("amountOff",)),
        ({"kind": RewardKind.AMOUNT_OFF, "percent_off": 100}, ("percentOffBasisPoints",)),
    ],
)
async def test_what_does_not_fit_the_programme_is_refused(
    values: dict[str, Any], path: tuple[str, ...]
) -> None:
    with pytest.raises(InvalidInput) as refused:
        await a_reward(**values)
    assert refused.value.path == path
    assert await Reward.all().count() == 0


async def test_a_window_that_never_opens_is_refused() -> None:
    now = await database.now()
    with pytest.raises(InvalidInput) as refused:
        await a_reward(available_from=now, available_until=now)
    assert refused.value.path == ("availableUntil",)


async def test_a_code_names_one_reward() -> None:
    first = await a_reward(code="coffee")
    with pytest.raises(InvalidInput) as refused:
        await a_reward(code="coffee", price=1)
    assert refused.value.path == ("code",)
    assert (await Reward.get(code="coffee")).id == first


async def test_only_the_loyalty_team_adds_rewards() -> None:
    await a_programme()
    asked = CreateReward(TITLE, RewardKind.GIFT, "POINTS", 30)
    for actor in (TILL, await a_buyer()):
        with pytest.raises(NotAllowed):
            await operations.create(actor, asked)
    with pytest.raises(Unauthenticated):
        await operations.create(ANONYMOUS, asked)
    assert await Reward.all().count() == 0
