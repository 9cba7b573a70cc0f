"""The contract documents, as apps send them."""

from pathlib import Path

_FOLDER = Path(__file__).parents[1] / "schema" / "documents"


def document(name: str) -> str:
    """The text of one, as in "app/home/Home"."""
    return (_FOLDER / f"{name}.graphql").read_text(encoding="utf-8")
