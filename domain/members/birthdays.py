"""How often a birthday may be another: presents come by it, so that it is no matter of taste."""

from datetime import datetime
from typing import Any
from uuid import UUID

from domain import database
from domain.errors import TooSoon
from domain.members import fields
from domain.members.fields import Birthday

_PATH = ("birthday",)


async def changes(member_id: UUID, wanted: Birthday | None, now: datetime) -> dict[str, Any]:
    """What changes in the profile, under the member's lock. Raises InvalidInput, and TooSoon.

    A birthday is given once, freely; afterwards it is changed at most once a year. It can always
    be taken back, and counts as known then: one that is given anew is a change.
    """
    wanted = fields.birthday(wanted, now.date(), _PATH)
    row = await database.row(
        """select birth_month, birth_day, birth_year, birthday_changed_at, birthday_cleared_at
           from profiles where member_id = $1""",
        member_id,
    )
    assert row is not None
    month = row["birth_month"]
    known = Birthday(month, row["birth_day"], row["birth_year"]) if month else None
    if wanted == known:
        return {}
    made: dict[str, Any] = fields.birthday_columns(wanted)
    if wanted is None:
        return made | {"birthday_cleared_at": now}
    if known is None and row["birthday_cleared_at"] is None:
        return made
    changed_at = row["birthday_changed_at"]
    if changed_at is not None and now < (again := _a_year_after(changed_at)):
        raise TooSoon(
            "A birthday is changed once a year: it can be changed again on "
            f"{again:%Y-%m-%d}; the team can put a slip right.",
            again,
            _PATH,
        )
    return made | {"birthday_changed_at": now}


def _a_year_after(at: datetime) -> datetime:
    try:
        return at.replace(year=at.year + 1)
    except ValueError:  # 29 February
        return at.replace(year=at.year + 1, month=3, day=1)
