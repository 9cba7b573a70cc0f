"""Engines once for the whole run, a database of its own for whoever needs one, a real server."""

import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from api.engines import Engines
from api.settings import Settings
from domain import cache, database, secrets
from domain.access import keys, trial
from tests.client import Client
from tests.databases import Cleaner, Databases
from tests.processes import Server, running_server, seed_demo

SECRET = "a secret that is good for tests only"


@pytest.fixture(scope="session")
def engines() -> Iterator[Settings]:
    """PostgreSQL and Valkey out of the wheels, empty, until the run ends."""
    with ExitStack() as stack:
        parent = stack.enter_context(tempfile.TemporaryDirectory(prefix="pistis-"))
        given = Settings(
            data=Path(parent) / "data", profile="explore", secret=SECRET, fsync=False, port=0
        )
        yield stack.enter_context(Engines(given)).settings


@pytest.fixture(scope="session")
async def databases(engines: Settings) -> Databases:
    """The maker of databases."""
    made = Databases(engines)
    await made.migrate()
    return made


@pytest.fixture(scope="session")
async def connected(databases: Databases) -> AsyncIterator[Cleaner]:
    """This process connected to a database and to Redis, as an API process is."""
    settings = await databases.copy()
    secrets.open_with(settings.secret)
    trial.allow(True)
    await database.connect(settings.database_url)
    await cache.connect(settings.redis_url)
    cleaner = await Cleaner.of(settings)
    yield cleaner
    await cleaner.close()
    await cache.close()
    await database.close()


@pytest.fixture(name="database")
async def clean_database(connected: Cleaner) -> AsyncIterator[None]:
    """Operations and queries can be called; what a test leaves behind is gone after it."""
    yield
    await connected.clean()
    await cache.client().flushdb()
    keys.forget()


@pytest.fixture(scope="session")
async def served(connected: Cleaner) -> AsyncIterator[Server]:
    """Two API processes on this process's own database: what factories make is seen over HTTP.

    No worker: what follows from a test's facts must not happen in the next test.
    """
    with running_server(connected.settings, worker=False) as running:
        yield running


@pytest.fixture(scope="session")
async def server(databases: Databases) -> AsyncIterator[Server]:
    """Two API processes, a worker and the demo, for tests that get along with each other."""
    settings = await databases.copy()
    seed_demo(settings)
    with running_server(settings) as running:
        yield running


@pytest.fixture
async def client(server: Server) -> AsyncIterator[Client]:
    """A client of that server."""
    async with server.client() as connected:
        yield connected
