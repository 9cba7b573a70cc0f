"""Cases, the part of feedback in which somebody answers: a file of its own for its length."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

import strawberry
from strawberry import UNSET

from domain.actor import Role
from domain.feedback import case_operations as operations
from domain.feedback import case_queries as queries
from domain.feedback.case_operations import AnswerCase, Heard, ReplyToCase, SendFeedback
from domain.feedback.case_queries import CaseRow, MessageRow, OwnerRow
from domain.feedback.kinds import CaseKind, CaseState, FeedbackKind
from domain.members.queries import MemberRow, members_of
from domain.orders.queries import OrderRow, orders
from schema.context import Context, Info
from schema.dry_runs import dry_run
from schema.enums import enum
from schema.errors import KeyedPayload
from schema.node import Node, encode, fetched_by, rows_by_id, uuid_of
from schema.paging import After, Connection, First, checked, connection
from schema.references import LazyMember, LazyOrder
from schema.roles import field, mutation

enum(
    FeedbackKind,
    "What a member has to say unasked.",
    COMPLAINT="Something went wrong.",
    PRAISE="Something went well.",
    IDEA="Something could be better.",
    QUESTION="Something is not clear.",
)
enum(
    CaseKind,
    "What a case is about.",
    COMPLAINT="Something went wrong.",
    PRAISE="Something went well.",
    IDEA="Something could be better.",
    QUESTION="Something is not clear.",
    DETRACTOR="A score of 0 to 6 in an NPS question.",
)
enum(
    CaseState,
    "Whose turn it is.",
    OPEN="The team's: it is to answer until `dueAt`.",
    WAITING="The member's: the team has asked something back. None waits so far.",
    ANSWERED="Nobody's: the team has answered; the member may reply.",
    CLOSED="Nobody's: nothing is left to do; a reply of the member opens it again.",
)

KEY = "Made once for this act, 1 to 64 characters; sent again when in doubt."


@strawberry.type(description="One message of a case.")
class CaseMessage(Node):
    """Read off a MessageRow."""

    from_member: bool = strawberry.field(description="From the member; else from the team.")
    text: str = strawberry.field(description="As written, at most 4,000 characters.")
    at: datetime = strawberry.field(description="When it was written.")

    @classmethod
    def is_type_of(cls, obj: Any, _info: Any) -> bool:
        return isinstance(obj, MessageRow)


@strawberry.type(description="Who on the team has taken a case.")
class CaseOwner:
    """Read off an OwnerRow."""

    name: str = strawberry.field(description="As the key of this person is called.")

    @field(description="Opaque and stable; good for caches.")
    def id(root: strawberry.Parent[OwnerRow]) -> strawberry.ID:
        return encode("CaseOwner", root.id)


@strawberry.type(description="A member has something to say, and somebody answers.")
class Case(Node):
    """Read off a CaseRow."""

    kind: CaseKind = strawberry.field(description="What it is about.")
    subject: str = strawberry.field(description="In a few words, at most 200 characters.")
    state: CaseState = strawberry.field(description="Whose turn it is.")
    opened_at: datetime = strawberry.field(description="When it began.")
    due_at: datetime = strawberry.field(
        description="By when the team answers: 48 hours after it was opened, or opened again."
    )

    @field(
        Role.CARE,
        description="Who on the team has taken it; null while nobody has.",
        graphql_type=CaseOwner | None,
    )
    def owner(root: strawberry.Parent[CaseRow]) -> OwnerRow | None:
        return root.owner

    @field(description="Whose case it is.", graphql_type=LazyMember)
    async def member(root: strawberry.Parent[CaseRow], info: Info) -> MemberRow:
        found = await info.context.load(members_of, root.member_id)
        assert found is not None, "whoever sees a case sees its member"
        return found

    @field(
        description="The order that it is about; null when it is about none.",
        graphql_type=LazyOrder | None,
    )
    async def order(root: strawberry.Parent[CaseRow], info: Info) -> OrderRow | None:
        return await info.context.load(orders, root.order_id) if root.order_id else None

    @field(description="What was written, newest first.", graphql_type=Connection[CaseMessage])
    async def messages(
        root: strawberry.Parent[CaseRow], info: Info, first: First = 20, after: After = UNSET
    ) -> Any:
        context = info.context
        page = await context.load(
            queries.messages_of, root.id, first=checked(first), after=after or None
        )
        return connection(page, lambda: context.load(queries.message_counts_of, root.id))

    @classmethod
    def is_type_of(cls, obj: Any, _info: Any) -> bool:
        return isinstance(obj, CaseRow)


@fetched_by("Case")
async def _cases(context: Context, keys: Sequence[str]) -> Sequence[CaseRow | None]:
    return await rows_by_id(context, queries.case_rows, keys)


@fetched_by("CaseMessage")
async def _messages(context: Context, keys: Sequence[str]) -> Sequence[MessageRow | None]:
    return await rows_by_id(context, queries.message_rows, keys)


@strawberry.type(description="What cases add to a member.")
class MemberCases:
    """Mixed into Member."""

    @field(
        Role.MEMBER,
        Role.CARE,
        description="The member's cases, newest first.",
        graphql_type=Connection[Case],
    )
    async def cases(
        root: strawberry.Parent[MemberRow], info: Info, first: First = 20, after: After = UNSET
    ) -> Any:
        context = info.context
        page = await context.load(
            queries.cases_of, root.id, first=checked(first), after=after or None
        )
        return connection(page, lambda: context.load(queries.case_counts_of, root.id))


@strawberry.input(description="What a member has to say, and the key of this one act.")
class FeedbackSendInput:
    """Checked in the domain."""

    kind: FeedbackKind = strawberry.field(description="What it is.")
    subject: str = strawberry.field(description="In a few words, 1 to 200 characters.")
    text: str = strawberry.field(description="All of it, 1 to 4,000 characters.")
    order_id: strawberry.ID | None = strawberry.field(
        default=UNSET, description="The member's own order that it is about."
    )
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)

    def command(self) -> SendFeedback:
        """The same, as the domain takes it."""
        order_id = uuid_of(self.order_id, "Order", "orderId") if self.order_id else None
        return SendFeedback(self.kind, self.subject, self.text, self.idempotency_key, order_id)


@strawberry.input(description="What a member replies in its case, and the key of this one act.")
class CaseReplyInput:
    """Checked in the domain."""

    case_id: strawberry.ID = strawberry.field(description="The case.")
    text: str = strawberry.field(description="1 to 4,000 characters.")
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)


@strawberry.input(description="What the team answers in a case, and the key of this one act.")
class CaseAnswerInput:
    """Checked in the domain."""

    case_id: strawberry.ID = strawberry.field(description="The case.")
    text: str = strawberry.field(description="1 to 4,000 characters.")
    close: bool | None = strawberry.field(
        default=UNSET, description="Nothing is left to do; absent: the member may want more."
    )
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    dry_run: bool | None = dry_run()


@strawberry.type(description="What sending feedback changed.")
class FeedbackSendPayload(KeyedPayload):
    """The case as it is now."""

    case: CaseRow | None = strawberry.field(
        default=None, graphql_type=Case | None, description="The case in which it is answered."
    )


@strawberry.type(description="What a reply changed.")
class CaseReplyPayload(KeyedPayload):
    """The case as it is now."""

    case: CaseRow | None = strawberry.field(
        default=None, graphql_type=Case | None, description="The case, open again."
    )


@strawberry.type(description="What an answer changed.")
class CaseAnswerPayload(KeyedPayload):
    """The case as it is now."""

    case: CaseRow | None = strawberry.field(
        default=None, graphql_type=Case | None, description="The case, answered."
    )


@strawberry.type(description="What can be read of cases.")
class CasesQueries:
    """Mixed into Query by way of feedback."""

    @field(
        Role.CARE,
        description="Everybody's cases in a state, the one that is due first first.",
        graphql_type=Connection[Case],
    )
    async def cases(
        self,
        info: Info,
        state: Annotated[
            CaseState, strawberry.argument(description="Only those in this state.")
        ] = CaseState.OPEN,
        first: First = 20,
        after: After = UNSET,
    ) -> Any:
        actor = info.context.actor
        page = await queries.cases(actor, state, checked(first), after or None)
        return connection(page, lambda: queries.case_count(actor, state))


@strawberry.type(description="What can be done with cases.")
class CasesMutations:
    """Mixed into Mutation by way of feedback."""

    @mutation(
        Role.MEMBER,
        payload=FeedbackSendPayload,
        description="Say something unasked: it becomes a case that somebody answers.",
    )
    async def feedback_send(self, info: Info, input: FeedbackSendInput) -> FeedbackSendPayload:
        heard = await operations.send(info.context.actor, input.command())
        return FeedbackSendPayload(case=await case_row(info, heard), replayed=heard.replayed)

    @mutation(
        Role.MEMBER,
        payload=CaseReplyPayload,
        description="Say more in a case: it is the team's turn again.",
    )
    async def case_reply(self, info: Info, input: CaseReplyInput) -> CaseReplyPayload:
        case_id = uuid_of(input.case_id, "Case", "caseId")
        command = ReplyToCase(case_id, input.text, input.idempotency_key)
        heard = await operations.reply(info.context.actor, command)
        return CaseReplyPayload(case=await case_row(info, heard), replayed=heard.replayed)

    @mutation(
        Role.CARE,
        payload=CaseAnswerPayload,
        description="Answer a case in words; the member is told at once.",
    )
    async def case_answer(self, info: Info, input: CaseAnswerInput) -> CaseAnswerPayload:
        case_id = uuid_of(input.case_id, "Case", "caseId")
        close = input.close is True
        command = AnswerCase(case_id, input.text, input.idempotency_key, close)
        heard = await operations.answer(info.context.actor, command)
        return CaseAnswerPayload(case=await case_row(info, heard), replayed=heard.replayed)


async def case_row(info: Info, heard: Heard) -> CaseRow | None:
    """The case in which something was said, as it is now."""
    (found,) = await queries.case_rows(info.context.actor, [heard.case_id])
    return found
