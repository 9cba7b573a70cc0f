"""A value that readers cannot take is refused, whoever says it: also in a file of an import."""

import pytest

from domain.errors import InvalidInput
from domain.programme.attributes import check_type
from domain.programme.terms import AttributeType


@pytest.mark.parametrize("number", [2**31, -(2**31) - 1, 10**30])
def test_a_number_is_one_that_an_app_can_read(number: int) -> None:
    with pytest.raises(InvalidInput):
        check_type("age", AttributeType.NUMBER, number, ("attributes", "0"))


def test_the_greatest_and_the_least_are_taken() -> None:
    for number in (2**31 - 1, -(2**31)):
        check_type("age", AttributeType.NUMBER, number, ())


@pytest.mark.parametrize("text", ["a\x00b", "\ud800"])
def test_a_text_has_nothing_in_it_that_cannot_be_kept(text: str) -> None:
    with pytest.raises(InvalidInput):
        check_type("diet", AttributeType.TEXT, text, ())
