"""Whatever paid an order, and in whatever steps it comes back, all is as it was before."""

import random
from typing import Any

import pytest

from domain import database
from domain.actor import SYSTEM
from domain.orders.commands import Points
from domain.programme import operations as programmes
from domain.programme.templates import contents
from domain.rewards.kinds import RewardKind
from domain.wallets.proof import proof
from tests.counts import count, seed
from tests.factories.orders import a_line, an_order, reported
from tests.factories.paying import a_voucher, states
from tests.factories.refunds import counted, refunded
from tests.factories.rewards import a_buyer, credit, held

pytestmark = pytest.mark.usefixtures("database")


@pytest.mark.counted
async def test_all_that_paid_comes_back_and_all_that_was_earned_goes() -> None:
    chance = random.Random(begin := seed())
    cafe = contents("cafe")
    cafe["units"][0]["payWithPoints"] = {"points": 3, "minor": 7}
    await programmes.publish(SYSTEM, cafe, await database.value("select '2020-01-01'::timestamptz"))
    for _ in range(count(8, 200)):
        member = await a_buyer(0)
        assert member.member_id
        codes = [await a_voucher(member, **of(chance)) for _ in range(chance.choice([0, 1, 2]))]
        for _ in range(3):
            await credit(member.member_id, chance.randint(1, 300))
        before = await counted(member.member_id), (await held(member.member_id))[1]
        lines = [
            a_line(chance.choice([99, 333, 1240]), quantity=chance.randint(1, 4))
            for _ in range(chance.randint(1, 4))
        ]
        whole = sum(line.net for line in lines)
        order = an_order(
            *lines,
            member=member.member_id,
            voucher_codes=tuple(codes),
            pay_with_points=Points("POINTS", chance.randint(1, max(1, whole // 20))),
        )
        await reported(order)
        pieces = [n for n, line in enumerate(lines, 1) for _ in range(line.quantity)]
        chance.shuffle(pieces)
        while pieces:
            step = pieces[: chance.randint(1, len(pieces))]
            pieces = pieces[len(step) :]
            await refunded(order, *[(n, step.count(n)) for n in sorted(set(step))])

        after = await counted(member.member_id)
        assert after["points"] == before[0]["points"], f"seed {begin}"
        assert after["qualifying"] == before[0]["qualifying"], f"seed {begin}"
        assert after["uses"] == before[0]["uses"], f"seed {begin}"
        lots = [lot for lot in (await held(member.member_id))[1] if lot[2]]
        assert lots == [lot for lot in before[1] if lot[2]], f"seed {begin}"
    assert set(await states()) <= {"ISSUED"}, f"seed {begin}"
    assert (await proof(SYSTEM)).problems == [], f"seed {begin}"


def of(chance: random.Random) -> dict[str, Any]:
    """A reward that takes a little off, or nothing."""
    return chance.choice(
        [
            {"amount_off": chance.choice([1, 50])},
            {"kind": RewardKind.PERCENT_OFF, "percent_off": 3333},
            {"kind": RewardKind.GIFT},
        ]
    )
