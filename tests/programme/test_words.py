"""The programme read aloud: exact sentences, and words for everything in every language."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.language import LANGUAGES
from domain.programme import templates, words
from domain.programme.accruals import Part, PartKind, Reason, Why
from domain.programme.conditions import OPS, Condition, Op, Operand, Test, parse
from domain.programme.conditions.leaves import LEAVES, Kind, Leaf
from domain.programme.conditions.live import Miss
from domain.programme.document import decoded
from domain.programme.facts import Standing
from domain.programme.rules import accrual, compiled
from domain.programme.terms import Programme
from domain.programme.words.conditions import clause, found
from tests.factories.programme import (
    PER_EURO,
    a_programme,
    a_rule,
    a_standing,
    an_order,
    in_three_languages,
    rules_of,
    terms_of,
)
from tests.programme.strategies import conditions, orders, programmes, standings

PROGRAMME = terms_of()
COFFEE = {"lineCategory": {"in": ["coffee"]}}
DEAR = {"orderAmount": {"atLeast": 3000}}
NO_BREAK = "\u00a0"


def plain(text: str) -> str:
    """With common blanks, to be compared with what one types."""
    return text.replace(NO_BREAK, " ")


def value_for(leaf: Leaf) -> Operand:
    match leaf.kind:
        case Kind.INT:
            return 3
        case Kind.FLAG:
            return True
        case Kind.DATE:
            return date(2026, 6, 1)
        case Kind.TEXT | Kind.TEXTS:
            return tuple(leaf.values)[:2] if leaf.values else ("a", "b")


TESTS = [
    pytest.param(Test(leaf.name, op, value_for(leaf)), id=f"{leaf.name}.{op}")
    for leaf in LEAVES.values()
    for op in OPS[leaf.kind]
]


@pytest.mark.parametrize("test", TESTS)
def test_every_test_of_every_leaf_has_words_in_every_language(test: Test) -> None:
    said = [
        clause(PROGRAMME, test, language, contrary)
        for language in LANGUAGES
        for contrary in (False, True)
    ]

    assert len(set(said)) == 6
    assert not any("{" in each or "}" in each for each in said)


@pytest.mark.parametrize("leaf", LEAVES.values(), ids=lambda leaf: leaf.name)
def test_the_example_of_every_leaf_is_a_condition(leaf: Leaf) -> None:
    parse({leaf.name: dict(leaf.example)}, {leaf.subject})


@pytest.mark.parametrize(
    ("written", "en", "ru", "el"),
    [
        (DEAR, "the goods come to at least €30", "сумма за товары — не меньше 30 €",
         "το ποσό των προϊόντων είναι τουλάχιστον 30 €"),
        ({"not": DEAR}, "the goods come to less than €30", "сумма за товары — меньше 30 €",
         "το ποσό των προϊόντων είναι κάτω από 30 €"),
        ({"memberTier": {"in": ["gold", "silver"]}}, "the tier is “Gold” or “Silver”",
         "уровень — «Gold» или «Silver»", "το επίπεδο είναι «Gold» ή «Silver»"),
        ({"not": {"timeWeekday": {"in": ["MONDAY", "FRIDAY"]}}},
         "the day is not Monday or Friday", "день недели — не понедельник и не пятница",
         "η ημέρα δεν είναι Δευτέρα ή Παρασκευή"),
        ({"all": [{"timeHour": {"atLeast": 7, "atMost": 9}},
                  {"memberBirthdayToday": {"is": True}}]},
         "(the time is 7:00 or later and the time is before 10:00) and it is the member's birthday",
         "(время — не раньше 7:00 и время — раньше 10:00) и сегодня день рождения участника",
         "(η ώρα είναι από 7:00 και μετά και η ώρα είναι πριν από 10:00)"
         " και είναι τα γενέθλια του μέλους"),
        ({"not": {"any": [{"memberAge": {"equals": 18}}, {"memberLanguage": {"in": ["el"]}}]}},
         "the member's age is not 18 and the member's language is not Greek",
         "возраст участника — не 18 и язык участника — не греческий",
         "η ηλικία του μέλους είναι κάτι άλλο από 18 και η γλώσσα του μέλους δεν είναι ελληνικά"),
        ({"timeDate": {"until": "2026-09-01"}}, "the date is before 1 September 2026",
         "дата — раньше 1 сентября 2026", "η ημερομηνία είναι πριν από 1 Σεπτεμβρίου 2026"),
    ],
)  # fmt: skip
def test_conditions_are_clauses(written: dict[str, Any], en: str, ru: str, el: str) -> None:
    said = [plain(words.condition(PROGRAMME, parse(written), each)) for each in LANGUAGES]

    assert said == [en, ru, el]


@settings(max_examples=50, deadline=None)
@given(conditions, st.sampled_from(LANGUAGES))
def test_any_condition_can_be_said(condition: Condition, language: str) -> None:
    said = words.condition(PROGRAMME, condition, language)

    assert said.count("(") == said.count(")")
    assert "{" not in said


@pytest.mark.parametrize(
    ("rule", "en", "ru", "el"),
    [
        (a_rule(), "1 point for each whole euro.", "1 балл за каждый полный евро.",
         "1 πόντος για κάθε ολόκληρο ευρώ."),
        (a_rule(effect={**PER_EURO, "points": 2, "eachMinor": 1000}),
         "2 points for each whole €10.", "2 балла за каждые полные 10 €.",
         "2 πόντοι για κάθε ολόκληρο ποσό 10 €."),
        (a_rule(effect={**PER_EURO, "points": 5, "eachMinor": 2100}),
         "5 points for each whole €21.", "5 баллов за каждую полную сумму в 21 €.",
         "5 πόντοι για κάθε ολόκληρο ποσό 21 €."),
        (a_rule(unit="STARS", effect={"kind": "PER_ITEM", "points": 1}, lines=COFFEE),
         "1 star for each item where the category is “coffee”.",
         "1 звезда за каждую единицу товаров, у которых категория — «coffee».",
         "1 αστέρι για κάθε τεμάχιο όπου η κατηγορία είναι «coffee»."),
        (a_rule(effect={"kind": "PER_ORDER", "points": 25}, when=DEAR,
                limit={"points": 50, "per": "MONTH"}, validFrom="2026-06-01",
                validUntil="2026-09-01"),
         "25 points for an order, when the goods come to at least €30; limit: 50 points a month;"
         " from 1 June 2026 to 31 August 2026.",
         "25 баллов за заказ, если сумма за товары — не меньше 30 €; лимит: 50 баллов в месяц;"
         " с 1 июня 2026 по 31 августа 2026.",
         "25 πόντοι για παραγγελία, όταν το ποσό των προϊόντων είναι τουλάχιστον 30 €·"
         " όριο: 50 πόντοι τον μήνα· από 1 Ιουνίου 2026 έως 31 Αυγούστου 2026."),
        (a_rule(effect={"kind": "MULTIPLIER", "basisPoints": 12_500}),
         "5 points instead of 4.", "5 баллов вместо 4.", "5 πόντοι αντί για 4."),
        (a_rule(text={"en": "Own.", "ru": "Свой.", "el": "Δικό."}), "Own.", "Свой.", "Δικό."),
    ],
)  # fmt: skip
def test_rules_are_sentences(rule: dict[str, Any], en: str, ru: str, el: str) -> None:
    programme = terms_of(rules=[rule])

    said = [plain(words.rule(programme, programme.rules[0], each)) for each in LANGUAGES]

    assert said == [en, ru, el]


def part(kind: str, points: int, rule: str = "every-euro", **inputs: int) -> Part:
    return Part(rule, PartKind(kind), "POINTS", points, inputs)


@pytest.mark.parametrize(
    ("given", "en", "ru", "el"),
    [
        (part("PER_AMOUNT", 12, amount=1240, each=100, rate=1),
         "1 point for each whole euro of €12.40: 12 points",
         "1 балл за каждый полный евро из 12,40 €: 12 баллов",
         "1 πόντος για κάθε ολόκληρο ευρώ από 12,40 €: 12 πόντοι"),
        (part("PER_ITEM", 2, count=1, rate=2), "1 item, 2 points each: 2 points",
         "1 единица, за каждую 2 балла: 2 балла", "1 τεμάχιο, για το καθένα 2 πόντοι: 2 πόντοι"),
        (part("PER_ORDER", 1, rate=1), "1 point for the order", "1 балл за заказ",
         "1 πόντος για την παραγγελία"),
        (part("MULTIPLIER", 6, base=6, factor=20_000), "6 points × 2: 6 points more",
         "6 баллов × 2: ещё 6 баллов", "6 πόντοι × 2: 6 πόντοι επιπλέον"),
        (part("TIER", 3, "silver", base=12, factor=12_500),
         "Tier Silver: 12 points × 1.25, 3 points more",
         "Уровень «Silver»: 12 баллов × 1,25, ещё 3 балла",
         "Επίπεδο «Silver»: 12 πόντοι × 1,25, 3 πόντοι επιπλέον"),
        (part("OFFER", 20), "Offer: 20 points", "Предложение: 20 баллов", "Προσφορά: 20 πόντοι"),
        (part("WELCOME", 20), "For joining: 20 points", "За вступление: 20 баллов",
         "Για την εγγραφή: 20 πόντοι"),
        (part("REFERRAL", 100), "A friend's invitation: 100 points",
         "Приглашение друга: 100 баллов", "Πρόσκληση φίλου: 100 πόντοι"),
        (part("SURVEY", 10), "Thanks for your answers: 10 points", "Спасибо за ответы: 10 баллов",
         "Ευχαριστούμε για τις απαντήσεις: 10 πόντοι"),
        (part("BIRTHDAY", 50), "For your birthday: 50 points", "Ко дню рождения: 50 баллов",
         "Για τα γενέθλιά σας: 50 πόντοι"),
        (part("POOL", -3, base=12, factor=2500), "12 points × 0.25 for the pool: 3 points",
         "12 баллов × 0,25 в общий счёт: 3 балла",
         "12 πόντοι × 0,25 για το κοινό ταμείο: 3 πόντοι"),
        (part("ANNIVERSARY", 2, years=3), "3 years with us: 2 points", "3 года с нами: 2 балла",
         "3 χρόνια μαζί μας: 2 πόντοι"),
        (part("PAID", -20, "paid", paid=20, worth=150), "20 points pay €1.50 of the order",
         "20 баллов — оплата заказа на 1,50 €", "20 πόντοι: πληρωμή 1,50 € της παραγγελίας"),
    ],
)  # fmt: skip
def test_parts_are_reckoned_aloud(given: Part, en: str, ru: str, el: str) -> None:
    said = [plain(words.part(PROGRAMME, given.as_json(), "POINTS", each)) for each in LANGUAGES]

    assert said == [en, ru, el]


def test_a_part_that_a_limit_cut_says_both_numbers() -> None:
    rules = rules_of(a_rule(limit={"points": 5, "per": "MONTH"}))
    (cut,) = accrual(rules, an_order(), a_standing()).parts

    said = [plain(words.part(rules.programme, cut.as_json(), "POINTS", each)) for each in LANGUAGES]

    assert said == [
        "1 point for each whole euro of €12.40: 12 points; within the limit (5 points a month):"
        " 5 points",
        "1 балл за каждый полный евро из 12,40 €: 12 баллов; в пределах лимита (5 баллов в месяц):"
        " 5 баллов",
        "1 πόντος για κάθε ολόκληρο ευρώ από 12,40 €: 12 πόντοι· εντός ορίου (5 πόντοι τον μήνα):"
        " 5 πόντοι",
    ]


@pytest.mark.parametrize(
    ("rule", "reason", "en", "ru", "el"),
    [
        (a_rule(when=DEAR),
         Reason("every-euro", Why.CONDITION, Miss(Test("orderAmount", Op.AT_LEAST, 3000), 1673)),
         "Only when the goods come to at least €30; here: €16.73.",
         "Только если сумма за товары — не меньше 30 €; здесь: 16,73 €.",
         "Μόνο όταν το ποσό των προϊόντων είναι τουλάχιστον 30 €· εδώ: 16,73 €."),
        (a_rule(when={"not": {"timeWeekday": {"in": ["MONDAY"]}}}),
         Reason("every-euro", Why.CONDITION,
                Miss(Test("timeWeekday", Op.IN, ("MONDAY",)), "MONDAY", negated=True)),
         "Only when the day is not Monday; here: Monday.",
         "Только если день недели — не понедельник; здесь: понедельник.",
         "Μόνο όταν η ημέρα δεν είναι Δευτέρα· εδώ: Δευτέρα."),
        (a_rule(when={"memberAge": {"atLeast": 60}}),
         Reason("every-euro", Why.CONDITION, Miss(Test("memberAge", Op.AT_LEAST, 60), None)),
         "Only when the member's age is at least 60; here: not known.",
         "Только если возраст участника — не меньше 60; здесь: неизвестно.",
         "Μόνο όταν η ηλικία του μέλους είναι τουλάχιστον 60· εδώ: άγνωστο."),
        (a_rule(when={"memberBirthdayToday": {"is": True}}),
         Reason("every-euro", Why.CONDITION, Miss(Test("memberBirthdayToday", Op.IS, True), False)),
         "Only when it is the member's birthday.",
         "Только если сегодня день рождения участника.",
         "Μόνο όταν είναι τα γενέθλια του μέλους."),
        (a_rule(when={"any": [DEAR, {"orderStore": {"in": ["a"]}}]}),
         Reason("every-euro", Why.CONDITION, Miss(Test("orderAmount", Op.AT_LEAST, 3000), 1673)),
         "Only when the goods come to at least €30 or the store is “a”.",
         "Только если сумма за товары — не меньше 30 € или магазин — «a».",
         "Μόνο όταν το ποσό των προϊόντων είναι τουλάχιστον 30 € ή το κατάστημα είναι «a»."),
        (a_rule(validFrom="2026-06-01"), Reason("every-euro", Why.NOT_IN_FORCE),
         "In force only from 1 June 2026.", "Действует только с 1 июня 2026.",
         "Ισχύει μόνο από 1 Ιουνίου 2026."),
        (a_rule(), Reason("every-euro", Why.CURRENCY), "Only orders in EUR count.",
         "Засчитываются только заказы в валюте EUR.", "Μετρούν μόνο παραγγελίες σε EUR."),
        (a_rule(lines=COFFEE), Reason("every-euro", Why.NO_LINE),
         "Only for goods where the category is “coffee”; there are none here.",
         "Только товары, у которых категория — «coffee»; здесь таких нет.",
         "Μόνο για προϊόντα όπου η κατηγορία είναι «coffee»· εδώ δεν υπάρχουν."),
        (a_rule(), Reason("every-euro", Why.NO_LINE), "None of these goods count.",
         "Эти товары не засчитываются.", "Αυτά τα προϊόντα δεν μετρούν."),
        (a_rule(), Reason("every-euro", Why.TOO_LITTLE, had=40),
         "Less than €1: these goods come to €0.40.", "Меньше 1 €: эти товары стоят 0,40 €.",
         "Λιγότερο από 1 €: αυτά τα προϊόντα κάνουν 0,40 €."),
        (a_rule(), Reason("every-euro", Why.TOO_LITTLE), "It comes to less than 1 point.",
         "Получается меньше, чем 1 балл.", "Δεν συμπληρώνεται 1 πόντος."),
        (a_rule(), Reason("other", Why.NOT_BEST, better="every-euro"),
         "“every euro” gave more, and only the best counts.",
         "«every euro» даёт больше, а засчитывается лучшее.",
         "Το «every euro» έδωσε περισσότερα και μετράει μόνο το καλύτερο."),
        (a_rule(limit={"points": 50, "per": "EVER"}), Reason("every-euro", Why.LIMIT),
         "The limit is used up: 50 points in all.", "Лимит исчерпан: 50 баллов за всё время.",
         "Το όριο εξαντλήθηκε: 50 πόντοι συνολικά."),
    ],
)  # fmt: skip
def test_reasons_say_what_was_asked_and_what_there_was(
    rule: dict[str, Any], reason: Reason, en: str, ru: str, el: str
) -> None:
    programme = terms_of(rules=[rule])

    said = [plain(words.reason(programme, reason, each)) for each in LANGUAGES]

    assert said == [en, ru, el]


@pytest.mark.parametrize("why", Why)
def test_a_reason_can_be_told_of_what_the_programme_no_longer_has(why: Why) -> None:
    said = {words.reason(PROGRAMME, Reason("gone", why), language) for language in LANGUAGES}

    assert len(said) == 3
    assert not any("{" in each for each in said)


def test_a_part_can_be_told_of_what_the_programme_no_longer_has() -> None:
    kept = Part("gone", PartKind.TIER, "MILES", 3, {"base": 12, "factor": 12_500}, desired=9)

    said = words.part(PROGRAMME, kept.as_json(), "MILES", "en")

    assert said == "Tier gone: 12 MILES × 1.25, 9 MILES more; within the limit: 3 MILES"


@settings(max_examples=50, deadline=None)
@given(programmes(), orders(), standings, st.sampled_from(LANGUAGES))
def test_all_that_is_judged_can_be_told(
    written: dict[str, Any], order: Any, standing: Standing, language: str
) -> None:
    programme = decoded(written)
    judged = accrual(compiled(programme), order, standing)

    said = [words.part(programme, part.as_json(), part.unit, language) for part in judged.parts]
    said += [words.reason(programme, reason, language) for reason in judged.reasons]
    said += [words.rule(programme, rule, language) for rule in programme.rules]

    assert not any("{" in each for each in said)


def test_terms_say_what_is_counted_how_long_and_for_what() -> None:
    changes = {
        "terms": in_three_languages("Be kind."),
        "welcome": {"unit": "POINTS", "points": 21, "name": in_three_languages("Hello")},
        "referral": {"unit": "POINTS", "referrerPoints": 5, "friendPoints": 5,
                     "text": in_three_languages("Bring a friend.")},
    }  # fmt: skip
    document = a_programme(**changes)
    document["units"][0]["expiry"] = {"months": 1, "roundedTo": "MONTH"}

    said = [words.terms(decoded(document), language) for language in LANGUAGES]

    assert said == [
        "Be kind.\n\n"
        "Points: good for 1 month from the day they are earned, to the end of that month.\n"
        "Stars: they never expire.\n"
        "Tiers, by points earned in 365 days, extras aside:"
        " Bronze from 0, Silver from 100, Gold from 300.\n"
        "For joining: 21 points.\nBring a friend.",
        "Be kind.\n\n"
        "Баллы: действуют 1 месяц со дня начисления, до конца того месяца.\n"
        "Звёзды: не сгорают.\n"
        "Уровни, по числу баллов за 365 дней без надбавок:"
        " Bronze — 0, Silver — 100, Gold — 300.\n"
        "За вступление: 21 балл.\nBring a friend.",
        "Be kind.\n\n"
        "Πόντοι: ισχύουν 1 μήνα από την ημέρα που κερδήθηκαν, έως το τέλος εκείνου του μήνα.\n"
        "Αστέρια: δεν λήγουν ποτέ.\n"
        "Επίπεδα (πόντοι σε 365 ημέρες, χωρίς προσαυξήσεις):"
        " Bronze από 0, Silver από 100, Gold από 300.\n"
        "Για την εγγραφή: 21 πόντοι.\nBring a friend.",
    ]


def test_a_language_that_is_not_spoken_is_spoken_to_in_english() -> None:
    cafe: Programme = decoded(templates.contents("cafe"))

    assert words.terms(cafe, "de") == words.terms(cafe, "en")
    assert words.rule(cafe, cafe.rules[0], "pt-BR") == "1 point for each whole euro."


@pytest.mark.parametrize(
    ("test", "value", "said"),
    [
        (Test("orderAmount", Op.ABOVE, 0), 1673, "€16.73"),
        (Test("timeHour", Op.BELOW, 9), 9, "9:00–9:59"),
        (Test("timeDate", Op.FROM, date(2026, 6, 1)), date(2026, 5, 3), "3 May 2026"),
        (Test("memberQualifying", Op.AT_LEAST, 5000), 4999, "4,999"),
        (Test("memberBirthdayToday", Op.IS, True), False, None),
    ],
)
def test_what_was_found_is_told_as_people_read_it(test: Test, value: Any, said: str | None) -> None:
    assert found(PROGRAMME, test, value, "en") == said
