"""What happens when time passes. Any number of processes may do all of it at once."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from domain import idempotency, outbox, throttle
from domain.access import purging, rotation
from domain.tiers import reviewing
from domain.wallets import expiring, guard, sealing


@dataclass(frozen=True, slots=True)
class Duty:
    """Something to do every so often; done too often, it finds nothing to do."""

    every_seconds: int
    run: Callable[[], Awaitable[object]]


DUTIES = (
    Duty(10, sealing.seal),
    Duty(60, expiring.expire_due),
    Duty(60, reviewing.review_due),
    Duty(3600, idempotency.prune),
    Duty(3600, outbox.prune),
    Duty(3600, throttle.prune),
    Duty(3600, purging.purge),
    Duty(3600, rotation.rotate_due),
)


def duties(check_seconds: int) -> tuple[Duty, ...]:
    """All of them; the ledger is checked every `check_seconds`."""
    return (*DUTIES, Duty(check_seconds, guard.check))
