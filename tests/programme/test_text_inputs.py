"""Texts as they are sent: by language, each once."""

from typing import Any

import pytest

from domain.errors import InvalidInput
from schema.text_inputs import TEXT_LENGTH_MAX, TextInput, UnitNameInput, text_of


def test_a_text_is_kept_by_language() -> None:
    assert text_of(
        [TextInput(language="en", text="Points"), TextInput(language="el", text="Πόντοι")], "label"
    ) == {
        "en": "Points",
        "el": "Πόντοι",
    }


@pytest.mark.parametrize(
    ("texts", "path"),
    [
        ([("en", "a"), ("ru", "b"), ("en", "c")], ("2", "language")),
        ([("en", "a"), ("English", "b")], ("1", "language")),
        ([("", "a")], ("0", "language")),
        ([("en", "a" * (TEXT_LENGTH_MAX + 1))], ("0", "text")),
    ],
)
def test_what_cannot_be_kept_is_refused_where_it_stands(
    texts: list[tuple[str, str]], path: tuple[str, ...]
) -> None:
    with pytest.raises(InvalidInput) as refused:
        text_of([TextInput(language=language, text=text) for language, text in texts], "label")

    assert refused.value.path == ("label", *path)


def test_a_unit_s_names_are_kept_by_language_and_plural_form() -> None:
    names: list[Any] = [
        UnitNameInput(language="en", one="point", many="points"),
        UnitNameInput(language="ru", one="балл", few="балла", many="баллов"),
    ]

    assert UnitNameInput.joined(names, ("names",)) == {
        "en": {"one": "point", "many": "points"},
        "ru": {"one": "балл", "few": "балла", "many": "баллов"},
    }


def test_a_language_has_its_forms_once() -> None:
    names = [UnitNameInput(language="en", many=many) for many in ("points", "stars")]

    with pytest.raises(InvalidInput) as refused:
        UnitNameInput.joined(names, ("names",))

    assert refused.value.path == ("names", "1", "language")
