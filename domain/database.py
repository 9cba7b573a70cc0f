"""PostgreSQL: the pool, the one transaction helper, SQL in and plain rows out, migrations."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import asyncpg
import orjson
from tortoise import Tortoise
from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.connection import get_connections
from tortoise.migrations.executor import MigrationExecutor

from domain import tracing
from domain.failpoints import failpoint
from domain.ids import plain
from domain.stages import Stage, to_the_end

MODELS = [
    "domain.clock",
    "domain.idempotency",
    "domain.outbox",
    "domain.throttle",
    "domain.documents",
    "domain.shared_versions",
    "domain.access.models",
    "domain.members.models",
    "domain.programme.models",
    "domain.wallets.models",
    "domain.wallets.gift_models",
    "domain.pools.models",
    "domain.tiers.models",
    "domain.orders.models",
    "domain.activities.models",
    "domain.rewards.models",
    "domain.offers.models",
    "domain.referrals.models",
    "domain.feedback.models",
    "domain.notifications.models",
    "domain.membership.models",
]

# The role that serves: it can add to the ledger and never change or delete there.
APP_ROLE = "pistis_app"

# Every setting here also bounds how long one writer can hold back the feed's horizon.
SERVER_SETTINGS = {
    "role": APP_ROLE,
    "timezone": "UTC",
    "statement_timeout": "10s",
    "lock_timeout": "2s",
    "idle_in_transaction_session_timeout": "5s",
}

# What PostgreSQL raises when it is away or busy: nothing was decided, the request may come again.
OUTAGES = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # a connection that was lost in the middle of a message
    asyncpg.LockNotAvailableError,
    asyncpg.QueryCanceledError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.TransactionRollbackError,  # of two that waited for each other, the one that gave way
)

DRAINED_AT_ONCE = 2000

AfterCommit = Callable[[], Awaitable[object]]

_joined: ContextVar[asyncpg.Connection | None] = ContextVar("joined", default=None)
_after: ContextVar[list[AfterCommit] | None] = ContextVar("after", default=None)
_stage: ContextVar[Stage | None] = ContextVar("stage", default=None)

# Fewer than a process has connections: real work goes on beside them.
REHEARSALS_AT_ONCE = 4
_places = asyncio.Semaphore(REHEARSALS_AT_ONCE)

# Less than it takes PostgreSQL to look whether two wait for each other: it is the rehearsal that
# gives way then, and not who is in earnest.
_PATIENCE = "set local lock_timeout = '900ms'"


def config(url: str, *, owner: bool = False, pool_size: int = 10) -> dict[str, Any]:
    """Tortoise's configuration for `url`; as `owner`, for migrations, without the app's role."""
    return {
        "connections": {
            "default": {
                "engine": "tortoise.backends.asyncpg",
                "credentials": _credentials(url)
                | {
                    "minsize": 1,
                    "maxsize": pool_size,
                    "reset": _leave_as_is,
                    "init": _set_codecs,
                    "server_settings": {} if owner else SERVER_SETTINGS,
                },
            }
        },
        "apps": {"pistis": {"models": MODELS, "migrations": "domain.migrations"}},
        "use_tz": True,
        "timezone": "UTC",
    }


async def connect(url: str, *, pool_size: int = 10) -> None:
    """Open this process's pool."""
    # It tells of an outage at each of its tries, with a trace; who is hindered says so once.
    logging.getLogger("asyncpg.pool").setLevel(logging.ERROR)
    await Tortoise.init(config=config(url, pool_size=pool_size), _enable_global_fallback=True)
    await _client().create_connection(with_db=True)


async def close() -> None:
    """Close this process's pool."""
    await Tortoise.close_connections()


@asynccontextmanager
async def transaction() -> AsyncIterator[asyncpg.Connection]:
    """One transaction; model calls and `rows` inside join it, an inner `transaction` too.

    Tortoise's own helper leaks a connection when its task is cancelled during BEGIN, hence this
    one. The commit is shielded, and what follows it: a caller that goes away does not leave it
    half decided, nor others in ignorance.
    """
    current, stage = _joined.get(), _stage.get()
    if current is not None:
        yield current
        return
    after: list[AfterCommit] = []
    if stage is not None:
        async with stage.part() as connection:
            with _joining(connection, after):
                yield connection
        return
    async with _pool(_client()).acquire(timeout=5) as proxy:
        begun = proxy.transaction()
        with _joining(proxy, after):
            await begun.start()
            try:
                yield proxy
            except BaseException:
                if await to_the_end(begun.rollback()):
                    raise asyncio.CancelledError from None
                raise
            failpoint("commit")
            goes = await to_the_end(begun.commit())
            failpoint("committed")
    if after:
        goes = await to_the_end(_each(after)) or goes
    if goes:
        raise asyncio.CancelledError


@asynccontextmanager
async def rehearsal() -> AsyncIterator[None]:
    """A real run of which nothing remains: all that is done in the block is undone at its end.

    What reads or writes in it, its tasks too, does so on one connection; what is a transaction
    elsewhere stands or falls as it would there, and sees what was done before it. What was to
    follow a commit does not. Caches leave alone what is read in it (`in_transaction`). Raises
    TimeoutError when there is no place for it within 5 seconds.
    """
    assert not in_transaction(), "a rehearsal is the whole of what is done"
    async with asyncio.timeout(5):
        await _places.acquire()
    try:
        async with _pool(_client()).acquire(timeout=5) as proxy:
            stage = Stage(proxy)
            await stage.begin(_PATIENCE)
            token = _stage.set(stage)
            try:
                yield
            finally:
                _stage.reset(token)
                await stage.end()
    finally:
        _places.release()


