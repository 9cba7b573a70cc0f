"""Drafts, and what it takes to publish them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from domain import database
from domain.actor import SYSTEM, Actor, ActorKind, Role, expanded
from domain.programme import drafting, operations
from domain.programme.publishing import PublishVersion
from domain.programme.terms import Programme
from tests.factories.programme import a_programme

LOYALTY = Actor(ActorKind.STAFF, "loyalty of the tests", expanded({Role.LOYALTY}))
WHY = "The shop opens tomorrow."


@dataclass(frozen=True)
class Counted:
    """Of how many members a change is what."""

    worse: int


async def nobody(_before: Programme, _after: Programme) -> Counted:
    """It is worse for nobody: what is published is not the point of the test."""
    return Counted(0)


async def published(effective_from: datetime | None = None, **changes: Any) -> UUID:
    """A version, as the first one comes to be: in force from now, unless said otherwise."""
    begins = effective_from or await database.now()
    return await operations.publish(SYSTEM, a_programme(**changes), begins)


async def drafted(**changes: Any) -> UUID:
    """A draft of the version that was published last."""
    return await drafting.draft(LOYALTY, a_programme(**changes), None)


def to_publish(version_id: UUID, **said: Any) -> PublishVersion:
    """What the team sends: from now on, unless said otherwise."""
    usual: Mapping[str, Any] = {
        "effective_from": None,
        "forecast_id": None,
        "without_forecast_reason": WHY,
        "idempotency_key": uuid4().hex,
    }
    return PublishVersion(version_id, **{**usual, **said})
