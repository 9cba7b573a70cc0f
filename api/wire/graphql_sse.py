"""GraphQL over server-sent events, by the protocol graphql-sse: a stream for each operation."""

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import ExitStack, aclosing, suppress
from datetime import UTC, datetime

from graphql import OperationType
from starlette.types import Receive, Scope, Send

from api.execution import Operation, Request, Subscribed
from api.live.connections import SEND_SECONDS, Parts
from api.live.fanout import is_torn
from api.problems import Problem, only_problems
from api.running import draining
from api.wire.results import encoded
from domain.actor import Actor

BEAT_SECONDS = 12.0  # proxies cut what is silent; so it is found, too, that nobody reads
UNSENT_BYTES = 32 * 1024

_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]
_BEAT = b":\n\n"
_COMPLETE = b"event: complete\ndata:\n\n"


class EventStream:
    """The response to one request. It ends without `complete` where the client has to come again:

    when its token ends, when the process does, when an event could not be told whole.
    """

    def __init__(self, parts: Parts, actor: Actor, language: str | None, request: Request) -> None:
        self._parts = parts
        self._actor = actor
        self._language = language
        self._request = request
        self._chunks: deque[bytes] = deque()
        self._unsent = 0
        self._news = asyncio.Event()
        self._is_over = self._is_complete = False
        self._resumed: Callable[[], None] = lambda: None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Stream until it is over or nobody listens any more."""
        await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        await send({"type": "http.response.body", "body": _BEAT, "more_body": True})
        telling = asyncio.create_task(self._tell(scope))
        listening = asyncio.create_task(self._listen(receive))
        with self._held() as held:
            held.callback(telling.cancel)
            held.callback(listening.cancel)
            with suppress(TimeoutError):
                await self._send_all(send)
        await asyncio.wait((telling, listening))

    def _held(self) -> ExitStack:
        held = ExitStack()
        if self._actor.expires_at is not None:
            seconds = (self._actor.expires_at - datetime.now(UTC)).total_seconds()
            timer = asyncio.get_running_loop().call_later(max(seconds, 0.0), self.fail)
            held.callback(timer.cancel)
        held.callback(draining.told(self.fail))
        held.enter_context(self._parts.credentials.held(self._actor, self.fail))
        held.enter_context(self._parts.members.place(self._actor.member_id, self.fail))
        return held

    def is_open(self) -> bool:
        """The client keeps up."""
        return self._unsent < UNSENT_BYTES and not self._is_over

    def put(self, answers: list[bytes]) -> None:
        """Send them as they are."""
        for answer in answers:
            chunk = b"event: next\ndata: " + answer + b"\n\n"
            self._chunks.append(chunk)
            self._unsent += len(chunk)
        self._news.set()

    def fail(self) -> None:
        """The client has to come again."""
        self._is_over = True
        self._news.set()

    async def _send_all(self, send: Send) -> None:
        while True:
            try:
                async with asyncio.timeout(BEAT_SECONDS):
                    await self._news.wait()
                body = b"".join(self._chunks)
            except TimeoutError:
                body = _BEAT
            self._news.clear()
            self._chunks.clear()
            if body:
                async with asyncio.timeout(SEND_SECONDS):
                    await send({"type": "http.response.body", "body": body, "more_body": True})
            self._unsent = sum(map(len, self._chunks))
            if self._is_over and not self._chunks:
                if self._is_complete:
                    await send({"type": "http.response.body", "body": b""})
                return
            self._resumed()

    async def _listen(self, receive: Receive) -> None:
        # The body is read, so the next message can only be that the client went.
        await receive()
        self._chunks.clear()
        self.fail()

    async def _tell(self, scope: Scope) -> None:
        try:
            with only_problems():
                operation = await self._parts.execution.admitted(self._request, self._actor, scope)
                if operation.kind is not OperationType.SUBSCRIPTION:
                    context = self._parts.new_context(self._actor, self._language)
                    answer = await self._parts.execution.run(operation, context)
                    self.put([encoded(answer)])
                elif not await self._subscribe(operation):
                    return
        except Problem as problem:
            self.put([encoded(problem.answer())])
        self._chunks.append(_COMPLETE)
        self._is_complete = True
        self.fail()

    async def _subscribe(self, operation: Operation) -> bool:
        # Whether it has come to its end.
        parts = self._parts
        subscribed = await parts.execution.subscribe(
            operation, lambda: parts.new_context(self._actor, self._language)
        )
        feed = parts.fanout.feed(subscribed, self._actor, self._language, self)
        if feed is None:
            return await self._walk(subscribed)
        self._resumed = feed.ready
        try:
            await asyncio.Event().wait()
        finally:
            feed.close()
        return False

    async def _walk(self, subscribed: Subscribed) -> bool:
        has_room = asyncio.Event()
        self._resumed = has_room.set
        async with aclosing(subscribed.answers()) as answers:
            async for answer in answers:
                if is_torn(answer):
                    self.fail()
                    return False
                self.put([encoded(answer)])
                await asyncio.sleep(0)
                while not self.is_open():
                    has_room.clear()
                    await has_room.wait()
        return True
