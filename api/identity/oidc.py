"""OIDC issuers as PISTIS_OIDC names them, and how their keys are fetched: short, no detour."""

import asyncio
from typing import Any

import httpx
import orjson

from domain.access.issuers import ALGORITHMS, Issuer, may_be_fetched
from domain.actor import Role

SECONDS = 5.0
BYTES_MAX = 256 * 1024
ALGORITHMS_UNLESS_SAID = ("RS256", "ES256")
_STAFF = {Role.CARE, Role.LOYALTY, Role.ADMIN, Role.TILL, Role.SHOP}
_KNOWN = {
    "issuer", "audience", "algorithms", "jwks_uri", "roles_claim", "roles", "id_tokens",
}  # fmt: skip


class Misconfigured(Exception):
    """PISTIS_OIDC cannot be meant so; the message says what is wrong."""


def issuers(text: str) -> list[Issuer]:
    """The issuers of PISTIS_OIDC, a JSON list of objects. Raises Misconfigured."""
    if not text:
        return []
    try:
        read = orjson.loads(text)
    except ValueError:
        raise Misconfigured("it is no JSON") from None
    if not isinstance(read, list) or not all(isinstance(each, dict) for each in read):
        raise Misconfigured("it is a JSON list of objects")
    found = [_issuer(each) for each in read]
    if len({each.url for each in found}) < len(found):
        raise Misconfigured("each issuer is named once")
    return found


class Fetcher:
    """GETs JSON; raises whatever hinders it, within five seconds."""

    def __init__(self) -> None:
        self._client = httpx.AsyncClient(timeout=SECONDS, follow_redirects=False, trust_env=False)

    async def __call__(self, url: str) -> Any:
        """The JSON at `url`: 200, at most 256 KB."""
        async with asyncio.timeout(SECONDS), self._client.stream("GET", url) as answer:
            if answer.status_code != 200:
                raise ValueError("not 200")
            body = bytearray()
            async for chunk in answer.aiter_bytes():
                body += chunk
                if len(body) > BYTES_MAX:
                    raise ValueError("too long")
        return orjson.loads(bytes(body))

    async def finish(self) -> None:
        """Close."""
        await self._client.aclose()


def _issuer(said: dict[str, Any]) -> Issuer:
    url, audience = said.get("issuer"), said.get("audience")
    if unknown := said.keys() - _KNOWN:
        raise Misconfigured(f"there is no {', '.join(sorted(unknown))}")
    if not isinstance(url, str) or not may_be_fetched(url):
        raise Misconfigured("issuer is an https:// address, exactly as its tokens have it in iss")
    if not isinstance(audience, str) or not audience:
        raise Misconfigured(f"{url} needs an audience: what its tokens for this server have in aud")
    jwks_uri = said.get("jwks_uri")
    if jwks_uri is not None and not (isinstance(jwks_uri, str) and may_be_fetched(jwks_uri)):
        raise Misconfigured(f"jwks_uri of {url} is an https:// address")
    algorithms = said.get("algorithms", list(ALGORITHMS_UNLESS_SAID))
    if not isinstance(algorithms, list) or not algorithms or set(algorithms) - ALGORITHMS.keys():
        raise Misconfigured(f"algorithms of {url} are some of {', '.join(ALGORITHMS)}")
    return Issuer(
        url,
        audience,
        tuple(algorithms),
        jwks_uri,
        str(said.get("roles_claim", "groups")),
        _roles(url, said.get("roles", "members")),
        said.get("id_tokens") is True,
    )


def _roles(url: str, said: Any) -> dict[str, tuple[Role, ...]]:
    if said == "members":
        return {}
    wrong = Misconfigured(
        f'roles of {url} are "members", or by group: {{"shop-team": ["CARE", "LOYALTY"]}}, '
        f"of {', '.join(sorted(_STAFF))}"
    )
    if not isinstance(said, dict) or not said:
        raise wrong
    for group, roles in said.items():
        if not group or not isinstance(roles, list) or not roles or set(roles) - _STAFF:
            raise wrong
    return {group: tuple(Role(role) for role in roles) for group, roles in said.items()}
