"""What is wrong with the other currencies of a programme."""

from collections.abc import Iterator

from domain.money import EXPONENTS
from domain.programme.problems import Problem
from domain.programme.review.faults import twice
from domain.programme.terms import Programme

RATE_MAX = 10**9


def problems(programme: Programme) -> Iterator[Problem]:
    """Currencies that there are not, or that stand there before; rates that are none."""
    yield from twice(("currencies",), [each.code for each in programme.currencies], "code")
    for index, each in enumerate(programme.currencies):
        path = ("currencies", str(index))
        if each.code not in EXPONENTS:
            yield Problem((*path, "code"), "No such currency.", "Write an ISO 4217 code: JPY.")
        if each.code == programme.currency:
            hint = "Take it out: only others need a rate."
            yield Problem((*path, "code"), "This is the programme's own currency.", hint)
        for name, amount in (("minor", each.minor), ("worthMinor", each.worth_minor)):
            if not 1 <= amount <= RATE_MAX:
                hint = f"Write 1 to {RATE_MAX} minor units."
                yield Problem((*path, name), "This is no side of a rate.", hint)
