"""Texts for people: plurals, numbers, money and dates in English, Russian and Greek."""

from datetime import date

import pytest

from domain.language import (
    Counted,
    counted,
    day,
    decimal,
    either,
    factor,
    in_language,
    money,
    number,
    plural_form,
    rendered,
    said,
    spoken,
    together,
)
from domain.money import Money

NO_BREAK = "\u00a0"
STARS = {
    "en": {"one": "star", "many": "stars"},
    "ru": {"one": "звезда", "few": "звезды", "many": "звёзд"},
    "el": {"one": "αστέρι", "many": "αστέρια"},
}


@pytest.mark.parametrize(
    ("count", "en", "ru", "el"),
    [
        (0, "stars", "звёзд", "αστέρια"),
        (1, "star", "звезда", "αστέρι"),
        (2, "stars", "звезды", "αστέρια"),
        (4, "stars", "звезды", "αστέρια"),
        (5, "stars", "звёзд", "αστέρια"),
        (11, "stars", "звёзд", "αστέρια"),
        (12, "stars", "звёзд", "αστέρια"),
        (14, "stars", "звёзд", "αστέρια"),
        (21, "stars", "звезда", "αστέρια"),
        (22, "stars", "звезды", "αστέρια"),
        (100, "stars", "звёзд", "αστέρια"),
        (101, "stars", "звезда", "αστέρια"),
        (111, "stars", "звёзд", "αστέρια"),
        (112, "stars", "звёзд", "αστέρια"),
        (124, "stars", "звезды", "αστέρια"),
        (-1, "star", "звезда", "αστέρι"),
        (-22, "stars", "звезды", "αστέρια"),
    ],
)
def test_a_word_goes_with_its_number(count: int, en: str, ru: str, el: str) -> None:
    for language, word in (("en", en), ("ru", ru), ("el", el)):
        assert counted(Counted(count, STARS), language) == f"{count} {word}"


def test_a_unit_without_names_in_a_language_is_named_in_english() -> None:
    assert counted(Counted(2, {"en": STARS["en"]}), "ru") == "2 stars"
    assert counted(Counted(21, {"ru": STARS["ru"]}), "el") == "21 звезда"


def test_names_that_lack_a_form_fall_back_to_many() -> None:
    assert counted(Counted(2, {"en": {"many": "MILES"}}), "en") == "2 MILES"
    assert counted(Counted(1, {"en": {"many": "MILES"}}), "en") == "1 MILES"


@pytest.mark.parametrize(
    ("value", "en", "ru", "el"),
    [
        (Money(1240, "EUR"), "€12.40", "12,40 €", "12,40 €"),
        (Money(1200, "EUR"), "€12", "12 €", "12 €"),
        (Money(5, "EUR"), "€0.05", "0,05 €", "0,05 €"),
        (Money(-1240, "EUR"), "-€12.40", "-12,40 €", "-12,40 €"),
        (Money(123456789, "USD"), "$1,234,567.89", "1 234 567,89 $", "1.234.567,89 $"),
        (Money(500, "JPY"), "¥500", "500 ¥", "500 ¥"),
        (Money(1500, "KWD"), "KWD 1.500", "1,500 KWD", "1,500 KWD"),
        (Money(0, "EUR"), "€0", "0 €", "0 €"),
    ],
)
def test_money_is_written_as_people_write_it(value: Money, en: str, ru: str, el: str) -> None:
    written = [money(value, language).replace(NO_BREAK, " ") for language in ("en", "ru", "el")]

    assert written == [en, ru, el]


def test_money_never_breaks_before_its_sign() -> None:
    assert " " not in money(Money(123456700, "EUR"), "ru")


def test_numbers_are_grouped() -> None:
    assert number(1234567, "en") == "1,234,567"
    assert number(1234567, "ru") == f"1{NO_BREAK}234{NO_BREAK}567"
    assert number(-1234, "el") == "-1.234"
    assert decimal(-5, 2, "en") == "-0.05"


@pytest.mark.parametrize(
    ("basis_points", "en", "el"),
    [
        (10_000, "1", "1"),
        (15_000, "1.5", "1,5"),
        (12_345, "1.2345", "1,2345"),
        (100, "0.01", "0,01"),
    ],
)
def test_a_factor_has_no_needless_decimals(basis_points: int, en: str, el: str) -> None:
    assert (factor(basis_points, "en"), factor(basis_points, "el")) == (en, el)


def test_days_are_written_out() -> None:
    written = [day(date(2026, 5, 1), language) for language in ("en", "ru", "el")]

    assert written == ["1 May 2026", "1 мая 2026", "1 Μαΐου 2026"]


def test_lists_end_in_and_or_or() -> None:
    assert either(["a"], "ru") == "a"
    assert either(["a", "b", "c"], "en") == "a, b or c"
    assert together(["a", "b"], "el") == "a και b"


def test_a_template_writes_each_value_by_its_type() -> None:
    text = said(
        "{who}: {points}, {days} {days|day|days}, {money}, {at}",
        "{who}: {points}, {days} {days|день|дня|дней}, {money}, {at}",
        "{who}: {points}, {days} {days|ημέρα|ημέρες}, {money}, {at}",
    )

    written = rendered(
        text,
        "ru",
        who={"en": "Gold", "ru": "Золото"},
        points=Counted(5, STARS),
        days=22,
        money=Money(100, "EUR"),
        at=date(2026, 1, 31),
    )

    assert written == f"Золото: 5 звёзд, 22 дня, 1{NO_BREAK}€, 31 января 2026"


def test_what_a_value_says_is_never_taken_for_a_field() -> None:
    assert rendered({"en": "{title}"}, "en", title="{points}") == "{points}"


def test_a_missing_value_is_an_error() -> None:
    with pytest.raises(KeyError, match="points"):
        rendered({"en": "{points}"}, "en")


def test_texts_fall_back_to_english_then_to_any() -> None:
    assert in_language({"en": "a", "el": "b"}, "el-GR") == "b"
    assert in_language({"en": "a", "el": "b"}, "ru") == "a"
    assert in_language({"el": "b"}, "ru") == "b"
    assert (spoken("EL-gr"), spoken("de")) == ("el", "en")
    assert plural_form("de", 2) == "many"
