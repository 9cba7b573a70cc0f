"""A small schema with what the wire must stand, served for real: waits, bugs, endless events."""

import asyncio
import socket
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from typing import Any

import httpx
import strawberry
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route, WebSocketRoute

from api.execution import Execution
from api.live.connections import Parts
from api.live.credentials import Credentials
from api.live.fanout import Fanout
from api.live.graphql_ws import GraphQLOverWebSocket
from api.live.sockets import Socket
from api.wire.graphql_http import GraphQLOverHTTP
from api.wire.graphql_sse import EventStream
from api.wire.middleware import Guard
from api.wire.origins import CrossOrigin, Origins
from domain.actor import ANONYMOUS, Actor, ActorKind
from domain.errors import InvalidInput, NotAllowed, PageTooLarge, Unauthenticated, Unavailable
from tests.client import Client

CANARY = "canary-7f3a"
ENDLESS = 100_000
GRAPHQL = "application/graphql-response+json"
JSON = "application/json"


@dataclass
class Happenings:
    """What resolvers have seen; tests wait for it."""

    seen: list[str] = field(default_factory=list)
    news: asyncio.Condition = field(default_factory=asyncio.Condition)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)

    def forget(self) -> None:
        self.seen.clear()
        self.go_on.clear()

    async def tell(self, what: str) -> None:
        async with self.news:
            self.seen.append(what)
            self.news.notify_all()

    async def wait_for(self, what: str) -> None:
        async with asyncio.timeout(5), self.news:
            await self.news.wait_for(lambda: what in self.seen)


@dataclass
class Context:
    actor: Actor
    language: str | None
    happenings: Happenings
    number: int

    async def settle(self) -> None:
        """There is nothing to read."""


Info = strawberry.Info[Context, None]


@strawberry.input
class Wish:
    count: int
    name: str
    note: strawberry.Maybe[str]


@strawberry.input(one_of=True)
class Choice:
    a: strawberry.Maybe[int]
    b: strawberry.Maybe[int]


@strawberry.type
class Query:
    @strawberry.field
    def hello(self, name: str = "world") -> str:
        return f"hello {name}"

    @strawberry.field
    def caller(self, info: Info) -> str:
        return f"{info.context.actor.kind} {info.context.language}"

    @strawberry.field
    def wish(self, input: Wish) -> str:
        return input.name

    @strawberry.field
    def choose(self, input: Choice) -> str:
        return "chosen"

    @strawberry.field
    def again(self) -> "Query":
        return Query()

    @strawberry.field
    async def wait(self, info: Info) -> bool:
        await info.context.happenings.tell("waiting")
        try:
            await info.context.happenings.go_on.wait()
        except asyncio.CancelledError:
            await info.context.happenings.tell("given up")
            raise
        return True

    @strawberry.field
    def fails(self, how: str) -> str | None:
        raise {
            "bug": RuntimeError(CANARY),
            "role": NotAllowed("This needs the role TILL."),
            "page": PageTooLarge("`first` is 200; ask for 1 to 100."),
            "away": Unavailable("PostgreSQL is away."),
            "engine": ConnectionResetError(CANARY),
            "input": InvalidInput("The name is too long."),
        }[how]

    @strawberry.field
    def overflows(self) -> int | None:
        return 3_000_000_000


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def act(self, info: Info, name: str) -> str:
        await info.context.happenings.tell(f"begin {name}")
        await info.context.happenings.go_on.wait()
        await info.context.happenings.tell(f"end {name}")
        return name


@strawberry.type
class Tick:
    @strawberry.field
    def context_number(self, info: Info) -> int:
        return info.context.number


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def count(self, to: int) -> AsyncGenerator[int, None]:
        for number in range(to):
            yield number

    @strawberry.subscription
    async def ticks(self) -> AsyncGenerator[Tick, None]:
        for _ in range(3):
            yield Tick()

    @strawberry.subscription
    async def tears(self) -> AsyncGenerator[Query, None]:
        yield Query()

    @strawberry.subscription
    async def endless(self, info: Info, size: int = 1) -> AsyncGenerator[str, None]:
        try:
            for _ in range(ENDLESS):
                await info.context.happenings.tell("yielding")
                yield "x" * size
                if size == 1:
                    await info.context.happenings.go_on.wait()
        finally:
            await info.context.happenings.tell("closed")

    @strawberry.subscription
    async def silent(self, info: Info) -> AsyncGenerator[int, None]:
        await info.context.happenings.tell("silent")
        await asyncio.Event().wait()
        yield 0

    @strawberry.subscription
    async def refused(self) -> AsyncGenerator[int, None]:
        raise NotAllowed("This needs the role MEMBER.")
        yield 0

    @strawberry.subscription
    async def breaks(self) -> AsyncGenerator[int, None]:
        yield 1
        raise RuntimeError(CANARY)


SCHEMA = strawberry.Schema(Query, Mutation, Subscription)


async def actor_of(authorization: list[str]) -> Actor:
    """Tokens that say what they are."""
    if not authorization:
        return ANONYMOUS
    now = datetime.now(UTC)
    match authorization[0]:
        case "Bearer member":
            return Actor(ActorKind.MEMBER, "m")
        case "Bearer staff":
            return Actor(ActorKind.STAFF, "s")
        case "Bearer brief":
            return Actor(ActorKind.MEMBER, "m", expires_at=now + timedelta(seconds=0.1))
        case "Bearer bug":
            raise RuntimeError(CANARY)
        case "Bearer away":
            raise Unavailable("PostgreSQL is away.")
    raise Unauthenticated("The token is not good; refresh it with sessionRefresh.")


@asynccontextmanager
async def served(
    happenings: Happenings, locked: bool = False, origins: str = ""
) -> AsyncIterator[str]:
    """The URL of the schema, on a free port of this machine; pages of `origins` may ask."""
    numbers, listed = count(1), Origins(origins, "https://home.example")

    def new_context(actor: Actor, language: str | None) -> Any:
        return Context(actor, language, happenings, next(numbers))

    execution = Execution(SCHEMA, locked=locked)
    parts = Parts(execution, actor_of, new_context, Fanout(new_context), Credentials())
    over_http = GraphQLOverHTTP(execution, actor_of, new_context, partial(EventStream, parts))
    over_socket = GraphQLOverWebSocket(parts, listed)
    app = Starlette(
        routes=[Route("/graphql", over_http), WebSocketRoute("/graphql", over_socket)],
        middleware=[
            Middleware(CrossOrigin, origins=listed, path="/graphql"),
            Middleware(Guard, is_https=False),
        ],
    )
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, ws=Socket, ws_max_size=65_536, log_level="error", lifespan="off")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve([listening]))
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        happenings.go_on.set()
        server.should_exit = True
        await serving


async def ask(client: Client, document: str, **more: Any) -> httpx.Response:
    """The response to a document, in the media type that lets the status be read."""
    token, headers = more.pop("token", None), {"Accept": GRAPHQL, **more.pop("headers", {})}
    return await client.raw(token, headers=headers, json={"query": document, **more})


def errors(response: httpx.Response) -> list[tuple[str, str]]:
    """(code, message) of each error, every one with a hint."""
    found = response.json()["errors"]
    assert all(error["extensions"]["hint"] for error in found)
    return [(error["extensions"]["code"], error["message"]) for error in found]
