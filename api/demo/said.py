"""What people said: a survey with its answers, and cases in all their states."""

import random
from typing import Any
from uuid import UUID

from api.demo.people import Person
from domain.actor import SYSTEM, Actor
from domain.feedback import case_operations as cases_of
from domain.feedback import operations as feedback
from domain.feedback.answers import Answer
from domain.feedback.case_operations import AnswerCase, SendFeedback
from domain.feedback.kinds import FeedbackKind, QuestionKind
from domain.feedback.operations import AnswerSurvey, CreateSurvey
from domain.feedback.questions import Question, Scale

SCORES = (10, 10, 10, 9, 9, 9, 9, 8, 8, 7, 7, 6, 5, 3)
WORDS = {
    10: "The best freddo in town.",
    9: "Φιλικό προσωπικό και ωραίος καφές.",
    7: "Хорошо, но по утрам очередь.",
    6: "The music is a little loud.",
    5: "Ο καφές ήταν χλιαρός.",
    3: "I waited twenty minutes for a toast.",
}


async def surveys(chance: random.Random, eleni: Person, members: list[Person]) -> None:
    """How likely people are to recommend the café; Eleni has not said yet."""
    survey_id = await feedback.create_survey(SYSTEM, _survey())
    for number, person in enumerate(chance.sample(members[1:], 40)):
        score = chance.choice(SCORES)
        answers = [Answer("likely", score=score)]
        # A low score opens a case: the team reads why.
        if score in WORDS and (score <= 6 or number % 2):
            answers.append(Answer("why", text=WORDS[score]))
        await feedback.answer(
            person.actor, AnswerSurvey(survey_id, tuple(answers), f"demo {number}")
        )
    assert eleni not in members[1:]


def _survey() -> CreateSurvey:
    def text(en: str, ru: str, el: str) -> dict[str, Any]:
        return {"en": en, "ru": ru, "el": el}

    likely = Question(
        "likely",
        QuestionKind.NPS,
        text(
            "How likely are you to recommend us to a friend?",
            "Насколько вероятно, что вы посоветуете нас друзьям?",
            "Πόσο πιθανό είναι να μας συστήσετε σε έναν φίλο;",
        ),
        scale=Scale(
            0,
            10,
            text("Not at all", "Ни за что", "Καθόλου"),
            text("Very likely", "Обязательно", "Πάρα πολύ"),
        ),
    )
    why = Question(
        "why",
        QuestionKind.TEXT,
        text("What made you say so?", "Почему вы так считаете?", "Γιατί το λέτε αυτό;"),
        required=False,
    )
    return CreateSurvey(
        code="how-was-it",
        title=text("Two questions", "Два вопроса", "Δύο ερωτήσεις"),
        text=text("It takes a minute.", "Это займёт минуту.", "Παίρνει ένα λεπτό."),
        questions=(likely, why),
        thanks=text(
            "Thank you, it helps us.", "Спасибо, это нам поможет.", "Ευχαριστούμε, μας βοηθά."
        ),
        thanks_unit="POINTS",
        thanks_points=10,
    )


async def cases(staff: Actor, eleni: Person, members: list[Person]) -> None:
    """Some that wait for the team, some that are answered, one of them Eleni's."""
    hers = await _sent(eleni, FeedbackKind.QUESTION, "Oat milk", "Do you have oat milk?")
    await _answered(staff, hers, "We do, and it costs nothing more.")
    praise = await _sent(members[5], FeedbackKind.PRAISE, "Μπράβο", "Η μπουγάτσα ήταν τέλεια!")
    await _answered(staff, praise, "Ευχαριστούμε πολύ!", close=True)
    await _sent(members[6], FeedbackKind.COMPLAINT, "Cold coffee", "My cappuccino came cold.")
    await _sent(members[7], FeedbackKind.IDEA, "Велосипеды", "Поставьте стойку для велосипедов.")


async def _sent(person: Person, kind: FeedbackKind, subject: str, text: str) -> UUID:
    heard = await cases_of.send(person.actor, SendFeedback(kind, subject, text, f"demo {subject}"))
    return heard.case_id


async def _answered(staff: Actor, case_id: UUID, text: str, *, close: bool = False) -> None:
    await cases_of.answer(staff, AnswerCase(case_id, text, f"demo {case_id}", close))
