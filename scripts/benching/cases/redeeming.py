"""Points that become a voucher, QR code and all."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Iterator

from domain import database
from scripts.benching import documents, plan
from scripts.benching.rig import Rig
from scripts.benching.table import Row

_numbers = itertools.count()
RIGHT = (b'"userErrors":[]', b'"replayed":false', b'"state":"ISSUED"', b"<svg")


async def measured(rig: Rig) -> AsyncIterator[Row]:
    """Members redeem the first reward, each from its own wallet."""
    token = next(iter(rig.callers.values()))
    body, is_known = documents.best(rig.api, "RewardRedeem", token)
    reward_id = await database.value("select id from rewards where code = 'reward-1'")
    figures, _ = await rig.timed(
        rig.api,
        _redemptions(rig, body, plan.node_id("Reward", reward_id)),
        connections=32,
        check=lambda answer: all(part in answer for part in RIGHT),
    )
    yield Row(f"redeem {'by id' if is_known else 'by text'}, 32 clients, spread", figures)


def _redemptions(rig: Rig, body: dict[str, object], reward_id: str) -> Iterator[bytes]:
    for token in itertools.cycle(rig.callers.values()):
        wanted = {"rewardId": reward_id, "idempotencyKey": f"redeem-{next(_numbers)}"}
        yield documents.request(body, token, {"input": wanted})
