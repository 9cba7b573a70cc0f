"""The last points, and the last pieces, go once: at counts that fit; torture asks for more."""

import pytest

from tests.processes import Server
from tests.rewards.last_points import last_pieces, last_points

pytestmark = pytest.mark.usefixtures("database")


async def test_the_last_points_of_a_wallet_are_spent_once(served: Server) -> None:
    assert len(served.processes()) == 2
    tally = await last_points(served, points=500, price=10, attempts=100)
    assert len(tally.codes) == 50


async def test_the_last_pieces_of_a_reward_go_to_one_member_each(served: Server) -> None:
    tally = await last_pieces(served, pieces=5, buyers=50)
    assert len(tally.codes) == 5
