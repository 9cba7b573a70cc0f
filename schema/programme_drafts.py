"""Drafting: a whole programme as one typed input, and a version as what to send again."""

from typing import Any

import strawberry
from strawberry import UNSET

from domain.actor import Role
from domain.errors import InvalidInput
from domain.programme import drafting, queries
from domain.programme.queries import VersionRow
from schema.context import Info
from schema.errors import Payload
from schema.node import uuid_of
from schema.programme import ProgrammeVersion
from schema.programme_inputs import ProgrammeInput
from schema.roles import mutation
from schema.written import through, written


@strawberry.input(description="A programme to be kept as a draft; nobody is judged by it.")
class ProgrammeDraftInput:
    """Checked in the domain."""

    based_on: strawberry.ID | None = strawberry.field(
        default=UNSET,
        description="The published version that it changes; absent: the one published last.",
    )
    programme: ProgrammeInput = strawberry.field(description="The whole of it.")


@strawberry.type(description="What became of it.")
class ProgrammeDraftPayload(Payload):
    """A draft that cannot be published yet is kept too."""

    version: VersionRow | None = strawberry.field(
        default=None,
        graphql_type=ProgrammeVersion | None,
        description="The draft: `problems` says what is wrong with it. The same programme on the"
        " same version is the same draft.",
    )


@strawberry.type(description="What can be drafted.")
class ProgrammeDraftsMutations:
    """Mixed into Mutation."""

    @mutation(
        Role.LOYALTY,
        payload=ProgrammeDraftPayload,
        description="Keep a programme as a draft, with all that is wrong with it. Drafts never"
        " change: send it again, changed.",
    )
    async def programme_draft(
        root: strawberry.Parent[None], info: Info, input: ProgrammeDraftInput
    ) -> ProgrammeDraftPayload:
        base = input.based_on
        based_on = uuid_of(base, "ProgrammeVersion", "basedOn") if base else None
        contents = written(input.programme, ("programme",))
        try:
            version_id = await drafting.draft(info.context.actor, contents, based_on)
        except InvalidInput as refused:
            raise _as_sent(refused, contents) from None
        page = await queries.version_rows(info.context.actor, 1, ids=[version_id])
        return ProgrammeDraftPayload(version=page.rows[0])


def _as_sent(refused: InvalidInput, contents: dict[str, Any]) -> InvalidInput:
    path = through(ProgrammeInput, contents, refused.path)
    return InvalidInput(refused.message, ("programme", *path))
