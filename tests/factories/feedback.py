"""Surveys, those who answer them, and those who answer back."""

from typing import Any
from uuid import UUID

from domain import database
from domain.access import access_keys
from domain.actor import SYSTEM, Actor, ActorKind, Role
from domain.feedback import operations
from domain.feedback.answers import Answer
from domain.feedback.kinds import QuestionKind
from domain.feedback.operations import Answered, AnswerSurvey, CreateSurvey
from domain.feedback.questions import Choice, Question, Scale
from domain.ids import code
from tests.factories.rewards import a_programme


def marked(text: str) -> dict[str, str]:
    """The text in English; in Russian and Greek it can be told apart."""
    return {"en": text, "ru": f"{text} (ru)", "el": f"{text} (el)"}


LIKELY = Question(
    "likely",
    QuestionKind.NPS,
    marked("How likely are you to recommend us?"),
    scale=Scale(0, 10, marked("Not at all"), marked("Very")),
)
WHY = Question("why", QuestionKind.TEXT, marked("Why?"), required=False)
WHEN = Question(
    "when",
    QuestionKind.MULTIPLE_CHOICE,
    marked("When do you come?"),
    required=False,
    choices=(
        Choice("morning", marked("In the morning")),
        Choice("evening", marked("In the evening")),
    ),
)


async def a_survey(**values: Any) -> UUID:
    """How likely, why and when; open, with 10 points for whoever answers, unless said otherwise."""
    await a_programme()
    asked = {
        "code": code(8),
        "title": marked("How was it?"),
        "questions": (LIKELY, WHY, WHEN),
        "thanks": marked("Thank you"),
        "thanks_unit": "POINTS",
        "thanks_points": 10,
    }
    return await operations.create_survey(SYSTEM, CreateSurvey(**{**asked, **values}))


async def answered(
    member: Actor, survey_id: UUID, score: int, why: str | None = None, key: str | None = None
) -> Answered:
    """The member says how likely, and why if it likes."""
    said = [Answer("likely", score=score)]
    if why is not None:
        said.append(Answer("why", text=why))
    return await operations.answer(member, AnswerSurvey(survey_id, tuple(said), key or code(8)))


async def a_carer(name: str = "Nefeli") -> Actor:
    """Somebody on the team who answers cases."""
    key = await access_keys.make(ActorKind.STAFF, name, {Role.CARE})
    holder = await access_keys.holder(key)
    assert holder is not None
    return holder


async def written() -> dict[str, int]:
    """How many rows there are of all that feedback writes."""
    tables = ("survey_answers", "survey_texts", "cases", "case_messages", "transactions",
              "notifications", "outbox")  # fmt: skip
    return {table: await database.value(f"select count(*) from {table}") for table in tables}
