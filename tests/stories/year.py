"""CDNOW's first year, lived through month by month; and workers that are killed meanwhile."""

import csv
import io
import os
import random
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from api.imports import FIELDS, Reader
from api.settings import Settings
from domain import clock, database
from domain.actor import SYSTEM
from domain.orders import importing
from domain.programme import operations as programmes
from domain.programme.templates import contents
from tests.elsewhere import pause
from tests.processes import ROOT, environment

NEW_YORK = ZoneInfo("America/New_York")
SINCE = datetime(1997, 1, 1, tzinfo=UTC)
GIFT = {"unit": "POINTS", "points": 25, "windowDays": 40}
# Where a worker dies in the middle of something.
PLACES = ("expiring", "greeting", "posted", "commit", "committed", "relaying")

LOOKS = 3000  # a worker that is begun anew takes its time on a busy machine

Written = tuple[int, int, int]
"""How many transactions, greetings and notifications there are."""


async def begin() -> None:
    """The shop's programme with an expiry and presents; it is the end of 1996."""
    programme = contents("shop")
    programme["units"][0]["expiry"] = {"months": 3, "roundedTo": "MONTH"}
    for name in ("birthday", "anniversary"):
        programme[name] = {**GIFT, "name": programme["name"]}
    await database.rows(
        "update clock set ahead_seconds = extract(epoch from $1 - now())::bigint", SINCE
    )
    await programmes.publish(SYSTEM, programme, SINCE - timedelta(days=365))


def months(count: int) -> Iterator[tuple[str, datetime]]:
    """Each month as the file writes it, and noon of the day after its last."""
    for number in range(count):
        year, month = divmod(number, 12)
        following, next_month = divmod(number + 1, 12)
        yield (
            f"{1997 + year}-{month + 1:02}-",
            datetime(1997 + following, next_month + 1, 1, 17, tzinfo=UTC),
        )


async def month_passes(purchases: str, month: str, end: datetime) -> None:
    """The clock goes to the end of the month, and its orders come in."""
    await clock.advance(end - await database.now())
    rows = list(csv.reader(io.StringIO(purchases)))
    text = io.StringIO()
    csv.writer(text).writerows([rows[0], *(row for row in rows[1:] if row[2].startswith(month))])
    text.seek(0)
    reader = Reader({name: name for name in FIELDS}, "cdnow", "USD", NEW_YORK)
    async for tally in importing.run(reader.orders(text)):
        assert not tally.failed, tally.failed
    await database.rows(
        """update profiles set birth_month = 1 + external_id::int % 12,
             birth_day = 1 + external_id::int % 28 where birth_month is null"""
    )


async def written() -> Written:
    """What time has brought so far."""
    row = await database.row(
        """select (select count(*) from transactions), (select count(*) from greetings),
             (select count(*) from notifications)"""
    )
    assert row
    return (row[0], row[1], row[2])


_STATE = {
    "members": "select p.external_id, m.tier, m.order_count, m.sequence from members m",
    "wallets": "select p.external_id, x.unit, x.available, x.debt, x.version from wallets x",
    "lots": "select p.external_id, x.points, x.remaining, x.earned_at, x.expires_at from lots x",
    "greetings": "select p.external_id, x.occasion, x.year, x.given_on from greetings x",
    "transactions": """select p.external_id, x.kind, x.points, x.occurred_at,
      regexp_replace(x.natural_key, '[0-9a-f]{8}-[0-9a-f-]{27}', '') as cause,
      x.title ->> 'years' as years from transactions x""",
    "notifications": """select p.external_id, x.kind, x.args ->> 'points' as points,
      x.args ->> 'years' as years from notifications x""",
}


async def state() -> dict[str, Counter[tuple[Any, ...]]]:
    """Everything that members have, by the number by which the shop knows them.

    Left out is what follows from who came first: a birthday or an anniversary of the same month.
    """
    found = {}
    for table, query in _STATE.items():
        joining = "m.id" if table == "members" else "x.member_id"
        rows = await database.rows(f"{query} join profiles p on p.member_id = {joining}")
        found[table] = Counter(tuple(row) for row in rows)
    return found


@dataclass
class Workers:
    """Several, that are killed by chance and begun anew."""

    settings: Settings
    chance: random.Random
    folder: Path
    kills_left: int
    living: list["subprocess.Popen[bytes]"] = field(default_factory=list)
    deaths: int = 0

    def one(self) -> "subprocess.Popen[bytes]":
        armed = ",".join(f"{name}:kill@{self.folder}/{name}" for name in PLACES)
        return subprocess.Popen(
            [sys.executable, "-m", "tests.stories.hurried"],
            cwd=ROOT,
            env=environment(self.settings) | {"PISTIS_FAILPOINT": armed},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    async def until(self, true: Callable[[], Awaitable[bool]], kills: int) -> None:
        """Kill some while it becomes true: half of them in the middle of something."""
        for _ in range(LOOKS):
            for number, process in enumerate(self.living):
                if process.poll() is not None:
                    self.deaths += 1
                    self.living[number] = self.one()
            if kills and self.kills_left:
                kills, self.kills_left = kills - 1, self.kills_left - 1
                if self.chance.random() < 0.5:
                    (self.folder / self.chance.choice(PLACES)).touch()
                else:
                    self.chance.choice(self.living).kill()
            elif await true():
                return
            await pause(self.chance.uniform(0, 0.3))
        raise AssertionError(f"not true after {LOOKS} looks")


@contextmanager
def workers(settings: Settings, chance: random.Random, many: int, kills: int) -> Iterator[Workers]:
    """So many at once, to be killed so often."""
    with tempfile.TemporaryDirectory(prefix="pistis-") as folder:
        os.chmod(folder, 0o755)
        all_of_them = Workers(settings, chance, Path(folder), kills)
        all_of_them.living = [all_of_them.one() for _ in range(many)]
        try:
            yield all_of_them
        finally:
            for process in all_of_them.living:
                process.kill()
                process.wait()
