"""What can happen to orders in a life: they are paid, delivered and returned."""

from typing import Any
from uuid import uuid4

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.stories.life import WHICH, WHO, Life, codes
from tests.stories.life_model import Person
from tests.stories.life_terms import Bought, reached

LINES = st.lists(
    st.tuples(st.sampled_from([350, 1999, 2500, 4000]) | st.integers(50, 5000), st.integers(1, 3)),
    min_size=1,
    max_size=3,
)


class Buying(Life):
    """Orders that are paid, delivered and returned."""

    def __init__(self) -> None:
        super().__init__()
        self.orders: list[Bought] = []

    @rule(who=WHO, lines=LINES)
    def earn(self, who: int, lines: list[tuple[int, int]]) -> None:
        """An order by the programme's rules."""
        now, person = self.now(), self.people[who]
        month = now.strftime("%Y-%m")
        order = Bought(who, uuid4().hex, lines, now, person.tier, person.used[month])
        answer = self.ask("shop/orders/OrderReport", self.shop, {"order": self._sent(order)})
        assert not codes(answer)
        earned = order.earned(order.left())
        points = sum(earned.values())
        assert sum(each["points"] for each in answer["earnings"]) == points
        self.orders.append(order)
        person.used[month] += earned["bonus"]
        person.count(earned["base"], reached)
        waits = self.terms.waiting(points, now, order.reference)
        if waits is not None:
            person.account.waiting.append(waits)
        elif points:
            person.account.add(points, self.terms.ends(now), order.reference)

    def _sent(self, order: Bought) -> dict[str, Any]:
        return {
            "source": "till",
            "reference": order.reference,
            "occurredAt": order.at.isoformat(),
            "currency": "EUR",
            "member": self.member(order.who),
            "lines": [
                {"sku": "A", "unitPrice": price, "quantity": quantity}
                for price, quantity in order.lines
            ],
        }

    @precondition(lambda self: self.orders)
    @rule(which=WHICH)
    def deliver(self, which: int) -> None:
        """What waited for it is released."""
        order, now = self.orders[which % len(self.orders)], self.now()
        asked = {
            "source": "till",
            "reference": order.reference,
            "stage": "DELIVERED",
            "occurredAt": now.isoformat(),
        }
        answer = self.ask("shop/orders/OrderAdvance", self.shop, asked, stage="COMPLETED")
        assert codes(answer) == ([] if order.left() else ["INVALID_INPUT"])
        if order.left() and self.terms.waits_for_delivery:
            account = self.people[order.who].account
            account.release(order.reference, self.terms.ends(now))

    @precondition(lambda self: self.orders)
    @rule(
        which=WHICH,
        number=st.sampled_from([0, 0, 0, 1, 2, 3]),
        pieces=st.sampled_from([3, 3, 1, 2]),
    )
    def refund(self, which: int, number: int, pieces: int) -> None:
        """Lines come back, whatever was spent meanwhile."""
        order, now = self.orders[which % len(self.orders)], self.now()
        back = {n: min(pieces, left) for n, left in order.left().items() if number in (0, n)}
        asked = {
            "source": "till",
            "reference": order.reference,
            "refundReference": uuid4().hex,
            "occurredAt": now.isoformat(),
            "lines": [{"lineNumber": n, "quantity": quantity} for n, quantity in back.items()],
        }
        if not back:
            return
        answer = self.ask("shop/orders/OrderRefund", self.shop, asked, lines=None)
        assert not codes(answer)
        before = order.earned(order.left())
        for number, quantity in back.items():
            order.returned[number] = order.returned.get(number, 0) + quantity
        after = order.earned(order.left())
        lost = {rule: before[rule] - after[rule] for rule in before}
        taken = self._taken_back(self.people[order.who], order, sum(lost.values()))
        assert sum(each["points"] for each in answer["takenBack"]) == taken
        self.people[order.who].used[order.month] -= lost["bonus"]
        self.people[order.who].qualifying -= lost["base"]

    def _taken_back(self, person: Person, order: Bought, lost: int) -> int:
        # What had gone by itself is not taken a second time.
        gone = min(person.account.gone[order.reference] - order.counted_on, lost)
        order.counted_on += gone
        return person.account.claw_back(lost - gone, order.reference, self.terms.debt_limit)
