"""Rules that the team has stopped, as they were at the instants of orders."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain import database

# `{earliest}`: of the orders that are judged.
STOPS = """
  (select jsonb_agg(jsonb_build_array(s.rule, s.stopped_at, s.lifted_at)) from programme_stops s
   where s.subject = 'RULE' and (s.lifted_at is null or s.lifted_at > {earliest})) as stops
"""


@dataclass(frozen=True, slots=True)
class RuleStop:
    """A rule that the team stopped; None: still."""

    rule: str
    since: datetime
    until: datetime | None

    def was_lifted(self, at: datetime) -> bool:
        """Whether the rule had gone on by then."""
        return self.until is not None and self.until <= at


def stopped(stops: Iterable[RuleStop], at: datetime) -> frozenset[str]:
    """Rules that were stopped at an instant."""
    return frozenset([stop.rule for stop in stops if stop.since <= at and not stop.was_lifted(at)])


def stops_of(found: Sequence[Any] | None) -> list[RuleStop]:
    """What STOPS has found."""
    return [_stop(*each) for each in found or ()]


async def stops_at(instants: Sequence[datetime]) -> list[RuleStop]:
    """What was stopped at any of these instants: for orders that are nobody's."""
    if not instants:
        return []
    return stops_of(await database.value(f"select {STOPS.format(earliest='$1')}", min(instants)))


def _stop(rule: str, since: str, until: str | None) -> RuleStop:
    lifted = datetime.fromisoformat(until) if until else None
    return RuleStop(rule, datetime.fromisoformat(since), lifted)
