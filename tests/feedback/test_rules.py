"""The net promoter score against its definition, and its interval."""

from collections import Counter
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from domain.feedback.rules import Nps, is_detractor, is_promoter, nps

scores = st.lists(st.integers(0, 10), min_size=1, max_size=400)


def scored(answers: list[int]) -> Nps:
    found = nps(Counter(answers))
    assert found is not None
    return found


def test_ten_answers_give_twenty() -> None:
    found = scored([10, 10, 9, 9, 9, 8, 7, 6, 3, 0])

    assert (found.value, found.observations) == (20.0, 10)
    assert (found.promoters, found.passives, found.detractors) == (5, 2, 3)
    assert (found.low, found.high) == (-30.3, 61.1)


def test_nobody_asked_gives_no_score() -> None:
    assert nps({}) is None


def test_no_share_is_rounded_before_the_difference() -> None:
    # 66.7 % less 33.3 % would be 33.4.
    assert scored([10, 10, 0]).value == 33.3
    assert scored([0, 0, 10]).value == -33.3


def test_one_answer_is_within_its_interval() -> None:
    found = scored([10])

    assert (found.value, found.high) == (100.0, 100.0)
    assert found.low < 0


@given(scores)
def test_it_is_the_share_of_promoters_less_that_of_detractors(answers: list[int]) -> None:
    found = scored(answers)

    promoters = sum(score >= 9 for score in answers)
    detractors = sum(score <= 6 for score in answers)
    exact = Fraction(100 * (promoters - detractors), len(answers))
    assert abs(Fraction(found.value) - exact) <= Fraction(51, 1000)
    assert found.observations == len(answers)
    assert -100 <= found.low <= found.value <= found.high <= 100


@given(scores)
def test_the_mirror_image_has_the_contrary_score(answers: list[int]) -> None:
    mirrored = [0 if is_promoter(s) else 10 if is_detractor(s) else s for s in answers]

    assert scored(mirrored).value == -scored(answers).value


@given(scores, st.integers(2, 50))
def test_more_of_the_same_makes_it_surer(answers: list[int], times: int) -> None:
    once, often = scored(answers), scored(answers * times)

    assert often.value == once.value
    assert often.high - often.low <= once.high - once.low
