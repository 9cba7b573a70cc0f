"""A quote before paying: the whole price, what the order would earn and why."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Iterator

from scripts.benching import documents
from scripts.benching.cases import home
from scripts.benching.cases.orders import sent
from scripts.benching.rig import Rig
from scripts.benching.table import Goal, Row


async def measured(rig: Rig) -> AsyncIterator[Row]:
    """Members quote what is in their basket; beside a home of which nothing is remembered."""
    token = next(iter(rig.callers.values()))
    body, is_known = documents.best(rig.api, "Quote", token)
    figures, _ = await rig.timed(
        rig.api,
        _baskets(rig, body),
        connections=32,
        check=lambda answer: b'"tierAfter":{' in answer,
    )
    callers = dict(itertools.islice(rig.callers.items(), home.CHANGED))
    of_home, _ = documents.best(rig.api, "Home", token)
    miss = await home.after_a_change(rig, of_home, callers)
    yield Row("home after a change, for the quote", miss)
    goal = Goal(figures.server_us / miss.server_us, "x home miss", 1.2)
    yield Row(f"quote {'by id' if is_known else 'by text'}, 32 clients", figures, (goal,))


def _baskets(rig: Rig, body: dict[str, object]) -> Iterator[bytes]:
    for n, token in enumerate(itertools.cycle(rig.callers.values())):
        yield documents.request(body, token, {"order": sent(f"basket-{n}", None)})
