"""Words of notifications: what a member can be told, and what each kind carries."""

from enum import StrEnum


class NotificationKind(StrEnum):
    """What a notification is about."""

    POINTS_EARNED = "POINTS_EARNED"
    POINTS_RELEASED = "POINTS_RELEASED"
    POINTS_TAKEN_BACK = "POINTS_TAKEN_BACK"
    POINTS_EXPIRED = "POINTS_EXPIRED"
    GIFT_SENT = "GIFT_SENT"
    GIFT_RECEIVED = "GIFT_RECEIVED"
    GIFT_RETURNED = "GIFT_RETURNED"
    POINTS_EXPIRE_SOON = "POINTS_EXPIRE_SOON"
    TIER_UP = "TIER_UP"
    TIER_DOWN = "TIER_DOWN"
    TIER_AT_RISK = "TIER_AT_RISK"
    VOUCHER_ISSUED = "VOUCHER_ISSUED"
    OFFER_ADDED = "OFFER_ADDED"
    REFERRAL_CHANGED = "REFERRAL_CHANGED"
    CASE_ANSWERED = "CASE_ANSWERED"
    SESSION_ENDED = "SESSION_ENDED"
    BADGE_EARNED = "BADGE_EARNED"
    BIRTHDAY = "BIRTHDAY"
    ANNIVERSARY = "ANNIVERSARY"
    CARD_REPLACED = "CARD_REPLACED"
    MEMBERSHIP_CHANGED = "MEMBERSHIP_CHANGED"
    STATEMENT_READY = "STATEMENT_READY"
    POOL_INVITED = "POOL_INVITED"
    POOL_JOINED = "POOL_JOINED"
    POOL_LEFT = "POOL_LEFT"
    POOL_ENDED = "POOL_ENDED"
    PROGRAMME_CHANGES = "PROGRAMME_CHANGES"


class NotificationSort(StrEnum):
    """In which order notifications are listed."""

    NEWEST_FIRST = "NEWEST_FIRST"
    OLDEST_FIRST = "OLDEST_FIRST"


# What a posting's notice of each kind carries: ids and numbers, nothing personal. Texts are made
# of it (words.py), and the things themselves are found by it when they are asked for.
ARGS: dict[NotificationKind, tuple[str, ...]] = {
    NotificationKind.POINTS_EARNED: ("transaction", "unit", "points"),
    NotificationKind.POINTS_RELEASED: ("transaction", "unit", "points"),
    NotificationKind.POINTS_TAKEN_BACK: ("transaction", "unit", "points"),
    NotificationKind.POINTS_EXPIRED: ("transaction", "unit", "points"),
    NotificationKind.GIFT_SENT: ("gift", "unit", "points"),
    NotificationKind.GIFT_RECEIVED: ("gift", "unit", "points"),
    NotificationKind.GIFT_RETURNED: ("gift", "unit", "points"),
    # `day`: the last one on which all of them are good.
    NotificationKind.POINTS_EXPIRE_SOON: ("unit", "points", "day"),
    NotificationKind.TIER_UP: ("tier",),
    NotificationKind.TIER_DOWN: ("tier",),
    NotificationKind.TIER_AT_RISK: ("tier", "missing"),
    NotificationKind.VOUCHER_ISSUED: ("voucher",),
    NotificationKind.OFFER_ADDED: ("offer",),
    NotificationKind.REFERRAL_CHANGED: ("referral", "state"),
    NotificationKind.CASE_ANSWERED: ("case",),
    NotificationKind.SESSION_ENDED: ("session",),
    NotificationKind.BADGE_EARNED: ("badge",),
    # `transaction` and `unit` are null when there are no points.
    NotificationKind.BIRTHDAY: ("transaction", "unit", "points"),
    NotificationKind.ANNIVERSARY: ("transaction", "unit", "points", "years"),
    NotificationKind.CARD_REPLACED: (),
    NotificationKind.MEMBERSHIP_CHANGED: ("state",),
    # `month`: its first day, as in "2026-11-01".
    NotificationKind.STATEMENT_READY: ("month",),
    NotificationKind.POOL_INVITED: ("pool",),
    NotificationKind.POOL_JOINED: ("pool",),
    NotificationKind.POOL_LEFT: ("pool",),
    NotificationKind.POOL_ENDED: ("pool",),
    # `day`: the first one of the version with this number.
    NotificationKind.PROGRAMME_CHANGES: ("version", "day"),
}

# Kinds that tell of a movement, in words that name the points.
OF_POINTS = frozenset(
    {
        NotificationKind.POINTS_EARNED,
        NotificationKind.POINTS_RELEASED,
        NotificationKind.POINTS_TAKEN_BACK,
        NotificationKind.POINTS_EXPIRED,
    }
)
OF_GIFTS = frozenset(
    {
        NotificationKind.GIFT_SENT,
        NotificationKind.GIFT_RECEIVED,
        NotificationKind.GIFT_RETURNED,
    }
)
