"""Rows of the table of fields about discounts."""

from domain.programme.changes.directions import (
    OFTEN,
    begins,
    condition,
    exchanged,
    given,
    imposed,
    more,
    most,
    ranked,
)
from domain.programme.changes.field import Shown, named, row
from domain.programme.conditions import LINE_SUBJECTS, ORDER_SUBJECTS
from domain.programme.terms import DiscountPolicy

ROWS = (
    row("discountPolicy", ranked(DiscountPolicy.BEST_OF, DiscountPolicy.SUM), Shown.CODE,
        "what several discounts give together", "что дают несколько скидок вместе",
        "τι δίνουν πολλές εκπτώσεις μαζί"),
    row("discounts.*", given, Shown.THING, "discount", "скидка", "έκπτωση"),
    named("discounts.*.name", "the name", "название", "το όνομα"),
    named("discounts.*.text", "the text", "текст", "το κείμενο"),
    row("discounts.*.effect", exchanged, Shown.NOT, "what it takes off", "размер", "τι αφαιρεί"),
    row("discounts.*.effect.minor", more, Shown.MONEY,
        "what it takes off", "размер", "τι αφαιρεί"),
    row("discounts.*.effect.basisPoints", more, Shown.SHARE,
        "what it takes off", "размер", "τι αφαιρεί"),
    row("discounts.*.lines", condition(LINE_SUBJECTS), Shown.LINES,
        "for which goods", "на какие товары", "για ποια προϊόντα"),
    row("discounts.*.when", condition(ORDER_SUBJECTS), Shown.ORDERS, "when", "когда", "πότε"),
    row("discounts.*.limit", imposed, Shown.THING, "a limit", "лимит", "όριο"),
    row("discounts.*.limit.minor", more, Shown.MONEY, "at most", "не более", "το πολύ"),
    row("discounts.*.limit.per", OFTEN, Shown.CODE,
        "in what time", "за какое время", "σε πόσο χρόνο"),
    row("discounts.*.budgetMinor", most, Shown.MONEY,
        "the most for everybody", "не более на всех", "το πολύ για όλους"),
    row("discounts.*.validFrom", begins, Shown.DAY, "it begins", "начало", "αρχίζει"),
    row("discounts.*.validUntil", most, Shown.DAY,
        "it ends before", "окончание до", "τελειώνει πριν"),
)  # fmt: skip
