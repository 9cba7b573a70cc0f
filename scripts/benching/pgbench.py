"""The ceiling of writing: pgbench calls the posting function, one posting a call, each as the
product makes it for such an order, durable as in earnest.
"""

from __future__ import annotations

import asyncio
import re
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import asyncpg

from api.engines.account import Account, site_of
from api.engines.postgres import PACKAGE, TREES
from domain import idempotency
from domain.actor import Actor, ActorKind, Role
from domain.orders.asking import Report
from domain.orders.commands import ReportOrder
from domain.orders.reporting import judged
from domain.wallets.encoding import encoded
from scripts.benching import filling, gauges, plan
from scripts.benching.loading import Unfit
from scripts.benching.rig import Figures, Rig

SHOP = Actor(ActorKind.SERVICE, "bench", frozenset({Role.SHOP, Role.TILL}))
MADE_AT_ONCE = 200
SCRIPT = "select pistis_post(batch, true) from {table} where n = (select nextval('{table}_n'));\n"


async def posted(rig: Rig, name: str, numbers: Sequence[int], clients: int) -> Figures:
    """Postings a second, one by one, into the wallets of these members in turn."""
    each = max(20, int(rig.seconds * (160 if len(numbers) > 1 else 60)) * 16 // clients)
    table = f"bench_{name}"
    await _keep(rig, table, numbers, clients * each)
    with rig.spending(rig.api) as spending:
        said = await _run(rig, table, clients, each)
    per_second = float(_found(r"tps = ([\d.]+)", said))
    return Figures(per_second, 0, 0, 0, spending.postgres_us / (clients * each))


async def _keep(rig: Rig, table: str, numbers: Sequence[int], count: int) -> None:
    connection = await asyncpg.connect(rig.settings.database_url)
    await connection.execute(
        f"create unlogged table {table} (n bigint primary key, batch jsonb);"
        f"create sequence {table}_n"
    )
    now = datetime.now(UTC)
    for first in range(0, count, MADE_AT_ONCE):
        chosen = range(first, min(first + MADE_AT_ONCE, count))
        reports = [_report(f"{table}-{n}", numbers[n % len(numbers)], now) for n in chosen]
        # The version that was judged is left out: nobody is there to judge again.
        made = [replace(each, version=None) for each in await judged(reports)]
        rows = [(n + 1, encoded([each])[0]) for n, each in zip(chosen, made, strict=True)]
        await connection.copy_records_to_table(table, records=rows)
    await connection.close()


def _report(reference: str, number: int, at: datetime) -> Report:
    order = filling.order(reference, at, number)
    claim = idempotency.claim(SHOP, "orderReport", reference, ReportOrder(order, reference))
    return Report(order, plan.member_id(number), claim)


async def _run(rig: Rig, table: str, clients: int, each: int) -> str:
    url = urlsplit(rig.settings.database_url)
    where = {name: values[0] for name, values in parse_qs(url.query).items()}
    site = site_of(PACKAGE)
    program = Account.of(site).program(site, f"{TREES[0]}/bin/pgbench", *TREES)
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(SCRIPT.format(table=table))
        script.flush()
        process = await asyncio.create_subprocess_exec(
            *(program, "-n", "-M", "prepared", "-f", script.name, "-c", str(clients)),
            *("-t", str(each), "-h", where["host"], "-p", where["port"], "-U", "pistis"),
            url.path.lstrip("/"),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            preexec_fn=lambda: gauges.pin_here(gauges.cores()[1]),
        )
        said, wrong = await process.communicate()
    if process.returncode != 0:
        raise Unfit(f"pgbench: {wrong.decode()[:400]}")
    return said.decode()


def _found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    assert match, text
    return match[1]
