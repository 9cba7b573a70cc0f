"""The rig: engines, a filled database, tokens of many members, and the servers to be measured."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from api.running.opening import opened
from api.settings import Settings
from domain import database
from domain.access import access_keys, keys, tokens
from domain.actor import ActorKind, Role
from domain.ids import uuid7
from scripts.benching import filling, gauges, plan, serving
from scripts.benching.loading import Check, Load, Source, load
from scripts.benching.plan import Plan
from scripts.benching.serving import Served

TOKEN_SECONDS = 6 * 3600
CALLERS_MAX = 2000
WARM_SHARE = 0.3


@dataclass(frozen=True)
class Figures:
    """What a load came to; CPU in microseconds for each answer."""

    per_second: float
    p50_ms: float
    p99_ms: float
    server_us: float
    postgres_us: float


class Spending:
    """CPU of a server and of PostgreSQL over a stretch of time."""

    def __init__(self, server: int, postmaster: int) -> None:
        self._server, self._postmaster = server, postmaster
        self.server_us = self.postgres_us = 0.0

    def __enter__(self) -> Spending:
        self.server_us = -gauges.spent_us(self._server)
        self.postgres_us = -gauges.spent_by_tree_us(self._postmaster)
        return self

    def __exit__(self, *_: object) -> None:
        self.server_us += gauges.spent_us(self._server)
        self.postgres_us += gauges.spent_by_tree_us(self._postmaster)

    def figures(self, done: Load, of_each: int = 1) -> Figures:
        """For each answer of the load, or for each of so many things that every answer held."""
        count = done.answers * of_each
        return Figures(
            per_second=count / done.seconds,
            p50_ms=done.percentile_ms(0.5),
            p99_ms=done.percentile_ms(0.99),
            server_us=self.server_us / count,
            postgres_us=self.postgres_us / count,
        )


@dataclass
class Rig:
    """What a case needs: both servers, on one database, and who calls."""

    settings: Settings
    plan: Plan
    seconds: float
    postmaster: int
    api: Served
    bare: Served
    shop: str
    callers: dict[int, str]

    async def timed(
        self,
        served: Served,
        source: Source,
        *,
        connections: int = 64,
        check: Check = bool,
        of_each: int = 1,
    ) -> tuple[Figures, Load]:
        """Figures of a load on a server, which is warm before time counts; and the load itself."""
        loaded = partial(load, served.port, source, connections=connections, check=check)
        await loaded(seconds=self.seconds * WARM_SHARE)
        with self.spending(served) as spending:
            done = await loaded(seconds=self.seconds)
        return spending.figures(done, of_each), done

    def spending(self, served: Served) -> Spending:
        """Takes down what this server and PostgreSQL use until the block ends."""
        return Spending(served.pid, self.postmaster)


@asynccontextmanager
async def rig(
    engines: Settings, postmaster: int, wanted: Plan, seconds: float
) -> AsyncIterator[Rig]:
    """A new database that is filled as the plan says, and both servers upon it."""
    settings = await _database(engines, f"bench_{wanted.members}_{wanted.history}")
    keys.forget()
    async with opened(settings):
        await filling.fill(settings.database_url, wanted)
        callers = await _signed_in(wanted.active(CALLERS_MAX))
        shop = await access_keys.make(ActorKind.SERVICE, "bench", {Role.SHOP})
        gauges.pin(gauges.tree(postmaster), gauges.cores()[1])
        with ExitStack() as stack:
            api = stack.enter_context(serving.api(settings))
            bare = stack.enter_context(serving.bare(settings))
            yield Rig(settings, wanted, seconds, postmaster, api, bare, shop, callers)


async def _database(engines: Settings, name: str) -> Settings:
    connection = await asyncpg.connect(engines.database_url)
    await connection.execute(f"create database {name}")
    await connection.close()
    url = urlunsplit(urlsplit(engines.database_url)._replace(path=f"/{name}"))
    await database.migrate(url)
    return replace(engines, database_url=url)


async def _signed_in(numbers: list[int]) -> dict[int, str]:
    # As signing in would, less the letters: a session for each, and a token that outlives the run.
    made: dict[int, str] = {}
    sessions = []
    ends = datetime.now(UTC) + timedelta(days=1)
    for number in numbers:
        session_id, member_id = uuid7(), plan.member_id(number)
        made[number], _ = await tokens.signed(session_id, member_id, TOKEN_SECONDS)
        sessions.append((session_id, member_id, ends))
    async with database.transaction() as connection:
        await connection.copy_records_to_table(
            "sessions", records=sessions, columns=["id", "member_id", "expires_at"]
        )
    return made
