"""Names of attributes: they stand in conditions, so they are no word of theirs."""

import re
from collections.abc import Iterator

from domain.programme.conditions.leaves import LEAVES
from domain.programme.problems import Path, Problem

_NAME = re.compile(r"[a-z][A-Za-z0-9_]{0,39}")
_WORDS = {"all", "any", "not"}


def name(text: str, path: Path) -> Iterator[Problem]:
    """A name that is none, or that conditions mean something else by; `path` is the attribute's."""
    if not _NAME.fullmatch(text):
        hint = "A small letter first, then letters, digits and _; 40 at most."
        yield Problem((*path, "name"), "This is no name.", hint)
    if text in LEAVES or text in _WORDS:
        message = f"Conditions mean something else by {text}."
        yield Problem((*path, "name"), message, "Choose another name.")
