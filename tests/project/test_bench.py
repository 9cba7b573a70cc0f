"""scripts/bench says what it does and would notice a wrong answer; no time is measured here."""

import asyncio
import subprocess
import sys
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import asyncpg
import orjson
import pytest

from domain.actor import SYSTEM
from domain.programme import document, review
from domain.programme.templates import contents
from domain.wallets.proof import proof
from scripts.benching import answers, bare, documents, filling, plan
from scripts.benching.cases import CASES
from scripts.benching.ears import frame
from scripts.benching.loading import Unfit, get, load
from scripts.benching.plan import Plan
from scripts.benching.rig import Figures
from scripts.benching.table import Goal, Row, markdown
from tests.databases import Cleaner
from tests.factories.access import token_of
from tests.factories.members import as_member
from tests.processes import ROOT, Server

PLAN = Plan(members=10, history=10)
NUMBER = 3


def test_it_says_what_it_does() -> None:
    said = subprocess.run(
        [sys.executable, "-m", "scripts.benching", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for option in ("--only", "--seconds", "--members", "--history", "--growth", "--json", *CASES):
        assert option in said


def test_a_history_that_leaves_home_half_empty_is_refused() -> None:
    assert Plan(1, 10).problem() is None
    assert Plan(1, 1000).problem() is None
    for members, history in ((0, 10), (1, 5), (1, 12)):
        assert Plan(members, history).problem()


def test_its_programme_is_sound_and_nobody_changes_tiers() -> None:
    assert review.errors(document.decoded(plan.programme())) == []
    assert plan.programme()["rules"] == contents("cafe")["rules"]


@pytest.mark.usefixtures("database")
async def test_what_is_filled_in_is_a_sound_book_and_a_whole_home(
    connected: Cleaner, served: Server
) -> None:
    filled = Plan(members=7, history=20)
    await filling.fill(connected.settings.database_url, filled)
    assert (await proof(SYSTEM)).problems == []

    statement, known = bare.HOME.read_text(encoding="utf-8"), orjson.dumps(bare.known()).decode()
    connection = await asyncpg.connect(connected.settings.database_url)
    await connection.execute(bare.FUNCTIONS)
    async with served.client() as client:
        for number in filled.active(most=3):
            token = await token_of(as_member(plan.member_id(number)))
            data = await client.ask(documents.text("Home"), token)
            answers.home(orjson.dumps({"data": data}), filled, number)
            made = await connection.fetchval(statement, plan.member_id(number), known)
            answers.same(data, b'{"data":%b}' % made.encode())
    await connection.close()


def home() -> dict[str, Any]:
    """What the plan's third member would be shown, as far as it is looked at."""
    wanted = answers.expected(PLAN, NUMBER)
    benefit = {"title": "A quarter more points"}
    progress = {"nextTier": {"id": "x", "name": "Family"}}
    wallets = [
        {
            "unit": {"code": unit},
            "balance": wanted["balances"][unit],
            "expirations": {"nodes": [{}] * count},
            "transactions": {
                "nodes": [{"points": points, "title": "Order"} for points in [*newest, 1]]
            },
        }
        for unit, count, newest in zip(
            plan.UNITS, wanted["expirations"], wanted["points"], strict=True
        )
    ]
    rewards = [
        {
            "price": {"points": points, "unit": {"code": unit}},
            "redeemability": redeemability,
            "imageUrl": "https://example.org/1.webp",
        }
        for (points, unit), redeemability in zip(
            wanted["prices"], wanted["redeemability"], strict=True
        )
    ]
    me = {
        "id": wanted["id"],
        "number": wanted["number"],
        "firstName": wanted["firstName"],
        "standing": {"tier": {"benefits": [benefit]}, "progress": progress},
        "wallets": wallets,
        "offers": {"nodes": [{"title": f"Offer {n}", "state": "ACTIVE"} for n in range(1, 6)]},
        "unreadNotificationCount": wanted["unread"],
    }
    return {"me": me, "rewards": {"nodes": rewards}}


def test_a_whole_and_right_home_is_fit() -> None:
    data = home()
    assert answers.home(orjson.dumps({"data": data}), PLAN, NUMBER) == data
    assert len(data["rewards"]["nodes"]) == 20
    assert [len(w["transactions"]["nodes"]) for w in data["me"]["wallets"]] == [10, 10]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data["rewards"]["nodes"].pop(),
        lambda data: data["me"]["offers"]["nodes"].pop(),
        lambda data: data["me"]["wallets"].pop(),
        lambda data: data["me"]["wallets"][0]["transactions"]["nodes"].pop(),
        lambda data: data["me"]["wallets"][1].update(balance=1),
        lambda data: data["me"].update(number=plan.member_number(NUMBER + 1)),
        lambda data: data["rewards"]["nodes"][0]["redeemability"].update(possible=False),
        lambda data: data["me"]["wallets"][0]["transactions"]["nodes"][0].update(points=31),
    ],
)
def test_a_home_that_is_not_whole_or_not_right_is_unfit(
    spoil: Callable[[dict[str, Any]], object],
) -> None:
    data = home()
    spoil(data)
    with pytest.raises(Unfit):
        answers.home(orjson.dumps({"data": data}), PLAN, NUMBER)


