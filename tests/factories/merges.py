"""Members who become one, and two again."""

from typing import Any
from uuid import UUID, uuid4

from domain.actor import Actor, ActorKind, Role, expanded
from domain.members.queries import MemberRef
from domain.membership import merging, unmerging
from domain.membership.merging import MergeMembers
from domain.membership.unmerging import UnmergeMembers

CARE = Actor(ActorKind.STAFF, "care of merges", expanded({Role.CARE}))


async def merged(stayer: Actor, gone: Actor, key: str = "") -> UUID:
    """The merge by which the second lives on in the first."""
    command = MergeMembers(
        MemberRef(id=stayer.member_id), MemberRef(id=gone.member_id), "The same", key or uuid4().hex
    )
    return (await merging.merge(CARE, command)).merge_id


async def unmerged(merge_id: UUID, key: str = "") -> Any:
    """Two again."""
    command = UnmergeMembers(merge_id, "Not the same", key or uuid4().hex)
    return await unmerging.unmerge(CARE, command)
