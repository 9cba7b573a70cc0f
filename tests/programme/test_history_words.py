"""What was bought before is told as people say it, in three languages."""

from typing import Any

import pytest

from domain.programme import words
from domain.programme.accruals import Reason, Why
from domain.programme.conditions import Test, parse
from domain.programme.conditions.live import Miss
from tests.factories.programme import a_rule, terms_of
from tests.programme.test_words import plain

COFFEE = {"category": ["coffee"], "withinDays": 90}
CASES: list[tuple[dict[str, Any], int | None, tuple[str, str, str]]] = [
    (
        {"memberOrders": {"atLeast": 2, **COFFEE}},
        1,
        (
            "Only when the number of earlier orders with something of the category “coffee”"
            " in the last 90 days is at least 2; here: 1.",
            "Только если прежних заказов с чем-нибудь из категории «coffee»"
            " за последние 90 дней — не меньше 2; здесь: 1.",
            "Μόνο όταν οι προηγούμενες παραγγελίες με κάτι από την κατηγορία «coffee»"
            " τις τελευταίες 90 ημέρες είναι τουλάχιστον 2· εδώ: 1.",
        ),
    ),
    (
        {"memberSpent": {"above": 50000, "brand": ["Meliti", "Attiki"], "withinDays": 1}},
        1250,
        (
            "Only when what was spent before on the brand “Meliti” or “Attiki” in the last 1 day"
            " is more than €500; here: €12.50.",
            "Только если потрачено раньше на марку «Meliti» или «Attiki» за последний 1 день"
            " — больше 500 €; здесь: 12,50 €.",
            "Μόνο όταν όσα ξοδεύτηκαν πριν στη μάρκα «Meliti» ή «Attiki» την τελευταία 1 ημέρα"
            " είναι πάνω από 500 €· εδώ: 12,50 €.",
        ),
    ),
    (
        {"memberDaysSinceOrder": {"atLeast": 60}},
        None,
        (
            "Only when the number of days since the last order is at least 60; here: none yet.",
            "Только если дней с последнего заказа — не меньше 60; здесь: ещё не было.",
            "Μόνο όταν οι ημέρες από την τελευταία παραγγελία είναι τουλάχιστον 60·"
            " εδώ: καμία ακόμη.",
        ),
    ),
]


@pytest.mark.parametrize(("when", "had", "told"), CASES)
def test_why_not_says_of_which_orders_and_what_there_was(
    when: dict[str, Any], had: int | None, told: tuple[str, str, str]
) -> None:
    programme = terms_of(rules=[a_rule("again", when=when)])
    test = parse(when)
    assert isinstance(test, Test)
    missed = Reason("again", Why.CONDITION, Miss(test, had))

    said = [plain(words.reason(programme, missed, language)) for language in ("en", "ru", "el")]

    assert said == list(told)