def test_errors_make_a_home_unfit() -> None:
    with pytest.raises(Unfit, match="errors"):
        answers.home(orjson.dumps({"data": home(), "errors": [{"message": "x"}]}), PLAN, NUMBER)


def test_another_value_in_the_bare_answer_is_named() -> None:
    theirs = deepcopy(home())
    answers.same(home(), orjson.dumps({"data": theirs}))
    theirs["me"]["wallets"][1]["balance"] = 0
    with pytest.raises(Unfit, match=r"me\.wallets\.1\.balance"):
        answers.same(home(), orjson.dumps({"data": theirs}))


async def loaded(answer: bytes) -> int:
    async def answered(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.readuntil(b"\r\n\r\n"):
            # In two parts, as a network may bring it.
            writer.write(answer[:20])
            await writer.drain()
            writer.write(answer[20:])

    server = await asyncio.start_server(answered, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        requests = iter([get("/")] * 10)
        done = await load(port, requests, connections=2, seconds=5, check=lambda a: b"data" in a)
    return done.answers


def response(status: str, body: bytes) -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


async def test_load_counts_right_answers() -> None:
    assert await loaded(response("200 OK", b'{"data":{"userErrors":[]}}')) == 10


@pytest.mark.parametrize(
    ("status", "body"),
    [
        ("200 OK", b'{"data":null,"errors":[]}'),
        ("200 OK", b"{}"),
        ("500 Internal Server Error", b'{"data":{}}'),
    ],
)
async def test_load_stops_at_a_wrong_answer(status: str, body: bytes) -> None:
    with pytest.raises(Unfit):
        await loaded(response(status, body))


def test_frames_of_a_client_are_masked_and_bear_their_length() -> None:
    assert frame(b"abc") == b"\x81\x83\x00\x00\x00\x00abc"
    assert frame(b"x" * 300)[:4] == b"\x81\xfe\x01\x2c"


def test_the_table_says_what_falls_short() -> None:
    figures = Figures(1234.5, 1.25, 9.5, 120.4, 0)
    goals = (Goal(1.5, "x GET", 1.8, 1.0), Goal(0.2, "x pgbench", 0.25, at_least=True))
    line = markdown([Row("home", figures, goals)]).splitlines()[-1]
    assert line == (
        "| home | 1,234 | 1.2 | 9.5 | 120 |  | 1.5 x GET; 0.2 x pgbench |"
        " ≤ 1.8 (aim 1); ≥ 0.25 | ok; short |"
    )
    assert Goal(0.9, "x GET", 1.8, 1.0).verdict == "ok, aim"
