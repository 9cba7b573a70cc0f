"""Words of offers."""

from enum import StrEnum


class OfferKind(StrEnum):
    """What an offer is."""

    BONUS = "BONUS"


class OfferState(StrEnum):
    """Where a member stands with an offer."""

    ACTIVE = "ACTIVE"
    COMPLETED = "COMPLETED"
    EXPIRED = "EXPIRED"
