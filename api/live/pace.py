"""How fast a client may speak: so much a second, and a burst now and then."""

import time

PER_SECOND = 20
BURST = 60


class Pace:
    """A bucket that refills steadily."""

    def __init__(self, per_second: float = PER_SECOND, burst: int = BURST) -> None:
        self._per_second = per_second
        self._burst = burst
        self._left = float(burst)
        self._at = time.monotonic()

    def allows(self) -> bool:
        """Whether one more is within the pace; it counts."""
        now = time.monotonic()
        self._left = min(self._burst, self._left + (now - self._at) * self._per_second)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True
