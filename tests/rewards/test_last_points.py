"""The last points, and the last pieces, go once, over two processes."""

import pytest

from tests.counts import count
from tests.processes import Server
from tests.rewards.last_points import last_pieces, last_points

pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.counted]


async def test_the_last_points_of_a_wallet_are_spent_once(served: Server) -> None:
    points = count(500, 5_000)
    assert len(served.processes()) == 2

    tally = await last_points(served, points=points, price=10, attempts=points // 5)

    assert len(tally.codes) == points // 10


async def test_the_last_pieces_of_a_reward_go_to_one_member_each(served: Server) -> None:
    pieces = count(5, 100)

    tally = await last_pieces(served, pieces=pieces, buyers=count(50, 500))

    assert len(tally.codes) == pieces
