"""What a programme chooses among, in words: each choice as a clause that goes after a dash."""

from collections.abc import Mapping

from domain.language import Text, said

_WHO = {
    "MEMBER": said("the member", "участник", "το μέλος"),
    "SHOP": said("the shop", "магазин", "το κατάστημα"),
    "TEAM": said("the team", "команда", "η ομάδα"),
}
CHOICES: Mapping[str, Mapping[str, Text]] = {
    "basePolicy": {
        "BEST_OF": said("the best of them counts", "действует лучшее", "μετρά ο καλύτερος"),
        "SUM": said("they add up", "они складываются", "αθροίζονται"),
    },
    "discountPolicy": {
        "BEST_OF": said("the best of them counts", "действует лучшая", "μετρά η καλύτερη"),
        "SUM": said("they add up", "они складываются", "αθροίζονται"),
    },
    "tax": {
        "TAX_EARNS": said("tax earns too", "за налог тоже", "δίνει και ο φόρος"),
        "BEFORE_TAX": said("without tax", "без налога", "χωρίς τον φόρο"),
    },
    "earnOn": {
        "MONEY": said("what money pays", "за оплаченное деньгами", "όσα πληρώνει το χρήμα"),
        "GOODS": said("all goods, however paid", "за все товары, чем ни плати", "όλα τα προϊόντα"),
    },
    "voucherReturn": {
        "VOUCHER": said("the voucher", "ваучер", "το κουπόνι"),
        "POINTS": said("its points", "его баллы", "οι πόντοι του"),
    },
    "group": {
        "BASE": said("as a base rule", "как основное правило", "ως βασικός κανόνας"),
        "CAMPAIGN": said("on top of others", "сверх других", "επιπλέον των άλλων"),
    },
    "per": {
        "ORDER": said("an order", "один заказ", "μία παραγγελία"),
        "DAY": said("a day", "день", "μία ημέρα"),
        "WEEK": said("a week", "неделя", "μία εβδομάδα"),
        "MONTH": said("a month", "месяц", "ένας μήνας"),
        "YEAR": said("a year", "год", "ένας χρόνος"),
        "EVER": said("in all", "всё время", "συνολικά"),
    },
    "roundedTo": {
        "DAY": said("the day", "дня", "της ημέρας"),
        "WEEK": said("the week", "недели", "της εβδομάδας"),
        "MONTH": said("the month", "месяца", "του μήνα"),
        "QUARTER": said("the quarter", "квартала", "του τριμήνου"),
        "YEAR": said("the year", "года", "του έτους"),
    },
    "keptBy": {
        "EARNING": said("earning", "начисления", "ό,τι κερδίζετε"),
        "SPENDING": said("spending", "траты", "ό,τι ξοδεύετε"),
    },
    "window": {
        "ROLLING": said("any stretch of days", "любой такой срок", "οποιοδήποτε τέτοιο διάστημα"),
        "CALENDAR_YEAR": said("a calendar year", "календарный год", "ένα ημερολογιακό έτος"),
        "ANNIVERSARY": said("a year of membership", "год участия", "ένα έτος συμμετοχής"),
    },
    "upgrade": {
        "AT_ONCE": said("at once", "сразу", "αμέσως"),
        "AT_PERIOD_END": said("when the period ends", "с концом периода", "στο τέλος της περιόδου"),
    },
    "downgrade": {
        "NEVER": said("it stays", "сохраняется", "μένει"),
        "ONE_STEP": said("it goes down by one", "снижается на ступень", "πέφτει κατά ένα"),
        "TO_EARNED": said(
            "it becomes the one earned", "меняется на заслуженный", "γίνεται όποιο κερδήθηκε"
        ),
    },
    "refund": {
        "KEEP_UNTIL_WINDOW_END": said(
            "it stays until the period ends",
            "сохраняется до конца периода",
            "μένει έως το τέλος της περιόδου",
        ),
        "REVERT": said("it goes with the order", "теряется с заказом", "χάνεται με την παραγγελία"),
    },
    "leaving": {
        "SHARE_BACK": said(
            "what is not yet spent of the points given",
            "ещё не потраченное из отданного",
            "όσους από τους πόντους του δεν ξοδεύτηκαν",
        ),
        "FORFEIT": said("nothing", "ничего", "τίποτα"),
    },
    "kinds": {
        "HOUSEHOLD": said("households", "семьи", "νοικοκυριά"),
        "COMPANY": said("companies", "компании", "εταιρείες"),
    },
    "givenFor": {
        "ACTIVITIES": said("activities", "действия", "δραστηριότητες"),
        "ORDERS": said("orders", "заказы", "παραγγελίες"),
        "TIER": said("a tier", "уровень", "ένα επίπεδο"),
    },
    "seenBy": _WHO,
    "setBy": _WHO,
    "type": {
        "TEXT": said("a text", "текст", "κείμενο"),
        "NUMBER": said("a number", "число", "αριθμός"),
        "FLAG": said("yes or no", "да или нет", "ναι ή όχι"),
        "DATE": said("a date", "дата", "ημερομηνία"),
    },
}
"""By the name of the field; what is not here is shown as it is written."""
