"""What a member answers, held against the questions: scores and choices apart from free texts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from domain.errors import InvalidInput, Path
from domain.feedback.kinds import QuestionKind
from domain.feedback.questions import CHOSEN, SCORED, Question, Scale
from domain.feedback.texts import TEXT_LENGTH_MAX, written


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody says to one question: a score, a text or choices. None: not said."""

    question_id: str
    score: int | None = None
    text: str | None = None
    choice_ids: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers that fit. `given`: scores and choices; `texts`: what was written, by question."""

    given: list[dict[str, Any]] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    nps: int | None = None


def checked(questions: Sequence[Question], answers: Sequence[Answer]) -> Answers:
    """The answers, if each fits its question and none that is required is missing.

    Raises InvalidInput with a path below "answers".
    """
    known = {question.id: question for question in questions}
    fitting: dict[str, Answer] = {}
    for number, answer in enumerate(answers):
        path = ("answers", str(number))
        question = known.get(answer.question_id)
        if question is None:
            raise InvalidInput("This survey does not ask that.", (*path, "questionId"))
        if question.id in fitting:
            raise InvalidInput("Answer a question once.", (*path, "questionId"))
        _check(question, answer, path)
        fitting[question.id] = answer
    missing = [
        number for number, q in enumerate(questions, 1) if q.required and q.id not in fitting
    ]
    if missing:
        listed = ", ".join(map(str, missing))
        raise InvalidInput(f"Required and not answered: question {listed}.", ("answers",))
    if not fitting:
        raise InvalidInput("Answer at least one question.", ("answers",))
    return _sorted(known, fitting)


def _sorted(known: dict[str, Question], fitting: dict[str, Answer]) -> Answers:
    given: list[dict[str, Any]] = []
    texts: dict[str, str] = {}
    nps: int | None = None
    for name, answer in fitting.items():
        if answer.text is not None:
            texts[name] = answer.text.strip()
        elif answer.score is not None:
            given.append({"question": name, "score": answer.score})
            nps = answer.score if known[name].kind is QuestionKind.NPS else nps
        else:
            given.append({"question": name, "choices": list(answer.choice_ids or ())})
    return Answers(given, texts, nps)


def _check(question: Question, answer: Answer, path: Path) -> None:
    wanted = _takes(question.kind)
    said = {"score": answer.score, "text": answer.text, "choiceIds": answer.choice_ids}
    for name, value in said.items():
        if name != wanted and value is not None:
            raise InvalidInput(f"This question takes `{wanted}` and nothing else.", (*path, name))
    if said[wanted] is None:
        raise InvalidInput(f"This question takes `{wanted}`.", (*path, wanted))
    if answer.score is not None and question.scale is not None:
        _check_score(question.scale, answer.score, (*path, wanted))
    if answer.text is not None:
        written(answer.text, TEXT_LENGTH_MAX, (*path, wanted))
    if answer.choice_ids is not None:
        _check_choices(question, answer.choice_ids, (*path, wanted))


def _takes(kind: QuestionKind) -> str:
    if kind in SCORED:
        return "score"
    return "choiceIds" if kind in CHOSEN else "text"


def _check_score(scale: Scale, score: int, path: Path) -> None:
    if not scale.min <= score <= scale.max:
        raise InvalidInput(f"The scale goes from {scale.min} to {scale.max}.", path)


def _check_choices(question: Question, chosen: Sequence[str], path: Path) -> None:
    if question.kind is QuestionKind.SINGLE_CHOICE and len(chosen) != 1:
        raise InvalidInput("Choose one.", path)
    if not chosen:
        raise InvalidInput("Choose at least one, or leave the answer out.", path)
    known = {choice.id for choice in question.choices}
    for number, choice in enumerate(chosen):
        if choice not in known:
            raise InvalidInput("The question has no such choice.", (*path, str(number)))
        if choice in chosen[:number]:
            raise InvalidInput("This is chosen already.", (*path, str(number)))
