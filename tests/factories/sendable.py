"""Programmes as the variables that GraphQL takes."""

from typing import Any

from domain.programme import document
from schema.programme_inputs import ProgrammeInput
from schema.written import sent
from tests.factories.programme import a_programme


def sendable(**changes: Any) -> dict[str, Any]:
    """A plain programme as it is sent; `changes` as `a_programme` takes them."""
    return sent(ProgrammeInput, document.encoded(document.decoded(a_programme(**changes))))
