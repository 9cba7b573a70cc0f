"""The one table of what conditions can look at. A leaf's column names it in every reading.

`says` and `denies` read a leaf aloud as a clause: {} is the test ("at least €30") or the values.
Who adds a row adds it for all readings, for all languages, and for the schema.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.language import Text, said


class Subject(StrEnum):
    """Whose property it is."""

    LINE = "LINE"
    ORDER = "ORDER"
    MEMBER = "MEMBER"
    STANDING = "STANDING"
    TIME = "TIME"
    ACTIVITY = "ACTIVITY"


class Kind(StrEnum):
    """The type of a leaf's value; it decides which tests there are."""

    INT = "INT"
    TEXT = "TEXT"
    FLAG = "FLAG"
    DATE = "DATE"


class Measure(StrEnum):
    """What a number counts, if it is not simply things."""

    MONEY = "MONEY"
    HOUR = "HOUR"


@dataclass(frozen=True, slots=True)
class Leaf:
    """One row. `values`: the only ones a text can have, with their names; None: any."""

    name: str
    subject: Subject
    kind: Kind
    column: str
    says: Text
    denies: Text
    example: Mapping[str, object]
    measure: Measure | None = None
    values: Mapping[str, Text] | None = None


def _number(
    name: str,
    subject: Subject,
    column: str,
    says: Text,
    example: int,
    measure: Measure | None = None,
) -> Leaf:
    return Leaf(name, subject, Kind.INT, column, says, says, {"atLeast": example}, measure)


def _text(
    name: str,
    subject: Subject,
    column: str,
    texts: tuple[str, str, str],
    example: str,
    values: Mapping[str, Text] | None = None,
) -> Leaf:
    en, ru, el = texts
    says = said(f"{en} is {{}}", f"{ru} — {{}}", f"{el} είναι {{}}")
    denies = said(f"{en} is not {{}}", f"{ru} — не {{}}", f"{el} δεν είναι {{}}")
    example_test = {"in": [example]}
    return Leaf(name, subject, Kind.TEXT, column, says, denies, example_test, None, values)


_WEEKDAYS = {
    "MONDAY": said("Monday", "понедельник", "Δευτέρα"),
    "TUESDAY": said("Tuesday", "вторник", "Τρίτη"),
    "WEDNESDAY": said("Wednesday", "среда", "Τετάρτη"),
    "THURSDAY": said("Thursday", "четверг", "Πέμπτη"),
    "FRIDAY": said("Friday", "пятница", "Παρασκευή"),
    "SATURDAY": said("Saturday", "суббота", "Σάββατο"),
    "SUNDAY": said("Sunday", "воскресенье", "Κυριακή"),
}
_MONTHS = {
    "JANUARY": said("January", "январь", "Ιανουάριος"),
    "FEBRUARY": said("February", "февраль", "Φεβρουάριος"),
    "MARCH": said("March", "март", "Μάρτιος"),
    "APRIL": said("April", "апрель", "Απρίλιος"),
    "MAY": said("May", "май", "Μάιος"),
    "JUNE": said("June", "июнь", "Ιούνιος"),
    "JULY": said("July", "июль", "Ιούλιος"),
    "AUGUST": said("August", "август", "Αύγουστος"),
    "SEPTEMBER": said("September", "сентябрь", "Σεπτέμβριος"),
    "OCTOBER": said("October", "октябрь", "Οκτώβριος"),
    "NOVEMBER": said("November", "ноябрь", "Νοέμβριος"),
    "DECEMBER": said("December", "декабрь", "Δεκέμβριος"),
}

