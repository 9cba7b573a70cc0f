"""Many redeem the last of something at once. With counts, for tests and torture.

The server must serve the database that this process is connected to.
"""

import asyncio
from collections import Counter
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from domain import database
from domain.actor import SYSTEM
from domain.wallets.proof import proof
from schema.node import encode
from tests.client import Client, Refused
from tests.documents import document
from tests.factories.access import token_of
from tests.factories.rewards import a_buyer, a_reward
from tests.processes import Server

REDEEM = document("app/rewards/RewardRedeem")

# As many as one client keeps open.
CONNECTIONS = 100

# A server that says that it is busy has done nothing: an app sends the same key again.
TRIES = 10


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of all that were sent. `busy`: how often the server asked to come again."""

    codes: frozenset[str]
    refusals: Counter[str]
    busy: int


async def last_points(server: Server, points: int, price: int, attempts: int) -> Tally:
    """One wallet, more redemptions at once than it can pay for.

    Asserts: as many vouchers as the points pay for and a typed refusal for all others, no point
    left over or missing, in the balance, the lots, the ledger.
    """
    buyer = await a_buyer(points)
    reward_id = await a_reward(price=price)
    token = await token_of(buyer)
    payloads, tally = await _redeemed(server, [token] * attempts, reward_id)
    paid = min(points // price, attempts)
    assert len(tally.codes) == paid, tally.refusals
    assert tally.refusals == Counter({"INSUFFICIENT_POINTS": attempts - paid})
    for payload in payloads:
        for error in payload["userErrors"]:
            assert error["path"] == ["input", "rewardId"]
            assert (error["required"], error["balance"]) == (price, points - paid * price)
    left = await database.row(
        """select w.available,
             (select sum(remaining) from lots l where l.member_id = w.member_id) as in_lots,
             (select count(*) from vouchers v where v.member_id = w.member_id) as vouchers
           from wallets w where w.member_id = $1""",
        buyer.member_id,
    )
    rest = points - paid * price
    assert left is not None
    assert (left["available"], left["in_lots"], left["vouchers"]) == (rest, rest, paid)
    assert (await proof(SYSTEM)).problems == []
    return tally


async def last_pieces(server: Server, pieces: int, buyers: int) -> Tally:
    """A reward of which there is less than members who redeem it at once, each with the points.

    Asserts: every piece goes to one member, the others are told that nothing is left and keep
    their points.
    """
    reward_id = await a_reward(price=10, stock=pieces)
    members = [await a_buyer(10) for _ in range(buyers)]
    _, tally = await _redeemed(server, [await token_of(each) for each in members], reward_id)
    assert len(tally.codes) == pieces, tally.refusals
    assert tally.refusals == Counter({"REWARD_UNAVAILABLE": buyers - pieces})
    left = await database.row(
        """select (select stock from rewards where id = $1) as stock,
             (select count(distinct member_id) from vouchers where reward_id = $1) as served,
             (select sum(available)::int from wallets where member_id = any($2)) as kept""",
        *(reward_id, [each.member_id for each in members]),
    )
    assert left is not None
    assert (left["stock"], left["served"], left["kept"]) == (0, pieces, 10 * (buyers - pieces))
    assert (await proof(SYSTEM)).problems == []
    return tally


async def _redeemed(
    server: Server, tokens: Sequence[str], reward_id: UUID
) -> tuple[list[dict[str, Any]], Tally]:
    # One redemption for each token, each with a key of its own, all under way at once.
    async with AsyncExitStack() as stack:
        clients = [
            await stack.enter_async_context(server.client())
            for _ in range(-(-len(tokens) // CONNECTIONS))
        ]
        answers = await asyncio.gather(
            *(
                _redeem(clients[number // CONNECTIONS], token, reward_id)
                for number, token in enumerate(tokens)
            )
        )
    payloads = [payload for payload, _ in answers]
    return payloads, _tally(payloads, sum(busy for _, busy in answers))


async def _redeem(client: Client, token: str, reward_id: UUID) -> tuple[dict[str, Any], int]:
    sent = {"rewardId": encode("Reward", reward_id), "idempotencyKey": uuid4().hex}
    for busy in range(TRIES):
        try:
            return (await client.ask(REDEEM, token, input=sent))["rewardRedeem"], busy
        except Refused as refused:
            if refused.codes != ["UNAVAILABLE"]:
                raise
    raise AssertionError(f"the server is busy after {TRIES} tries")


def _tally(payloads: Sequence[dict[str, Any]], busy: int) -> Tally:
    vouchers = [payload["voucher"] for payload in payloads if payload["voucher"]]
    errors = [error for payload in payloads for error in payload["userErrors"]]
    codes = frozenset(voucher["code"] for voucher in vouchers)
    assert len(codes) == len(vouchers), "two vouchers have one code"
    assert len(vouchers) + len(errors) == len(payloads)
    return Tally(codes, Counter(error["code"] for error in errors), busy)
