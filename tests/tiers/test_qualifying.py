"""What counts for a tier: a counter of its own, not the points that can be spent."""

import pytest

from domain.actor import SYSTEM
from domain.wallets.queries import wallets_of
from tests.factories.orders import a_line
from tests.factories.refunds import a_customer, bought, counted
from tests.factories.rewards import credit
from tests.orders.test_refunding import spend

pytestmark = pytest.mark.usefixtures("database")


async def test_what_was_earned_counts_for_the_tier_and_what_is_left_or_given_does_not() -> None:
    member_id = await a_customer()
    await credit(member_id, 1000)  # a present
    assert (await counted(member_id))["tier"] == "friend"

    await bought(a_line(7500), member_id=member_id)
    await spend(member_id, 1075)
    await bought(a_line(7500), member_id=member_id)

    (held,) = await wallets_of(SYSTEM, [member_id])
    now = await counted(member_id)
    assert held["POINTS"].balance == 75
    assert (sum(now["qualifying"].values()), now["tier"]) == (150, "regular")
