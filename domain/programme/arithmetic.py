"""The arithmetic of points, said once for both speeds: ints of one order, int64 columns of many.

No branches, no min and max: comparisons count as 0 and 1, so that the same lines do for both. Live
judging (rules.py), reckoning (reckoning.py) and the bulk reading know no other arithmetic.
"""

from typing import TYPE_CHECKING, TypeVar

from domain.money import WHOLE_BASIS_POINTS

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

    IntArray = NDArray[numpy.int64]
    Number = int | IntArray

I = TypeVar("I", int, "IntArray")  # noqa: E741 - as in one int or many


def earned(weight: I, each: int, rate: int) -> I:
    """`rate` points for each whole `each` of what lines weigh, floored once: of the amount in minor
    units; of pieces, and of the order itself, for each one.
    """
    return weight // each * rate if each > 1 else weight * rate


def added(points: I, factor: I | int) -> I:
    """What a factor in basis points adds to points, floored."""
    return points * (factor - WHOLE_BASIS_POINTS) // WHOLE_BASIS_POINTS


def smaller(one: I, other: I | int) -> I:
    """The smaller of the two."""
    return one - (one - other) * (one > other)


def within(wanted: I, left: I | int, *, refuses: bool) -> I:
    """What a limit with `left` points gives: as many as fit, or with `refuses` all or none."""
    if refuses:
        return wanted * (wanted <= left)
    return smaller(wanted, left * (left > 0))
