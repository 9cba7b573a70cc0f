"""Orders of another system, 500 a request: the first thousands of CDNOW's, for our members."""

from __future__ import annotations

import csv
import itertools
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from pathlib import Path
from subprocess import CalledProcessError
from typing import Any

from scripts.benching import documents, plan
from scripts.benching.loading import Unfit, load
from scripts.benching.rig import Rig
from scripts.benching.serving import ROOT
from scripts.benching.table import Row
from scripts.cdnow import orders_csv

AT_ONCE = 500
BATCHES_PER_SECOND = 4
YEARS = 28  # after so many the days of the week are the same again
FOLDER = ROOT / ".pistis-cdnow"


async def measured(rig: Rig) -> AsyncIterator[Row]:
    """By two connections, in the file's own order."""
    try:
        FOLDER.mkdir(exist_ok=True)
        table = orders_csv(FOLDER)
    except (CalledProcessError, OSError):
        raise Unfit("CDNOW's purchases cannot be fetched; run scripts/import-cdnow once") from None
    body, is_known = documents.best(rig.api, "OrderReportBatch", rig.shop)
    count = max(2, int(rig.seconds * BATCHES_PER_SECOND))
    source = itertools.islice(_batches(rig, body, table), count)
    with rig.spending(rig.api) as spending:
        done = await load(rig.api.port, source, connections=2, seconds=120, check=_is_whole)
    figures = spending.figures(done, AT_ONCE)
    name = f"import, {AT_ONCE} a request, {'by id' if is_known else 'by text'}, orders"
    yield Row(name, figures)


def _batches(rig: Rig, body: dict[str, object], table: Path) -> Iterator[bytes]:
    with table.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        for n in itertools.count():
            orders = [_order(row, rig.plan.members) for row in itertools.islice(rows, AT_ONCE)]
            if len(orders) < AT_ONCE:
                return
            batch = {"orders": orders, "idempotencyKey": f"import-{n}"}
            yield documents.request(body, rig.shop, {"input": batch})


def _order(row: dict[str, str], members: int) -> dict[str, Any]:
    at = datetime.fromisoformat(row["at"])
    amount = round(float(row["amount"]) * 100)
    line = {"sku": "CD", "quantity": 1, "unitPrice": amount, "category": row["category"]}
    return {
        "source": "cdnow",
        "reference": row["reference"],
        "occurredAt": f"{at.replace(year=at.year + YEARS):%Y-%m-%d}T12:00:00Z",
        "member": {"number": plan.member_number(int(row["member"]) % members + 1)},
        "currency": "EUR",
        "lines": [line],
    }


def _is_whole(answer: bytes) -> bool:
    return answer.count(b'"order":{"id"') == AT_ONCE
