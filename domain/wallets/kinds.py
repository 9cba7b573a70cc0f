"""Words of the ledger."""

from enum import StrEnum


class TransactionKind(StrEnum):
    """What moved a balance."""

    EARN = "EARN"
    REDEEM = "REDEEM"
    EXPIRE = "EXPIRE"
    ADJUST = "ADJUST"
    GIVE_BACK = "GIVE_BACK"
