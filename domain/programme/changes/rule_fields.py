"""Rows of the table of fields about what earns: rules, activities, badges, other currencies."""

from domain.programme.changes.directions import (
    OFTEN,
    begins,
    condition,
    exchanged,
    given,
    imposed,
    less,
    more,
    most,
    neither,
)
from domain.programme.changes.field import Field, Shown, named, row
from domain.programme.conditions import LINE_SUBJECTS, ORDER_SUBJECTS
from domain.programme.conditions.attributes import ACTIVITY_SUBJECTS


def _bounds(of: str) -> tuple[Field, ...]:
    """What rules for orders and for activities share."""
    return (
        row(of, given, Shown.THING, "a rule", "правило", "κανόνας"),
        named(f"{of}.name", "the name", "название", "το όνομα"),
        named(f"{of}.text", "the text", "текст", "το κείμενο"),
        row(f"{of}.unit", exchanged, Shown.CODE, "what it gives", "что оно даёт", "τι δίνει"),
        row(f"{of}.limit", imposed, Shown.THING, "a limit", "лимит", "όριο"),
        row(f"{of}.limit.points", more, Shown.POINTS, "at most", "не более", "το πολύ"),
        row(f"{of}.limit.per", OFTEN, Shown.CODE,
            "in what time", "за какое время", "σε πόσο χρόνο"),
        row(f"{of}.validFrom", begins, Shown.DAY, "it begins", "начало", "αρχίζει"),
        row(f"{of}.validUntil", most, Shown.DAY,
            "it ends before", "окончание до", "τελειώνει πριν"),
    )  # fmt: skip


ROWS = (
    *_bounds("rules.*"),
    row("rules.*.effect", exchanged, Shown.NOT, "what it gives", "что оно даёт", "τι δίνει"),
    row("rules.*.effect.points", more, Shown.POINTS, "it gives", "оно даёт", "δίνει"),
    row("rules.*.effect.eachMinor", less, Shown.MONEY,
        "for each whole", "за каждую полную сумму", "για κάθε ολόκληρο ποσό"),
    row("rules.*.effect.basisPoints", more, Shown.FACTOR,
        "how many times the points", "во сколько раз больше начисляется",
        "πόσες φορές οι πόντοι"),
    row("rules.*.group", neither, Shown.CODE,
        "how it goes with other rules", "как оно сочетается с другими",
        "πώς συνδυάζεται με άλλους κανόνες"),
    row("rules.*.lines", condition(LINE_SUBJECTS), Shown.LINES,
        "for which goods", "за какие товары", "για ποια προϊόντα"),
    row("rules.*.when", condition(ORDER_SUBJECTS), Shown.ORDERS, "when", "когда", "πότε"),
    *_bounds("activityRules.*"),
    row("activityRules.*.activity", neither, Shown.CODE,
        "for which activity", "за какое действие", "για ποια δραστηριότητα"),
    row("activityRules.*.points", more, Shown.POINTS, "it gives", "оно даёт", "δίνει"),
    row("activityRules.*.when", condition(ACTIVITY_SUBJECTS), Shown.NOT, "when", "когда", "πότε"),
    row("activities.*", given, Shown.THING, "activity", "действие", "δραστηριότητα"),
    named("activities.*.name", "the name", "название", "το όνομα"),
    row("activities.*.byMembers", more, Shown.FLAG,
        "members report it themselves", "участники сообщают о нём сами",
        "τη δηλώνουν τα ίδια τα μέλη"),
    row("activities.*.attributes.*", neither, Shown.THING,
        "what is said of it", "что о нём сообщается", "τι λέγεται γι’ αυτήν"),
    named("activities.*.attributes.*.label", "the name", "название", "το όνομα"),
    row("activities.*.attributes.*.type", neither, Shown.CODE, "its type", "тип", "ο τύπος"),
    row("activities.*.attributes.*.required", neither, Shown.FLAG,
        "it has to be said", "нужно указать", "πρέπει να δηλωθεί"),
    row("activities.*.attributes.*.values", neither, Shown.CODE,
        "its values", "значения", "οι τιμές"),
    row("badges.*", given, Shown.THING, "badge", "значок", "σήμα"),
    named("badges.*.name", "the name", "название", "το όνομα"),
    named("badges.*.text", "the text", "текст", "το κείμενο"),
    named("badges.*.icon", "the picture", "картинка", "η εικόνα"),
    row("badges.*.givenFor", neither, Shown.CODE,
        "what it is given for", "за что он даётся", "για ποιο λόγο δίνεται"),
    row("badges.*.count", less, Shown.NUMBER,
        "how many it takes", "сколько для него нужно", "πόσα χρειάζονται"),
    row("badges.*.activity", neither, Shown.CODE,
        "for which activity", "за какое действие", "για ποια δραστηριότητα"),
    row("badges.*.tier", neither, Shown.CODE,
        "for which tier", "за какой уровень", "για ποιο επίπεδο"),
    row("currencies.*", given, Shown.THING,
        "orders in another currency", "заказы в другой валюте", "παραγγελίες σε άλλο νόμισμα"),
    row("currencies.*.minor", less, Shown.NUMBER,
        "how much of it counts as much", "сколько её идёт за то же",
        "πόσα από αυτό μετρούν το ίδιο"),
    row("currencies.*.worthMinor", more, Shown.MONEY,
        "what it counts as", "за сколько она идёт", "για πόσα μετρά"),
)  # fmt: skip
