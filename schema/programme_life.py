"""What is wrong with a version of the programme, as the team is told."""

from collections.abc import Sequence
from dataclasses import replace

import strawberry

from domain.language import said
from domain.programme import document, review
from domain.programme.problems import Problem, Severity
from domain.programme.queries import TEAM, VersionRow
from schema.context import Info
from schema.enums import enum
from schema.programme_inputs import ProgrammeInput
from schema.roles import field
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


@strawberry.type(description="What the team reads of a version.")
class VersionLife:
    """Mixed into ProgrammeVersion."""

    @field(
        *TEAM,
        description="What is wrong with it; an ERROR keeps a draft from being published.",
        graphql_type=list[ProblemType],
    )
    def problems(root: strawberry.Parent[VersionRow], info: Info) -> Sequence[Problem]:
        contents = document.encoded(root.version.programme)
        return [
            replace(problem, path=through(ProgrammeInput, contents, problem.path))
            for problem in review.problems(root.version.programme)
        ]
