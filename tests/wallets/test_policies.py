"""Whatever the policy, what is coming to an end and what is undated are the balance, every day."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain import balances, database
from domain.actor import SYSTEM
from domain.programme import queries as programmes
from domain.rewards import operations as rewards
from domain.rewards.commands import RedeemReward
from domain.wallets import expiring
from domain.wallets.proof import proof
from domain.wallets.queries import expirations_of, wallets_of
from domain.wallets.rules import expires_at
from tests.counts import count
from tests.factories.orders import a_line, an_order, reported
from tests.factories.rewards import a_buyer, a_reward, credit
from tests.wallets.test_inactivity import go, publish

pytestmark = pytest.mark.usefixtures("database")

POLICIES: list[dict[str, Any]] = [
    {"months": 1},
    {"months": 1, "roundedTo": "QUARTER"},
    {"days": 20, "roundedTo": "WEEK"},
    {"on": [{"month": 1, "day": 10}, {"month": 2, "day": 28}]},
    {"days": 15, "on": [{"month": 1, "day": 10}, {"month": 2, "day": 28}]},
    {"days": 25, "keptBy": ["EARNING"]},
    {"months": 1, "roundedTo": "MONTH", "keptBy": ["EARNING", "SPENDING"]},
    {"days": 25, "keptBy": ["SPENDING"]},
]
STEPS = st.lists(
    st.tuples(st.sampled_from(["buy", "gift", "redeem", "days"]), st.integers(1, 30)),
    min_size=3,
    max_size=12,
)


@pytest.mark.counted
@pytest.mark.parametrize("expiry", POLICIES, ids=str)
@given(STEPS)
@settings(
    max_examples=count(5, 200),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
async def test_coming_expiries_and_undated_points_are_the_balance(
    expiry: dict[str, Any], steps: list[tuple[str, int]]
) -> None:
    await database.rows("update clock set ahead_seconds = 0")
    if await database.value("select count(*) from programme_versions") == 0:
        await publish(**expiry)
        await a_reward(price=7)
    reward_id = await database.value("select id from rewards limit 1")
    buyer = await a_buyer(5, tier="bronze")
    member_id = buyer.member_id
    assert member_id
    version = await programmes.in_force()
    terms = version.programme.units[0].expiry
    for number, (what, amount) in enumerate(steps):
        now = await database.now()
        if what == "buy":
            await reported(an_order(a_line(amount * 100), member=member_id, occurred_at=now))
        elif what == "gift":
            await credit(member_id, amount, expires_at=now + timedelta(days=amount))
        elif what == "redeem" and await _balance(member_id) >= 7:
            await rewards.redeem(buyer, RedeemReward(reward_id, f"{member_id}{number}"))
        elif what == "days":
            await go(amount)
        balance, now = await _balance(member_id), await database.now()
        (coming,) = await expirations_of(SYSTEM, [(member_id, "POINTS")], 100)
        undated = await database.value(
            """select coalesce(sum(remaining), 0)::bigint from lots
               where member_id = $1 and expires_at is null""",
            member_id,
        )
        assert sum(each.points for each in coming.rows) + undated == balance, (number, what)
        if what == "buy":
            latest = expires_at(terms, now, version.rules.zone)
            assert latest in [each.expires_at for each in coming.rows]
            if terms and terms.kept_by and "EARNING" in terms.kept_by:
                assert latest
                assert all(each.expires_at >= latest for each in coming.rows)
    await expiring.expire_due()
    assert (await proof(SYSTEM)).problems == []


async def _balance(member_id: Any) -> int:
    with balances.aside():
        (wallets,) = await wallets_of(SYSTEM, [member_id])
    return wallets["POINTS"].balance
