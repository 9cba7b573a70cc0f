"""The bearer token of a request or a socket -> the actor."""

import re
from collections.abc import Awaitable, Callable

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
    match = _BEARER.fullmatch(authorization[0].strip()) if len(authorization) == 1 else None
    if match is None or len(match[1]) > _LONGEST:
        raise Unauthenticated("Send one header `Authorization: Bearer TOKEN`, or none.")
    return await tokens.actor_of(match[1])