@contextmanager
def outside_rehearsal() -> Iterator[None]:
    """For the block leave the rehearsal in progress, if there is one: what is written stays.

    For what counts how often something is tried, which is true of rehearsals too.
    """
    if not is_rehearsal():
        yield
        return
    stage, joined, waiting = _stage.set(None), _joined.set(None), _after.set(None)
    try:
        yield
    finally:
        _after.reset(waiting)
        _joined.reset(joined)
        _stage.reset(stage)


def is_rehearsal() -> bool:
    """Whether what is done now will be undone."""
    return _stage.get() is not None


def in_transaction() -> bool:
    """Whether what is read now may see what is not committed."""
    return _joined.get() is not None or is_rehearsal()


@asynccontextmanager
async def savepoint() -> AsyncIterator[None]:
    """Inside a transaction: what is raised within undoes what was done within, and only that."""
    current, waiting = _joined.get(), _after.get()
    assert current is not None and waiting is not None, "a savepoint needs a transaction"
    kept = len(waiting)
    try:
        async with current.transaction():
            yield
    except BaseException:
        del waiting[kept:]
        raise


async def after_commit(effect: AfterCommit) -> None:
    """Run `effect` once the transaction in progress has committed; at once where there is none.

    Never in a rehearsal.
    """
    waiting = _after.get()
    if waiting is not None:
        waiting.append(effect)
    elif not is_rehearsal():
        await effect()


async def rows(sql: str, *args: Any) -> list[asyncpg.Record]:
    """All rows that the statement returns."""
    current = _joined.get()
    if current is not None:
        return list(await current.fetch(sql, *args))
    if (stage := _stage.get()) is not None:
        async with stage.part() as connection:
            return list(await connection.fetch(sql, *args))
    async with _pool(_client()).acquire(timeout=5) as connection:
        return list(await connection.fetch(sql, *args))


async def row(sql: str, *args: Any) -> asyncpg.Record | None:
    """The first row, or None."""
    found = await rows(sql, *args)
    return found[0] if found else None


async def value(sql: str, *args: Any) -> Any:
    """The first column of the first row, or None."""
    found = await row(sql, *args)
    return found[0] if found else None


async def drained(sql: str, *args: Any) -> int:
    """Repeat a statement that deletes at most $1 rows and returns them until none are left.

    In small transactions: nobody waits for it, and it can be broken off anywhere.
    """
    deleted = 0
    while batch := await rows(sql, DRAINED_AT_ONCE, *args):
        deleted += len(batch)
    return deleted


def pool_state() -> tuple[int, int, int]:
    """Of this process's connections: how many there are, how many are in use, who waits for one."""
    pool = _pool(_client())
    size = pool.get_size()
    return size, size - pool.get_idle_size(), len(pool._queue._getters)


async def now() -> datetime:
    """The business clock: the start of the transaction in progress, else this instant."""
    instant: datetime = await value("select pistis_now()")
    return instant


async def migrate(url: str) -> list[str]:
    """Bring the database up to this release; the names of the migrations that were applied.

    Any number of processes may call it at once: one works, the others wait and find it done.
    """
    guard = await asyncpg.connect(**_credentials(url))
    applied: list[str] = []
    apps = config(url)["apps"]

    def note(event: str, _app: str, name: str) -> None:
        if event == "apply_done":
            applied.append(name)
            failpoint("migrating")

    try:
        await guard.execute("select pg_advisory_lock(hashtext('pistis migrations'))")
        await Tortoise.init(config=config(url, owner=True), _enable_global_fallback=True)
        await _client().create_connection(with_db=True)
        planner = MigrationExecutor(_client(), apps)
        await planner.recorder.ensure_schema(planner._schema_editor(atomic=False))
        # Left alone it commits a migration first and remembers it then: who is killed in between
        # can never migrate again. So all that are due stand or fall together.
        async with transaction():
            await MigrationExecutor(get_connections().get("default"), apps).migrate(progress=note)
    finally:
        await close()
        await guard.close()
    return applied


@contextmanager
def _joining(connection: asyncpg.Connection, after: list[AfterCommit]) -> Iterator[None]:
    wrapper = TransactionWrapper(_client())
    wrapper._connection = connection
    token = get_connections().set("default", wrapper)
    joined, waiting = _joined.set(connection), _after.set(after)
    try:
        yield
    finally:
        _after.reset(waiting)
        _joined.reset(joined)
        get_connections().reset(token)


async def _each(effects: Sequence[AfterCommit]) -> None:
    for effect in effects:
        await effect()


def _client() -> AsyncpgDBClient:
    client = get_connections().get("default")
    while isinstance(client, TransactionWrapper):
        client = client._parent
    assert isinstance(client, AsyncpgDBClient)
    return client


def _pool(client: AsyncpgDBClient) -> asyncpg.Pool:
    assert client._pool is not None, "connect(url) comes first"
    return client._pool


async def _leave_as_is(connection: asyncpg.Connection) -> None:
    # asyncpg's RESET costs three quarters of a small statement. Safe, since nothing here sets
    # session state: only SET LOCAL, transaction locks, and no LISTEN on a pooled connection.
    return None


async def _set_codecs(connection: asyncpg.Connection) -> None:
    tracing.follow(connection)
    # Tortoise writes JSON as ready text: text passes as it is, everything else is encoded.
    await connection.set_type_codec(
        "jsonb",
        encoder=lambda v: v if isinstance(v, str) else orjson.dumps(v, default=plain).decode(),
        decoder=orjson.loads,
        schema="pg_catalog",
    )


def _credentials(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    return {
        "host": query.get("host") or parts.hostname or "127.0.0.1",
        "port": int(query.get("port") or parts.port or 5432),
        "user": unquote(parts.username or "pistis"),
        "password": unquote(parts.password) if parts.password else None,
        "database": parts.path.lstrip("/") or "pistis",
    }
