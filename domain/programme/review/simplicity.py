"""Programmes that nobody understands, that mean nobody, or that are nothing but a price."""

from collections.abc import Iterator, Sequence

from domain.programme.conditions import LINE_SUBJECTS, ORDER_SUBJECTS, Condition, parse, tests
from domain.programme.conditions.attributes import ACTIVITY_SUBJECTS, leaves_of
from domain.programme.conditions.leaves import Subject
from domain.programme.conditions.member_attributes import leaves_of_programme
from domain.programme.problems import Path, Problem, Severity
from domain.programme.review.circumstances import Circumstances
from domain.programme.terms import ActivityRule, Discount, Programme, Rule
from domain.programme.words import terms

RULES_MAX = 15
TESTS_MAX = 25
EXCEPTIONS_MAX = 12
SCREEN_LETTERS = 1_080
_PERSONAL = {Subject.MEMBER, Subject.STANDING, Subject.HISTORY}


def conditions(programme: Programme) -> Iterator[tuple[Path, Condition]]:
    """Every condition of its rules, with where it stands."""
    leaves = leaves_of_programme(programme)
    lists: dict[str, Sequence[Rule | Discount]] = {
        "rules": programme.rules,
        "discounts": programme.discounts,
    }
    for name, rules in lists.items():
        for index, rule in enumerate(rules):
            if rule.lines is not None:
                yield (name, str(index), "lines"), parse(rule.lines, LINE_SUBJECTS)
            if rule.when is not None:
                condition = parse(rule.when, ORDER_SUBJECTS, leaves=leaves)
                yield (name, str(index), "when"), condition
    for index, given in enumerate(programme.activity_rules):
        kind = programme.activity(given.activity)
        if given.when is not None and kind is not None:
            condition = parse(given.when, ACTIVITY_SUBJECTS, leaves=leaves_of(programme, kind))
            yield ("activityRules", str(index), "when"), condition


def too_complex(programme: Programme, _found: Circumstances) -> Iterator[Problem]:
    """More rules, tests or exceptions than one keeps in mind; terms beyond a phone's screen."""
    rules: list[Rule | ActivityRule | Discount] = [
        *programme.rules,
        *programme.activity_rules,
        *programme.discounts,
    ]
    asked = sum(len(tests(condition)) for _, condition in conditions(programme))
    exceptions = sum(
        (rule.limit is not None) + (rule.valid_from is not None or rule.valid_until is not None)
        for rule in rules
    ) + sum(len(unit.caps) + (unit.max_balance is not None) for unit in programme.units)
    budget = (
        (len(rules), RULES_MAX, "rules", "Merge those that are alike, and drop the least used."),
        (asked, TESTS_MAX, "conditions", "Ask less: one condition says more than three."),
        (exceptions, EXCEPTIONS_MAX, "limits, dates and caps", "Keep those that save the most."),
    )
    for count, most, what, hint in budget:
        if count > most:
            message = f"{count} {what} are more than people keep in mind: {most}."
            yield Problem(("rules",), message, hint, Severity.WARNING)
    for language in programme.languages:
        letters = len(terms(programme, language))
        if letters > SCREEN_LETTERS:
            message = f"The terms in '{language}' take {letters} letters; a phone shows less."
            hint = f"Shorten the text to {SCREEN_LETTERS} letters in all, what units say included."
            yield Problem(("terms", language), message, hint, Severity.WARNING)


def not_personal(programme: Programme, found: Circumstances) -> Iterator[Problem]:
    """Nothing in it looks at the member."""
    subjects = {leaf.name: leaf.subject for leaf in leaves_of_programme(programme).values()}
    looks = any(
        subjects.get(test.leaf) in _PERSONAL
        for _, condition in conditions(programme)
        for test in tests(condition)
    )
    if not looks and not found.personal:
        hint = 'Look at the member: {"memberOrderNumber": {"equals": 2}}; or make it an offer.'
        message = "It treats everybody alike: no rule, offer or segment looks at the member."
        yield Problem(("rules",), message, hint, Severity.WARNING)


def money_alone(programme: Programme, found: Circumstances) -> Iterator[Problem]:
    """Nothing but price cuts: the next cheaper shop takes such members away."""
    things = (
        any(tier.benefits for tier in programme.tiers),
        programme.birthday is not None,
        programme.anniversary is not None,
        bool(programme.badges),
        any(not reward.is_price_cut for reward in found.rewards),
        found.causes > 0,
    )
    if not any(things):
        message = "It gives nothing but money: no benefit, event, gift, greeting or cause."
        hint = "Give a tier a benefit, greet birthdays, or offer a reward of kind EVENT or GIFT."
        yield Problem(("tiers",), message, hint, Severity.WARNING)
