"""Words of orders."""

from enum import StrEnum


class OrderState(StrEnum):
    """How far an order has come."""

    COMPLETED = "COMPLETED"


class ChargeKind(StrEnum):
    """What is charged beside the goods."""

    DELIVERY = "DELIVERY"
    SERVICE = "SERVICE"
    TIP = "TIP"
    PACKAGING = "PACKAGING"
    OTHER = "OTHER"
