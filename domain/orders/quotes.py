"""Quotes that bind: a sealed value, no row. It holds version, tier, member, order, discounts.

Who is given it cannot read it: it says how a member stood. Equal promises have equal keys.
"""

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
    mac = _mac(body)
    return base64.urlsafe_b64encode(mac + _veiled(body, mac)).decode().rstrip("=")


def promised(quote: str, member_id: UUID | None, content_hash: str, now: datetime) -> Promise:
    """What the quote promised for this member and order. Raises QuoteMismatch, QuoteExpired."""
    try:
        raw = base64.urlsafe_b64decode(quote + "=" * (-len(quote) % 4))
    except ValueError:
        raw = b""
    mac = raw[:_MAC_BYTES]
    body = _veiled(raw[_MAC_BYTES:], mac)
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


def _veiled(body: bytes, mac: bytes) -> bytes:
    """The body under a stream that its own mark begins; the same again takes it off."""
    key, made = secrets.key("quote bodies"), b""
    while len(made) < len(body):
        made += hmac.digest(key, mac + len(made).to_bytes(4, "big"), hashlib.sha256)
    size = len(body)
    veiled = int.from_bytes(body, "big") ^ int.from_bytes(made[:size], "big")
    return veiled.to_bytes(size, "big")
