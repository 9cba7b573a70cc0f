"""The contract's Home: out of Redis, out of PostgreSQL, through graphql-core; and its ceilings."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from itertools import cycle, islice

import orjson
from redis.asyncio import Redis

from domain import cache, database
from scripts.benching import answers, bare, documents, plan
from scripts.benching.loading import Load, Unfit, get, load
from scripts.benching.rig import Figures, Rig
from scripts.benching.table import Goal, Row
from scripts.benching.walk import walked_us

CHECKED = 200  # members whose answers are compared, and who come again and again
CHANGED = 1000  # and those for whom nothing may be remembered
MISSING = 32  # connections of those for whom nothing is remembered
HIT, MISS = b'"cache":"hit"', b'"cache":"miss"'


async def measured(rig: Rig) -> AsyncIterator[Row]:
    """All of Home."""
    callers = dict(islice(rig.callers.items(), CHECKED))
    changed = dict(islice(rig.callers.items(), CHANGED))
    body, is_known = documents.best(rig.api, "Home", next(iter(callers.values())))
    told = await _right(rig, body, callers)
    data = orjson.loads(next(iter(told.values())))["data"]
    walk_us = walked_us(data, "Home", rig.seconds / 2)
    name = f"graphql-core alone on ready dicts, {answers.values(data)} values"
    yield Row(name, Figures(0, 0, 0, walk_us, 0))
    ones, _ = await rig.timed(rig.bare, cycle([get(f"/get/{n}") for n in callers]))
    yield Row("bare route, one Redis GET each", ones)
    shared, _ = await rig.timed(rig.bare, cycle([get(f"/mget/{n}") for n in callers]))
    yield Row("bare route, shared MGET", shared)
    sql, _ = await rig.timed(rig.bare, cycle([get(f"/home/{n}") for n in callers]))
    yield Row("bare route, one SQL statement", sql)

    how = "by id" if is_known else "by text (ids are not known yet)"
    hit = await _hit(rig, body, callers)
    goal = Goal(hit.server_us / ones.server_us, "x GET", 1.8, 1.0)
    yield Row(f"home, asked again, {how}", hit, (goal,))
    miss = await after_a_change(rig, body, changed)
    goals = (
        Goal(miss.server_us / walk_us, "x graphql-core", 1.5),
        Goal(miss.server_us / sql.server_us, "x SQL", 5.0, 2.0),
    )
    yield Row(f"home after a change, {how}", miss, goals)
    text = await after_a_change(rig, documents.by_text("Home"), changed)
    yield Row("home after a change, unknown text", text, _beside(text, walk_us, sql))
    new, _ = await rig.timed(rig.api, _new_texts(changed), connections=MISSING, check=_is_home)
    yield Row("home, a new text each time", new, _beside(new, walk_us, sql))


def _beside(figures: Figures, walk_us: float, sql: Figures) -> tuple[Goal, ...]:
    return (
        Goal(figures.server_us / walk_us, "x graphql-core"),
        Goal(figures.server_us / sql.server_us, "x SQL"),
    )


async def _right(rig: Rig, body: dict[str, object], callers: dict[int, str]) -> dict[int, bytes]:
    """Everybody's answer, as it was put in and as the bare statement has it; Redis gets them."""
    told = {n: documents.asked(rig.api, body, token) for n, token in callers.items()}
    redis = Redis.from_url(rig.settings.redis_url)
    for number, answer in told.items():
        data = answers.home(answer, rig.plan, number)
        answers.same(data, await _bare(rig, f"/home/{number}"))
        await redis.set(bare.key(number), answer)
        if await _bare(rig, f"/get/{number}") != answer:
            raise Unfit("The bare route out of Redis does not answer what was put in.")
    await redis.aclose()
    return told


async def _bare(rig: Rig, path: str) -> bytes:
    done = await load(rig.bare.port, iter([get(path)]), connections=1, seconds=9)
    return done.samples[0]


async def _hit(rig: Rig, body: dict[str, object], callers: dict[int, str]) -> Figures:
    requests = [documents.request(body, token) for token in callers.values()]
    await load(rig.api.port, iter(requests), connections=8, seconds=60)
    figures, done = await rig.timed(rig.api, cycle(requests), check=_is_home)
    _all(done, rig, lacks=MISS)
    return figures


async def after_a_change(rig: Rig, body: dict[str, object], callers: dict[int, str]) -> Figures:
    """Nothing that was remembered may answer: before everybody's turn everybody has changed."""
    requests = [documents.request(body, token) for token in callers.values()]
    await change(callers)
    await load(rig.api.port, iter(requests), connections=MISSING, seconds=60)
    done = Load()
    spent = [0.0, 0.0]
    while done.seconds < rig.seconds:
        await change(callers)
        with rig.spending(rig.api) as spending:
            await load(
                rig.api.port,
                iter(requests),
                connections=MISSING,
                seconds=60,
                check=_is_home,
                into=done,
            )
        spent[0] += spending.server_us
        spent[1] += spending.postgres_us
    _all(done, rig, lacks=HIT)
    spending.server_us, spending.postgres_us = spent
    return spending.figures(done)


async def change(callers: dict[int, str]) -> None:
    """What every order, reward and change of profile does when it commits."""
    rows = await database.rows(
        "update members set version = version + 1 where id = any($1) returning id, version",
        [plan.member_id(number) for number in callers],
    )
    if not await cache.raise_versions({row["id"]: row["version"] for row in rows}):
        raise Unfit("Versions could not be raised: is Redis away?")


def _new_texts(callers: dict[int, str]) -> Iterator[bytes]:
    for number, token in enumerate(cycle(callers.values())):
        yield documents.request(documents.by_text("Home", str(number)), token)


def _is_home(answer: bytes) -> bool:
    return b'"redeemability"' in answer and b'"transactions"' in answer


def _all(done: Load, rig: Rig, lacks: bytes) -> None:
    for sample in done.samples:
        if lacks in sample:
            raise Unfit(f"Answers were to come with no {lacks.decode()}, one did.")
        shown = answers.shape(orjson.loads(sample)["data"])
        if shown["transactions"] != [plan.LISTED] * len(plan.UNITS):
            raise Unfit("An answer under load is not whole.")
