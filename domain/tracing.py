"""Where a step worth a span begins and ends; nothing happens unless a tracer is installed."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

Span = AbstractContextManager[object]
Begin = Callable[[str, dict[str, int | str]], Span]
Seen = Callable[[Any], None]

_NOTHING: Span = nullcontext()
_begin: Begin | None = None
_seen: Seen | None = None


def install(begin: Begin | None, seen: Seen | None = None) -> None:
    """Let `begin` open spans from now on, and `seen` take asyncpg's LoggedQuery; None ends that.

    A LoggedQuery has the values too: they are nobody's business.
    """
    global _begin, _seen
    _begin, _seen = begin, seen


def span(name: str, **numbers: int | str) -> Span:
    """The span of what is done within: numbers and names of ours, no values of callers."""
    return _NOTHING if _begin is None else _begin(name, numbers)


def follow(connection: Any) -> None:
    """Take part in every statement of this asyncpg connection."""
    if _seen is not None:
        connection.add_query_logger(_seen)
