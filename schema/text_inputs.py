"""Texts that staff write, by language."""

import re
from collections.abc import Sequence

import strawberry
from strawberry import UNSET

from domain.errors import InvalidInput
from domain.language import Names, Text
from schema.written import Path, written

# BCP 47, as far as texts for people need it: a language, then script, region or variant.
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
TEXT_LENGTH_MAX = 2000


@strawberry.input(description="A text in one language; write one for each of the programme.")
class TextInput:
    """One language of a text."""

    language: str = strawberry.field(description="BCP 47, as in en, ru, el.")
    text: str = strawberry.field(description="The text; at most 2,000 characters.")

    @staticmethod
    def joined(texts: "Sequence[TextInput]", path: Path) -> Text:
        """See `text_of`."""
        return text_of(texts, *path)

    @staticmethod
    def split(text: Text) -> list[dict[str, str]]:
        """The contrary, as JSON."""
        return [{"language": language, "text": said} for language, said in text.items()]


@strawberry.input(description="What goes with a number in one language: 1 point, 12 points.")
class UnitNameInput:
    """One language of a unit's names."""

    language: str = strawberry.field(description="BCP 47, as in en, ru, el.")
    one: str | None = strawberry.field(default=UNSET, description='With one: "point".')
    few: str | None = strawberry.field(
        default=UNSET, description='With 2, 3, 4, 22 in Russian: "балла".'
    )
    many: str = strawberry.field(description='With all others: "points".')

    @staticmethod
    def joined(names: "Sequence[UnitNameInput]", path: Path) -> dict[str, dict[str, str]]:
        """The names by language and plural form."""
        _each_once([name.language for name in names], path)
        forms = [written(name) for name in names]
        return {form.pop("language"): form for form in forms}

    @staticmethod
    def split(names: Names) -> list[dict[str, str]]:
        """The contrary, as JSON."""
        return [{"language": language, **forms} for language, forms in names.items()]


def text_of(texts: Sequence[TextInput], *path: str) -> Text:
    """The texts as one, by language. Raises InvalidInput for a language that is none, that comes
    twice, and for a text that is far too long.
    """
    _each_once([each.language for each in texts], path)
    for index, each in enumerate(texts):
        if len(each.text) > TEXT_LENGTH_MAX:
            message = f"This text is too long; write at most {TEXT_LENGTH_MAX} characters."
            raise InvalidInput(message, (*path, str(index), "text"))
    return {each.language: each.text for each in texts}


def _each_once(languages: Sequence[str], path: Path) -> None:
    for index, language in enumerate(languages):
        where = (*path, str(index), "language")
        if not _LANGUAGE.fullmatch(language):
            raise InvalidInput("This names no language; write a BCP 47 tag, as in en.", where)
        if language in languages[:index]:
            raise InvalidInput("A language comes twice; write each once.", where)
