"""`python -m api advance-clock`: time passes for everybody at once, and never back."""

import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest

from domain import database
from tests.documents import document
from tests.factories.access import token_of
from tests.factories.rewards import a_buyer, a_programme, credit
from tests.processes import ROOT, Server, environment

pytestmark = pytest.mark.usefixtures("database")

HOME = document("app/home/Home")


def run(served: Server, *arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "api", "advance-clock", *arguments],
        cwd=ROOT,
        env=environment(served.settings) | variables,
        capture_output=True,
        text=True,
        check=False,
    )


async def test_no_answer_and_no_balance_outlives_the_time_that_passed(served: Server) -> None:
    await a_programme()
    member = await a_buyer(7)
    assert member.member_id
    begun = await database.now()
    await credit(member.member_id, 30, begun + timedelta(days=20))

    token = await token_of(member)
    async with served.client() as client:

        async def shown() -> Any:
            wallets = (await client.ask(HOME, token))["me"]["wallets"]
            (wallet,) = (each for each in wallets if each["unit"]["code"] == "POINTS")
            return wallet["balance"], len(wallet["expirations"]["nodes"])

        for _ in range(4):  # by both processes, and whole out of Redis
            assert await shown() == (37, 1)
        done = run(served, "40d")
        assert done.returncode == 0, done.stderr
        for _ in range(4):
            assert await shown() == (7, 0)

    assert await database.now() - begun - timedelta(days=40) < timedelta(minutes=1)
    assert "EXPIRE                  1, -30 POINTS" in done.stdout
    assert "told POINTS_EXPIRED" in done.stdout


async def test_to_a_day_on_the_programmes_calendar(served: Server) -> None:
    await a_programme()
    day = (await database.now() + timedelta(days=3)).date()
    done = run(served, "--to", day.isoformat())
    assert done.returncode == 0, done.stderr
    assert "Nothing fell due." in done.stdout
    now = await database.now()
    assert timedelta(0) <= now - now.replace(hour=22, minute=0, second=0) < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--to", "2020-01-01"], "never goes back"),
        (["0d"], "never goes back"),
        (["99999w"], "36500 days away at most"),
        (["a while"], "write 12h, 40d or 3w"),
        (["--to", "soon"], "write it as 2027-01-31"),
    ],
)
async def test_what_cannot_be_is_refused_and_nothing_moves(
    served: Server, arguments: list[str], said: str
) -> None:
    await a_programme()
    refused = run(served, *arguments)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert said in refused.stderr
    assert await database.value("select ahead_seconds from clock") == 0


async def test_in_earnest_nobody_moves_the_clock(served: Server) -> None:
    refused = run(served, "40d", PISTIS_PROFILE="locked")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "Only the explore profile" in refused.stderr
    assert await database.value("select ahead_seconds from clock") == 0
