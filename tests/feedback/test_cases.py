"""Cases: a member says something, the team answers, and nobody else reads it."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from domain import database
from domain.actor import Actor
from domain.errors import InvalidInput, KeyReused, NotAllowed, NotFound
from domain.events import CaseAnswered, CaseOpened, CaseReplied, decoded
from domain.feedback import case_operations as operations
from domain.feedback import case_queries as queries
from domain.feedback.case_operations import AnswerCase, ReplyToCase, SendFeedback
from domain.feedback.case_queries import CaseRow
from domain.feedback.kinds import CaseState, FeedbackKind
from domain.ids import code, uuid7
from tests.factories.feedback import a_carer, written
from tests.factories.rewards import TILL, a_buyer

pytestmark = pytest.mark.usefixtures("database")


def feedback(key: str | None = None, **values: Any) -> SendFeedback:
    said = {"subject": "Cold coffee", "text": "It was cold.", **values}
    return SendFeedback(FeedbackKind.COMPLAINT, idempotency_key=key or code(8), **said)


async def a_case(member: Actor) -> UUID:
    return (await operations.send(member, feedback())).case_id


async def seen(actor: Actor, case_id: UUID) -> CaseRow:
    (found,) = await queries.case_rows(actor, [case_id])
    assert found is not None
    return found


async def messages(actor: Actor, case_id: UUID) -> list[tuple[str, bool]]:
    (page,) = await queries.messages_of(actor, [case_id], 20)
    return [(message.text, message.from_member) for message in page.rows]


async def facts() -> list[Any]:
    found = await database.rows("select kind, payload from outbox order by id")
    return [decoded(row["kind"], row["payload"]) for row in found]


async def an_order(member: Actor) -> UUID:
    order_id = uuid7()
    await database.rows(
        """insert into orders (id, source, reference, member_id, state, occurred_at, recorded_at,
             currency, total, programme_version, content_hash, document)
           values ($1, 'till', $2, $3, 'COMPLETED', now(), now(), 'EUR', 100, 1, '', '{}')""",
        *(order_id, str(order_id), member.member_id),
    )
    return order_id


async def test_feedback_opens_a_case_that_is_due_in_two_days() -> None:
    member = await a_buyer(0)
    assert member.member_id
    order_id = await an_order(member)

    heard = await operations.send(member, feedback(subject=" Cold coffee ", order_id=order_id))

    case = await seen(member, heard.case_id)
    assert (case.kind, case.subject, case.state) == ("COMPLAINT", "Cold coffee", "OPEN")
    assert (case.order_id, case.owner) == (order_id, None)
    assert case.due_at - case.opened_at == timedelta(hours=48)
    assert await messages(member, case.id) == [("It was cold.", True)]
    assert await facts() == [CaseOpened(member.member_id, case.id)]
    assert await database.value("select count(*) from notifications") == 0


async def test_what_was_written_stands_in_cases_and_nowhere_else() -> None:
    member, carer = await a_buyer(0), await a_carer()
    case_id = await a_case(member)
    await operations.answer(carer, AnswerCase(case_id, "A fresh cup waits.", "key"))

    kept = await database.rows(
        """select payload::text as kept from outbox union all select args::text from notifications
           union all select result::text from idempotency_keys"""
    )
    assert len(kept) == 5
    assert not [
        row["kept"] for row in kept if "cold" in row["kept"].lower() or "cup" in row["kept"]
    ]


async def test_the_key_that_comes_again_opens_no_second_case() -> None:
    member = await a_buyer(0)
    first = await operations.send(member, feedback("once"))
    before = await written()

    again = await operations.send(member, feedback("once"))

    assert (again.case_id, again.replayed) == (first.case_id, True)
    with pytest.raises(KeyReused):
        await operations.send(member, feedback("once", text="Something else."))
    assert await written() == before


@pytest.mark.parametrize(
    ("values", "path"),
    [
        ({"subject": "  "}, "subject"),
        ({"subject": "x" * 201}, "subject"),
        ({"text": ""}, "text"),
        ({"text": "x" * 4001}, "text"),
    ],
)
async def test_too_little_and_too_much_is_refused(values: dict[str, str], path: str) -> None:
    member = await a_buyer(0)

    with pytest.raises(InvalidInput) as raised:
        await operations.send(member, feedback(**values))

    assert raised.value.path == (path,)
    assert set((await written()).values()) == {0}


async def test_the_order_of_somebody_else_is_none() -> None:
    member, order_id = await a_buyer(0), await an_order(await a_buyer(0))

    for wanted in (order_id, uuid7()):
        with pytest.raises(NotFound) as raised:
            await operations.send(member, feedback(order_id=wanted))
        assert raised.value.path == ("orderId",)
    assert set((await written()).values()) == {0}


async def test_an_answer_takes_the_case_and_tells_the_member() -> None:
    member, carer, other = await a_buyer(0), await a_carer("Nefeli"), await a_carer("Ilya")
    assert member.member_id
    case_id = await a_case(member)

    await operations.answer(carer, AnswerCase(case_id, "A fresh cup waits.", "key"))

    case = await seen(carer, case_id)
    assert case.state == CaseState.ANSWERED
    assert case.owner
    assert (str(case.owner.id), case.owner.name) == (carer.id, "Nefeli")
    assert await messages(member, case_id) == [
        ("A fresh cup waits.", False),
        ("It was cold.", True),
    ]
    told = await database.rows("select member_id, kind, args from notifications")
    assert [tuple(row) for row in told] == [
        (member.member_id, "CASE_ANSWERED", {"case": str(case_id)})
    ]
    assert (await facts())[-1] == CaseAnswered(member.member_id, case_id)
    await operations.answer(other, AnswerCase(case_id, "And a cake.", "key"))
    assert (await seen(carer, case_id)).owner == case.owner


async def test_a_closed_case_is_opened_by_the_member_alone() -> None:
    member, carer = await a_buyer(0), await a_carer()
    assert member.member_id
    case_id = await a_case(member)
    await operations.answer(carer, AnswerCase(case_id, "Done.", "key", close=True))
    assert (await seen(carer, case_id)).state == CaseState.CLOSED
    before = await written()

    with pytest.raises(NotAllowed) as raised:
        await operations.answer(carer, AnswerCase(case_id, "One more.", "another"))

    assert raised.value.path == ("caseId",)
    assert await written() == before
    await operations.reply(member, ReplyToCase(case_id, "Not done.", "key"))
    assert (await seen(member, case_id)).state == CaseState.OPEN
    assert (await messages(member, case_id))[0] == ("Not done.", True)
    assert (await facts())[-1] == CaseReplied(member.member_id, case_id)


async def test_a_reply_gives_the_team_two_days_from_then() -> None:
    member, carer = await a_buyer(0), await a_carer()
    case_id = await a_case(member)
    await database.rows("update cases set due_at = due_at - interval '1 day'")
    due_at = (await seen(member, case_id)).due_at

    await operations.reply(member, ReplyToCase(case_id, "Well?", "first"))
    assert (await seen(member, case_id)).due_at == due_at

    await operations.answer(carer, AnswerCase(case_id, "Sorry.", "key"))
    await operations.reply(member, ReplyToCase(case_id, "Thanks.", "second"))
    (page,) = await queries.messages_of(member, [case_id], 1)
    assert (await seen(member, case_id)).due_at == page.rows[0].at + timedelta(hours=48)


async def test_a_case_is_the_members_and_the_teams() -> None:
    member, stranger = await a_buyer(0), await a_buyer(0)
    assert member.member_id
    assert stranger.member_id
    case_id = await a_case(member)
    message_id = await database.value("select id from case_messages")

    for actor in (stranger, TILL):
        assert await queries.case_rows(actor, [case_id]) == [None]
        assert await queries.message_rows(actor, [message_id]) == [None]
        assert (await queries.cases_of(actor, [member.member_id], 20))[0].rows == []
        assert await queries.case_counts_of(actor, [member.member_id]) == [0]
        assert (await queries.messages_of(actor, [case_id], 20))[0].rows == []
        with pytest.raises(NotAllowed):
            await queries.cases(actor, CaseState.OPEN, 20)
        with pytest.raises(NotAllowed):
            await operations.answer(actor, AnswerCase(case_id, "Hm.", "key"))
    before = await written()
    with pytest.raises(NotFound) as raised:
        await operations.reply(stranger, ReplyToCase(case_id, "Hm.", "key"))
    assert raised.value.path == ("caseId",)
    assert await written() == before


async def test_an_unknown_case_is_not_answered() -> None:
    carer = await a_carer()

    with pytest.raises(NotFound) as raised:
        await operations.answer(carer, AnswerCase(uuid7(), "Hm.", "key"))

    assert raised.value.path == ("caseId",)


async def test_the_team_sees_the_most_urgent_first() -> None:
    carer, members = await a_carer(), [await a_buyer(0) for _ in range(5)]
    opened = [await a_case(member) for member in members]
    await database.rows(
        "update cases set due_at = due_at - interval '1 day' where id = $1", opened[3]
    )
    await operations.answer(carer, AnswerCase(opened[1], "Done.", "key"))
    wanted = [opened[3], opened[0], opened[2], opened[4]]

    found: list[UUID] = []
    after: str | None = None
    for _ in range(2):
        page = await queries.cases(carer, CaseState.OPEN, 2, after)
        found, after = found + [case.id for case in page.rows], page.cursors[-1]

    assert found == wanted
    assert not page.has_next
    assert await queries.case_count(carer, CaseState.OPEN) == 4
    with pytest.raises(InvalidInput):
        await queries.cases(carer, CaseState.ANSWERED, 2, after)


async def test_two_who_answer_at_once_leave_one_owner() -> None:
    member = await a_buyer(0)
    case_id = await a_case(member)
    carers = [await a_carer(name) for name in ("Nefeli", "Ilya", "Maria")]

    await asyncio.gather(
        *(operations.answer(c, AnswerCase(case_id, "Sorry.", "key")) for c in carers)
    )

    case = await seen(member, case_id)
    assert case.owner
    assert case.owner.name in ("Nefeli", "Ilya", "Maria")
    assert await queries.message_counts_of(member, [case_id]) == [4]
    sequences = await database.rows("select sequence from notifications order by sequence")
    assert [row["sequence"] for row in sequences] == [1, 2, 3]
