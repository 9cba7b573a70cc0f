"""HTML in which everything that is not markup already is escaped."""

from collections.abc import Iterable
from html import escape
from string import Template


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


NOTHING = Markup("")


def markup(template: str, **values: object) -> Markup:
    """The template with its $fields filled in."""
    safe = {
        name: value if isinstance(value, Markup) else escape(str(value))
        for name, value in values.items()
    }
    return Markup(Template(template).substitute(safe))


def joined(parts: Iterable[Markup]) -> Markup:
    """One after the other."""
    return Markup("".join(parts))
