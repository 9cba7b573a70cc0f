"""Answers held against questions: what fits, and where what does not fit is pointed at."""

import pytest

from domain.errors import InvalidInput
from domain.feedback.answers import Answer, checked
from domain.feedback.kinds import QuestionKind
from domain.feedback.questions import Choice, Question, Scale, decoded, encoded
from tests.factories.feedback import marked

LIKELY = Question("likely", QuestionKind.NPS, marked("How likely?"), scale=Scale(0, 10))
WHY = Question("why", QuestionKind.TEXT, marked("Why?"), required=False)
CUPS = (Choice("small", marked("Small")), Choice("big", marked("Big")))
CUP = Question("cup", QuestionKind.SINGLE_CHOICE, marked("Which?"), required=False, choices=CUPS)
TIMES = Question(
    "times", QuestionKind.MULTIPLE_CHOICE, marked("When?"), required=False, choices=CUPS
)
ALL = (LIKELY, WHY, CUP, TIMES)


def test_scores_and_choices_are_kept_apart_from_texts() -> None:
    answers = checked(
        ALL,
        [
            Answer("why", text="  Good cake. "),
            Answer("likely", score=9),
            Answer("times", choice_ids=("big", "small")),
        ],
    )

    assert answers.given == [
        {"question": "likely", "score": 9},
        {"question": "times", "choices": ["big", "small"]},
    ]
    assert answers.texts == {"why": "Good cake."}
    assert answers.nps == 9


def test_questions_come_back_as_they_were_kept() -> None:
    assert decoded(encoded(ALL)) == ALL


@pytest.mark.parametrize(
    ("answer", "path"),
    [
        (Answer("colour", score=1), "answers.1.questionId"),
        (Answer("likely", score=9), "answers.1.questionId"),
        (Answer("why", text=" "), "answers.1.text"),
        (Answer("why", text="x" * 4001), "answers.1.text"),
        (Answer("why", text="a\x00b"), "answers.1.text"),
        (Answer("why", score=3), "answers.1.score"),
        (Answer("why", text="Well", score=3), "answers.1.score"),
        (Answer("why"), "answers.1.text"),
        (Answer("cup", choice_ids=()), "answers.1.choiceIds"),
        (Answer("cup", choice_ids=("small", "big")), "answers.1.choiceIds"),
        (Answer("cup", choice_ids=("huge",)), "answers.1.choiceIds.0"),
        (Answer("cup", text="small"), "answers.1.text"),
        (Answer("times", choice_ids=()), "answers.1.choiceIds"),
        (Answer("times", choice_ids=("big", "big")), "answers.1.choiceIds.1"),
    ],
)
def test_what_does_not_fit_is_pointed_at(answer: Answer, path: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        checked(ALL, [Answer("likely", score=10), answer])

    assert ".".join(refused.value.path) == path


@pytest.mark.parametrize("score", [-1, 11])
def test_a_score_is_on_the_scale(score: int) -> None:
    with pytest.raises(InvalidInput, match="0 to 10") as refused:
        checked(ALL, [Answer("likely", score=score)])

    assert refused.value.path == ("answers", "0", "score")


def test_required_questions_are_answered() -> None:
    with pytest.raises(InvalidInput, match="question 1") as refused:
        checked(ALL, [Answer("why", text="Because.")])

    assert refused.value.path == ("answers",)


def test_something_is_answered() -> None:
    with pytest.raises(InvalidInput) as refused:
        checked([WHY], [])

    assert refused.value.path == ("answers",)
