"""Surveys are made, wait, are answered once and thanked for; low scores are heard."""

from datetime import timedelta
from typing import Any

import pytest

from domain import database
from domain.actor import SYSTEM, Actor
from domain.errors import (
    DomainError,
    InvalidInput,
    KeyReused,
    LimitReached,
    NotAllowed,
)
from domain.events import CaseOpened, SurveyAnswered, decoded
from domain.feedback import case_queries, operations, queries
from domain.feedback.answers import Answer
from domain.feedback.kinds import QuestionKind
from domain.feedback.operations import AnswerSurvey
from domain.feedback.questions import Choice, Question, Scale
from domain.ids import uuid7
from domain.wallets.queries import transactions, wallets_of
from tests.factories.feedback import LIKELY, WHEN, a_carer, a_survey, answered, marked
from tests.factories.feedback import written as rows_written
from tests.factories.rewards import a_buyer

pytestmark = pytest.mark.usefixtures("database")


async def refused(member: Actor, command: AnswerSurvey) -> DomainError:
    """The refusal of an answer that changes nothing."""
    before = await rows_written()
    with pytest.raises(DomainError) as raised:
        await operations.answer(member, command)
    assert await rows_written() == before
    return raised.value


async def facts() -> list[Any]:
    found = await database.rows("select kind, payload from outbox order by id")
    return [decoded(row["kind"], row["payload"]) for row in found]


async def waiting(member: Actor) -> list[Any]:
    assert member.member_id
    (page,) = await queries.surveys_of(member, [member.member_id], 20)
    return [survey.id for survey in page.rows]


async def test_a_survey_waits_until_it_is_answered() -> None:
    member, other = await a_buyer(0), await a_buyer(0)
    first, second = await a_survey(), await a_survey()
    assert await waiting(member) == [second, first]

    await answered(member, first, 9)

    assert await waiting(member) == [second]
    assert await waiting(other) == [second, first]
    assert await queries.survey_counts_of(member, [member.member_id or uuid7()]) == [1]


async def test_surveys_wait_within_their_time_only() -> None:
    member, now = await a_buyer(0), await database.now()
    await a_survey(starts_at=now + timedelta(hours=1))
    await a_survey(starts_at=now - timedelta(hours=2), ends_at=now - timedelta(hours=1))
    open_one = await a_survey(starts_at=now - timedelta(hours=2), ends_at=now + timedelta(hours=1))

    assert await waiting(member) == [open_one]


async def test_pages_of_surveys_make_up_the_list() -> None:
    member = await a_buyer(0)
    assert member.member_id
    wanted = [await a_survey() for _ in range(5)][::-1]

    found, after = [], None
    while True:
        (page,) = await queries.surveys_of(member, [member.member_id], 2, after)
        found += [survey.id for survey in page.rows]
        if not page.has_next:
            break
        after = page.cursors[-1]

    assert found == wanted


async def test_an_answer_is_kept_and_thanked_for() -> None:
    member, survey_id = await a_buyer(0), await a_survey()
    assert member.member_id

    done = await answered(member, survey_id, 9, why="The cake.")

    kept = await database.row("select id, answers, nps from survey_answers")
    assert kept
    assert (kept["answers"], kept["nps"]) == ([{"question": "likely", "score": 9}], 9)
    texts = await database.rows("select answer_id, question, text from survey_texts")
    assert [tuple(text) for text in texts] == [(kept["id"], "why", "The cake.")]
    assert done.transaction_id
    (thanks,) = await transactions(member, [done.transaction_id])
    assert thanks
    assert (thanks.points, thanks.balance_after, thanks.title["key"]) == (10, 10, "survey")
    assert thanks.explanation[0]["kind"] == "SURVEY"
    assert (await wallets_of(member, [member.member_id]))[0]["POINTS"].balance == 10
    told = await database.rows("select kind, args from notifications")
    earned = {"transaction": str(thanks.id), "unit": "POINTS", "points": 10}
    assert [tuple(row) for row in told] == [("POINTS_EARNED", earned)]
    assert done.case_id is None
    assert SurveyAnswered(member.member_id, survey_id) in await facts()


async def test_the_thanks_expire_as_the_programme_says() -> None:
    await answered(await a_buyer(0), await a_survey(), 9)

    lives = await database.value("select expires_at - earned_at from lots")
    assert timedelta(days=365) <= lives <= timedelta(days=397)


async def test_a_survey_without_thanks_moves_no_points() -> None:
    member = await a_buyer(0)

    done = await answered(member, await a_survey(thanks_unit=None, thanks_points=None), 9)

    assert done.transaction_id is None
    assert await database.value("select count(*) from transactions") == 0


@pytest.mark.parametrize(("score", "opens"), [(0, True), (6, True), (7, False), (10, False)])
async def test_a_low_score_opens_a_case(score: int, opens: bool) -> None:
    member, survey_id = await a_buyer(0), await a_survey()
    assert member.member_id

    done = await answered(member, survey_id, score, why="It was cold.")

    (page,) = await case_queries.cases_of(member, [member.member_id], 20)
    assert [case.id for case in page.rows] == ([done.case_id] if opens else [])
    for case in page.rows:
        assert (case.kind, case.state, case.subject) == ("DETRACTOR", "OPEN", "How was it?")
        assert (case.survey_id, case.order_id, case.owner) == (survey_id, None, None)
        (said,) = await case_queries.messages_of(member, [case.id], 20)
        assert [(m.text, m.from_member) for m in said.rows] == [("It was cold.", True)]
        assert CaseOpened(member.member_id, case.id) in await facts()


