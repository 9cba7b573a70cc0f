"""Leaves that look at an order and its lines, and at when it happened."""

from domain.language import said
from domain.programme.conditions.leaf import Kind, Leaf, Measure, Subject, number, text

_WEEKDAYS = {
    "MONDAY": said("Monday", "понедельник", "Δευτέρα"),
    "TUESDAY": said("Tuesday", "вторник", "Τρίτη"),
    "WEDNESDAY": said("Wednesday", "среда", "Τετάρτη"),
    "THURSDAY": said("Thursday", "четверг", "Πέμπτη"),
    "FRIDAY": said("Friday", "пятница", "Παρασκευή"),
    "SATURDAY": said("Saturday", "суббота", "Σάββατο"),
    "SUNDAY": said("Sunday", "воскресенье", "Κυριακή"),
}
ROWS = (
    text("lineSku", Subject.LINE, "line.sku",
          ("the article", "артикул", "ο κωδικός"), "ESP-01"),
    text("lineCategory", Subject.LINE, "line.category",
          ("the category", "категория", "η κατηγορία"), "coffee"),
    text("lineBrand", Subject.LINE, "line.brand",
          ("the brand", "марка", "η μάρκα"), "Meliti"),
    number("lineQuantity", Subject.LINE, "line.quantity",
            said("the quantity is {}", "количество — {}", "η ποσότητα είναι {}"), 2),
    number("lineAmount", Subject.LINE, "line.amount_minor",
            said("the line comes to {}", "сумма по позиции — {}", "το ποσό της γραμμής είναι {}"),
            500, Measure.MONEY),
    number("lineUnitPrice", Subject.LINE, "line.unit_price_minor",
            said("the unit price is {}", "цена за единицу — {}", "η τιμή μονάδας είναι {}"),
            350, Measure.MONEY),
    number("orderAmount", Subject.ORDER, "amount_minor",
            said("the goods come to {}", "сумма за товары — {}",
                 "το ποσό των προϊόντων είναι {}"), 3000, Measure.MONEY),
    number("orderLineCount", Subject.ORDER, "line_count",
            said("the number of different goods is {}", "разных товаров в заказе — {}",
                 "τα διαφορετικά προϊόντα είναι {}"), 3),
    text("orderStore", Subject.ORDER, "order.store",
          ("the store", "магазин", "το κατάστημα"), "athens-1"),
    text("orderSalesChannel", Subject.ORDER, "order.sales_channel",
          ("the sales channel", "канал продажи", "το κανάλι πώλησης"), "app"),
    text("orderSource", Subject.ORDER, "order.source",
          ("the ordering system", "система заказа", "το σύστημα παραγγελίας"), "web-shop"),
    text("timeWeekday", Subject.TIME, "weekday",
          ("the day", "день недели", "η ημέρα"), "TUESDAY", _WEEKDAYS),
    number("timeHour", Subject.TIME, "hour",
            said("the time is {}", "время — {}", "η ώρα είναι {}"), 7, Measure.HOUR),
    Leaf("timeDate", Subject.TIME, Kind.DATE, "day",
         said("the date is {}", "дата — {}", "η ημερομηνία είναι {}"),
         said("the date is {}", "дата — {}", "η ημερομηνία είναι {}"), {"from": "2026-06-01"}),
)  # fmt: skip
