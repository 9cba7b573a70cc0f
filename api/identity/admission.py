"""What a process that serves keeps open to let callers in: codes, issuers, what has ended."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from api.identity import codes, oidc
from api.settings import Settings
from domain.access import codes as sign_in_codes
from domain.access import key_rings, revocations


@asynccontextmanager
async def admitting(settings: Settings) -> AsyncIterator[None]:
    """Codes go out, tokens of configured issuers are believed, what ends is noticed."""
    sender, fetcher = codes.sender(settings), oidc.Fetcher()
    sign_in_codes.install(sender)
    key_rings.install(oidc.issuers(settings.oidc), fetcher)
    revocations.start()
    try:
        yield
    finally:
        await revocations.stop()
        await key_rings.finish()
        await fetcher.finish()
        await sender.finish()
