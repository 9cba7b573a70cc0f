"""Orders reported over GraphQL, beside the posting function called one by one."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from scripts.benching import documents, filling, plan
from scripts.benching.pgbench import posted
from scripts.benching.rig import Figures, Rig
from scripts.benching.table import Goal, Row

_numbers = itertools.count()
HOT = 1
RIGHT = (b'"userErrors":[]', b'"replayed":false', b'"explanation":[{')


async def measured(rig: Rig) -> AsyncIterator[Row]:
    """Spread over all members and into one wallet, by 64 and by 16."""
    body, is_known = documents.best(rig.api, "OrderReport", rig.shop)
    how = "by id" if is_known else "by text"
    everybody = list(rig.callers)
    spread = await posted(rig, "spread", everybody, 64)
    yield Row("pgbench, posting function, 64 clients, spread", spread)
    hot = await posted(rig, "hot", [HOT], 16)
    yield Row("pgbench, posting function, 16 clients, one wallet", hot)
    for connections, members in ((64, everybody), (16, everybody), (16, [HOT])):
        figures = await reported(rig, body, members, connections)
        if members == [HOT]:
            ratio = figures.per_second / hot.per_second
            goals = [Goal(ratio, "x pgbench", 0.8, 1.5, at_least=True)]
        else:
            ratio = figures.per_second / spread.per_second
            goals = [Goal(ratio, "x pgbench", 0.25, 0.5, at_least=True)]
        if connections == 64:
            goals.append(Goal(figures.server_us, "µs of the server", 700, 300))
        where = "one wallet" if members == [HOT] else "spread"
        name = f"order report {how}, {connections} clients, {where}"
        yield Row(name, figures, tuple(goals))


async def reported(
    rig: Rig, body: dict[str, object], members: Sequence[int], connections: int
) -> Figures:
    """Orders of these members, in turn, each with a key and a reference of its own."""
    reports = _reports(body, rig.shop, members)
    figures, _ = await rig.timed(rig.api, reports, connections=connections, check=is_reported)
    return figures


def _reports(body: dict[str, object], token: str, members: Sequence[int]) -> Iterator[bytes]:
    for number in itertools.cycle(members):
        n = next(_numbers)
        order = sent(f"till-{n}", number)
        yield documents.request(
            body, token, {"input": {"order": order, "idempotencyKey": f"bench-{n}"}}
        )


def sent(reference: str, number: int | None) -> dict[str, Any]:
    """An order as a shop system sends it; without a member's number it is the caller's own."""
    order: dict[str, Any] = {
        "source": "cafe",
        "reference": reference,
        "occurredAt": datetime.now(UTC).isoformat(),
        "currency": "EUR",
        "lines": [
            {
                "sku": line.sku,
                "name": line.name,
                "category": line.category,
                "quantity": line.quantity,
                "unitPrice": line.unit_price,
            }
            for line in filling.LINES
        ],
    }
    if number is not None:
        order["member"] = {"number": plan.member_number(number)}
    return order


def is_reported(answer: bytes) -> bool:
    """It is new, nothing was wrong with it, and it says what was earned and why."""
    return all(part in answer for part in RIGHT)
