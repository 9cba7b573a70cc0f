"""What a scene of a dry run is, and what most of them ask for."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from domain import database
from domain.actor import Actor

ERRORS = """replayed userErrors { __typename code message path
  ... on InsufficientPointsError { balance required } ... on RewardUnavailableError { reason } }"""
WALLET = """{ id balance pending held debt unit { code }
  expirations(first: 5) { nodes { points } }
  transactions(first: 3) { totalCount nodes { kind points balanceAfter explanation { text } } } }"""


STANDING = "standing { tier { name } }"


@dataclass
class Scene:
    """A mutation, who sends it, and whom it is about. `coming`: what it would make, by path."""

    text: str
    actor: Actor
    input: dict[str, Any]
    member: UUID | None
    coming: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """With a key of its own."""
        self.input["idempotencyKey"] = uuid4().hex


Make = Callable[[], Awaitable[Scene]]


async def number_of(member_id: UUID | None) -> str:
    """The member's number."""
    found: str = await database.value("select number from members where id = $1", member_id)
    return found
