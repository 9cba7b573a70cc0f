"""What is sent by or to the team for the matrix: each cell acts on a thing of its own, as what is
done once cannot be done again.
"""

from typing import Any
from uuid import uuid4

from domain.actor import Role, expanded
from tests.access.scene import COMPANY, OWNERS, Scene, a_stop, encoded
from tests.factories.holds import a_dated_lot, a_hold, an_adjustment, an_expiry
from tests.factories.merges import merged
from tests.factories.rewards import a_buyer, a_reward

HELD: dict[str, frozenset[Role]] = {
    **{who: expanded(set(roles)) for who, (_, roles) in COMPANY.items()},
    "anonymous": frozenset(),
    "guest": frozenset({Role.GUEST}),
    **dict.fromkeys(OWNERS, frozenset({Role.MEMBER})),
}
_WHY = {"reason": "The same person"}


def of(scene: Scene, whose: str) -> dict[str, Any]:
    """That member, as inputs name one."""
    return {"member": {"id": scene.ids[whose]["Member"]}}


async def asked_for(scene: Scene, caller: str, id_: str) -> dict[str, Any]:
    """An adjustment that waits for a second person."""
    # Each cell its own, as one decides once.
    whose = next((who for who in OWNERS if scene.ids[who]["Adjustment"] == id_), None)
    if whose is not None and not HELD[caller].isdisjoint({Role.LOYALTY}):
        id_ = encoded("Adjustment", await an_adjustment(scene.members[whose], 501))
    return {"adjustmentId": id_, "approve": False, "idempotencyKey": uuid4().hex}


async def given(scene: Scene, caller: str, id_: str) -> dict[str, Any]:
    """A movement that can be reversed."""
    # Each cell its own, as a movement is undone once.
    whose = next((who for who in OWNERS if scene.ids[who]["Transaction"] == id_), None)
    if whose is not None and not HELD[caller].isdisjoint({Role.CARE, Role.LOYALTY}):
        id_ = encoded("Transaction", await an_adjustment(scene.members[whose], 1))
    return {"transactionId": id_, "reason": "A wrong till", "idempotencyKey": uuid4().hex}


async def _somebody(scene: Scene, caller: str, id_: str, else_: str) -> str:
    # Each cell its own, as one goes once.
    is_there = id_ in [scene.ids[who]["Member"] for who in OWNERS]
    if is_there and Role.CARE in HELD[caller]:
        return encoded("Member", (await a_buyer(0)).member_id)
    return else_


async def who_stays(scene: Scene, caller: str, id_: str) -> dict[str, Any]:
    """A member whom another becomes one with."""
    gone = await _somebody(scene, caller, id_, scene.ids["other"]["Member"])
    return {"member": {"id": id_}, "from": {"id": gone}, **_WHY, "idempotencyKey": uuid4().hex}


async def who_goes(scene: Scene, caller: str, id_: str) -> dict[str, Any]:
    """A member who becomes one with another."""
    gone = await _somebody(scene, caller, id_, id_)
    return {"from": {"id": gone}, **of(scene, "member"), **_WHY, "idempotencyKey": uuid4().hex}


async def merge(scene: Scene, caller: str, id_: str) -> dict[str, Any]:
    """A merge that can be undone."""
    # Each cell its own, as a merge is undone once.
    whose = next((who for who in OWNERS if scene.ids[who]["MemberMerge"] == id_), None)
    if whose is not None and Role.CARE in HELD[caller]:
        id_ = encoded("MemberMerge", await merged(scene.members[whose], await a_buyer(0)))
    return {"mergeId": id_, **_WHY, "idempotencyKey": uuid4().hex}


async def dated(scene: Scene, caller: str, id_: str) -> dict[str, Any]:
    """Points with a date."""
    if scene.ids["member"]["Transaction"] == id_ and not HELD[caller].isdisjoint(
        {Role.CARE, Role.LOYALTY}
    ):
        id_ = encoded("Transaction", await a_dated_lot(scene.members["member"], 1))
    asked = {"unit": "POINTS", "until": "2031-01-01T00:00:00Z", "reason": "A wrong till"}
    key = {"transactionId": id_, "idempotencyKey": uuid4().hex}
    return asked | of(scene, "member") | key


async def expired(scene: Scene, caller: str, id_: str) -> dict[str, Any]:
    """Points that have expired."""
    whose = next((who for who in OWNERS if scene.ids[who]["Transaction"] == id_), None)
    if whose is not None and not HELD[caller].isdisjoint({Role.CARE, Role.LOYALTY}):
        id_ = encoded("Transaction", await an_expiry(scene.members[whose], 1))
    return {"transactionId": id_, "reason": "A wrong till", "idempotencyKey": uuid4().hex}


async def extends(scene: Scene, caller: str, id_: str) -> dict[str, Any]:
    """A member with points that have a date."""
    whose = next((who for who in OWNERS if scene.ids[who]["Member"] == id_), None)
    if whose is not None and not HELD[caller].isdisjoint({Role.CARE, Role.LOYALTY}):
        await a_dated_lot(scene.members[whose], 1)
    asked = {"unit": "POINTS", "until": "2031-01-01T00:00:00Z", "reason": "A wrong till"}
    return asked | {"member": {"id": id_}, "idempotencyKey": uuid4().hex}


async def held(scene: Scene, caller: str, id_: str) -> dict[str, Any]:
    """A hold that is open."""
    # Each cell its own, as a hold ends once.
    whose = next((who for who in OWNERS if scene.ids[who]["Hold"] == id_), None)
    if whose is not None and not HELD[caller].isdisjoint({Role.TILL}):
        id_ = encoded("Hold", await a_hold(scene.members[whose]))
    return {"holdId": id_, "idempotencyKey": uuid4().hex}


async def stopped(scene: Scene, caller: str, id_: str) -> dict[str, Any]:
    """A reward that is not stopped yet."""
    # Each cell its own: what is stopped is stopped once, and the scene's can be redeemed.
    if Role.LOYALTY in HELD[caller] and id_ in [scene.ids[who]["Reward"] for who in OWNERS]:
        id_ = encoded("Reward", await a_reward())
    why = [{"language": language, "text": "So"} for language in ("en", "ru", "el")]
    return {"what": {"rewardId": id_}, "reason": why, "idempotencyKey": uuid4().hex}


async def lifted(scene: Scene, caller: str, id_: str) -> dict[str, Any]:
    """A stop that nobody has lifted yet."""
    if Role.LOYALTY in HELD[caller] and id_ in [scene.ids[who]["Stop"] for who in OWNERS]:
        id_ = await a_stop()
    return {"stopId": id_, "idempotencyKey": uuid4().hex}
