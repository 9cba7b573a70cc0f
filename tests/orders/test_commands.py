"""What cannot be right in an order is refused, with the path to it and the remedy."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.errors import InvalidInput
from domain.orders.commands import AMOUNT_MAX, Charge, Discount
from domain.orders.kinds import ChargeKind
from tests.factories.orders import MORNING, a_line, an_order

BAD: list[tuple[dict[str, Any], tuple[str, ...]]] = [
    ({"source": ""}, ("source",)),
    ({"reference": "x" * 65}, ("reference",)),
    ({"currency": "EURO"}, ("currency",)),
    ({"occurred_at": MORNING + timedelta(hours=1)}, ("occurredAt",)),
    ({"lines": ()}, ("lines",)),
    ({"lines": (a_line(),) * 201}, ("lines",)),
    ({"lines": (a_line(), a_line(-1))}, ("lines", "1", "unitPrice")),
    ({"lines": (a_line(quantity=0),)}, ("lines", "0", "quantity")),
    ({"lines": (a_line(sku=""),)}, ("lines", "0", "sku")),
    ({"lines": (a_line(discount=1001),)}, ("lines", "0", "discount")),
    ({"lines": (a_line(included_tax=-1),)}, ("lines", "0", "includedTax")),
    ({"lines": (a_line(AMOUNT_MAX, quantity=2),)}, ("lines", "0", "unitPrice")),
    ({"charges": (Charge(ChargeKind.TIP, -5),)}, ("charges", "0", "amount")),
    ({"discounts": (Discount("Off", 900), Discount("More", 101))}, ("discounts", "1", "amount")),
    ({"discounts": (Discount("", 1),)}, ("discounts", "0", "title")),
]


@pytest.mark.parametrize(("change", "path"), BAD, ids=[".".join(path) for _, path in BAD])
def test_is_refused_with_its_path(change: dict[str, Any], path: tuple[str, ...]) -> None:
    order = replace(an_order(), **change)

    with pytest.raises(InvalidInput) as refused:
        order.check(MORNING)

    assert refused.value.path == path
    assert refused.value.message.endswith(".")


def test_a_till_may_run_a_few_minutes_ahead() -> None:
    an_order(occurred_at=MORNING + timedelta(minutes=9)).check(MORNING)
