"""A mutation that is rehearsed: with all of its answer, whichever way it is executed."""

import asyncio
import json
import re
from typing import Any

import pytest
import strawberry
from strawberry.schema.config import StrawberryConfig

from api.execution import Execution, Request
from domain import cache, database
from domain.actor import ANONYMOUS, Role
from domain.errors import InvalidInput
from schema.context import Context, Info
from schema.dry_runs import dry_run
from schema.errors import TYPES, Payload
from schema.roles import field, mutation
from schema.scalars import SCALARS

pytestmark = pytest.mark.usefixtures("database")

COUNT = "select count(*) from idempotency_keys"
WRITE = "insert into idempotency_keys (actor, mutation, key, fingerprint) values ('', '', $1, '')"


@strawberry.input
class WriteInput:
    what: str
    dry_run: bool | None = dry_run()


@strawberry.type
class WritePayload(Payload):
    there: int | None = strawberry.field(default=None)

    @field(description="Read with many others at once.", graphql_type=list[int])
    async def seen(self) -> list[int]:
        return list(await asyncio.gather(*[database.value(COUNT) for _ in range(20)]))

    @field(description="Nobody can have it.", graphql_type=int)
    async def broken(self) -> int:
        await database.value(COUNT)
        raise RuntimeError("a canary")

    @field(description="PostgreSQL refuses it.", graphql_type=int | None)
    async def refused(self) -> int | None:
        await database.value("select 1 / 0")
        return None


@strawberry.type
class Query:
    hello: str = "hello"


@strawberry.type
class Mutation:
    @mutation(payload=WritePayload, description="Write.")
    async def write(self, info: Info, input: WriteInput) -> WritePayload:
        await database.rows(WRITE, input.what)
        if input.what == "refused":
            raise InvalidInput("Not this.", ("what",))
        if input.what == "bug":
            raise RuntimeError("a canary")
        if input.what == "leaking":
            await cache.publish([])
        return WritePayload(there=await database.value(COUNT))

    @mutation(Role.ADMIN, payload=WritePayload, description="For others.")
    async def forbidden(self, info: Info, input: WriteInput) -> WritePayload:
        return WritePayload()


SCHEMA = strawberry.Schema(
    Query, Mutation, types=TYPES, config=StrawberryConfig(scalar_map=SCALARS)
)


def asked(*fields: tuple[str, str, str], name: str = "write") -> str:
    """A mutation of these fields: (what, true or false or a variable, selection)."""
    parts = [
        f'f{n}: {name}(input: {{ what: "{what}", dryRun: {dry} }}) {{ {selection} }}'
        for n, (what, dry, selection) in enumerate(fields)
    ]
    text = f"{{ {' '.join(parts)} }}"
    return f"mutation {'($dry: Boolean = true) ' if '$dry' in text else ''}{text}"


ALL = "there seen userErrors { code path }"


@pytest.mark.parametrize(
    ("text", "written", "told"),
    [
        (asked(("a", "true", ALL)), 0, [1]),
        (asked(("a", "$dry", ALL)), 0, [1]),
        (asked(("a", "false", ALL)), 1, [1]),
        (asked(("a", "null", ALL)), 1, [1]),
        (asked(("a", "true", ALL), ("a", "false", ALL), ("b", "true", ALL)), 1, [1, 1, 2]),
        (asked(("refused", "true", ALL), ("a", "true", ALL)), 0, [None, 1]),
        (asked(("bug", "true", ALL), ("a", "false", ALL)), 1, ["null", 1]),
        (asked(("a", "true", "there broken"), ("b", "true", ALL)), 0, ["null", 1]),
        (asked(("a", "true", "seen broken"), ("b", "false", ALL)), 1, ["null", 1]),
        (asked(("a", "false", ALL), ("b", "true", "there broken")), 1, [1, "null"]),
        (asked(("a", "true", "there refused seen")), 0, [1]),
        (asked(("leaking", "true", "there")), 0, ["null"]),
        (asked(("a", "true", "there"), name="forbidden"), 0, ["null"]),
        (asked(("a", "4", "there")), 0, None),
    ],
)
async def test_it_is_done_seen_and_undone(text: str, written: int, told: list[Any] | None) -> None:
    execution = Execution(SCHEMA, locked=False)
    answers = []
    for _ in range(3):  # graphql-core walks through what comes first; then there is a plan
        answer = await execution.execute(Request(text), Context(ANONYMOUS))
        answers.append(re.sub(r'"incident": "\w+"', "", json.dumps(answer)))
        assert await database.value(COUNT) == written
        await database.rows("delete from idempotency_keys")
        if told is None:
            assert "data" not in answer
            continue
        for payload, there in zip(answer["data"].values(), told, strict=True):
            assert (payload["there"] if payload else "null") == there
            if payload and "seen" in payload:
                assert payload["seen"] == [payload["seen"][0]] * 20
    assert answers == answers[:1] * 3


async def test_many_at_once_stay_apart() -> None:
    execution = Execution(SCHEMA, locked=False)

    async def once(n: int) -> Any:
        request = Request(asked(("same", "true", ALL)) + f" # {n % 7}")
        return await execution.execute(request, Context(ANONYMOUS))

    answers = await asyncio.gather(*[once(n) for n in range(40)])

    assert {answer["data"]["f0"]["there"] for answer in answers} == {1}
    assert await database.value(COUNT) == 0
