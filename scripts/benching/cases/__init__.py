"""The cases, by the name that --only takes. Each tells its rows, ceilings first."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

from scripts.benching.cases import (
    fanout,
    home,
    importing,
    judging,
    orders,
    pages,
    quotes,
    reckoning,
    redeeming,
    segments,
    starting,
)
from scripts.benching.rig import Rig
from scripts.benching.table import Row

CASES: dict[str, Callable[[Rig], AsyncIterator[Row]]] = {
    "home": home.measured,
    "quote": quotes.measured,
    "rules": judging.measured,
    "bulk": reckoning.measured,
    "order": orders.measured,
    "redeem": redeeming.measured,
    "fanout": fanout.measured,
    "import": importing.measured,
    "pages": pages.measured,
    "segments": segments.measured,
    "start": starting.measured,
}
