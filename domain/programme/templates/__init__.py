"""Programmes to start from, as documents: one JSON file each, in the format of terms.py."""

import json
from functools import cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent


def names() -> list[str]:
    """What templates there are."""
    return sorted(path.stem for path in _FOLDER.glob("*.json"))


def contents(name: str) -> dict[str, Any]:
    """The document of that name, yours to change. Raises KeyError with the names there are."""
    if name not in names():
        raise KeyError(f"There is no template {name}; there are {', '.join(names())}.")
    document: dict[str, Any] = json.loads(_text(name))
    return document


@cache
def _text(name: str) -> str:
    return (_FOLDER / f"{name}.json").read_text(encoding="utf-8")
