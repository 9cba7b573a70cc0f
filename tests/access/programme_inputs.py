"""What the team sends of the programme, with an id of each class in it."""

from typing import Any
from uuid import uuid4

from tests.access.scene import Scene

REASON = {"withoutForecastReason": "Nobody asked for one."}


async def published(_scene: Scene, _caller: str, id_: str) -> dict[str, Any]:
    """This version, with all else as it should be."""
    return REASON | {"versionId": id_, "idempotencyKey": uuid4().hex}


async def foreseen(scene: Scene, _caller: str, id_: str) -> dict[str, Any]:
    """A version that there is, with this forecast: there are none yet."""
    version = scene.ids["member"]["ProgrammeVersion"]
    return {"versionId": version, "forecastId": id_, "idempotencyKey": uuid4().hex}
