"""What happens then: the one table of facts and what follows from them.

The worker runs it over the outbox, in the order of commits, each fact in a transaction of its own;
a reaction can meet a fact twice and must change nothing the second time.
"""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from domain import cache, database, outbox
from domain.events import KINDS, Event, OrderReported
from domain.referrals import operations as referrals

Reaction = Callable[[Any], Awaitable[None]]

REACTIONS: dict[type[Event], tuple[Reaction, ...]] = {
    OrderReported: (referrals.qualify,),
}

# Facts that say whose: their members' versions are raised once more, should the process that
# wrote them have died between commit and raise.
_OF_MEMBERS = tuple(kind for kind in KINDS.values() if "member_id" in kind.__slots__)


async def relay() -> int:
    """Bring what has happened since to all who react: how many facts were passed."""
    passed = await outbox.relay("reactions", tuple(REACTIONS), _react)
    return passed + await outbox.sweep("versions", _OF_MEMBERS, _raise)


async def _react(event: Event) -> None:
    for reaction in REACTIONS[type(event)]:
        await reaction(event)


async def _raise(events: list[Event]) -> None:
    members = {event.member_id for event in events}  # type: ignore[union-attr]
    found = await database.rows(
        "select id, version from members where id = any($1)", list[UUID](members)
    )
    await cache.raise_versions({row["id"]: row["version"] for row in found})
