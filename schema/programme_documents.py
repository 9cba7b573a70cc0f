"""A version of the programme as what to send, to change it."""

from typing import Any

import strawberry

from domain.programme import document
from domain.programme.ending import without_ending
from domain.programme.queries import TEAM, VersionRow
from schema.node import encode
from schema.programme_inputs import ProgrammeInput
from schema.roles import field
from schema.scalars import Json
from schema.written import sent


@strawberry.type(description="A version as it is written.")
class VersionDocument:
    """Mixed into ProgrammeVersion."""

    @field(
        *TEAM,
        description="The whole version as the variables of `programmeDraft`: change what it"
        " answers and send it back. What is as it would be anyway is left out, as is an end that"
        " was said: it stays said.",
        graphql_type=Json | None,
    )
    def as_input(root: strawberry.Parent[VersionRow]) -> dict[str, Any]:
        programme = sent(ProgrammeInput, document.encoded(without_ending(root.version.programme)))
        if root.effective_from is None:
            return {"input": {"programme": programme}}
        based_on = encode("ProgrammeVersion", root.id)
        return {"input": {"basedOn": based_on, "programme": programme}}
