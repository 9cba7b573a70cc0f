"""An OIDC issuer of another company, on this machine: its keys, its tokens, what is asked of it."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import jwt
import orjson
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from jwt.algorithms import ECAlgorithm

from api.identity import oidc
from domain.access import key_rings

AUDIENCE = "the-programme"
CONFIGURATION = "/.well-known/openid-configuration"


@dataclass
class Key:
    """One that the issuer signs with."""

    kid: str = field(default_factory=lambda: uuid4().hex)
    private: EllipticCurvePrivateKey = field(
        default_factory=lambda: generate_private_key(SECP256R1())
    )

    @property
    def jwk(self) -> dict[str, Any]:
        """As it is published."""
        public: dict[str, Any] = ECAlgorithm.to_jwk(self.private.public_key(), as_dict=True)
        return public | {"kid": self.kid, "use": "sig", "alg": "ES256"}


@dataclass
class Company:
    """Answers at `url`; what it answers can be changed, and is counted by path."""

    url: str = ""
    key: Key = field(default_factory=Key)
    published: list[Key] = field(default_factory=list)
    answers: dict[str, bytes] = field(default_factory=dict)
    fetches: Counter[str] = field(default_factory=Counter)

    def said(self, path: str) -> bytes:
        """The answer, with its head."""
        self.fetches[path] += 1
        if path in self.answers:
            return self.answers[path]
        if path == CONFIGURATION:
            return answer({"issuer": self.url, "jwks_uri": f"{self.url}/keys"})
        if path == "/keys":
            return answer({"keys": [key.jwk for key in self.published or [self.key]]})
        return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"

    def configured(self, **said: Any) -> dict[str, Any]:
        """An entry of PISTIS_OIDC."""
        return {"issuer": self.url, "audience": AUDIENCE, "algorithms": ["ES256"], **said}

    def claims(self, subject: str = "", **changed: Any) -> dict[str, Any]:
        """Of a good token for us, as its access tokens have them."""
        now = int(time.time())
        good = {"iss": self.url, "aud": AUDIENCE, "sub": subject or uuid4().hex, "iat": now}
        claims = {**good, "exp": now + 600, **changed}
        return {name: value for name, value in claims.items() if value is not None}

    def token(self, subject: str = "", key: Key | None = None, **changed: Any) -> str:
        """A token of one of its people."""
        by = key or self.key
        headers = {"kid": by.kid, "typ": "at+jwt"}
        return jwt.encode(self.claims(subject, **changed), by.private, "ES256", headers)


def answer(body: Any, status: str = "200 OK") -> bytes:
    """An HTTP answer with this as JSON."""
    raw = body if isinstance(body, bytes) else orjson.dumps(body)
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(raw)}\r\n\r\n".encode() + raw


@asynccontextmanager
async def a_company() -> AsyncIterator[Company]:
    """One that answers until the block ends."""
    company = Company()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        writer.write(company.said(head.split()[1].decode()))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    company.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield company


@asynccontextmanager
async def believing(configured: Sequence[dict[str, Any]]) -> AsyncIterator[None]:
    """This process believes the tokens of these issuers, as a server with PISTIS_OIDC does."""
    fetcher = oidc.Fetcher()
    key_rings.install(oidc.issuers(orjson.dumps(configured).decode()), fetcher)
    try:
        yield
    finally:
        await key_rings.finish()
        await fetcher.finish()