async def test_a_low_score_without_words_opens_a_case_without_messages() -> None:
    member = await a_buyer(0)

    done = await answered(member, await a_survey(), 3)

    assert done.case_id
    assert await case_queries.message_counts_of(member, [done.case_id]) == [0]


async def test_the_key_that_comes_again_gets_the_first_answer() -> None:
    member, survey_id = await a_buyer(0), await a_survey()
    first = await answered(member, survey_id, 3, why="Cold.", key="once")
    before = await rows_written()

    again = await answered(member, survey_id, 3, why="Cold.", key="once")

    assert (first.replayed, again.replayed) == (False, True)
    assert again.transaction_id == first.transaction_id
    assert again.case_id == first.case_id
    assert await rows_written() == before
    other = AnswerSurvey(survey_id, (Answer("likely", score=4),), "once")
    assert isinstance(await refused(member, other), KeyReused)


async def test_a_survey_is_answered_once() -> None:
    member, survey_id = await a_buyer(0), await a_survey()
    await answered(member, survey_id, 9)

    error = await refused(member, AnswerSurvey(survey_id, (Answer("likely", score=0),), "more"))

    assert isinstance(error, LimitReached)
    assert error.path == ("surveyId",)


async def test_what_does_not_fit_changes_nothing_and_leaves_the_key_free() -> None:
    member, survey_id = await a_buyer(0), await a_survey()

    error = await refused(member, AnswerSurvey(survey_id, (Answer("likely", score=11),), "mine"))

    assert isinstance(error, InvalidInput)
    assert error.path == ("answers", "0", "score")
    assert not (await answered(member, survey_id, 10, key="mine")).replayed


async def test_only_open_surveys_are_answered_by_active_members() -> None:
    member, now = await a_buyer(0), await database.now()
    said = (Answer("likely", score=9),)
    over = await a_survey(starts_at=now - timedelta(hours=2), ends_at=now - timedelta(hours=1))
    for survey_id in (over, uuid7()):
        error = await refused(member, AnswerSurvey(survey_id, said, "key"))
        assert (error.code, error.path) == ("NOT_FOUND", ("surveyId",))
        await database.rows("delete from idempotency_keys")

    open_one = await a_survey()
    await database.rows("update members set state = 'BLOCKED' where id = $1", member.member_id)

    assert isinstance(await refused(member, AnswerSurvey(open_one, said, "key")), NotAllowed)


async def test_ten_answers_give_twenty() -> None:
    survey_id, carer = await a_survey(), await a_carer()
    for score in (10, 10, 9, 9, 9, 8, 7, 6, 3, 0):
        await answered(await a_buyer(0), survey_id, score)

    (found,) = await queries.scores_of(carer, [survey_id])
    assert found.nps
    assert (found.nps.value, found.nps.observations, found.answer_count) == (20.0, 10, 10)


async def test_a_score_is_for_the_team() -> None:
    survey_id, member = await a_survey(), await a_buyer(0)

    (unasked,) = await queries.scores_of(await a_carer(), [survey_id])
    assert (unasked.answer_count, unasked.nps) == (0, None)
    with pytest.raises(NotAllowed):
        await queries.scores_of(member, [survey_id])
    with pytest.raises(NotAllowed):
        await queries.surveys(member, 20)


@pytest.mark.parametrize(
    ("values", "path"),
    [
        ({"code": ""}, "code"),
        ({"title": {"en": "How?"}}, "title"),
        ({"thanks_points": 0}, "thanksPoints.points"),
        ({"thanks_unit": "BEANS"}, "thanksPoints.unit"),
        ({"questions": ()}, "questions"),
        ({"questions": (LIKELY, LIKELY)}, "questions"),
        (
            {
                "questions": (
                    LIKELY,
                    Question("more", QuestionKind.NPS, LIKELY.text, scale=LIKELY.scale),
                )
            },
            "questions",
        ),
        ({"questions": (Question("q", QuestionKind.NPS, LIKELY.text),)}, "questions.0"),
        (
            {"questions": (Question("q", QuestionKind.NPS, LIKELY.text, scale=Scale(1, 10)),)},
            "questions.0.scale",
        ),
        (
            {"questions": (Question("q", QuestionKind.CES, LIKELY.text, scale=Scale(7, 1)),)},
            "questions.0.scale",
        ),
        ({"questions": (Question("q", QuestionKind.TEXT, {"en": "Why?"}),)}, "questions.0.text"),
        (
            {"questions": (Question("q", QuestionKind.SINGLE_CHOICE, LIKELY.text),)},
            "questions.0",
        ),
        (
            {
                "questions": (
                    Question(
                        "q",
                        QuestionKind.SINGLE_CHOICE,
                        LIKELY.text,
                        choices=(Choice("a", marked("A")), Choice("b", {"en": "B"})),
                    ),
                )
            },
            "questions.0.choices.1.text",
        ),
        (
            {"questions": (Question("q", QuestionKind.TEXT, LIKELY.text, choices=WHEN.choices),)},
            "questions.0",
        ),
    ],
)
async def test_a_survey_that_nobody_could_answer_is_not_made(
    values: dict[str, Any], path: str
) -> None:
    with pytest.raises(InvalidInput) as raised:
        await a_survey(**values)

    assert ".".join(raised.value.path) == path
    assert await database.value("select count(*) from surveys") == 0


async def test_a_code_names_one_survey() -> None:
    await a_survey(code="visit")

    with pytest.raises(InvalidInput) as raised:
        await a_survey(code="visit")

    assert raised.value.path == ("code",)
    assert (await queries.survey_count(SYSTEM)) == 1
