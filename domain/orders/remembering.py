"""The standing by which an order was judged, as its row keeps it: for refunds, whenever they come.

Nothing personal: birthday, language and the day of joining are read where they stand, and of the
person all but what it has shown.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from domain.programme.conditions.history import as_json, from_json
from domain.programme.facts import Person, Standing
from domain.programme.rules import Compiled, periods


def kept_form(standing: Standing, programme: Compiled, occurred_at: datetime) -> dict[str, Any]:
    """The standing as JSON; of what limits have given only that of the order's own periods.

    Offers are not in it: those that the order used are known by its uses.
    """
    mine = set(periods(programme, occurred_at))
    used = [[*key, points] for key, points in standing.used.items() if key[1] in mine]
    kept: dict[str, Any] = {"tier": standing.tier}
    if standing.qualifying:
        kept["qualifying"] = standing.qualifying
    if standing.order_count:
        kept["order_count"] = standing.order_count
    if standing.segments:
        kept["segments"] = sorted(standing.segments)
    if standing.person.source is not None:
        kept["source"] = standing.person.source
    if standing.person.nps is not None:
        kept["nps"] = standing.person.nps
    if standing.history:
        kept["history"] = as_json(standing.history)
    return {**kept, "used": used} if used else kept


def remembered(kept: Mapping[str, Any]) -> Standing:
    """The standing that `kept_form` kept."""
    return Standing(
        kept["tier"],
        qualifying=kept.get("qualifying", 0),
        order_count=kept.get("order_count", 0),
        person=Person(source=kept.get("source"), nps=kept.get("nps")),
        segments=frozenset(kept.get("segments", ())),
        history=from_json(kept.get("history", ())),
        used={(rule, period): points for rule, period, points in kept.get("used", ())},
    )
