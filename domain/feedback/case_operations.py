"""What can be done with cases: send, reply, answer. What is written goes nowhere but here."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from domain import database, idempotency, ids
from domain.actor import Actor, ActorKind, Role
from domain.errors import NotAllowed, NotFound
from domain.events import CaseAnswered, CaseOpened, CaseReplied
from domain.feedback.kinds import CaseKind, CaseState, FeedbackKind
from domain.feedback.texts import SUBJECT_LENGTH_MAX, TEXT_LENGTH_MAX, written
from domain.wallets import operations as wallets
from domain.wallets.posting import Notice, Posting

ANSWER_WITHIN = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class SendFeedback:
    """What a member has to say. `order_id`: the order that it is about."""

    kind: FeedbackKind
    subject: str
    text: str
    idempotency_key: str
    order_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ReplyToCase:
    """What a member says to what the team said."""

    case_id: UUID
    text: str
    idempotency_key: str


@dataclass(frozen=True, slots=True)
class AnswerCase:
    """What the team says to a member. `close`: nothing is left to do."""

    case_id: UUID
    text: str
    idempotency_key: str
    close: bool = False


@dataclass(frozen=True, slots=True)
class Heard:
    """Something was said in a case, now or when this key came first."""

    case_id: UUID
    replayed: bool


async def send(actor: Actor, command: SendFeedback) -> Heard:
    """Open a case for the calling member; to be answered within 48 hours.

    Raises InvalidInput, and NotFound for an order that is not the member's own.
    """
    actor.require(Role.MEMBER)
    subject = written(command.subject, SUBJECT_LENGTH_MAX, ("subject",))
    text = written(command.text, TEXT_LENGTH_MAX, ("text",))

    async def effect() -> idempotency.Result:
        member_id = await _member(actor)
        if command.order_id is not None and not await _owns(member_id, command.order_id):
            raise NotFound("There is no such order; read `orders`.", ("orderId",))
        now = await database.now()
        kind, order_id = CaseKind(command.kind), command.order_id
        return _result(await open_case(member_id, kind, subject, text, now, order_id=order_id))

    claim = idempotency.claim(actor, "feedbackSend", command.idempotency_key, command)
    return _heard(*await idempotency.once(claim, effect))


async def reply(actor: Actor, command: ReplyToCase) -> Heard:
    """Add the calling member's message: the case is open (again). Raises InvalidInput, NotFound."""
    actor.require(Role.MEMBER)
    text = written(command.text, TEXT_LENGTH_MAX, ("text",))

    async def effect() -> idempotency.Result:
        member_id = await _member(actor)
        found = await database.row(
            """update cases set state = 'OPEN',
                 due_at = case when state = 'OPEN' then due_at else pistis_now() + $3 end
               where id = $1 and member_id = $2 returning id""",
            *(command.case_id, member_id, ANSWER_WITHIN),
        )
        if found is None:
            raise NotFound("There is no such case; read `cases`.", ("caseId",))
        await _say(command.case_id, text, await database.now())
        await wallets.tell(Posting(member_id, event=CaseReplied(member_id, command.case_id)))
        return _result(command.case_id)

    claim = idempotency.claim(actor, "caseReply", command.idempotency_key, command)
    return _heard(*await idempotency.once(claim, effect))


async def answer(actor: Actor, command: AnswerCase) -> Heard:
    """Answer a case: whoever answers first owns it, and the member is told.

    Raises InvalidInput, NotFound, and NotAllowed when the case is closed.
    """
    actor.require(Role.CARE)
    text = written(command.text, TEXT_LENGTH_MAX, ("text",))
    author = UUID(actor.id) if actor.kind is ActorKind.STAFF else None

    async def effect() -> idempotency.Result:
        found = await database.row(
            "select member_id, state from cases where id = $1 for update", command.case_id
        )
        if found is None:
            raise NotFound("There is no such case; read `cases`.", ("caseId",))
        if found["state"] == CaseState.CLOSED:
            raise NotAllowed("The case is closed; a reply of the member opens it.", ("caseId",))
        await database.rows(
            "update cases set state = $2, owner_id = coalesce(owner_id, $3) where id = $1",
            *(command.case_id, CaseState.CLOSED if command.close else CaseState.ANSWERED, author),
        )
        await _say(command.case_id, text, await database.now(), author, from_member=False)
        member_id = found["member_id"]
        told = Notice("CASE_ANSWERED", {"case": str(command.case_id)})
        event = CaseAnswered(member_id, command.case_id)
        await wallets.tell(Posting(member_id, notices=(told,), event=event))
        return _result(command.case_id)

    claim = idempotency.claim(actor, "caseAnswer", command.idempotency_key, command)
    return _heard(*await idempotency.once(claim, effect))


async def open_case(
    member_id: UUID,
    kind: CaseKind,
    subject: str,
    text: str,
    now: datetime,
    order_id: UUID | None = None,
    survey_id: UUID | None = None,
) -> UUID:
    """Open a case in the transaction in progress; an empty text is no message."""
    case_id = ids.uuid7()
    await database.rows(
        """insert into cases (id, member_id, kind, subject, state, order_id, survey_id, opened_at,
             due_at)
           values ($1, $2, $3, $4, 'OPEN', $5, $6, $7, $8)""",
        *(case_id, member_id, kind, subject, order_id, survey_id, now, now + ANSWER_WITHIN),
    )
    if text:
        await _say(case_id, text, now)
    await wallets.tell(Posting(member_id, event=CaseOpened(member_id, case_id)))
    return case_id


async def _say(
    case_id: UUID, text: str, now: datetime, author: UUID | None = None, from_member: bool = True
) -> None:
    await database.rows(
        """insert into case_messages (id, case_id, from_member, author_id, text, at)
           values ($1, $2, $3, $4, $5, $6)""",
        *(ids.uuid7(), case_id, from_member, author, text, now),
    )


async def _member(actor: Actor) -> UUID:
    # Whoever is blocked is heard too: that may be what there is to say.
    known: UUID | None = await database.value(
        "select id from members where id = $1", actor.member_id
    )
    if known is None:
        raise NotAllowed("Only a member has cases; sign in as one.")
    return known


async def _owns(member_id: UUID, order_id: UUID) -> bool:
    return bool(
        await database.value(
            "select true from orders where id = $1 and member_id = $2", order_id, member_id
        )
    )


def _result(case_id: UUID) -> idempotency.Result:
    return {"case": str(case_id)}


def _heard(result: idempotency.Result, replayed: bool) -> Heard:
    return Heard(UUID(result["case"]), replayed)
