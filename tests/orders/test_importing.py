"""Orders of another system: judged as live ones, to the point, whatever is killed meanwhile."""

import asyncio
import csv
import io
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from api.imports import FIELDS, Reader
from domain import database
from domain.actor import SYSTEM
from domain.orders import importing
from domain.orders.importing import Tally
from domain.programme import operations as programmes
from domain.programme.templates import contents
from domain.wallets.proof import proof
from scripts.cdnow import orders_csv
from tests.counts import count
from tests.databases import Cleaner
from tests.processes import ROOT

pytestmark = pytest.mark.usefixtures("database")

NEW_YORK = ZoneInfo("America/New_York")
HEADER = "member,reference,at,amount,quantity,sku,category\n"


@pytest.fixture
async def shop() -> None:
    """The shop's programme, in force since 1997."""
    await programmes.publish(SYSTEM, contents("shop"), datetime(1997, 1, 1, tzinfo=UTC))


@pytest.fixture(scope="session")
def purchases(tmp_path_factory: pytest.TempPathFactory) -> str:
    """CDNOW's purchases, as many as the run is for."""
    table = orders_csv(tmp_path_factory.mktemp("cdnow"))
    lines = table.read_text(encoding="utf-8").splitlines(keepends=True)
    return "".join(lines[: 1 + count(6_000, 69_659)])


def reader() -> Reader:
    return Reader({name: name for name in FIELDS}, "cdnow", "USD", NEW_YORK)


async def imported(text: str, most: int | None = None, *, dry_run: bool = False) -> Tally:
    """The tally after the import; broken off after `most` batches."""
    return await tallied(importing.run(reader().orders(io.StringIO(text)), dry_run=dry_run), most)


async def tallied(batches: AsyncIterator[Tally], most: int | None = None) -> Tally:
    last = Tally()
    async with aclosing(batches):  # type: ignore[type-var]
        async for tally in batches:
            last = tally
            most = most - 1 if most else most
            if most == 0:
                break
    return last


@dataclass
class Customer:
    """The shop's programme once more, in plain Python: a point a dollar, tiers, a bonus."""

    points: int = 0
    tier: int = 0
    days: dict[date, int] = field(default_factory=dict)

    def buys(self, cents: int, day: date) -> None:
        programme = contents("shop")
        tiers = programme["tiers"]
        base = cents // 100
        factor = tiers[self.tier].get("multiplierBasisPoints", 10_000)
        self.points += base + base * (factor - 10_000) // 10_000
        (bonus,) = [rule for rule in programme["rules"] if rule["effect"]["kind"] == "PER_ORDER"]
        if cents >= bonus["when"]["orderAmount"]["atLeast"]:
            self.points += bonus["effect"]["points"]
        self.days[day] = self.days.get(day, 0) + base
        first = day - timedelta(days=programme["windowDays"] - 1)
        window = sum(points for on, points in self.days.items() if first <= on <= day)
        reached = max(i for i, tier in enumerate(tiers) if tier["threshold"] <= window)
        self.tier = max(self.tier, reached)


def recomputed(text: str) -> dict[str, int]:
    """Every customer's points, reckoned without the product."""
    customers: dict[str, Customer] = {}
    for row in csv.DictReader(io.StringIO(text)):
        cents = round(float(row["amount"]) * 100)
        customer = customers.setdefault(row["member"], Customer())
        customer.buys(cents, date.fromisoformat(row["at"]))
    return {name: customer.points for name, customer in customers.items()}


async def balances() -> dict[str, int]:
    found = await database.rows(
        """select p.external_id, coalesce(w.available, 0) as points from profiles p
           left join wallets w on w.member_id = p.member_id"""
    )
    return {row["external_id"]: row["points"] for row in found}


async def state() -> tuple[int, ...]:
    row = await database.row(
        """select (select count(*) from orders), (select count(*) from transactions),
             (select count(*) from members), (select sum(points) from transfers)"""
    )
    assert row
    return tuple(row)


@pytest.mark.counted
@pytest.mark.usefixtures("shop")
async def test_what_cdnow_earned_is_what_plain_python_reckons(purchases: str) -> None:
    total = purchases.count("\n") - 1
    broken_off = await imported(purchases, most=3)
    assert 0 < broken_off.posted < total

    tally = await imported(purchases)

    assert tally.failed == []
    assert tally.posted + tally.known == total
    assert await balances() == recomputed(purchases)
    assert (await proof(SYSTEM)).problems == []

    before = await state()
    again = await imported(purchases)
    assert (again.posted, again.known) == (0, total)
    assert await state() == before


