"""Words of the ledger."""

from enum import StrEnum


class TransactionKind(StrEnum):
    """What moved points."""

    EARN = "EARN"
    REDEEM = "REDEEM"
    EXPIRE = "EXPIRE"
    ADJUST = "ADJUST"
    GIVE_BACK = "GIVE_BACK"
    PEND = "PEND"
    RELEASE = "RELEASE"
    PEND_CANCEL = "PEND_CANCEL"
    HOLD = "HOLD"
    HOLD_CAPTURE = "HOLD_CAPTURE"
    HOLD_RELEASE = "HOLD_RELEASE"
    TRANSFER_OUT = "TRANSFER_OUT"
    TRANSFER_IN = "TRANSFER_IN"
    DONATE = "DONATE"
    CLAWBACK = "CLAWBACK"
    REVERSE = "REVERSE"


class HoldState(StrEnum):
    """The life of a hold: it ends once."""

    OPEN = "OPEN"
    CAPTURED = "CAPTURED"
    RELEASED = "RELEASED"
    EXPIRED = "EXPIRED"


class GiftState(StrEnum):
    """What has become of a gift, as far as who sent it may know."""

    SENT = "SENT"
    ARRIVED = "ARRIVED"
    RETURNED = "RETURNED"


class GiftDirection(StrEnum):
    """From which side a gift is seen."""

    SENT = "SENT"
    RECEIVED = "RECEIVED"


class AdjustmentState(StrEnum):
    """Whether what was asked for has come to pass."""

    ASKED = "ASKED"
    POSTED = "POSTED"
    REFUSED = "REFUSED"


# Judged or reckoned by more than the balance, each under the member's lock (pistis_is_act).
ACTS = frozenset(
    {
        TransactionKind.PEND,
        TransactionKind.RELEASE,
        TransactionKind.PEND_CANCEL,
        TransactionKind.HOLD,
        TransactionKind.HOLD_CAPTURE,
        TransactionKind.HOLD_RELEASE,
        TransactionKind.CLAWBACK,
    }
)
