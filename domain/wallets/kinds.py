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
    EXTEND = "EXTEND"
    REINSTATE = "REINSTATE"


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


class StatementPeriod(StrEnum):
    """Over what a statement goes: a calendar month or year, in the programme's zone."""

    MONTH = "MONTH"
    YEAR = "YEAR"


class BenefitSource(StrEnum):
    """What points that membership gave came of."""

    ORDERS = "ORDERS"
    TIER = "TIER"
    OFFERS = "OFFERS"
    WELCOME = "WELCOME"
    REFERRAL = "REFERRAL"
    SURVEY = "SURVEY"
    PROFILE = "PROFILE"
    BIRTHDAY = "BIRTHDAY"
    ANNIVERSARY = "ANNIVERSARY"
    ACTIVITY = "ACTIVITY"
    OTHER = "OTHER"


class AdjustmentAct(StrEnum):
    """What somebody of the team does to points."""

    ADJUST = "ADJUST"
    REVERSE = "REVERSE"
    EXTEND = "EXTEND"
    REINSTATE = "REINSTATE"


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
