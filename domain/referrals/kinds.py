"""Words of referrals."""

from enum import StrEnum


class ReferralState(StrEnum):
    """What has become of a friend who joined by a member's code."""

    JOINED = "JOINED"
    PENDING = "PENDING"
    REWARDED = "REWARDED"
    REFUSED = "REFUSED"
    VOIDED = "VOIDED"
