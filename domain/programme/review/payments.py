"""What is wrong with how points of a unit pay."""

from collections.abc import Iterator

from domain.money import WHOLE_BASIS_POINTS
from domain.programme.problems import Path, Problem
from domain.programme.terms.payments import PayWithPoints

RATE_MAX = 10**9
HOLD_DAYS_MAX = 366


def problems(terms: PayWithPoints | None, path: Path) -> Iterator[Problem]:
    """A rate that is none, bounds that leave nothing, a hold without a life."""
    if terms is None:
        return
    bounds = (
        ("points", terms.points, RATE_MAX, "So many points pay `minor`: 100."),
        ("minor", terms.minor, RATE_MAX, "What `points` pay, in minor units: 100 is one euro."),
        ("minPoints", terms.min_points, RATE_MAX, "The fewest that pay: 1, or more."),
        ("step", terms.step, RATE_MAX, "In steps of so many: 1 for any number."),
        (
            "maxBasisPoints",
            terms.max_basis_points,
            WHOLE_BASIS_POINTS,
            "5000 is half of them.",
        ),
        ("holdDays", terms.hold_days, HOLD_DAYS_MAX, "How long a placed order keeps them: 14."),
    )
    for name, value, most, hint in bounds:
        if not 1 <= value <= most:
            yield Problem((*path, name), f"This is 1 to {most}.", hint)
            return
    if terms.max_points is not None and terms.max_points < terms.least:
        hint = f"Write {terms.least} or more, or leave `maxPoints` away."
        yield Problem((*path, "maxPoints"), "No number of points is enough and allowed.", hint)
