"""Notifications out to 2,000 sockets of as many members, by the document that apps send."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

import orjson

from domain import database
from scripts.benching import documents, gauges, plan
from scripts.benching.ears import Ears, Step
from scripts.benching.loading import Load, Unfit
from scripts.benching.rig import Figures, Rig
from scripts.benching.serving import Served
from scripts.benching.table import Goal, Row
from scripts.benching.telling import Message, Publisher, Told, publisher

WINDOW = 4000  # events on their way at a time, two a socket
AT_ONCE = 200
STEADY_PER_SECOND = 1000


async def measured(rig: Rig) -> AsyncIterator[Row]:
    """As much as goes through, then a thousand a second; beside sockets that are handed a text."""
    numbers = list(rig.callers)
    offer_id = await database.value("select id from offers where code = 'offer-1'")
    told = Told(await _sequences(numbers))
    found: list[tuple[str, Figures]] = []
    async with _listening(rig.api, _subscribing(rig)) as heard:
        ears, kilobytes = heard
        figures = await _figures(rig, rig.api, ears, lambda n: told.offer(n, offer_id))
        frame = _fitting(ears, b"OfferNotification:", "offer")
        found.append(("an offer to all", figures))
        last = rig.plan.history
        figures = await _figures(rig, rig.api, ears, lambda n: told.points(n, last))
        _fitting(ears, b"PointsNotification:", "transaction")
        found.append(("points to each", figures))
    members = [str(plan.member_id(number)) for number in numbers]

    def handed(n: int) -> tuple[UUID, bytes]:
        said = orjson.dumps({"member_id": members[n], "frame": frame.decode()})
        return plan.member_id(numbers[n]), said

    async with _listening(rig.bare, [(f"/fan/{number}", []) for number in numbers]) as (ears, _):
        bare = await _figures(rig, rig.bare, ears, handed)
    yield Row(f"bare fan-out, {len(numbers):,} sockets", bare)
    for name, figures in found:
        goals = (
            Goal(figures.per_second, "events/s", 20_000, at_least=True),
            Goal(figures.server_us / bare.server_us, "x bare"),
            Goal(kilobytes, "kB a socket"),
        )
        yield Row(f"fan-out, {len(numbers):,} sockets, {name}", figures, goals)


@asynccontextmanager
async def _listening(
    served: Served, wanted: Sequence[tuple[str, Sequence[Step]]]
) -> AsyncIterator[tuple[Ears, float]]:
    before = gauges.memory_kb(served.pid)
    ears = Ears()
    try:
        await ears.open(served.port, wanted)
        yield ears, (gauges.memory_kb(served.pid) - before) / len(wanted)
    finally:
        ears.close()


async def _figures(rig: Rig, served: Served, ears: Ears, message: Message) -> Figures:
    async with publisher(rig.settings.redis_url) as redis:
        await _flood(redis, ears, message, rig.seconds / 3)
        with rig.spending(served) as spending:
            flooded = await _flood(redis, ears, message, rig.seconds)
        most = spending.figures(flooded)
        steady = await _steady(redis, ears, message, rig.seconds)
    return Figures(
        most.per_second,
        steady.percentile_ms(0.5),
        steady.percentile_ms(0.99),
        most.server_us,
        most.postgres_us,
    )


async def _flood(redis: Publisher, ears: Ears, message: Message, seconds: float) -> Load:
    began, n = time.perf_counter(), 0
    ears.latencies.clear()
    while time.perf_counter() < began + seconds:
        await ears.room(WINDOW - AT_ONCE)
        for place in range(n, n + AT_ONCE):
            redis.publish(*message(place % len(ears)))
            ears.sent(place % len(ears))
        redis.flush()
        n += AT_ONCE
    await ears.room(0)
    return Load(list(ears.latencies), [], time.perf_counter() - began)


async def _steady(redis: Publisher, ears: Ears, message: Message, seconds: float) -> Load:
    began, n = time.perf_counter(), 0
    ears.latencies.clear()
    while (passed := time.perf_counter() - began) < seconds:
        while n < passed * STEADY_PER_SECOND:
            redis.publish(*message(n % len(ears)))
            ears.sent(n % len(ears))
            n += 1
        redis.flush()
        await asyncio.sleep(0.001)
    await ears.room(0)
    return Load(list(ears.latencies), [], time.perf_counter() - began)


def _fitting(ears: Ears, kind: bytes, part: str) -> bytes:
    """A frame that was heard, if it is whole: the notification and what it is about."""
    node = orjson.loads(ears.samples[-1])["payload"]["data"]["memberNotified"]["node"]
    told = documents.decoded(node["id"])
    if not told.startswith(kind) or not node["title"] or not node[part]:
        raise Unfit(f"A notification is told as {node}")
    return ears.samples[-1]


async def _sequences(numbers: list[int]) -> list[tuple[int, int]]:
    rows = await database.rows(
        "select id, sequence from members where id = any($1)", [plan.member_id(n) for n in numbers]
    )
    known = {row["id"]: row["sequence"] for row in rows}
    return [(number, known[plan.member_id(number)]) for number in numbers]


def _subscribing(rig: Rig) -> list[tuple[str, list[Step]]]:
    body = documents.by_id("MemberNotified")
    if b"PERSISTED_QUERY_NOT_FOUND" in documents.asked(rig.api, body, rig.shop):
        body = {"query": documents.text("MemberNotified")}

    def say(**message: object) -> bytes:
        return orjson.dumps(message)

    def steps(token: str) -> list[Step]:
        return [
            [say(type="connection_init", payload={"authorization": f"Bearer {token}"})],
            # A subscription says nothing until something happens: a ping behind it tells.
            [say(type="subscribe", id="1", payload=body), say(type="ping")],
        ]

    return [("/graphql", steps(token)) for token in rig.callers.values()]
