"""Discount rules made ready to judge by: conditions as functions, and whom they need to know."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from domain.programme.conditions import LINE_SUBJECTS, ORDER_SUBJECTS, Condition, parse, tests
from domain.programme.conditions.leaves import Leaf, Subject
from domain.programme.conditions.live import Check
from domain.programme.conditions.live import compiled as check_of
from domain.programme.conditions.member_attributes import leaves_of_programme
from domain.programme.terms import Discount, LimitPeriod, Programme

_PERSONAL = frozenset({Subject.MEMBER, Subject.STANDING, Subject.HISTORY})


@dataclass(frozen=True, slots=True)
class CompiledDiscount:
    """A discount with its conditions as functions of a scene; None where nothing is asked.

    `is_personal`: it asks who buys, or counts what each member gets of it.
    """

    terms: Discount
    when: Check | None
    lines: Check | None
    condition: Condition | None
    is_personal: bool

    @property
    def code(self) -> str:
        """The discount's code."""
        return self.terms.code


def compiled_discounts(programme: Programme) -> tuple[CompiledDiscount, ...]:
    """The programme's discounts, in the order in which they are declared."""
    return tuple([_compiled(each, programme) for each in programme.discounts])


def conditions(programme: Programme) -> Iterator[Condition]:
    """What discounts ask of orders and of who buys."""
    leaves = leaves_of_programme(programme)
    for each in programme.discounts:
        if each.when is not None:
            yield parse(each.when, ORDER_SUBJECTS, leaves=leaves)


def _compiled(terms: Discount, programme: Programme) -> CompiledDiscount:
    leaves = leaves_of_programme(programme)
    when = parse(terms.when, ORDER_SUBJECTS, leaves=leaves) if terms.when is not None else None
    lines = parse(terms.lines, LINE_SUBJECTS) if terms.lines is not None else None
    return CompiledDiscount(
        terms,
        check_of(when) if when else None,
        check_of(lines) if lines else None,
        when,
        _counts_members(terms) or (when is not None and _asks_who(when, leaves)),
    )


def _counts_members(terms: Discount) -> bool:
    return terms.limit is not None and terms.limit.per is not LimitPeriod.ORDER


def _asks_who(when: Condition, leaves: Mapping[str, Leaf]) -> bool:
    return any(leaves[test.leaf].subject in _PERSONAL for test in tests(when))