_ROWS = (
    _text("lineSku", Subject.LINE, "line.sku",
          ("the article", "артикул", "ο κωδικός"), "ESP-01"),
    _text("lineCategory", Subject.LINE, "line.category",
          ("the category", "категория", "η κατηγορία"), "coffee"),
    _text("lineBrand", Subject.LINE, "line.brand",
          ("the brand", "марка", "η μάρκα"), "Meliti"),
    _number("lineQuantity", Subject.LINE, "line.quantity",
            said("the quantity is {}", "количество — {}", "η ποσότητα είναι {}"), 2),
    _number("lineAmount", Subject.LINE, "line.amount_minor",
            said("the line comes to {}", "сумма по позиции — {}", "το ποσό της γραμμής είναι {}"),
            500, Measure.MONEY),
    _number("lineUnitPrice", Subject.LINE, "line.unit_price_minor",
            said("the unit price is {}", "цена за единицу — {}", "η τιμή μονάδας είναι {}"),
            350, Measure.MONEY),
    _number("orderAmount", Subject.ORDER, "amount_minor",
            said("the goods come to {}", "сумма за товары — {}",
                 "το ποσό των προϊόντων είναι {}"), 3000, Measure.MONEY),
    _number("orderLineCount", Subject.ORDER, "line_count",
            said("the number of different goods is {}", "разных товаров в заказе — {}",
                 "τα διαφορετικά προϊόντα είναι {}"), 3),
    _text("orderStore", Subject.ORDER, "order.store",
          ("the store", "магазин", "το κατάστημα"), "athens-1"),
    _text("orderSalesChannel", Subject.ORDER, "order.sales_channel",
          ("the sales channel", "канал продажи", "το κανάλι πώλησης"), "app"),
    _text("orderSource", Subject.ORDER, "order.source",
          ("the ordering system", "система заказа", "το σύστημα παραγγελίας"), "web-shop"),
    _text("memberLanguage", Subject.MEMBER, "standing.language",
          ("the member's language", "язык участника", "η γλώσσα του μέλους"), "el"),
    _number("memberMonths", Subject.MEMBER, "membership_months",
            said("the number of full months of membership is {}", "полных месяцев участия — {}",
                 "οι πλήρεις μήνες συμμετοχής είναι {}"), 6),
    _number("memberAge", Subject.MEMBER, "age",
            said("the member's age is {}", "возраст участника — {}",
                 "η ηλικία του μέλους είναι {}"), 60),
    _text("memberBirthdayMonth", Subject.MEMBER, "birthday_month",
          ("the member's month of birth", "месяц рождения участника",
           "ο μήνας γέννησης του μέλους"), "JUNE", _MONTHS),
    Leaf("memberBirthdayToday", Subject.MEMBER, Kind.FLAG, "is_birthday",
         said("it is the member's birthday", "сегодня день рождения участника",
              "είναι τα γενέθλια του μέλους"),
         said("it is not the member's birthday", "сегодня не день рождения участника",
              "δεν είναι τα γενέθλια του μέλους"), {"is": True}),
    _text("memberTier", Subject.STANDING, "standing.tier",
          ("the tier", "уровень", "το επίπεδο"), "gold"),
    _number("memberTierRank", Subject.STANDING, "tier_rank",
            said("the rank of the tier is {}", "ступень уровня — {}",
                 "η βαθμίδα του επιπέδου είναι {}"), 2),
    _number("memberOrderNumber", Subject.STANDING, "order_number",
            said("the number of orders, this one included, is {}",
                 "заказов вместе с этим — {}",
                 "οι παραγγελίες μαζί με αυτήν είναι {}"), 2),
    _number("memberQualifying", Subject.STANDING, "qualifying",
            said("the count of points towards the tier is {}", "баллов для уровня — {}",
                 "οι πόντοι για το επίπεδο είναι {}"), 300),
    _text("timeWeekday", Subject.TIME, "weekday",
          ("the day", "день недели", "η ημέρα"), "TUESDAY", _WEEKDAYS),
    _number("timeHour", Subject.TIME, "hour",
            said("the time is {}", "время — {}", "η ώρα είναι {}"), 7, Measure.HOUR),
    Leaf("timeDate", Subject.TIME, Kind.DATE, "day",
         said("the date is {}", "дата — {}", "η ημερομηνία είναι {}"),
         said("the date is {}", "дата — {}", "η ημερομηνία είναι {}"), {"from": "2026-06-01"}),
)  # fmt: skip

LEAVES: Mapping[str, Leaf] = {leaf.name: leaf for leaf in _ROWS}
