"""What can be asked to be done with tiers."""

from dataclasses import dataclass
from datetime import datetime

from domain.members.queries import MemberRef


@dataclass(frozen=True, slots=True)
class SetTier:
    """Give a member a tier by hand: kept until `until`, whatever is bought or reviewed."""

    member: MemberRef
    tier: str
    until: datetime
    reason: str
    idempotency_key: str
