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


class OrderStage(StrEnum):
    """How far a shop says that an order has come."""

    PLACED = "PLACED"
    COMPLETED = "COMPLETED"
    DELIVERED = "DELIVERED"
    CANCELLED = "CANCELLED"


class ChargeKind(StrEnum):
    """What is charged beside the goods."""

    DELIVERY = "DELIVERY"
    SERVICE = "SERVICE"
    TIP = "TIP"
    PACKAGING = "PACKAGING"
    OTHER = "OTHER"
