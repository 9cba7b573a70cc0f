"""The keys of issuers, read from where they say.

Nothing in a token decides what is fetched, or when: an unknown key is looked for at most once in
30 seconds for an issuer, by one request for all that wait; keys that could not be read again stay.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from jwt import PyJWK
from jwt.exceptions import PyJWTError

from domain.access.issuers import ALGORITHMS, Issuer, may_be_fetched
from domain.errors import Unavailable

FETCH_SECONDS = 30.0
FRESH_SECONDS = 600.0
KEYS_MAX = 50
_PUBLIC = {"kty", "crv", "x", "y", "n", "e", "kid"}

Fetch = Callable[[str], Awaitable[Any]]

_log = logging.getLogger("pistis.access")


class KeyRing:
    """The public keys of an issuer, as it published them last."""

    def __init__(self, issuer: Issuer, fetch: Fetch) -> None:
        self._issuer = issuer
        self._fetch = fetch
        self._jwks_uri = issuer.jwks_uri
        self._keys: dict[tuple[str, str], Any] = {}
        self._read_at = -FRESH_SECONDS
        self._next_fetch = 0.0
        self._under_way: asyncio.Task[None] | None = None

    async def key(self, kid: str, algorithm: str) -> Any:
        """The key of this name for this algorithm, or None. Unavailable if none were ever read."""
        found = self._keys.get((kid, algorithm))
        if found is not None and self._read_at + FRESH_SECONDS > time.monotonic():
            return found
        reading = self._reading()
        if found is None and reading is not None:
            await asyncio.shield(reading)
            found = self._keys.get((kid, algorithm))
        if not self._keys:
            raise Unavailable("The issuer of this token does not show its keys: try again.")
        return found

    async def finish(self) -> None:
        """End what is under way."""
        if self._under_way is not None:
            self._under_way.cancel()
            await asyncio.wait([self._under_way])

    def _reading(self) -> asyncio.Task[None] | None:
        if self._under_way is not None and not self._under_way.done():
            return self._under_way
        if time.monotonic() < self._next_fetch:
            return None
        self._next_fetch = time.monotonic() + FETCH_SECONDS
        self._under_way = asyncio.create_task(self._read())
        return self._under_way

    async def _read(self) -> None:
        try:
            if self._jwks_uri is None:
                self._jwks_uri = await self._discovered()
            published = (await self._fetch(self._jwks_uri))["keys"]
            keys = dict(_usable(published[:KEYS_MAX], self._issuer.algorithms))
        except Exception as error:  # noqa: BLE001 - whatever an issuer does, its last keys stay
            _log.warning("the keys of an issuer cannot be read: %s", type(error).__name__)
            return
        if keys:
            self._keys, self._read_at = keys, time.monotonic()

    async def _discovered(self) -> str:
        url = f"{self._issuer.url.rstrip('/')}/.well-known/openid-configuration"
        said = await self._fetch(url)
        if said["issuer"] != self._issuer.url or not may_be_fetched(said["jwks_uri"]):
            raise ValueError
        uri: str = said["jwks_uri"]
        return uri


def install(issuers: Iterable[Issuer], fetch: Fetch) -> None:
    """Believe these, and no other, from now on; `fetch` reads JSON, bounded in time and size."""
    _believed.clear()
    _believed.update({each.url: (each, KeyRing(each, fetch)) for each in issuers})


async def finish() -> None:
    """Believe nobody; end what is under way."""
    rings = [ring for _, ring in _believed.values()]
    _believed.clear()
    for ring in rings:
        await ring.finish()


def believed(url: object) -> tuple[Issuer, KeyRing] | None:
    """The issuer that calls itself so, to the letter."""
    return _believed.get(url) if isinstance(url, str) else None


_believed: dict[str, tuple[Issuer, KeyRing]] = {}


def _usable(published: list[Any], algorithms: tuple[str, ...]) -> Iterable[tuple[Any, Any]]:
    for jwk in published:
        if not isinstance(jwk, dict) or jwk.get("use", "sig") != "sig":
            continue
        for algorithm in algorithms:
            kind, curve = ALGORITHMS[algorithm]
            fits = jwk.get("kty") == kind and (curve is None or jwk.get("crv") == curve)
            if fits and jwk.get("alg", algorithm) == algorithm and isinstance(jwk.get("kid"), str):
                public = {name: value for name, value in jwk.items() if name in _PUBLIC}
                try:
                    yield (jwk["kid"], algorithm), PyJWK(public, algorithm).key
                except (PyJWTError, ValueError, TypeError):
                    continue
