"""What has been taken of discounts' budgets: a counter for each, never more than its budget.

The counters are the last that is locked of an order, by code: after keys and members.
"""

from collections.abc import Iterable, Mapping

from domain import database
from domain.programme.queries import Version


def codes_of(versions: Iterable[Version]) -> list[str]:
    """Discounts of these versions that have a budget, in the order in which they are locked."""
    found = {
        each.code
        for version in {version.number: version for version in versions}.values()
        for each in version.programme.discounts
        if each.budget_minor is not None
    }
    return sorted(found)


async def spent(codes: list[str]) -> dict[str, int]:
    """What has been taken of these budgets, in minor units by code."""
    if not codes:
        return {}
    found = await database.rows(
        "select code, spent from discount_budgets where code = any($1)", codes
    )
    return {row["code"]: row["spent"] for row in found}


async def locked(codes: list[str]) -> dict[str, int]:
    """The same; nobody else takes of them until the transaction ends."""
    if not codes:
        return {}
    await database.rows(
        """insert into discount_budgets (code, spent) select code, 0 from unnest($1::text[]) as code
           order by code on conflict do nothing""",
        codes,
    )
    found = await database.rows(
        """select code, spent from discount_budgets where code = any($1)
           order by code for no key update""",
        codes,
    )
    return {row["code"]: row["spent"] for row in found}


async def take(minors: Mapping[str, int]) -> None:
    """Take so many minor units of each, or (less than 0) give them back."""
    changed = {code: minor for code, minor in sorted(minors.items()) if minor}
    if changed:
        await locked([*changed])
        await database.rows(
            """update discount_budgets b set spent = greatest(0, b.spent + c.minor)
               from unnest($1::text[], $2::bigint[]) as c (code, minor) where b.code = c.code""",
            *([*changed], [*changed.values()]),
        )
