"""Questions of a survey: as they are asked, as they are kept, and what makes them askable."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from domain.errors import InvalidInput, Path
from domain.feedback.kinds import QuestionKind
from domain.feedback.rules import NPS_MAX
from domain.programme import checks
from domain.programme.terms import Programme

ID_LENGTH_MAX = 40
QUESTIONS_MAX = 30
CHOICES_MAX = 50
_SCALE_MAX = 100

SCORED = frozenset({QuestionKind.NPS, QuestionKind.CSAT, QuestionKind.CES, QuestionKind.RATING})
CHOSEN = frozenset({QuestionKind.SINGLE_CHOICE, QuestionKind.MULTIPLE_CHOICE})


@dataclass(frozen=True, slots=True)
class Scale:
    """From `min` to `max`, both allowed; the labels say what the ends mean, by language."""

    min: int
    max: int
    min_label: dict[str, str] | None = None
    max_label: dict[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """One that can be chosen."""

    id: str
    text: dict[str, str]


@dataclass(frozen=True, slots=True)
class Question:
    """One question. A scale for scores, choices for choices, neither for text."""

    id: str
    kind: QuestionKind
    text: dict[str, str]
    required: bool = True
    scale: Scale | None = None
    choices: tuple[Choice, ...] = ()


def encoded(questions: Sequence[Question]) -> list[dict[str, Any]]:
    """Questions as a row keeps them."""
    kept: list[dict[str, Any]] = msgspec.to_builtins(list(questions))
    return kept


def decoded(kept: Any) -> tuple[Question, ...]:
    """The questions that `encoded` kept."""
    return msgspec.convert(kept, tuple[Question, ...])


def check(programme: Programme, questions: Sequence[Question]) -> None:
    """Raise InvalidInput, with its path, for the first question that nobody could answer."""
    path = ("questions",)
    if not 1 <= len(questions) <= QUESTIONS_MAX:
        raise InvalidInput(f"A survey asks 1 to {QUESTIONS_MAX} questions.", path)
    _distinct([question.id for question in questions], path)
    if sum(question.kind is QuestionKind.NPS for question in questions) > 1:
        raise InvalidInput("One NPS question a survey, for it has one score.", path)
    for number, question in enumerate(questions):
        _check(programme, question, (*path, str(number)))


def _check(programme: Programme, question: Question, path: Path) -> None:
    checks.texts(programme, question.text, (*path, "text"))
    if (question.scale is not None) != (question.kind in SCORED):
        raise InvalidInput(f"These have a scale, and no others: {_names(SCORED)}.", path)
    if bool(question.choices) != (question.kind in CHOSEN):
        raise InvalidInput(f"These have choices, and no others: {_names(CHOSEN)}.", path)
    if question.scale is not None:
        _check_scale(programme, question.kind, question.scale, (*path, "scale"))
    if question.choices:
        _check_choices(programme, question.choices, (*path, "choices"))


def _check_scale(programme: Programme, kind: QuestionKind, scale: Scale, path: Path) -> None:
    if not 0 <= scale.min < scale.max <= _SCALE_MAX:
        raise InvalidInput(f"A scale begins at 0 or above and ends at {_SCALE_MAX} or below.", path)
    if kind is QuestionKind.NPS and (scale.min, scale.max) != (0, NPS_MAX):
        raise InvalidInput(f"The scale of NPS goes from 0 to {NPS_MAX}.", path)
    for name, label in (("minLabel", scale.min_label), ("maxLabel", scale.max_label)):
        if label is not None:
            checks.texts(programme, label, (*path, name))


def _check_choices(programme: Programme, choices: Sequence[Choice], path: Path) -> None:
    if not 2 <= len(choices) <= CHOICES_MAX:
        raise InvalidInput(f"2 to {CHOICES_MAX} choices are wanted.", path)
    _distinct([choice.id for choice in choices], path)
    for number, choice in enumerate(choices):
        checks.texts(programme, choice.text, (*path, str(number), "text"))


def _distinct(ids: Sequence[str], path: Path) -> None:
    if any(not 1 <= len(one) <= ID_LENGTH_MAX for one in ids):
        raise InvalidInput(f"Ids have 1 to {ID_LENGTH_MAX} characters.", path)
    if len(set(ids)) != len(ids):
        raise InvalidInput("Two have the same id; give each its own.", path)


def _names(kinds: frozenset[QuestionKind]) -> str:
    return ", ".join(sorted(kinds))
