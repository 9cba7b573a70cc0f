"""Quotes that bind: a signed value, no row. It holds version, tier, member, order, discounts."""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson

from domain import secrets
from domain.errors import QuoteExpired, QuoteMismatch
from domain.ids import plain

LIFETIME = timedelta(minutes=30)
_MAC_BYTES = 16


@dataclass(frozen=True, slots=True)
class Promise:
    """What a quote binds until `expires_at`: this version's rules, and this tier.

    `discounts`: what rules take off (orders/discounts.py), None where there are no such rules.
    """

    version: int
    tier: str
    member_id: UUID | None
    content_hash: str
    expires_at: datetime
    discounts: dict[str, Any] | None = None


def signed(promise: Promise) -> str:
    """The promise as a quote's key."""
    body = orjson.dumps(promise, default=plain)
    return base64.urlsafe_b64encode(_mac(body) + body).decode().rstrip("=")


def promised(quote: str, member_id: UUID | None, content_hash: str, now: datetime) -> Promise:
    """What the quote promised for this member and order. Raises QuoteMismatch, QuoteExpired."""
    try:
        raw = base64.urlsafe_b64decode(quote + "=" * (-len(quote) % 4))
    except ValueError:
        raw = b""
    mac, body = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
    if not hmac.compare_digest(mac, _mac(body)):
        raise QuoteMismatch("This is no quote of ours; ask for one by orderQuote.", ("quoteId",))
    kept = orjson.loads(body)
    promise = Promise(
        kept["version"],
        kept["tier"],
        UUID(kept["member_id"]) if kept["member_id"] else None,
        kept["content_hash"],
        datetime.fromisoformat(kept["expires_at"]),
        kept.get("discounts"),
    )
    if (promise.member_id, promise.content_hash) != (member_id, content_hash):
        raise QuoteMismatch(
            "The quote was made for another order or member; ask for a new one.", ("quoteId",)
        )
    if promise.expires_at <= now:
        raise QuoteExpired("The quote's time is over; ask for a new one.", ("quoteId",))
    return promise


def _mac(body: bytes) -> bytes:
    return hmac.digest(secrets.key("quotes"), body, hashlib.sha256)[:_MAC_BYTES]
