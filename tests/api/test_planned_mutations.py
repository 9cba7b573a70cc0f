"""A mutation that has a plan is done once, whatever becomes of its answer."""

import json
import re
from typing import Any

import pytest
import strawberry
from strawberry.schema.config import StrawberryConfig

from api.execution import Execution, Request
from domain.actor import ANONYMOUS, Role
from domain.errors import InvalidInput
from schema.context import Context, Info
from schema.errors import TYPES, Payload
from schema.roles import field, mutation
from schema.scalars import SCALARS

pytestmark = pytest.mark.usefixtures("database")

done: list[str] = []


@strawberry.type
class CountPayload(Payload):
    number: int = strawberry.field(default=0)

    @field(description="Nobody can have it.", graphql_type=int)
    def broken(self: strawberry.Parent["CountPayload"]) -> int:
        raise RuntimeError("a canary")

    @field(description="It never is what it says.", graphql_type=int)
    async def nothing(self: strawberry.Parent["CountPayload"]) -> Any:
        return None


@strawberry.type
class Query:
    hello: str = "hello"


@strawberry.type
class Mutation:
    @mutation(payload=CountPayload, description="Count.")
    async def count(self, info: Info, what: str) -> CountPayload:
        done.append(what)
        if what == "refused":
            raise InvalidInput("Not this.", ("what",))
        if what == "bug":
            raise RuntimeError("a canary")
        return CountPayload(number=len(done))

    @mutation(Role.ADMIN, payload=CountPayload, description="For others.")
    async def forbidden(self, info: Info) -> CountPayload:
        done.append("forbidden")
        return CountPayload()


SCHEMA = strawberry.Schema(
    Query, Mutation, types=TYPES, config=StrawberryConfig(scalar_map=SCALARS)
)
ERRORS = "userErrors { code message path }"


@pytest.mark.parametrize(
    ("selection", "acts"),
    [
        (f'count(what: "one") {{ number {ERRORS} }}', 1),
        (f'a: count(what: "one") {{ number }} b: count(what: "two") {{ n: number {ERRORS} }}', 2),
        (f'count(what: "refused") {{ number {ERRORS} }}', 1),
        ('a: count(what: "bug") { number } b: count(what: "two") { number }', 2),
        ('a: count(what: "one") { number } b: count(what: "two") { broken }', 2),
        ('a: count(what: "one") { nothing } b: count(what: "two") { number }', 2),
        ('a: forbidden { number } b: count(what: "two") { number broken }', 1),
        ('a: count(what: "bug") { number } b: count(what: "two") { broken }', 2),
    ],
)
async def test_done_once_and_told_as_graphql_core_tells_it(selection: str, acts: int) -> None:
    execution = Execution(SCHEMA, locked=False)
    request = Request(f"mutation {{ {selection} }}")
    answers = []
    for _ in range(2):  # graphql-core walks through what comes first; the plan is for the second
        done.clear()
        answers.append(await execution.execute(request, Context(ANONYMOUS)))
        assert len(done) == acts
    first, second = (re.sub(r'"incident": "\w+"', "", json.dumps(each)) for each in answers)
    assert first == second
