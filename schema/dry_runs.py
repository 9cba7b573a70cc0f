"""Dry runs: the real thing, done and undone. See api/rehearsing.py for who undoes it."""

from typing import Any

import strawberry
from strawberry import UNSET

NAME = "dryRun"
DESCRIPTION = (
    "True: say what would become of it, and do nothing. Figures, explanations and errors are those"
    " of the real call; what would come into being is null, and the key stays unused."
)


def dry_run() -> Any:
    """Declares `dry_run: bool | None` in a mutation's input: all that is needed to rehearse it."""
    return strawberry.field(default=UNSET, description=DESCRIPTION)


def is_dry(input: Any) -> bool:
    """Whether a mutation is to be undone; `input` as its resolver has it."""
    return getattr(input, "dry_run", None) is True


def would_be(input: Any, replayed: bool | None) -> bool:
    """Whether what the payload tells of has not come into being: not so of a key's replay."""
    return is_dry(input) and not replayed
