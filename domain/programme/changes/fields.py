"""The one table of what a new version can change: every field of the document has its row.

A field that has none yet is NEUTRAL, and a test names it.
"""

from collections.abc import Mapping

from domain.programme.changes import (
    discount_fields,
    gift_fields,
    person_fields,
    rule_fields,
    tier_fields,
    unit_fields,
)
from domain.programme.changes.directions import imposed, more, most, neither, ranked, wider
from domain.programme.changes.field import Field, Shown, named, row
from domain.programme.terms import BasePolicy, EarnOn, TaxPolicy

_ROWS = (
    named("name", "the programme's name", "название программы", "το όνομα του προγράμματος"),
    named("terms", "the terms of use", "условия участия", "οι όροι συμμετοχής"),
    row("termsVersion", neither, Shown.NUMBER,
        "the version of the terms", "версия условий", "η έκδοση των όρων"),
    row("timeZone", neither, Shown.CODE, "the time zone", "часовой пояс", "η ζώνη ώρας"),
    row("currency", neither, Shown.CODE, "the currency", "валюта", "το νόμισμα"),
    row("languages", wider, Shown.CODE,
        "the languages of the programme", "языки программы", "οι γλώσσες του προγράμματος"),
    row("basePolicy", ranked(BasePolicy.BEST_OF, BasePolicy.SUM), Shown.CODE,
        "what several rules give together", "что дают несколько правил вместе",
        "τι δίνουν πολλοί κανόνες μαζί"),
    row("tax", ranked(TaxPolicy.BEFORE_TAX, TaxPolicy.TAX_EARNS), Shown.CODE,
        "whether tax earns", "начисление за налог", "αν ο φόρος δίνει πόντους"),
    row("earnOn", ranked(EarnOn.MONEY, EarnOn.GOODS), Shown.CODE,
        "what of the goods earns", "за что начисляется", "για ποιο μέρος των αγορών δίνονται"),
    row("voucherReturn", neither, Shown.CODE,
        "what comes back for a used voucher", "что возвращается за использованный ваучер",
        "τι επιστρέφεται για χρησιμοποιημένο κουπόνι"),
    row("noticeDays", more, Shown.DAYS,
        "how long before it gets worse we tell you", "за сколько мы сообщаем об ухудшении",
        "πόσο πριν ειδοποιούμε για κάτι χειρότερο"),
    row("closing.noticeDays", more, Shown.DAYS,
        "how long before the programme's end we tell you", "за сколько мы сообщаем о завершении",
        "πόσο πριν ειδοποιούμε για τη λήξη"),
    row("closing.spendingDays", more, Shown.DAYS,
        "how long points can be spent at its end", "сколько ещё можно тратить баллы в конце",
        "για πόσο ξοδεύονται οι πόντοι στη λήξη"),
    row("ending", imposed, Shown.THING, "the end", "завершение", "η λήξη"),
    row("ending.earningUntil", more, Shown.DAY,
        "earning ends before", "начисление до", "τέλος κέρδους πριν από"),
    row("ending.spendingUntil", more, Shown.DAY,
        "spending ends before", "трата до", "τέλος εξαργύρωσης πριν από"),
    named("ending.reason", "why it ends", "почему завершается", "γιατί λήγει"),
    row("claimDays", most, Shown.DAYS,
        "how long an order can be claimed", "сколько можно заявить о заказе",
        "για πόσο μπορεί να ζητηθεί μια παραγγελία"),
)  # fmt: skip

FIELDS: Mapping[str, Field] = {
    field.name: field
    for field in (
        *_ROWS,
        *unit_fields.ROWS,
        *tier_fields.ROWS,
        *rule_fields.ROWS,
        *discount_fields.ROWS,
        *gift_fields.ROWS,
        *person_fields.ROWS,
    )
}
