"""Words of orders."""

from enum import StrEnum


class OrderState(StrEnum):
    """How far an order has come."""

    PLACED = "PLACED"
    COMPLETED = "COMPLETED"
    DELIVERED = "DELIVERED"
    CANCELLED = "CANCELLED"
    PARTLY_REFUNDED = "PARTLY_REFUNDED"
    REFUNDED = "REFUNDED"


# Of an order that is only placed, or was cancelled, nothing is earned, and nothing can come back.
UNPAID = (OrderState.PLACED, OrderState.CANCELLED)


class OrderStage(StrEnum):
    """How far a shop says that an order has come."""

    PLACED = "PLACED"
    COMPLETED = "COMPLETED"
    DELIVERED = "DELIVERED"
    CANCELLED = "CANCELLED"


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
