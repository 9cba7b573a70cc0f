"""What happens when time passes: the one table of cadences and operations.

Any number of workers may run it at once: each operation takes only what nobody else has in hand.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from domain import idempotency, outbox
from domain.access import purging
from domain.wallets import expiring


@dataclass(frozen=True, slots=True)
class Tick:
    """Something to be done every so often."""

    name: str
    every: timedelta
    run: Callable[[], Awaitable[object]]


SCHEDULE = (
    Tick("points expire", timedelta(minutes=1), expiring.expire_due),
    Tick("old keys go", timedelta(hours=1), idempotency.prune),
    Tick("old facts go", timedelta(hours=1), outbox.prune),
    Tick("old codes and sessions go", timedelta(hours=1), purging.purge),
)
