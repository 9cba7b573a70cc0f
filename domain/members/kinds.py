"""Words of members: states, channels, purposes, topics."""

from enum import StrEnum


class MemberState(StrEnum):
    """Whether a member takes part."""

    ACTIVE = "ACTIVE"
    BLOCKED = "BLOCKED"
    OPTED_OUT = "OPTED_OUT"
    MERGED = "MERGED"
    ERASED = "ERASED"


class Channel(StrEnum):
    """How a member is spoken to."""

    IN_APP = "IN_APP"
    EMAIL = "EMAIL"
    PUSH = "PUSH"
    SMS = "SMS"
    MESSENGER = "MESSENGER"


class Purpose(StrEnum):
    """What a member is spoken to for."""

    SERVICE = "SERVICE"
    MARKETING = "MARKETING"
    SURVEYS = "SURVEYS"
    PARTNERS = "PARTNERS"


class Topic(StrEnum):
    """What a notification is about."""

    POINTS = "POINTS"
    EXPIRY = "EXPIRY"
    TIER = "TIER"
    REWARDS = "REWARDS"
    OFFERS = "OFFERS"
    REFERRALS = "REFERRALS"
    SURVEYS = "SURVEYS"
    CASES = "CASES"
    NEWS = "NEWS"


class Sex(StrEnum):
    """As the member says."""

    FEMALE = "FEMALE"
    MALE = "MALE"
    OTHER = "OTHER"


class CardReason(StrEnum):
    """Why a card is replaced."""

    LOST = "LOST"
    STOLEN = "STOLEN"
    DAMAGED = "DAMAGED"


class DevicePlatform(StrEnum):
    """Where an app runs."""

    IOS = "IOS"
    ANDROID = "ANDROID"
    WEB = "WEB"
