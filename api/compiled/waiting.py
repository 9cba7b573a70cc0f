"""Waiting for several at once."""

from asyncio import gather
from collections.abc import Awaitable, Iterable
from typing import Any


async def all_of(waited: Iterable[Awaitable[Any]]) -> list[Any]:
    """What each comes to, in order; what the first of them raises once all have ended.

    None runs on behind who goes on after an error: the same document may be walked again then, on
    the same context.
    """
    found = await gather(*waited, return_exceptions=True)
    for each in found:
        if isinstance(each, BaseException):
            raise each
    return found
