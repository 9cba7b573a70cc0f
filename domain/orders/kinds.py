"""Words of orders."""

from enum import StrEnum


class OrderState(StrEnum):
    """How far an order has come."""

    COMPLETED = "COMPLETED"
    PARTLY_REFUNDED = "PARTLY_REFUNDED"
    REFUNDED = "REFUNDED"


class RefundState(StrEnum):
    """WAITING for its sale, or for somebody to claim that; APPLIED; or REFUSED: does not fit it."""

    WAITING = "WAITING"
    APPLIED = "APPLIED"
    REFUSED = "REFUSED"


class ChargeKind(StrEnum):
    """What is charged beside the goods."""

    DELIVERY = "DELIVERY"
    SERVICE = "SERVICE"
    TIP = "TIP"
    PACKAGING = "PACKAGING"
    OTHER = "OTHER"
