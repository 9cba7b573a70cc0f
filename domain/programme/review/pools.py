"""What is wrong with what a programme says of pools."""

from collections.abc import Iterator

from domain.money import WHOLE_BASIS_POINTS
from domain.programme.problems import Problem
from domain.programme.review.faults import twice
from domain.programme.terms import Programme

PEOPLE_MAX = 500
INVITATION_DAYS_MAX = 90


def problems(programme: Programme) -> Iterator[Problem]:
    """Pools of nobody, contributions out of bounds, invitations that are over at once."""
    pools = programme.pools
    if pools is None:
        return
    if not pools.kinds:
        hint = "Write HOUSEHOLD or COMPANY, or leave `pools` away."
        yield Problem(("pools", "kinds"), "There are no pools.", hint)
    yield from twice(("pools", "kinds"), pools.kinds)
    if not 2 <= pools.people_max <= PEOPLE_MAX:
        hint = f"Write 2 to {PEOPLE_MAX}."
        yield Problem(("pools", "peopleMax"), "So many cannot collect together.", hint)
    bounds = pools.contribution_min, pools.contribution, pools.contribution_max
    if list(bounds) != sorted(bounds) or bounds[0] < 0 or bounds[2] > WHOLE_BASIS_POINTS:
        hint = "From the least over the usual to the most: 0 to 10000 basis points."
        yield Problem(("pools", "contribution"), "Nobody can give so much.", hint)
    if not 1 <= pools.invitation_days <= INVITATION_DAYS_MAX:
        hint = f"Write 1 to {INVITATION_DAYS_MAX}."
        yield Problem(("pools", "invitationDays"), "This is no time to answer in.", hint)
