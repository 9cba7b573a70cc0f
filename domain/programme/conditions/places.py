"""Where in a condition's JSON its leaves stand."""

from collections.abc import Iterator, Mapping
from typing import Any

from domain.programme.problems import Path


def places(written: Mapping[str, Any], path: Path = ()) -> Iterator[tuple[Path, str, Any]]:
    """Each leaf of a condition that can be read: its path, its name and its tests."""
    for name, inner in written.items():
        below = (*path, name)
        if name in ("all", "any"):
            for index, part in enumerate(inner):
                yield from places(part, (*below, str(index)))
        elif name == "not":
            yield from places(inner, below)
        else:
            yield below, name, inner
