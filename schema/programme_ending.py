"""The end of the programme: what is promised of it, and how it is said."""

from datetime import date

import strawberry
from strawberry import UNSET

from domain.actor import Role
from domain.language import in_language
from domain.programme import ending, queries
from domain.programme.ending import EndProgramme
from domain.programme.queries import VersionRow
from domain.programme.terms import Closing as ClosingTerms
from domain.programme.terms import Ending as EndingTerms
from schema.context import Info
from schema.dry_runs import dry_run, would_be
from schema.errors import KeyedPayload
from schema.member_inputs import KEY
from schema.references import LazyVersion
from schema.roles import field, mutation
from schema.text_inputs import TextInput, text_of


@strawberry.type(description="What members can count on, should the programme ever end.")
class Closing:
    """Read off a terms.Closing."""

    notice_days: int = strawberry.field(
        description="So many days before it they hear of the day on which earning ends."
    )
    spending_days: int = strawberry.field(
        description="For at least so many days after that they can spend."
    )


@strawberry.type(description="The end of the programme, in days of its time zone.")
class Ending:
    """Read off a terms.Ending."""

    earning_until: date = strawberry.field(description="The first day without earning.")
    spending_until: date = strawberry.field(
        description="The first day without spending; nothing expires before it."
    )

    @field(description="Why, in the caller's language.")
    def reason(root: strawberry.Parent[EndingTerms], info: Info) -> str:
        return in_language(root.reason, info.context.language)


@strawberry.type(description="What a version says of the programme's end.")
class VersionEnding:
    """Mixed into ProgrammeVersion."""

    @field(description="What is promised for the case of an end.", graphql_type=Closing)
    def closing(root: strawberry.Parent[VersionRow]) -> ClosingTerms:
        return root.version.programme.closing

    @field(description="The end; null: none is in sight.", graphql_type=Ending | None)
    def ending(root: strawberry.Parent[VersionRow]) -> EndingTerms | None:
        return root.version.programme.ending


@strawberry.input(description="When the programme is to end, and why.")
class ProgrammeEndInput:
    """Checked in the domain."""

    earning_until: date = strawberry.field(
        description="The first day without earning: at least `closing.noticeDays` ahead."
    )
    spending_until: date | None = strawberry.field(
        default=UNSET,
        description="The first day without spending; absent: `closing.spendingDays` later.",
    )
    reason: list[TextInput] = strawberry.field(
        description="Why, for members: a text in each language of the programme."
    )
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    dry_run: bool | None = dry_run()


@strawberry.type(description="The version that says the end.")
class ProgrammeEndPayload(KeyedPayload):
    """In force at once."""

    version: VersionRow | None = strawberry.field(
        default=None,
        graphql_type=LazyVersion | None,
        description="The version; null when refused.",
    )


@strawberry.type(description="How the programme is ended.")
class ProgrammeEndingMutations:
    """Mixed into Mutation."""

    @mutation(
        Role.LOYALTY,
        payload=ProgrammeEndPayload,
        description="End the programme, the only way to do so: every member is told, earning ends "
        "first, points can be spent for a while more and none expires before. Said again: put off.",
    )
    async def programme_end(self, info: Info, input: ProgrammeEndInput) -> ProgrammeEndPayload:
        command = EndProgramme(
            input.earning_until,
            text_of(input.reason, "reason"),
            input.idempotency_key,
            input.spending_until or None,
        )
        done = await ending.end(info.context.actor, command)
        page = await queries.version_rows(info.context.actor, 1, ids=[done.version_id])
        shown = None if would_be(input, done.replayed) else page.rows[0]
        return ProgrammeEndPayload(version=shown, replayed=done.replayed)
