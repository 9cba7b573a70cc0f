"""What is wrong with the bounds of what members may send to each other."""

from collections.abc import Iterator
from itertools import pairwise

from domain.programme.problems import Path, Problem
from domain.programme.terms import Transfers

POINTS_MAX = 10**9
TRIES_MAX = 1_000_000


def problems(terms: Transfers | None, path: Path) -> Iterator[Problem]:
    """Bounds that nothing fits, each where it stands; a longer stretch allows no less."""
    if terms is None:
        return
    bounds = (
        ("pointsMin", terms.points_min),
        ("pointsMax", terms.points_max),
        ("dayPointsMax", terms.day_points_max),
        ("monthPointsMax", terms.month_points_max),
    )
    said = [(name, points) for name, points in bounds if points is not None]
    for name, points in said:
        if not 1 <= points <= POINTS_MAX:
            hint = f"Write 1 to {POINTS_MAX}, or leave it away."
            yield Problem((*path, name), "Nothing could be sent, or too much.", hint)
    for (lower, least), (name, points) in pairwise(said):
        if points < least:
            hint = f"Write {least} or more, or lower `{lower}`."
            yield Problem((*path, name), f"This is less than `{lower}`.", hint)
    if not 1 <= terms.day_tries_max <= TRIES_MAX:
        hint = f"Write 1 to {TRIES_MAX}: 20."
        yield Problem((*path, "dayTriesMax"), "Nobody could try, or anybody for ever.", hint)
