"""One-time codes: made, hashed, compared; the plain one goes to its address and nowhere else."""

import hashlib
import hmac
from secrets import randbelow
from typing import Protocol
from uuid import UUID

from domain import secrets
from domain.access.addresses import Address

DIGITS = 6
TRIES_MAX = 5


class CodeSender(Protocol):
    """What brings a code to its address; installed when a process starts."""

    async def send(self, channel: str, address: str, code: str, language: str) -> None:
        """Hand the code on. Neither waits for the delivery nor fails with it."""


_sender: CodeSender | None = None


def install(sender: CodeSender) -> None:
    """Let this process send its codes by `sender`."""
    global _sender
    _sender = sender


async def send(address: Address, code: str, language: str) -> None:
    """Bring the code to its address, worded in that language."""
    assert _sender is not None, "install(sender) comes first"
    await _sender.send(address.channel, address.text, code, language)


def fresh() -> str:
    """Six digits that nobody can foresee."""
    return f"{randbelow(10**DIGITS):0{DIGITS}d}"


def digest(challenge_id: UUID, code: str) -> str:
    """What is kept of a code. Without the installation's secret no table of all codes helps."""
    return hmac.new(
        secrets.key("codes"), f"{challenge_id}{code}".encode(), hashlib.sha256
    ).hexdigest()


def is_right(challenge_id: UUID, code: str, kept: str) -> bool:
    """The code is the one whose digest is kept; takes as long for a wrong one."""
    return hmac.compare_digest(digest(challenge_id, code), kept)
