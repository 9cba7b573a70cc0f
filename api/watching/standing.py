"""How far work is, as gauges: the same whichever process is asked."""

from __future__ import annotations

import asyncio

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily

from domain import database
from domain.standing import Standing, standing

PATIENCE_SECONDS = 2.0


async def families() -> list[Metric]:
    """Gauges out of PostgreSQL; whether it answers is one of them."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            found = await standing()
    except database.OUTAGES:
        return [_gauge("pistis_postgres_up", "PostgreSQL answers.", 0)]
    return [_gauge("pistis_postgres_up", "PostgreSQL answers.", 1), *_gauges(found)]


def _gauges(found: Standing) -> list[Metric]:
    feed = GaugeMetricFamily(
        "pistis_feed_age_seconds",
        "Age of the oldest fact that a reader has yet to pass on.",
        labels=["reader"],
    )
    for reader, seconds in found.feed_seconds.items():
        feed.add_metric([reader], seconds)
    return [
        feed,
        _gauge(
            "pistis_feed_horizon_age_seconds",
            "Age of the oldest fact that a writer still at work holds back.",
            found.held_back_seconds,
        ),
        _gauge(
            "pistis_outbox_failures",
            "Facts that their reader could not digest.",
            found.failures,
        ),
        _gauge(
            "pistis_schedule_lag_seconds",
            "How long the oldest points that are due have waited to be written off.",
            found.overdue_seconds,
        ),
        _gauge(
            "pistis_seal_age_seconds",
            "Age of the oldest transaction that the hash chain does not cover yet.",
            found.unsealed_seconds,
        ),
        _gauge(
            "pistis_check_age_seconds",
            "Time since the constant check last looked at the ledger.",
            found.unchecked_seconds,
        ),
        _gauge(
            "pistis_ledger_problems",
            "Records of the ledger that do not fit; not one process is ready while there are any.",
            found.problems,
        ),
    ]


def _gauge(name: str, what: str, value: float) -> Metric:
    return GaugeMetricFamily(name, what, value=value)
