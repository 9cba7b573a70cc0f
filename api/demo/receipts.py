"""Orders that are not so simple: in dollars, told anew, and of somebody who has not said who."""

from dataclasses import replace
from datetime import timedelta

from api.demo.people import Person
from domain import database
from domain.actor import SYSTEM
from domain.members.queries import MemberRef
from domain.orders import operations
from domain.orders.commands import Line, OrderCommand, ReportOrder


async def lately(eleni: Person) -> None:
    """Eleni pays in dollars at the airport; her table orders once more; a stranger has a coffee."""
    now = await database.now()
    coffee = Line("CAP", 1, 350, "Cappuccino", "coffee")
    mine = MemberRef(id=eleni.id)
    abroad = OrderCommand(
        source="airport",
        reference="gate-7",
        occurred_at=now - timedelta(hours=20),
        currency="USD",
        lines=(Line("BEA", 2, 1690, "Coffee beans", "grocery"), replace(coffee, unit_price=520)),
        member=mine,
    )
    table = OrderCommand(
        source="cafe",
        reference="table-4",
        occurred_at=now - timedelta(hours=3),
        currency="EUR",
        lines=(replace(coffee, quantity=2),),
        member=mine,
    )
    cake = Line("CAK", 1, 450, "Cake of the day", "pastry")
    anew = replace(table, lines=(*table.lines, cake), revision=2)
    stranger = replace(table, reference="receipt-1", lines=(coffee,), member=None)
    for order in (abroad, table, anew, stranger):
        key = f"demo {order.reference} {order.revision}"
        await operations.report(SYSTEM, ReportOrder(order, key))
