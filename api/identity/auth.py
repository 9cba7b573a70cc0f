"""The bearer token of a request or a socket -> the actor."""

import re
from collections.abc import Awaitable, Callable
from functools import lru_cache

from domain.access import tokens
from domain.actor import ANONYMOUS, Actor
from domain.errors import Unauthenticated

ActorOf = Callable[[list[str]], Awaitable[Actor]]

_LONGEST = 4096
_BEARER = re.compile(r"bearer +([A-Za-z0-9._~+/-]+=*)", re.IGNORECASE)


async def actor_of(authorization: list[str]) -> Actor:
    """Who calls, by the values of the Authorization header: nobody in particular without one.

    Unauthenticated for anything but one good bearer token: a caller that shows a bad one would not
    understand the answer that it gets without.
    """
    if not authorization:
        return ANONYMOUS
    header = authorization[0] if len(authorization) == 1 else ""
    bearer = _bearer(header) if len(header) <= _LONGEST else None
    if bearer is None:
        raise Unauthenticated("Send one header `Authorization: Bearer TOKEN`, or none.")
    return await tokens.actor_of(bearer)


@lru_cache(maxsize=2048)
def _bearer(header: str) -> str | None:
    match = _BEARER.fullmatch(header.strip())
    return None if match is None else match[1]
