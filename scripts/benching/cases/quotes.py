"""A quote before paying: the whole price, what the order would earn and why."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Iterator

from scripts.benching import documents
from scripts.benching.cases.orders import sent
from scripts.benching.rig import Rig
from scripts.benching.table import Row


async def measured(rig: Rig) -> AsyncIterator[Row]:
    """Members quote what is in their basket."""
    token = next(iter(rig.callers.values()))
    body, is_known = documents.best(rig.api, "Quote", token)
    figures, _ = await rig.timed(
        rig.api,
        _baskets(rig, body),
        connections=32,
        check=lambda answer: b'"tierAfter":{' in answer,
    )
    yield Row(f"quote {'by id' if is_known else 'by text'}, 32 clients", figures)


def _baskets(rig: Rig, body: dict[str, object]) -> Iterator[bytes]:
    for n, token in enumerate(itertools.cycle(rig.callers.values())):
        yield documents.request(body, token, {"order": sent(f"basket-{n}", None)})
