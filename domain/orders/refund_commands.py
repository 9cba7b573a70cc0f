"""A refund as a shop reports it, checked."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

import orjson

from domain.errors import InvalidInput
from domain.orders.commands import AHEAD_MAX, LINES_MAX, QUANTITY_MAX, TEXT_MAX


@dataclass(frozen=True, slots=True)
class RefundLine:
    """So many pieces of a line that came back; lines are numbered from 1, as they were sent."""

    line_number: int
    quantity: int


@dataclass(frozen=True, slots=True)
class RefundOrder:
    """What came back of an order; without `lines` all that is left of it.

    `refund_reference` names the refund of that order for ever.
    """

    source: str
    reference: str
    refund_reference: str
    occurred_at: datetime
    idempotency_key: str
    lines: tuple[RefundLine, ...] | None = None

    def check(self, now: datetime) -> None:
        """Raise InvalidInput, with the path to the first field that cannot be right."""
        for text, name in (
            (self.source, "source"),
            (self.reference, "reference"),
            (self.refund_reference, "refundReference"),
        ):
            if not 1 <= len(text) <= TEXT_MAX:
                raise InvalidInput(f"1 to {TEXT_MAX} characters are wanted.", (name,))
        if self.occurred_at > now + AHEAD_MAX:
            raise InvalidInput("This lies in the future; set the till's clock.", ("occurredAt",))
        if self.lines is None:
            return
        if not 1 <= len(self.lines) <= LINES_MAX:
            raise InvalidInput(
                f"1 to {LINES_MAX} lines, or leave them out: all is refunded.", ("lines",)
            )
        seen: set[int] = set()
        for index, line in enumerate(self.lines):
            if line.line_number in seen:
                raise InvalidInput(
                    "This line comes twice; add its pieces up.", ("lines", str(index), "lineNumber")
                )
            seen.add(line.line_number)
            if not 1 <= line.quantity <= QUANTITY_MAX:
                raise InvalidInput(
                    f"A quantity is 1 to {QUANTITY_MAX}.", ("lines", str(index), "quantity")
                )

    def content_hash(self) -> str:
        """The same refund, the same hash, in whatever order its lines are told."""
        lines = self.lines and sorted((each.line_number, each.quantity) for each in self.lines)
        contents = orjson.dumps([self.occurred_at.astimezone(UTC), lines])
        return hashlib.sha256(contents).hexdigest()
