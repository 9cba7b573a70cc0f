"""GraphQL over WebSocket, by the protocol graphql-transport-ws."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from datetime import UTC, datetime
from typing import Any

from graphql import OperationType
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from api import negotiation, reading
from api.auth import ActorOf
from api.execution import Execution, Request
from api.frames import PROTOCOL, Closing, Frame, frame_of, text_of
from api.graphql_http import NewContext
from api.origins import Origins
from api.problems import Answer, Code, Problem, entry, only_problems
from domain.actor import Actor

INIT_SECONDS = 5.0
SEND_SECONDS = 10.0
STAND_SECONDS = 1.0
MAX_OPERATIONS = 20


class GraphQLOverWebSocket:
    """The endpoint. Browsers are served on pages of these origins only."""

    def __init__(
        self, execution: Execution, actor_of: ActorOf, new_context: NewContext, origins: Origins
    ) -> None:
        self._parts = (execution, actor_of, new_context)
        self._origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one socket to its end."""
        websocket = WebSocket(scope, receive, send)
        if not self._origins.may_connect(websocket.headers):
            await websocket.close()  # before it is accepted: 403
        elif PROTOCOL not in scope["subprotocols"]:
            await websocket.accept()
            await websocket.close(4406, f"Only {PROTOCOL} is spoken here.")
        else:
            await websocket.accept(PROTOCOL)
            await _Connection(websocket, *self._parts).live()


class _Connection:
    def __init__(
        self,
        websocket: WebSocket,
        execution: Execution,
        actor_of: ActorOf,
        new_context: NewContext,
    ) -> None:
        self._websocket = websocket
        self._execution = execution
        self._actor_of = actor_of
        self._new_context = new_context
        self._loop = asyncio.get_running_loop()
        self._end: asyncio.Future[Closing | None] = self._loop.create_future()
        self._operations: dict[str, asyncio.Task[None]] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._is_initialised = False
        self._actor: Actor | None = None
        self._language: str | None = None

    async def live(self) -> None:
        self._close_in(INIT_SECONDS, Closing(4408, "Connection initialisation timeout"))
        reader = asyncio.create_task(self._read())
        try:
            closing = await self._end
        finally:
            self._close_in(None)
            tasks = [reader, *self._operations.values()]
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
        if closing is not None:
            await self._close(closing)

    def _finish(self, closing: Closing | None) -> None:
        if not self._end.done():
            self._end.set_result(closing)

    def _close_in(self, seconds: float | None, closing: Closing | None = None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_later(seconds, self._finish, closing) if seconds else None

    async def _read(self) -> None:
        try:
            with only_problems(Closing):
                while (event := await self._websocket.receive())["type"] == "websocket.receive":
                    await self._take(frame_of(event))
            self._finish(None)
        except Closing as closing:
            self._finish(closing)
        except Problem as problem:
            self._finish(_closing_for(problem))

    async def _take(self, frame: Frame) -> None:
        if frame.kind == "connection_init":
            await self._initialise(frame.payload or {})
        elif frame.kind == "ping":
            await self._send("pong", payload=frame.payload)
        elif frame.kind == "subscribe":
            await self._start(frame)
        elif frame.kind == "complete":
            task = self._operations.pop(frame.id, None)
            if task is not None:
                task.cancel()

    async def _initialise(self, payload: dict[str, Any]) -> None:
        if self._is_initialised:
            raise Closing(4429, "Too many initialisation requests")
        self._is_initialised = True
        self._close_in(None)
        authorization = payload.get("authorization", payload.get("Authorization"))
        actor = await self._actor_of([] if authorization is None else [str(authorization)])
        if actor.expires_at is not None:
            seconds = (actor.expires_at - datetime.now(UTC)).total_seconds()
            # Apps connect again with a fresh token upon 4403; 4401 would be final to them.
            self._close_in(max(seconds, 0.001), Closing(4403, "Token expired"))
        wanted = payload.get("language") or self._websocket.headers.get("accept-language")
        self._language = negotiation.language(str(wanted or ""))
        self._actor = actor
        await self._send("connection_ack")

    async def _start(self, frame: Frame) -> None:
        if self._actor is None:
            raise Closing(4401, "Unauthorized")
        if frame.id in self._operations:
            raise Closing(4409, f"Subscriber for {frame.id} already exists")
        try:
            request = reading.graphql_request(frame.payload or {})
        except Problem as problem:
            if problem.code is not Code.PERSISTED_QUERY_NOT_FOUND:
                raise Closing(4400, problem.entries[0]["message"]) from None
            await self._send("error", frame.id, problem.entries)
            return
        if len(self._operations) >= MAX_OPERATIONS:
            message = f"A socket runs {MAX_OPERATIONS} operations at a time."
            await self._send("error", frame.id, [entry(Code.RATE_LIMITED, message)])
            return
        stands = asyncio.Event()
        task = asyncio.create_task(self._operate(frame.id, request, self._actor, stands))
        self._operations[frame.id] = task
        # What a client sends behind a subscription comes after it: a ping tells it that it stands.
        with suppress(TimeoutError):
            async with asyncio.timeout(STAND_SECONDS):
                await stands.wait()

    async def _operate(
        self, id_: str, request: Request, actor: Actor, stands: asyncio.Event
    ) -> None:
        def context() -> Any:
            return self._new_context(actor, self._language)

        try:
            with only_problems(Closing):
                scope = self._websocket.scope
                operation = await self._execution.admitted(request, actor, scope)
                if operation.kind is OperationType.SUBSCRIPTION:
                    answers = await self._execution.subscribe(operation, context)
                    stands.set()
                    await self._tell(id_, answers)
                else:
                    stands.set()
                    await self._send("next", id_, await self._execution.run(operation, context()))
            last: tuple[str, str, Any] = ("complete", id_, None)
        except Problem as problem:
            last = ("error", id_, problem.entries)
        except Closing as closing:
            self._finish(closing)
            return
        finally:
            stands.set()
        # The client may have completed the operation and given its id to another one since.
        if self._operations.get(id_) is asyncio.current_task():
            del self._operations[id_]
        await self._send(*last)

    async def _tell(self, id_: str, answers: AsyncGenerator[Answer, None]) -> None:
        async with aclosing(answers):
            async for answer in answers:
                if _is_torn(answer):
                    # The app comes again with the cursor of the last event that it was told whole.
                    raise Closing(1013, "Try again later")
                await self._send("next", id_, answer)
                # Neither source nor socket may ever have to wait; the others want their turn.
                await asyncio.sleep(0)

    async def _send(self, kind: str, id_: str = "", payload: Any = None) -> None:
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await self._websocket.send_text(text_of(kind, id_, payload))
        except TimeoutError:
            self._finish(Closing(1013, "The client does not read."))
        except (WebSocketDisconnect, RuntimeError):
            self._finish(None)

    async def _close(self, closing: Closing) -> None:
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await self._websocket.close(closing.code, closing.reason)
        except (TimeoutError, WebSocketDisconnect, RuntimeError):
            pass


def _is_torn(answer: Answer) -> bool:
    # An engine went away while the event was put together.
    return any(
        error["extensions"]["code"] is Code.UNAVAILABLE for error in answer.get("errors", ())
    )


def _closing_for(problem: Problem) -> Closing:
    # The codes that make an app come again with a fresh token, or later; 4500 tells it not to.
    if problem.code is Code.UNAUTHENTICATED:
        return Closing(4403, "Forbidden")
    if problem.code is Code.UNAVAILABLE:
        return Closing(1013, "Try again later")
    return Closing(4500, "Internal server error")
