"""How home and order change when there is a hundred times as much (--growth)."""

from __future__ import annotations

from itertools import islice

from scripts.benching import documents
from scripts.benching.cases import home, orders
from scripts.benching.plan import Plan
from scripts.benching.rig import Figures, Rig
from scripts.benching.table import Goal, Row

PLANS = {
    "1,000 members, 10 transactions a wallet": Plan(1000, 10),
    "100 x members": Plan(100_000, 10),
    "100 x history": Plan(1000, 1000),
}
CALLERS = 1000
BOUND = 1.2


async def both(rig: Rig) -> dict[str, Figures]:
    """Home after a change and an order report, by the same number of callers everywhere."""
    callers = dict(islice(rig.callers.items(), CALLERS))
    body, _ = documents.best(rig.api, "Home", next(iter(callers.values())))
    report, _ = documents.best(rig.api, "OrderReport", rig.shop)
    return {
        "home after a change": await home.after_a_change(rig, body, callers),
        "order report, 64 clients": await orders.reported(rig, report, list(callers), 64),
    }


def rows(name: str, found: dict[str, Figures], base: dict[str, Figures] | None) -> list[Row]:
    """What came out, beside the same with a hundredth."""
    made = []
    for case, figures in found.items():
        goals: tuple[Goal, ...] = ()
        if base is not None:
            before = base[case]
            goals = (
                Goal(figures.server_us / before.server_us, "x server", BOUND),
                Goal(figures.postgres_us / before.postgres_us, "x PostgreSQL", BOUND),
            )
        made.append(Row(f"{case}: {name}", figures, goals))
    return made
