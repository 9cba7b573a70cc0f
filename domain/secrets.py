"""Keys for each purpose, all derived from the installation's one secret."""

import hashlib
import hmac

from domain.paging import Cursors

_master: bytes = b""
_cursors: Cursors


def open_with(secret: str) -> None:
    """Take the installation's secret; once, when a process starts."""
    global _master, _cursors
    _master = hashlib.sha256(secret.encode()).digest()
    _cursors = Cursors(key("cursors"))


def key(purpose: str) -> bytes:
    """The 32-byte key for a purpose: knowing one says nothing about the others (HKDF-like)."""
    assert _master, "open_with(secret) comes first"
    return hmac.digest(_master, purpose.encode(), hashlib.sha256)


def cursors() -> Cursors:
    """The signer of this installation's cursors."""
    return _cursors
