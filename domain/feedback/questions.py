"""Questions of a survey: as they are asked, as they are kept, and what makes them askable."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from domain.errors import InvalidInput
from domain.feedback.kinds import QuestionKind
from domain.feedback.rules import NPS_MAX
from domain.language import LANGUAGES, Text

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


def check(questions: Sequence[Question]) -> None:
    """Raise InvalidInput, with its path, for the first question that nobody could answer."""
    path = ("questions",)
    if not 1 <= len(questions) <= QUESTIONS_MAX:
        raise InvalidInput(f"A survey asks 1 to {QUESTIONS_MAX} questions.", path)
    _distinct([question.id for question in questions], path)
    if sum(question.kind is QuestionKind.NPS for question in questions) > 1:
        raise InvalidInput("One NPS question a survey: it has one score.", path)
    for number, question in enumerate(questions):
        _check(question, (*path, str(number)))


def check_text(text: Text, path: tuple[str, ...]) -> None:
    """Raise InvalidInput unless the text says something in each of the product's languages."""
    missing = [language for language in LANGUAGES if not text.get(language, "").strip()]
    if missing:
        raise InvalidInput(f"Say it in {', '.join(missing)} as well.", path)


def _check(question: Question, path: tuple[str, ...]) -> None:
    check_text(question.text, (*path, "text"))
    if (question.scale is not None) != (question.kind in SCORED):
        raise InvalidInput(f"A question has a scale if it is one of {_names(SCORED)}.", path)
    if bool(question.choices) != (question.kind in CHOSEN):
        raise InvalidInput(f"A question has choices if it is one of {_names(CHOSEN)}.", path)
    if question.scale is not None:
        _check_scale(question, question.scale, (*path, "scale"))
    if question.choices:
        _check_choices(question.choices, (*path, "choices"))


def _check_scale(question: Question, scale: Scale, path: tuple[str, ...]) -> None:
    if not 0 <= scale.min < scale.max <= _SCALE_MAX:
        raise InvalidInput(f"A scale goes from 0 or more up to {_SCALE_MAX} at the most.", path)
    if question.kind is QuestionKind.NPS and (scale.min, scale.max) != (0, NPS_MAX):
        raise InvalidInput(f"The scale of NPS goes from 0 to {NPS_MAX}.", path)
    for name in ("min_label", "max_label"):
        label: Text | None = getattr(scale, name)
        if label is not None:
            check_text(label, (*path, name))


def _check_choices(choices: Sequence[Choice], path: tuple[str, ...]) -> None:
    if not 2 <= len(choices) <= CHOICES_MAX:
        raise InvalidInput(f"2 to {CHOICES_MAX} choices are wanted.", path)
    _distinct([choice.id for choice in choices], path)
    for number, choice in enumerate(choices):
        check_text(choice.text, (*path, str(number), "text"))


def _distinct(ids: Sequence[str], path: tuple[str, ...]) -> None:
    if any(not 1 <= len(one) <= ID_LENGTH_MAX for one in ids):
        raise InvalidInput(f"Ids have 1 to {ID_LENGTH_MAX} characters.", path)
    if len(set(ids)) != len(ids):
        raise InvalidInput("Ids are different from one another.", path)


def _names(kinds: frozenset[QuestionKind]) -> str:
    return ", ".join(sorted(kinds))
