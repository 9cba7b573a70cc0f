"""Where a member lives is kept in one form: codes of countries, postcodes without blanks."""

import pytest

from domain.errors import InvalidInput
from domain.members import places


def test_there_are_the_countries_of_the_standard() -> None:
    assert len(places.COUNTRIES) == 249
    assert {"GR", "CY", "US", "AQ", "AX", "TF"} <= places.COUNTRIES
    assert not {"XK", "EU", "UK", "EL", "AN", "SU"} & places.COUNTRIES


def test_a_country_is_kept_in_large_letters() -> None:
    assert places.country(" gr ", ()) == "GR"
    assert places.country(None, ()) is None


@pytest.mark.parametrize(("text", "told"), [("UK", "GB"), ("el", "GR"), ("Greece", "two letters")])
def test_what_is_no_country_is_refused_with_the_remedy(text: str, told: str) -> None:
    with pytest.raises(InvalidInput, match=told) as refused:
        places.country(text, ("place", "country"))
    assert refused.value.path == ("place", "country")


def test_a_postcode_is_one_however_it_is_written() -> None:
    assert {places.postcode(each, ()) for each in ("105 58", "10558", " 1 0558")} == {"10558"}
    assert places.postcode("sw1a 1aa", ()) == "SW1A1AA"
    assert places.postcode(" ", ()) is None
    assert places.region("  Central   Macedonia ", ()) == "Central Macedonia"
    with pytest.raises(InvalidInput, match="16"):
        places.postcode("1" * 17, ())
