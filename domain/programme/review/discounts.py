"""What is wrong with a programme's discounts."""

from collections.abc import Iterator

from domain.money import WHOLE_BASIS_POINTS
from domain.programme.conditions import LINE_SUBJECTS, ORDER_SUBJECTS
from domain.programme.problems import Path, Problem
from domain.programme.review.faults import codes, condition, said
from domain.programme.terms import AmountOff, Discount, FreeDelivery, PercentOff, Programme

DISCOUNTS_MAX = 50
MINOR_MAX = 10**13


def problems(programme: Programme) -> Iterator[Problem]:
    """Discounts that take nothing off, or that nobody can be given; codes that rules have."""
    if len(programme.discounts) > DISCOUNTS_MAX:
        hint = f"Write {DISCOUNTS_MAX} at most."
        yield Problem(("discounts",), "Nobody reads so many.", hint)
    yield from codes("discounts", [each.code for each in programme.discounts])
    for index, each in enumerate(programme.discounts):
        path = ("discounts", str(index))
        if programme.rule(each.code) or programme.activity_rule(each.code):
            # What limits have given is counted by code.
            message = f"A rule of earning is called {each.code}."
            yield Problem((*path, "code"), message, "Make it another.")
        yield from said(programme, each.name, (*path, "name"))
        yield from said(programme, each.text, (*path, "text"))
        yield from _effect(each, path)
        yield from _bounds(each, path)
        if each.lines is not None:
            yield from condition(programme, each.lines, LINE_SUBJECTS, (*path, "lines"))
        if each.when is not None:
            yield from condition(programme, each.when, ORDER_SUBJECTS, (*path, "when"))


def _effect(discount: Discount, path: Path) -> Iterator[Problem]:
    match discount.effect:
        case AmountOff(minor=minor) if not 1 <= minor <= MINOR_MAX:
            hint = f"Write 1 to {MINOR_MAX} minor units: 500 is 5.00."
            yield Problem((*path, "effect", "minor"), "It takes nothing off, or too much.", hint)
        case PercentOff(basis_points=share) if not 1 <= share <= WHOLE_BASIS_POINTS:
            hint = f"Write 1 to {WHOLE_BASIS_POINTS} basis points: 500 is 5%."
            message = "It takes nothing off, or more than all."
            yield Problem((*path, "effect", "basisPoints"), message, hint)
        case FreeDelivery() if discount.lines is not None:
            hint = "Leave `lines` away, or ask for them by `when`."
            yield Problem((*path, "lines"), "A delivery is of the whole order.", hint)
        case _:
            pass


def _bounds(discount: Discount, path: Path) -> Iterator[Problem]:
    limit, budget = discount.limit, discount.budget_minor
    if limit is not None and limit.minor < 1:
        yield Problem((*path, "limit", "minor"), "The limit stops all.", "Write 1 or more.")
    if budget is not None and not 1 <= budget <= MINOR_MAX:
        hint = f"Write 1 to {MINOR_MAX} minor units, or leave it away for no bound."
        yield Problem((*path, "budgetMinor"), "Nobody can be given anything.", hint)
    if discount.valid_from and discount.valid_until and discount.valid_from >= discount.valid_until:
        hint = "`validUntil` is the first day after it."
        yield Problem((*path, "validUntil"), "The discount is never in force.", hint)
