"""One socket that speaks graphql-transport-ws, from its first message to its close code."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import ExitStack, aclosing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from graphql import OperationType
from starlette.websockets import WebSocket, WebSocketDisconnect

from api.execution import Execution, Operation, Request
from api.identity.auth import ActorOf
from api.live.credentials import Credentials
from api.live.fanout import Fanout, is_torn
from api.live.frames import Closing, Frame, frame_of, start_of_next, text_of
from api.live.pace import PER_SECOND, Pace
from api.live.places import OF_ADDRESS, OF_MEMBER, Places
from api.live.sockets import EXTENSION, Socket
from api.problems import Answer, Code, Problem, entry, only_problems
from api.running import draining
from api.watching import observation
from api.wire import negotiation, observing, reading
from api.wire.graphql_http import NewContext
from domain.actor import Actor

INIT_SECONDS = 5.0
SEND_SECONDS = 10.0
STAND_SECONDS = 1.0
MAX_OPERATIONS = 20

_STUCK = Closing(1013, "The client does not read.")
_RESTART = Closing(1012, "Service restart")


@dataclass(frozen=True, slots=True)
class Parts:
    """What all sockets and streams of a process have in common."""

    execution: Execution
    actor_of: ActorOf
    new_context: NewContext
    fanout: Fanout
    credentials: Credentials
    members: Places = field(default_factory=lambda: Places(OF_MEMBER, newest_wins=True))
    addresses: Places = field(default_factory=lambda: Places(OF_ADDRESS))


class Connection:
    """Serves the socket: `live` returns when it is over."""

    def __init__(self, websocket: WebSocket, parts: Parts) -> None:
        self._websocket = websocket
        self._parts = parts
        self._socket: Socket | None = websocket.scope["extensions"].get(EXTENSION)
        self._loop = asyncio.get_running_loop()
        self._end: asyncio.Future[Closing | None] = self._loop.create_future()
        self._stops: dict[str, Callable[[], object]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._answering = 0
        self._feeds: dict[str, Callable[[], None]] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._pace = Pace()
        self._is_initialised = self._is_leaving = False
        self._actor: Actor | None = None
        self._language: str | None = None
        self._held = ExitStack()

    async def live(self) -> None:
        """Read, answer and tell until one side has had enough."""
        self._close_in(INIT_SECONDS, Closing(4408, "Connection initialisation timeout"))
        if self._socket is not None:
            self._socket.on_stuck, self._socket.on_open = self._stuck, self._go_on
        self._held.callback(draining.told(self._leave))
        reader = self._task(self._read())
        try:
            closing = await self._end
        finally:
            self._held.close()
            self._close_in(None)
            for stop in [*self._stops.values(), *(task.cancel for task in self._tasks)]:
                stop()
            await asyncio.wait([reader, *self._tasks])
        if closing is not None:
            await self._close(closing)

    def _task(self, work: Any) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _finish(self, closing: Closing | None) -> None:
        if not self._end.done():
            self._end.set_result(closing)

    def _stuck(self) -> None:
        self._finish(_STUCK)

    def _go_on(self) -> None:
        for ready in self._feeds.values():
            ready()

    def _leave(self) -> None:
        # What is being answered is answered yet; what is listened to goes on elsewhere.
        self._is_leaving = True
        if not self._answering:
            self._finish(_RESTART)

    def _close_in(self, seconds: float | None, closing: Closing | None = None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_later(seconds, self._finish, closing) if seconds else None

    async def _read(self) -> None:
        try:
            with only_problems(Closing):
                while (event := await self._websocket.receive())["type"] == "websocket.receive":
                    if not self._pace.allows():
                        raise Closing(1008, f"At most {PER_SECOND} messages a second.")
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
            stop = self._stops.pop(frame.id, None)
            if stop is not None:
                stop()

    async def _initialise(self, payload: dict[str, Any]) -> None:
        if self._is_initialised:
            raise Closing(4429, "Too many initialisation requests")
        self._is_initialised = True
        self._close_in(None)
        authorization = payload.get("authorization", payload.get("Authorization"))
        actor = await self._parts.actor_of([] if authorization is None else [str(authorization)])
        if actor.expires_at is not None:
            seconds = (actor.expires_at - datetime.now(UTC)).total_seconds()
            # Apps connect again with a fresh token upon 4403; 4401 would be final to them.
            self._close_in(max(seconds, 0.001), Closing(4403, "Token expired"))
        ended, displaced = Closing(4403, "Forbidden"), Closing(1008, _DISPLACED)
        if not self._end.done():
            held = self._parts.credentials.held(actor, lambda: self._finish(ended))
            self._held.enter_context(held)
            place = self._parts.members.place(actor.member_id, lambda: self._finish(displaced))
            self._held.enter_context(place)
        wanted = payload.get("language") or self._websocket.headers.get("accept-language")
        self._language = negotiation.language(str(wanted or ""))
        self._actor = actor
        await self._send("connection_ack")

    async def _start(self, frame: Frame) -> None:
        if self._actor is None:
            raise Closing(4401, "Unauthorized")
        if frame.id in self._stops:
            raise Closing(4409, f"Subscriber for {frame.id} already exists")
        try:
            request = reading.graphql_request(frame.payload or {})
        except Problem as problem:
            if problem.code is not Code.PERSISTED_QUERY_NOT_FOUND:
                raise Closing(4400, problem.entries[0]["message"]) from None
            await self._send("error", frame.id, problem.entries)
            return
        if len(self._stops) >= MAX_OPERATIONS:
            message = f"A socket runs {MAX_OPERATIONS} operations at a time."
            await self._send("error", frame.id, [entry(Code.RATE_LIMITED, message)])
            return
        stands = asyncio.Event()
        task = self._task(self._operate(frame.id, request, self._actor, stands))
        self._stops[frame.id] = task.cancel
        # What a client sends behind a subscription comes after it: a ping tells it that it stands.
        with suppress(TimeoutError):
            async with asyncio.timeout(STAND_SECONDS):
                await stands.wait()

    async def _operate(
        self, id_: str, request: Request, actor: Actor, stands: asyncio.Event
    ) -> None:
        observation.begin()
        stop = self._stops[id_]
        last: tuple[str, str, Any] | None = ("complete", id_, None)
        try:
            with only_problems(Closing):
                scope = self._websocket.scope
                operation = await self._parts.execution.admitted(request, actor, scope)
                if operation.kind is not OperationType.SUBSCRIPTION:
                    stands.set()
                    await self._answer(id_, operation, actor)
                elif answers := await self._subscribe(id_, operation, actor):
                    stands.set()
                    await self._tell(id_, answers)
                else:
                    last = None  # it is fed from now on
        except Problem as problem:
            last = ("error", id_, problem.entries)
        except Closing as closing:
            self._finish(closing)
            return
        finally:
            stands.set()
        if last is not None:
            # The client may have completed it and given its id to another one since.
            if self._stops.get(id_) == stop:
                del self._stops[id_]
            await self._send(*last)

    async def _answer(self, id_: str, operation: Operation, actor: Actor) -> None:
        context = self._parts.new_context(actor, self._language)
        self._answering += 1
        try:
            with observing.operating():
                answer = await self._parts.execution.run(operation, context)
            await self._send("next", id_, answer)
        finally:
            self._answering -= 1
        if self._is_leaving:
            self._leave()

    async def _subscribe(
        self, id_: str, operation: Operation, actor: Actor
    ) -> AsyncGenerator[Answer, None] | None:
        def context() -> Any:
            return self._parts.new_context(actor, self._language)

        subscribed = await self._parts.execution.subscribe(operation, context)
        if self._socket is not None:
            outlet = _Outlet(self._socket, id_, self._finish)
            feed = self._parts.fanout.feed(subscribed, actor, self._language, outlet)
            if feed is not None:
                self._feeds[id_] = feed.ready

                def stop() -> None:
                    self._feeds.pop(id_, None)
                    feed.close()

                self._stops[id_] = stop
                return None
        return subscribed.answers()

    async def _tell(self, id_: str, answers: AsyncGenerator[Answer, None]) -> None:
        async with aclosing(answers):
            async for answer in answers:
                if is_torn(answer):
                    # The app comes again with the cursor of the last event that it was told whole.
                    raise _torn()
                await self._send("next", id_, answer)
                # Neither source nor socket may ever have to wait; the others want their turn.
                await asyncio.sleep(0)

    async def _send(self, kind: str, id_: str = "", payload: Any = None) -> None:
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await self._websocket.send_text(text_of(kind, id_, payload))
        except TimeoutError:
            self._finish(_STUCK)
        except (WebSocketDisconnect, RuntimeError):
            self._finish(None)

    async def _close(self, closing: Closing) -> None:
        if self._socket is not None:
            self._socket.let_go()
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await self._websocket.close(closing.code, closing.reason)
        except (TimeoutError, WebSocketDisconnect, RuntimeError):
            pass


_DISPLACED = f"A member has {OF_MEMBER} sockets at a time: newer ones took this one's place."


class _Outlet:
    """Where a feed's answers go: into the socket, as `next` messages of one operation."""

    def __init__(self, socket: Socket, id_: str, finish: Callable[[Closing | None], None]) -> None:
        self._socket = socket
        self._start = start_of_next(id_)
        self._finish = finish

    def is_open(self) -> bool:
        """The client keeps up."""
        return self._socket.is_open

    def put(self, answers: list[bytes]) -> None:
        """Write them as they are."""
        start = self._start
        self._socket.write([start + answer + b"}" for answer in answers])

    def fail(self) -> None:
        """The app comes again with the cursor of the last event that it was told whole."""
        self._finish(_torn())


def _torn() -> Closing:
    return Closing(1013, "Try again later")


def _closing_for(problem: Problem) -> Closing:
    # The codes that make an app come again with a fresh token, or later; 4500 tells it not to.
    if problem.code is Code.UNAUTHENTICATED:
        return Closing(4403, "Forbidden")
    if problem.code is Code.UNAVAILABLE:
        return _torn()
    return Closing(4500, "Internal server error")
