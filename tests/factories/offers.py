"""Offers, and orders that they rewarded."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from domain import database
from domain.actor import SYSTEM
from domain.ids import uuid7
from domain.language import said
from domain.offers import operations
from domain.offers.models import OfferUse
from domain.offers.operations import CreateOffer
from tests.factories.rewards import a_programme

TITLE = said("Stars for the week", "Звёзды за неделю", "Αστέρια της εβδομάδας")


async def an_offer(begins: float = -1, ends: float = 7, **values: Any) -> UUID:
    """Five stars for an order; the window in days from now."""
    await a_programme()
    now = await database.now()
    asked = {
        "title": TITLE,
        "unit": "STARS",
        "points": 5,
        "starts_at": now + timedelta(days=begins),
        "ends_at": now + timedelta(days=ends),
        **values,
    }
    return await operations.create(SYSTEM, CreateOffer(**asked))


async def used(offer_id: UUID, member_id: UUID | None) -> None:
    """An order of the member was rewarded by the offer."""
    await OfferUse.create(offer_id=offer_id, member_id=member_id, order_id=uuid7())
