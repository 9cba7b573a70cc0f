"""Values of a profile, in the one form in which they are kept."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.access import addresses
from domain.errors import InvalidInput
from domain.members import fields
from domain.members.fields import Birthday

TODAY = date(2026, 6, 3)


@given(st.dates(date(1900, 1, 1), TODAY))
def test_every_day_that_was_is_a_birthday(day: date) -> None:
    born = Birthday(day.month, day.day, day.year)
    assert fields.birthday(born, TODAY, ()) == born
    assert fields.birthday(Birthday(day.month, day.day), TODAY, ()) == Birthday(day.month, day.day)


@pytest.mark.parametrize(
    ("month", "day", "year", "at"),
    [
        (0, 1, None, "month"),
        (13, 1, None, "month"),
        (2, 30, None, "day"),
        (4, 31, None, "day"),
        (1, 0, None, "day"),
        (2, 29, 2023, "day"),
        (2, 29, 1900, "day"),
        (6, 4, 2026, "day"),
        (1, 1, 2027, "year"),
        (1, 1, 1899, "year"),
        (1, 1, 0, "year"),
    ],
)
def test_a_day_that_never_was_is_refused(month: int, day: int, year: int | None, at: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        fields.birthday(Birthday(month, day, year), TODAY, ("birthday",))
    assert raised.value.path == ("birthday", at)


@pytest.mark.parametrize("year", [None, 2024, 2000, 1904])
def test_29_february_is_a_birthday(year: int | None) -> None:
    assert fields.birthday(Birthday(2, 29, year), TODAY, ())


@given(st.text(max_size=200))
def test_a_name_is_short_and_without_blanks_around_it_or_refused(text: str) -> None:
    try:
        kept = fields.name(text, ())
    except InvalidInput:
        return
    assert kept is None or (0 < len(kept) <= 80 and kept == kept.strip() and kept.isprintable())
    assert fields.name(kept, ()) == kept


@pytest.mark.parametrize(
    ("text", "kept"),
    [(" Anna  Maria ", "Anna Maria"), ("", None), (" ", None), (None, None), ("й" * 80, "й" * 80)],
)
def test_a_name_is_kept_as_people_write_it(text: str | None, kept: str | None) -> None:
    assert fields.name(text, ()) == kept


def test_interests_stand_once_in_their_order() -> None:
    assert fields.interests(["tea", " espresso ", "tea"], ()) == ["tea", "espresso"]
    assert fields.interests(None, ()) == []
    assert len(fields.interests([str(n) for n in range(50)], ())) == 50


@pytest.mark.parametrize(
    ("values", "at"),
    [
        ([str(n) for n in range(51)], ("interests",)),
        (["tea", "x" * 41], ("interests", "1")),
        (["tea", "tea", " "], ("interests", "2")),
        (["a\u0000b"], ("interests", "0")),
    ],
)
def test_interests_are_bounded(values: list[str], at: tuple[str, ...]) -> None:
    with pytest.raises(InvalidInput) as raised:
        fields.interests(values, ("interests",))
    assert raised.value.path == at


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("el", "el"),
        ("EN-gb", "en-GB"),
        ("zh-hant-tw", "zh-Hant-TW"),
        ("es-419", "es-419"),
        ("pt_BR", "pt-BR"),
        ("fil", "fil"),
    ],
)
def test_a_language_is_a_tag(text: str, kept: str) -> None:
    assert fields.language(text, ()) == kept
    assert len(kept) <= 12


@pytest.mark.parametrize("text", ["", "e", "english", "en-", "en-GBR", "en GB", "en-x-private"])
def test_what_is_no_language_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        fields.language(text, ("language",))


def test_a_time_zone_is_of_iana() -> None:
    assert fields.time_zone("Europe/Athens", ()) == "Europe/Athens"
    assert fields.time_zone(None, ()) is None
    for text in ("", "Athens", "europe/athens", "UTC+2", "../../etc/passwd", "Europe/Athens\0"):
        with pytest.raises(InvalidInput):
            fields.time_zone(text, ("timeZone",))


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("+30 210 1234567", "+302101234567"),
        (" +30-210-123-45-67 ", "+302101234567"),
        ("+7 (912) 345-67-89", "+79123456789"),
    ],
)
def test_a_phone_is_kept_as_e164(text: str, kept: str) -> None:
    assert addresses.phone(text) == kept
    assert addresses.phone(kept) == kept


@given(st.emails())
def test_an_address_is_kept_in_lower_case(email: str) -> None:
    assert addresses.email(f" {email.upper()} ") == email.upper().lower()


@given(st.text(max_size=300))
def test_any_text_is_an_address_or_refused(text: str) -> None:
    for read in (addresses.email, addresses.phone):
        try:
            kept = read(text)
        except InvalidInput:
            continue
        assert read(kept) == kept
        assert kept.isprintable()
        assert len(kept) <= 254
