"""Words of rewards and vouchers."""

from enum import StrEnum


class RewardKind(StrEnum):
    """What a reward gives, as far as a till can honour it."""

    AMOUNT_OFF = "AMOUNT_OFF"
    PERCENT_OFF = "PERCENT_OFF"
    FREE_DELIVERY = "FREE_DELIVERY"
    GIFT = "GIFT"
    EVENT = "EVENT"
    ACCESS = "ACCESS"


class VoucherState(StrEnum):
    """The life of a voucher. EXPIRED is never written: the clock says it."""

    ISSUED = "ISSUED"
    RESERVED = "RESERVED"
    USED = "USED"
    EXPIRED = "EXPIRED"
    CANCELLED = "CANCELLED"
