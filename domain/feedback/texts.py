"""What people write, as it is kept: without blanks around it, and never endless."""

from domain.errors import InvalidInput, Path

SUBJECT_LENGTH_MAX = 200
TEXT_LENGTH_MAX = 4000


def written(text: str, length_max: int, path: Path) -> str:
    """The text without blanks around it. InvalidInput when nothing, or too much, is left."""
    kept = text.strip()
    if not 1 <= len(kept) <= length_max:
        raise InvalidInput(f"Write 1 to {length_max} characters; this has {len(kept)}.", path)
    if "\x00" in kept:
        raise InvalidInput("The character U+0000 cannot be kept; leave it out.", path)
    return kept
