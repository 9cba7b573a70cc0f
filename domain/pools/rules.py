"""How much goes to a pool, and how much comes back of it when what earned it is returned."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.money import WHOLE_BASIS_POINTS


def part_of(points: int, basis_points: int) -> int:
    """So many basis points of an earning, rounded down."""
    return points * basis_points // WHOLE_BASIS_POINTS


@dataclass(frozen=True, slots=True)
class Given:
    """A contribution: of `earned` points, `points` were given, of which `returned` came back."""

    basis_points: int
    earned: int
    points: int
    returned: int = 0


def to_return(given: Sequence[Given], kept: int) -> list[int]:
    """What of each contribution should go back, when of all that was earned `kept` points stay.

    The pool then has what it would have got of those points alone, each part rounded down.
    """
    found = []
    for each in given:
        stays = min(each.earned, kept)
        kept -= stays
        has = each.points - each.returned
        found.append(max(0, has - part_of(stays, each.basis_points)))
    return found
