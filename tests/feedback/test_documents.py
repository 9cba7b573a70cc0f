"""What apps and the team send about surveys and cases, over HTTP."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from uuid import uuid4

import pytest

from domain.actor import Actor, ActorKind, Role, expanded
from domain.feedback import case_queries
from schema.node import encode
from tests.client import Client, Refused
from tests.documents import document
from tests.factories.access import token_of
from tests.factories.feedback import a_carer, a_survey, answered, written
from tests.factories.referrals import a_member
from tests.factories.rewards import TILL, a_buyer
from tests.processes import Server

pytestmark = pytest.mark.usefixtures("database")

LOYALTY = Actor(ActorKind.STAFF, "team", expanded({Role.LOYALTY}))
SCORES = """{ surveys { totalCount nodes { title score { answerCount
  nps { value low high observations promoters passives detractors } } } } }"""

Ask = Callable[..., Awaitable[Any]]


@pytest.fixture
async def http(served: Server) -> AsyncIterator[Client]:
    async with served.client() as client:
        yield client


async def asking(http: Client, actor: Actor) -> Ask:
    """Sends documents of the contract as this caller; answers the one field that they ask for."""
    token = await token_of(actor)

    async def ask(name: str, language: str | None = None, **variables: Any) -> Any:
        (answer,) = (await http.ask(document(name), token, language, **variables)).values()
        return answer

    return ask


async def sent(ask: Ask, name: str, **values: Any) -> Any:
    """What a mutation answers; with a key of its own, unless one is given."""
    return await ask(name, input={"idempotencyKey": uuid4().hex, **values})


def faults(answer: Any) -> list[tuple[str, str]]:
    return [(error["code"], ".".join(error["path"])) for error in answer["userErrors"]]


async def test_a_survey_is_shown_answered_and_gone(http: Client) -> None:
    await a_survey()
    app = await asking(http, await a_buyer(0))
    (survey,) = (await app("app/feedback/MySurveys", "el"))["surveys"]["nodes"]
    likely, why, when = survey["questions"]
    assert (survey["title"], survey["text"], survey["expiresAt"]) == (
        "How was it? (el)",
        None,
        None,
    )
    assert {name: likely[name] for name in ("kind", "required", "choices", "scale")} == {
        "kind": "NPS",
        "required": True,
        "choices": [],
        "scale": {"min": 0, "max": 10, "minLabel": "Not at all (el)", "maxLabel": "Very (el)"},
    }
    assert (why["kind"], why["required"], why["scale"]) == ("TEXT", False, None)
    assert [choice["text"] for choice in when["choices"]] == [
        "In the morning (el)",
        "In the evening (el)",
    ]
    key = uuid4().hex
    said = [
        {"questionId": likely["id"], "score": 3},
        {"questionId": why["id"], "text": "It was cold."},
        {"questionId": when["id"], "choiceIds": [when["choices"][1]["id"]]},
    ]

    answer = await sent(
        app, "app/feedback/SurveyAnswer", surveyId=survey["id"], answers=said, idempotencyKey=key
    )

    assert answer["transaction"]["points"] == 10
    assert answer["case"]["state"] == "OPEN"
    assert (answer["thanks"], answer["replayed"], answer["userErrors"]) == ("Thank you", False, [])
    again = await sent(
        app, "app/feedback/SurveyAnswer", surveyId=survey["id"], answers=said, idempotencyKey=key
    )
    assert again == {**answer, "replayed": True}
    me = await app("app/feedback/MySurveys")
    assert me["surveys"]["nodes"] == []
    (case,) = me["cases"]["nodes"]
    assert (case["id"], case["kind"], case["subject"]) == (
        answer["case"]["id"],
        "DETRACTOR",
        "How was it?",
    )
    assert [(m["text"], m["fromMember"]) for m in case["messages"]["nodes"]] == [
        ("It was cold.", True)
    ]


async def test_a_case_from_first_word_to_last(http: Client) -> None:
    app, team = await asking(http, await a_member("Anna")), await asking(http, await a_carer())

    opened = await sent(
        app, "app/feedback/FeedbackSend", kind="IDEA", subject="Fridays", text="Until nine?"
    )
    case_id = opened["case"]["id"]
    assert (opened["case"]["state"], opened["replayed"]) == ("OPEN", False)
    waiting = await team("staff/care/Cases", state="OPEN")
    (case,) = waiting["nodes"]
    assert waiting["totalCount"] == 1
    assert (case["id"], case["kind"], case["owner"]) == (case_id, "IDEA", None)
    assert case["member"]["firstName"] == "Anna"
    assert [m["text"] for m in case["messages"]["nodes"]] == ["Until nine?"]

    done = await sent(team, "staff/care/CaseAnswer", caseId=case_id, text="From June on.")
    assert (done["case"]["state"], done["userErrors"]) == ("ANSWERED", [])
    reply = await sent(app, "app/feedback/CaseReply", caseId=case_id, text="Great!")
    assert reply["case"]["state"] == "OPEN"
    assert [m["text"] for m in reply["case"]["messages"]["nodes"]] == ["Great!"]
    (case,) = (await team("staff/care/Cases", state="OPEN"))["nodes"]
    assert case["owner"]["name"] == "tests"
    closed = await sent(team, "staff/care/CaseAnswer", caseId=case_id, text="Bye.", close=True)
    assert closed["case"]["state"] == "CLOSED"

    (mine,) = (await app("app/feedback/MySurveys"))["cases"]["nodes"]
    assert [(m["text"], m["fromMember"]) for m in mine["messages"]["nodes"]] == [
        ("Bye.", False),
        ("Great!", True),
        ("From June on.", False),
        ("Until nine?", True),
    ]


async def test_refusals_lead_to_the_field_and_change_nothing(http: Client) -> None:
    member = await a_buyer(0)
    survey_id, other_id = encode("Survey", await a_survey()), encode("Survey", await a_survey())
    app = await asking(http, member)
    other, survey = (await app("app/feedback/MySurveys"))["surveys"]["nodes"]
    assert (survey["id"], other["id"]) == (survey_id, other_id)
    likely, why, when = (question["id"] for question in survey["questions"])
    fine = {"questionId": likely, "score": 9}
    theirs = await sent(
        await asking(http, await a_buyer(0)), "app/feedback/FeedbackSend",
        kind="IDEA", subject="Fridays", text="Until nine?",
    )  # fmt: skip
    before = await written()

    async def answer(*answers: dict[str, Any], survey: str = survey_id) -> list[tuple[str, str]]:
        said = await sent(app, "app/feedback/SurveyAnswer", surveyId=survey, answers=list(answers))
        assert (said["thanks"], said["transaction"], said["case"]) == (None, None, None)
        return faults(said)

    strange = other["questions"][0]["id"]
    assert [
        await answer(fine, survey="no id"),
        await answer(fine, survey=encode("Survey", uuid4())),
        await answer(),
        await answer({"questionId": likely, "score": 11}),
        await answer({"questionId": strange, "score": 9}),
        await answer(fine, {"questionId": why, "text": "x", "score": 3}),
        await answer(fine, {"questionId": when, "choiceIds": ["morning", "noon"]}),
        await answer({"questionId": likely, "score": None}),
    ] == [
        [("NOT_FOUND", "input.surveyId")],
        [("NOT_FOUND", "input.surveyId")],
        [("INVALID_INPUT", "input.answers")],
        [("INVALID_INPUT", "input.answers.0.score")],
        [("INVALID_INPUT", "input.answers.0.questionId")],
        [("INVALID_INPUT", "input.answers.1.score")],
        [("INVALID_INPUT", "input.answers.1.choiceIds.0")],
        [("INVALID_INPUT", "input.answers.0.score")],
    ]
    feedback = {"kind": "IDEA", "subject": "Fridays", "text": "Until nine?"}
    send, reply = "app/feedback/FeedbackSend", "app/feedback/CaseReply"
    assert [
        faults(await sent(app, send, **{**feedback, "subject": ""})),
        faults(await sent(app, send, **{**feedback, "text": "x" * 4001})),
        faults(await sent(app, send, **feedback, orderId=encode("Order", uuid4()))),
        faults(await sent(app, send, **feedback, idempotencyKey="")),
        faults(await sent(app, reply, caseId=theirs["case"]["id"], text="Hm.")),
        faults(await sent(app, reply, caseId="no id", text="Hm.")),
    ] == [
        [("INVALID_INPUT", "input.subject")],
        [("INVALID_INPUT", "input.text")],
        [("NOT_FOUND", "input.orderId")],
        [("INVALID_INPUT", "input.idempotencyKey")],
        [("NOT_FOUND", "input.caseId")],
        [("NOT_FOUND", "input.caseId")],
    ]
    assert await written() == before


async def test_a_survey_is_answered_once_whatever_the_key(http: Client) -> None:
    survey_id = await a_survey()
    app = await asking(http, await a_buyer(0))
    (survey,) = (await app("app/feedback/MySurveys"))["surveys"]["nodes"]
    values = {
        "surveyId": encode("Survey", survey_id),
        "answers": [{"questionId": survey["questions"][0]["id"], "score": 9}],
    }
    await sent(app, "app/feedback/SurveyAnswer", **values, idempotencyKey="once")
    before = await written()

    more = await sent(app, "app/feedback/SurveyAnswer", **values)
    other = await sent(
        app, "app/feedback/SurveyAnswer", **{**values, "answers": []}, idempotencyKey="once"
    )

    assert faults(more) == [("LIMIT_REACHED", "input.surveyId")]
    assert more["userErrors"][0]["message"] == (
        "You have answered this survey; once is all it takes."
    )
    assert faults(other) == [("IDEMPOTENCY_KEY_REUSED", "input.idempotencyKey")]
    assert await written() == before


async def test_ten_answers_give_twenty(http: Client) -> None:
    survey_id = await a_survey()
    for score in (10, 10, 9, 9, 9, 8, 7, 6, 3, 0):
        await answered(await a_buyer(0), survey_id, score)

    for actor in (LOYALTY, await a_carer()):
        listed = (await http.ask(SCORES, await token_of(actor)))["surveys"]
        assert listed == {
            "totalCount": 1,
            "nodes": [
                {
                    "title": "How was it?",
                    "score": {
                        "answerCount": 10,
                        "nps": {
                            "value": 20.0,
                            "low": -30.3,
                            "high": 61.1,
                            "observations": 10,
                            "promoters": 5,
                            "passives": 2,
                            "detractors": 3,
                        },
                    },
                }
            ],
        }


async def test_the_wrong_role_is_told_so(http: Client) -> None:
    member, carer = await a_buyer(0), await a_carer()
    app, team, till = [await asking(http, actor) for actor in (member, carer, TILL)]
    survey_id = await a_survey()
    case = {"caseId": "any", "text": "Hm."}
    of_member = """query ($id: ID!) { member(by: { id: $id }) { cases { nodes { subject } } } }"""
    member_id = encode("Member", member.member_id)

    for attempt in (
        app("staff/care/Cases", state="OPEN"),
        till("staff/care/Cases", state="OPEN"),
        sent(app, "staff/care/CaseAnswer", **case),
        sent(till, "staff/care/CaseAnswer", **case),
        sent(team, "app/feedback/CaseReply", **case),
        sent(till, "app/feedback/FeedbackSend", kind="IDEA", subject="x", text="x"),
        sent(team, "app/feedback/SurveyAnswer", surveyId="any", answers=[]),
        http.ask(SCORES, await token_of(member)),
        http.ask(of_member, await token_of(TILL), id=member_id),
        http.ask(
            "query ($id: ID!) { node(id: $id) { ... on Survey { score { answerCount } } } }",
            await token_of(member),
            id=encode("Survey", survey_id),
        ),
    ):
        with pytest.raises(Refused) as refused:
            await attempt
        assert refused.value.codes == ["FORBIDDEN"]


async def test_nodes_are_for_those_whose_they_are(http: Client) -> None:
    member, survey_id = await a_buyer(0), await a_survey()
    opened = await sent(
        await asking(http, member), "app/feedback/FeedbackSend",
        kind="IDEA", subject="Fridays", text="Until nine?",
    )  # fmt: skip
    (page,) = await case_queries.cases_of(member, [member.member_id or uuid4()], 1)
    (said,) = await case_queries.messages_of(member, [page.rows[0].id], 1)
    case_id, message_id = opened["case"]["id"], encode("CaseMessage", said.rows[0].id)
    question = """query ($ids: [ID!]!) { nodes(ids: $ids) { id __typename } }"""
    wanted = [case_id, message_id, encode("Survey", survey_id)]

    async def kinds(actor: Actor | None) -> list[str | None]:
        token = await token_of(actor) if actor else None
        found = (await http.ask(question, token, ids=wanted))["nodes"]
        return [node and node["__typename"] for node in found]

    assert await kinds(member) == ["Case", "CaseMessage", "Survey"]
    assert await kinds(await a_carer()) == ["Case", "CaseMessage", "Survey"]
    assert await kinds(await a_buyer(0)) == [None, None, "Survey"]
    assert await kinds(TILL) == [None, None, None]
    assert await kinds(None) == [None, None, None]


async def test_pages_are_bounded(http: Client) -> None:
    member, team = await token_of(await a_buyer(0)), await token_of(await a_carer())
    for token, document_ in (
        (member, "{ me { surveys(first: 0) { nodes { id } } } }"),
        (member, "{ me { cases(first: 101) { nodes { id } } } }"),
        (team, "{ cases(first: 101) { nodes { id } } }"),
        (team, "{ surveys(first: 101) { nodes { id } } }"),
    ):
        with pytest.raises(Refused) as refused:
            await http.ask(document_, token)
        assert refused.value.codes == ["PAGE_TOO_LARGE"]


async def test_lists_count_when_asked(http: Client) -> None:
    member = await a_buyer(0)
    for _ in range(3):
        await a_survey()
    app = await asking(http, member)
    await sent(app, "app/feedback/FeedbackSend", kind="IDEA", subject="Fridays", text="Nine?")

    counts = (
        "{ me { surveys { totalCount } cases { totalCount nodes { messages { totalCount } } } } }"
    )
    me = (await http.ask(counts, await token_of(member)))["me"]

    assert me == {
        "surveys": {"totalCount": 3},
        "cases": {"totalCount": 1, "nodes": [{"messages": {"totalCount": 1}}]},
    }
