"""Leaves that look at what a member has bought: how often, how much, how long ago.

Each may say of which orders: with goods of a `sku`, `category` or `brand`, `withinDays`. The order
that is judged is never one of them; what came back does not count.
"""

from domain.language import said
from domain.programme.conditions.leaf import Leaf, Measure, Subject, number

ROWS: tuple[Leaf, ...] = (
    number("memberOrders", Subject.HISTORY, "orders",
           said("the number of earlier orders{} is {}", "прежних заказов{} — {}",
                "οι προηγούμενες παραγγελίες{} είναι {}"), 2),
    number("memberSpent", Subject.HISTORY, "spent",
           said("what was spent before{} is {}", "потрачено раньше{} — {}",
                "όσα ξοδεύτηκαν πριν{} είναι {}"), 50000, Measure.MONEY),
    number("memberAverageOrder", Subject.HISTORY, "average",
           said("the average earlier order{} is {}", "средний прежний заказ{} — {}",
                "η μέση προηγούμενη παραγγελία{} είναι {}"), 2000, Measure.MONEY),
    number("memberDaysSinceOrder", Subject.HISTORY, "days_since",
           said("the number of days since the last order{} is {}",
                "дней с последнего заказа{} — {}",
                "οι ημέρες από την τελευταία παραγγελία{} είναι {}"), 60, Measure.DAYS),
)  # fmt: skip
