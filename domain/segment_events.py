"""What can happen to members of segments: part of the catalogue in events.py."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class SegmentEntered:
    """A member is in a segment that it was not in."""

    member_id: UUID
    segment_id: UUID


@dataclass(frozen=True, slots=True)
class SegmentLeft:
    """A member is in a segment no more."""

    member_id: UUID
    segment_id: UUID
