"""What is wrong with a document: where, what, and how to mend it."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum

Path = tuple[str, ...]


class Severity(StrEnum):
    """Whether it stops publication, or is only unwise."""

    ERROR = "ERROR"
    WARNING = "WARNING"


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault. `path` leads to it from the document's top."""

    path: Path
    message: str
    hint: str
    severity: Severity = Severity.ERROR


class Invalid(ValueError):
    """A document that says nothing that can be judged by; `problems` has all that was found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        first = self.problems[0]
        where = ".".join(first.path) or "the document"
        super().__init__(f"{where}: {first.message} {first.hint}")


def nearest(name: str, names: Iterable[str], what: str) -> str:
    """A remedy for an unknown name: the names most like it, else all of them."""
    names = sorted(names)
    close = get_close_matches(name, names, n=3, cutoff=0.5)
    if close:
        return f"Did you mean {' or '.join(close)}?"
    return f"{what}: {', '.join(names) or 'none'}."
