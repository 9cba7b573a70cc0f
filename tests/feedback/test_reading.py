"""A page of cases, friends or surveys takes as many statements as one of them does."""

from typing import Any

import pytest

from api.execution import Execution, Request
from domain.actor import Actor
from domain.feedback import case_operations
from domain.feedback.case_operations import AnswerCase, SendFeedback
from domain.feedback.kinds import FeedbackKind
from schema.context import Context
from schema.root import schema
from tests.documents import document
from tests.factories.feedback import a_carer, a_survey, answered
from tests.factories.referrals import a_friend, a_member
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("database")

SCORES = "{ surveys { totalCount nodes { title score { nps { value } } } } }"


async def sent(text: str, actor: Actor, **variables: Any) -> tuple[dict[str, Any], list[str]]:
    """The answer, and the statements that it took."""
    execution = Execution(schema, locked=False)
    async with statements() as taken:
        told = await execution.execute(Request(text, variables), Context(actor))
    assert "errors" not in told, told
    return told["data"], taken


async def test_the_teams_cases() -> None:
    carer = await a_carer()
    for number in range(10):
        member = await a_member()
        command = SendFeedback(FeedbackKind.IDEA, "Fridays", "Until nine?", "key")
        heard = await case_operations.send(member, command)
        await case_operations.answer(carer, AnswerCase(heard.case_id, "Yes.", f"key {number}"))

    found, taken = await sent(document("staff/care/Cases"), carer, state="ANSWERED")

    assert len(found["cases"]["nodes"]) == found["cases"]["totalCount"] == 10
    # The page with owners, its count, the members, whose the cases are, their messages.
    assert len(taken) <= 7, "\n".join(taken)


async def test_a_members_surveys_and_cases() -> None:
    member = await a_member()
    for _ in range(5):
        await a_survey()
        await answered(member, await a_survey(), 0, why="Cold.")

    found, taken = await sent(document("app/feedback/MySurveys"), member)

    assert len(found["me"]["surveys"]["nodes"]) == len(found["me"]["cases"]["nodes"]) == 5
    # The member, its surveys, its cases, whose they are, their messages.
    assert len(taken) <= 6, "\n".join(taken)


async def test_a_members_friends() -> None:
    member = await a_member()
    for _ in range(10):
        await a_friend(member)

    found, taken = await sent(document("app/referral/MyReferrals"), member)

    assert len(found["me"]["referrals"]["nodes"]) == 10
    # The member, its friends, their counts, the clock, the programme in force and its contents.
    assert len(taken) <= 6, "\n".join(taken)


async def test_the_teams_surveys_and_their_scores() -> None:
    carer, member = await a_carer(), await a_member()
    for _ in range(10):
        await answered(member, await a_survey(), 9)

    found, taken = await sent(SCORES, carer)

    assert [node["score"]["nps"]["value"] for node in found["surveys"]["nodes"]] == [100.0] * 10
    assert len(taken) == 4, "\n".join(taken)
