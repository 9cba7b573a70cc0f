"""Fills a database with what a plan says: programme and catalogue by the product's own operations,
members and their past by SQL, since a million orders one by one would take an hour.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import orjson

from domain.actor import SYSTEM
from domain.members.queries import MemberRef
from domain.offers import operations as offers
from domain.offers.operations import CreateOffer
from domain.orders import judging
from domain.orders.commands import Line, OrderCommand
from domain.orders.standings import newcomer
from domain.programme import operations as programmes
from domain.programme import queries as versions
from domain.rewards import operations as rewards
from domain.rewards.commands import CreateReward
from domain.rewards.kinds import RewardKind
from scripts.benching import plan
from scripts.benching.plan import Plan

MEMBERS = Path(__file__).parent / "members.sql"
SINCE = timedelta(days=20 * 365)

LINES = (
    Line("FLAT-WHITE", 2, 380, "Flat white", "coffee"),
    Line("CROISSANT", 1, 290, "Croissant", "pastry"),
    Line("BEANS-250", 1, 1150, "House beans, 250 g", "beans"),
)

# Nothing that is filled in needs to be checked, nor to outlive a crash.
IN_HASTE = """set session_replication_role = replica; set synchronous_commit = off;
  set work_mem = '256MB'; set maintenance_work_mem = '256MB'"""
WANTED = """create temp table wanted (members bigint, history int, document jsonb,
  explanation_points jsonb, explanation_stars jsonb)"""


async def fill(url: str, wanted: Plan) -> None:
    """Fill the migrated database to which this process is connected; `url` is its owner's."""
    now = datetime.now(UTC)
    await programmes.publish(SYSTEM, plan.programme(), now - SINCE)
    for reward in plan.rewards():
        await rewards.create(SYSTEM, CreateReward(kind=RewardKind.GIFT, **reward))
    today = now.replace(minute=0, second=0, microsecond=0)
    for offer in plan.offers():
        ends_at = today + timedelta(days=7 + offer.pop("days"))
        starts_at = today - timedelta(days=1)
        command = CreateOffer(unit="POINTS", starts_at=starts_at, ends_at=ends_at, **offer)
        await offers.create(SYSTEM, command)
    await _people(url, wanted, await _sample())


def order(reference: str, at: datetime, number: int) -> OrderCommand:
    """An order as all are here: a usual morning's, of 22 euros."""
    member = MemberRef(number=plan.member_number(number))
    return OrderCommand("cafe", reference, at, "EUR", LINES, member)


async def _sample() -> list[str]:
    # What the product keeps of such an order, and why it earned what it did.
    version = await versions.in_force()
    made = order("sample", datetime.now(UTC), 1)
    judged = judging.judge(made, version, newcomer(version, made.occurred_at), explain=False)
    document = {"lines": [asdict(line) for line in LINES], "charges": [], "discounts": []}
    kept = document | {"store": None, "sales_channel": None}
    parts = [[part.as_json() for part in judged.accrual.of_unit(unit)] for unit in plan.UNITS]
    return [orjson.dumps(each).decode() for each in (kept, *parts)]


async def _people(url: str, wanted: Plan, sample: list[str]) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(f"{IN_HASTE}; {WANTED}")
        await connection.execute(
            "insert into wanted values ($1, $2, $3, $4, $5)",
            *(wanted.members, wanted.history, *sample),
        )
        await connection.execute(MEMBERS.read_text(encoding="utf-8"))
        await connection.execute("vacuum analyze")
        await connection.execute("checkpoint")
    finally:
        await connection.close()
