"""What is sent about pools for the matrix: members have a household each (scene.py)."""

from typing import Any
from uuid import uuid4

from domain import database
from domain.actor import Role, expanded
from tests.access.scene import COMPANY, OWNERS, Scene, encoded
from tests.factories.pools import a_pool


def leads(caller: str, whose: str) -> bool:
    """Whose it is, and the team."""
    roles = expanded(set(COMPANY[caller][1])) if caller in COMPANY else frozenset()
    return caller == whose or not roles.isdisjoint({Role.CARE, Role.LOYALTY})


async def itself(_scene: Scene, _caller: str, id_: str) -> Any:
    """The id alone."""
    return id_


async def founded(scene: Scene, caller: str, id_: str) -> dict[str, Any]:
    """Whoever has a household leaves it first: one of a kind is all."""
    for who in OWNERS:
        if scene.ids[who]["Member"] == id_ and leads(caller, who):
            await database.rows(
                "update pool_places set state = 'LEFT' where member_id = $1 and state = 'JOINED'",
                scene.members[who].member_id,
            )
    return {"owner": {"id": id_}, "kind": "HOUSEHOLD", "idempotencyKey": uuid4().hex}


async def closed(scene: Scene, caller: str, id_: str) -> dict[str, Any]:
    """Each cell its own, as a pool closes once."""
    whose = next((who for who in OWNERS if scene.ids[who]["Pool"] == id_), None)
    if whose is not None and leads(caller, whose):
        known = await database.value(
            """select pool_id from pool_places
               where member_id = $1 and kind = 'HOUSEHOLD' and state = 'JOINED'""",
            scene.members[whose].member_id,
        )
        id_ = encoded("Pool", known or await a_pool(scene.members[whose]))
    return {"poolId": id_, "idempotencyKey": uuid4().hex}


async def redeemed(scene: Scene, _caller: str, id_: str) -> dict[str, Any]:
    """The member's reward, for a pool without points."""
    reward_id = scene.ids["member"]["Reward"]
    return {"poolId": id_, "rewardId": reward_id, "idempotencyKey": uuid4().hex}
