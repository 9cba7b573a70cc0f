"""The worker as a process: it waits for engines that are away, and stops when it is told to."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import asyncpg

from api.engines import Engines
from api.settings import Settings
from tests.processes import ROOT, Log

FACT = """insert into outbox (kind, payload)
  values ('MemberChanged', jsonb_build_object('member_id', uuidv7())) returning id"""
READ = "select count(*) from outbox_readers where event_id >= $1"
READERS = 2


@contextmanager
def working(settings: Settings, log: Log) -> Iterator["subprocess.Popen[str]"]:
    """A worker of these settings; it is killed at the end if it has not ended."""
    process = subprocess.Popen(
        [sys.executable, "-m", "api", "work"],
        cwd=ROOT,
        env=os.environ | settings.environment() | {"PYTHONUNBUFFERED": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout
    reader = log.follow(process.stdout)
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        reader.join(5)


async def passed_on(settings: Settings) -> None:
    """A fact happens, and all readers come to know of it."""
    connection = await asyncpg.connect(settings.database_url)
    async with asyncio.timeout(20):
        fact = await connection.fetchval(FACT)
        while await connection.fetchval(READ, fact) < READERS:
            pass
    await connection.close()


async def test_a_worker_outlives_its_engines(tmp_path: Path) -> None:
    unstarted = Settings(
        data=tmp_path, profile="explore", secret="a secret for tests of the worker", fsync=False
    )
    engines, log = Engines(unstarted), Log()
    settings = replace(engines.settings, code_gateway_url="http://localhost/")
    with working(settings, log) as worker:
        await log.line("PostgreSQL is away", seconds=30)
        with engines:
            await asyncio.to_thread(migrated, settings)
            await log.line("The worker goes on", seconds=30)
            await passed_on(settings)

            postgres, valkey = engines.embedded
            for engine in (valkey, postgres):
                assert engine.process
                engine.process.kill()
                await asyncio.to_thread(engine.process.wait)
            await log.line("PostgreSQL is away", after=2, seconds=30)
            await asyncio.to_thread(postgres.start)
            await asyncio.to_thread(valkey.start)
            await log.line("The worker goes on", after=3, seconds=30)
            await passed_on(settings)

            worker.send_signal(signal.SIGTERM)
            assert await asyncio.to_thread(worker.wait, 10) == 0
    away, back = "PostgreSQL is away", "The worker goes on"
    assert [away in line or back in line for line in log.lines] == [True] * 4, log.lines


def migrated(settings: Settings) -> None:
    """Apart from the connections of this process."""
    command = [sys.executable, "-m", "api", "migrate"]
    subprocess.run(command, cwd=ROOT, env=os.environ | settings.environment(), check=True)
