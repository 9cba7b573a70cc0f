"""The life of a version of the programme, from draft to what followed; what is wrong in it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import strawberry

from domain.language import said
from domain.orders import reviewing
from domain.programme import document, drafting, lives
from domain.programme.problems import Problem, Severity
from domain.programme.queries import TEAM, VersionRow
from schema.context import Info
from schema.enums import enum
from schema.programme_inputs import ProgrammeInput
from schema.references import LazyVersion
from schema.roles import batched, field
from schema.written import through

NO_WORDS = said(
    "Not to be said in words yet: `problems` has what is wrong with it.",
    "Пока не выразить словами: что не так, сказано в `problems`.",
    "Δεν λέγεται ακόμη με λόγια: το `problems` έχει τι δεν πάει καλά.",
)

enum(
    Severity,
    "How bad a problem of a draft is.",
    name="ProblemSeverity",
    ERROR="It keeps the draft from being published.",
    WARNING="It can be published, and is not wise.",
)


@strawberry.type(name="Problem", description="What is wrong with a version, and how to mend it.")
class ProblemType:
    """Read off a Problem."""

    severity: Severity = strawberry.field(description="Whether it stops publication.")
    message: str = strawberry.field(description="What is wrong.")
    hint: str = strawberry.field(description="How to mend it.")

    @field(description='Leads to it from the top of `programme`, as in ["units", "0", "code"].')
    def path(root: strawberry.Parent[Problem]) -> list[str]:
        return list(root.path)


async def _lives(rows: Sequence[VersionRow], info: Info) -> list[lives.LifeRow]:
    return await info.context.load_all(lives.lives_of, [row.id for row in rows])


@strawberry.type(description="What a version was, and is, in time.")
class VersionLife:
    """Mixed into ProgrammeVersion."""

    @batched(
        description="A later version follows then; null while none is published, and for a draft.",
        graphql_type=datetime | None,
    )
    async def effective_until(
        rows: strawberry.Parent[list[VersionRow]], info: Info
    ) -> list[datetime | None]:
        return [life.effective_until for life in await _lives(rows, info)]

    @batched(description="Null for a draft.", graphql_type=datetime | None)
    async def published_at(
        rows: strawberry.Parent[list[VersionRow]], info: Info
    ) -> list[datetime | None]:
        return [life.published_at for life in await _lives(rows, info)]

    @batched(*TEAM, description="Who published it.", graphql_type=str | None)
    async def published_by(
        rows: strawberry.Parent[list[VersionRow]], info: Info
    ) -> list[str | None]:
        return [life.published_by for life in await _lives(rows, info)]

    @batched(*TEAM, description="When it was drafted.", graphql_type=datetime | None)
    async def drafted_at(
        rows: strawberry.Parent[list[VersionRow]], info: Info
    ) -> list[datetime | None]:
        return [life.drafted_at for life in await _lives(rows, info)]

    @batched(*TEAM, description="Who drafted it.", graphql_type=str | None)
    async def drafted_by(rows: strawberry.Parent[list[VersionRow]], info: Info) -> list[str | None]:
        return [life.drafted_by for life in await _lives(rows, info)]

    @batched(
        *TEAM,
        description="The version that it changes; null for the first.",
        graphql_type=LazyVersion | None,
    )
    async def based_on(rows: strawberry.Parent[list[VersionRow]], info: Info) -> list[Any]:
        from schema.programme import rows_of

        bases = [life.based_on for life in await _lives(rows, info)]
        found = await info.context.load_all(rows_of, [base for base in bases if base])
        answers = iter(found)
        return [next(answers) if base else None for base in bases]

    @batched(*TEAM, description="Why it was published without a forecast.", graphql_type=str | None)
    async def without_forecast_reason(
        rows: strawberry.Parent[list[VersionRow]], info: Info
    ) -> list[str | None]:
        return [life.without_forecast_reason for life in await _lives(rows, info)]

    @batched(
        *TEAM,
        description="How many members something in it was worse for when it was published: all are"
        " told. Null for a draft, and where nobody looked.",
        graphql_type=int | None,
    )
    async def worse_for(rows: strawberry.Parent[list[VersionRow]], info: Info) -> list[int | None]:
        return [life.worse_for for life in await _lives(rows, info)]

    @batched(
        *TEAM,
        description="What is wrong with it; an ERROR keeps a draft from being published. Null for"
        " who is not of the team.",
        graphql_type=list[ProblemType] | None,
        kept=False,
    )
    async def problems(
        rows: strawberry.Parent[list[VersionRow]], info: Info
    ) -> list[list[Problem]]:
        ids: list[UUID] = [row.id for row in rows]
        found = await info.context.load_all(drafting.problems_of, ids)
        unwise = await info.context.load_all(reviewing.mistakes_of, ids)
        return [
            _as_sent(row, problems + more)
            for row, problems, more in zip(rows, found, unwise, strict=True)
        ]


def _as_sent(row: VersionRow, problems: Sequence[Problem]) -> list[Problem]:
    contents = document.encoded(row.version.programme)
    return [replace(each, path=through(ProgrammeInput, contents, each.path)) for each in problems]
