"""Tiers that members hold have a place in what comes after: no tier goes with members in it."""

from domain import database
from domain.programme.problems import Problem
from domain.programme.terms import Programme

_HELD = """
select tier, count(*) as members from members
where state not in ('ERASED', 'MERGED') group by tier order by tier
"""


async def problems(programme: Programme, before: Programme | None) -> list[Problem]:
    """An ERROR for each tier of `before` that members hold and that leads nowhere."""
    if before is None:
        return []
    members: dict[str, int] = {}
    for row in await database.rows(_HELD):
        # A version that is still to come may have another name for it.
        known = before.tier(row["tier"])
        code = known.code if known is not None else row["tier"]
        members[code] = members.get(code, 0) + row["members"]
    hint = "Keep it, or name it in `replaces` of the tier that they shall hold."
    return [
        Problem(("tiers",), f"Tier {code} is gone, and {count} members hold it.", hint)
        for code, count in members.items()
        if programme.tier(code) is None
    ]