@pytest.mark.counted
@pytest.mark.usefixtures("shop")
async def test_an_import_that_was_killed_is_simply_run_again(
    purchases: str, connected: Cleaner, tmp_path: Path
) -> None:
    table = tmp_path / "orders.csv"
    table.write_text(purchases, encoding="utf-8")
    for kept in (1_000, 3_000):
        command = [sys.executable, "-m", "api", "import", "orders", str(table), "--source", "cdnow"]
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=ROOT,
            env=os.environ | connected.settings.environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        async with asyncio.timeout(60):
            while await database.value("select count(*) from orders") < kept:
                assert process.returncode is None
                await asyncio.wait([asyncio.ensure_future(process.wait())], timeout=0.02)
        process.kill()
        await process.wait()

    tally = await imported(purchases)

    assert tally.failed == []
    assert tally.known >= 3_000
    assert await balances() == recomputed(purchases)
    assert (await proof(SYSTEM)).problems == []


@pytest.mark.usefixtures("shop")
async def test_rows_of_one_reference_are_one_order() -> None:
    text = f"{HEADER}7,r1,1997-02-01,10.50,2,A,music\n7,r1,1997-02-01,0.50,1,B,\n"

    tally = await imported(text)

    assert (tally.posted, tally.points) == (1, 11)
    lines = await database.value("select document -> 'lines' from orders")
    assert [(line["sku"], line["quantity"], line["unit_price"]) for line in lines] == [
        ("A", 2, 525),
        ("B", 1, 50),
    ]


@pytest.mark.usefixtures("shop")
async def test_a_dry_run_judges_and_writes_nothing() -> None:
    tally = await imported(f"{HEADER}7,r1,1997-02-01,12.00,1,A,\n", dry_run=True)

    assert tally.posted == 1
    assert (await state())[:3] == (0, 0, 0)


@pytest.mark.usefixtures("shop")
async def test_rows_that_are_none_are_told_by_line() -> None:
    text = (
        f"{HEADER}7,r1,1997-02-30,12.00,1,A,\n7,r2,1997-02-01,1.234,1,A,\n"
        "7,r3,1997-02-01,x,1,A,\n7,r4,1997-02-01,5.00,0,A,\n7,r5,1997-02-01,5.00,1,A,\n"
    )
    read = reader()

    tally = await tallied(importing.run(read.orders(io.StringIO(text))))

    assert tally.posted == 1
    assert [line for line, _ in read.failed] == [2, 3, 4]
    assert tally.failed == [(5, "lines.0.quantity: A quantity is 1 to 1000000.")]


@pytest.mark.parametrize("dry_run", [True, False])
async def test_a_currency_that_was_not_known_on_its_day_fails_alone(dry_run: bool) -> None:
    await programmes.publish(SYSTEM, contents("shop"), datetime(1997, 1, 1, tzinfo=UTC))
    foreign = contents("shop") | {"currency": "EUR", "currencies": []}
    since = await database.value("select pistis_now()")
    await programmes.publish(SYSTEM, foreign, since)
    now = f"{since + timedelta(seconds=1):%Y-%m-%dT%H:%M:%SZ}"
    rows = f"{HEADER}1,a,2010-01-01,5.00,1,,\n1,b,{now},5.00,1,,\n"
    tally = await imported(rows, dry_run=dry_run)
    assert (tally.posted, [line for line, _ in tally.failed]) == (1, [3])
    assert tally.failed[0][1].startswith("currency: The programme knows EUR")


def test_a_column_may_have_another_name() -> None:
    read = Reader(
        {name: name for name in FIELDS} | {"member": "customer", "at": "when"}, "s", "EUR", NEW_YORK
    )

    (only,) = list(read.orders(io.StringIO("customer,reference,when,amount\n7,r,1997-02-01,3\n")))

    assert only.order.occurred_at == datetime(1997, 2, 1, 17, tzinfo=UTC)
    assert only.order.lines[0].net == 300


def test_the_fetched_file_is_kept(tmp_path: Path) -> None:
    (tmp_path / "cdnow.csv").write_text("kept")

    assert orders_csv(tmp_path).read_text() == "kept"


@pytest.mark.usefixtures("shop")
async def test_a_number_that_is_taken_is_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter(["1000000009", "1000000009", *(f"200000000{n}" for n in range(10))])
    monkeypatch.setattr("domain.ids.member_number", lambda: next(drawn))

    tally = await imported(HEADER + "a,r1,1997-01-01,10,1,,\nb,r2,1997-01-01,10,1,,\n")

    assert (tally.posted, tally.failed) == (2, [])
    assert await balances() == {"a": 10, "b": 10}


@pytest.mark.usefixtures("shop")
async def test_two_imports_of_one_file_at_once_are_one() -> None:
    text = HEADER + "".join(f"m{n % 40},r{n},1997-01-01,10,1,,\n" for n in range(200))

    tallies = await asyncio.gather(*[imported(text) for _ in range(3)])

    assert sum(tally.posted for tally in tallies) == 200
    assert [tally.failed for tally in tallies] == [[], [], []]
    assert set((await balances()).values()) == {50}
    assert (await proof(SYSTEM)).problems == []
