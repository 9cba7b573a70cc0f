"""Orders in other currencies: judged in the programme's, at the rate that is kept with the order.

One rule: what all lines come to is converted and rounded half up to the minor unit, and shared out
over the lines by largest remainder. So the lines add up to what the whole comes to.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from domain.errors import InvalidInput
from domain.money import spread
from domain.orders.commands import AMOUNT_MAX, LINES_MAX, OrderCommand
from domain.programme.facts import LineFacts, OrderFacts
from domain.programme.terms import Programme

RATE = "rate"
"""Under which name an order's document keeps it."""


@dataclass(frozen=True, slots=True)
class Rate:
    """So many `minor` units of a currency are `worth_minor` units of the programme's `currency`."""

    minor: int
    worth_minor: int
    currency: str

    def into(self, amount: int) -> int:
        """Minor units of the programme's currency, rounded half up."""
        return (2 * amount * self.worth_minor + self.minor) // (2 * self.minor)


def rate_of(currency: str, programme: Programme) -> Rate | None:
    """The rate that the programme declares; None for its own currency, and for one unknown."""
    if currency == programme.currency:
        return None
    found = programme.foreign(currency)
    return Rate(found.minor, found.worth_minor, programme.currency) if found else None


def check(order: OrderCommand, programme: Programme) -> None:
    """Raise InvalidInput for a currency that the programme does not know, or too much of one."""
    if order.currency == programme.currency:
        return
    rate = rate_of(order.currency, programme)
    if rate is None:
        known = ", ".join([programme.currency, *(each.code for each in programme.currencies)])
        raise InvalidInput(f"The programme knows {known}; convert it to one.", ("currency",))
    if rate.into(sum(line.gross for line in order.lines)) > LINES_MAX * AMOUNT_MAX:
        raise InvalidInput(
            f"In {programme.currency} this is more than can be reckoned with; split it.", ("lines",)
        )


def kept_form(rate: Rate) -> list[Any]:
    """The rate as JSON."""
    return [rate.minor, rate.worth_minor, rate.currency]


def kept(document: Mapping[str, Any]) -> Rate | None:
    """The rate that an order's document keeps; None: it is in the programme's currency."""
    return Rate(*document[RATE]) if RATE in document else None


def converted(order: OrderFacts, rate: Rate | None) -> OrderFacts:
    """The order in the programme's currency; as it is without a rate."""
    if rate is None or not order.lines:
        return order
    amounts = [line.amount_minor for line in order.lines]
    shares = spread(rate.into(sum(amounts)), amounts)
    lines = tuple(
        [_line(line, share, rate) for line, share in zip(order.lines, shares, strict=True)]
    )
    return replace(order, currency=rate.currency, lines=lines)


def _line(line: LineFacts, share: int, rate: Rate) -> LineFacts:
    # The tax stays the same part of the line, and never comes to more than it.
    tax, price = line.included_tax_minor, line.unit_price_minor
    return replace(
        line,
        amount_minor=share,
        included_tax_minor=tax * share // line.amount_minor if tax else 0,
        unit_price_minor=None if price is None else rate.into(price),
    )
