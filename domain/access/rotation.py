"""Signing keys follow each other: by the worker every 90 days, by command, or because one leaked.

A key is made a day before it signs: whoever verifies by a copy of what is published has it by then.
"""

from dataclasses import dataclass
from datetime import datetime

from domain import database
from domain.access import keys

AHEAD_HOURS = 24
AGE_DAYS = 90


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A key as people see it: NEXT, CURRENT, RETIRED or REVOKED, and when it begins to sign."""

    kid: str
    state: str
    signs_from: datetime


async def listed() -> list[KeyRow]:
    """All keys, newest first."""
    found = await database.rows(keys.ROWS)
    return [KeyRow(row["kid"], row["state"], row["signs_from"]) for row in found]


async def rotate(*, at_once: bool = False) -> KeyRow:
    """Make the next key, to sign in a day; `at_once`: now. One that waits already is taken."""
    async with database.transaction():
        await database.rows(keys.ONE_AT_A_TIME)
        waiting = [row for row in await database.rows(keys.ROWS) if row["state"] == "NEXT"]
        kid = waiting[0]["kid"] if waiting else await keys.made(AHEAD_HOURS)
        if at_once:
            await database.rows("update signing_keys set signs_from = now() where kid = $1", kid)
        await database.after_commit(keys.read_again)
        (row,) = (row for row in await listed() if row.kid == kid)
    return row


async def rotate_due() -> None:
    """Make the next key when the current one has signed for 90 days."""
    newest = await database.value(
        """select max(signs_from) < now() - make_interval(days => $1) from signing_keys
           where revoked_at is null""",
        AGE_DAYS,
    )
    if newest:
        await rotate()


async def revoke(kid: str) -> bool:
    """Believe a key no more, because it leaked: whether there is one to be revoked.

    All its tokens are refused within four seconds, and sessions go on by `sessionRefresh`.
    """
    async with database.transaction():
        await database.rows(keys.ONE_AT_A_TIME)
        state = {row["kid"]: row["state"] for row in await database.rows(keys.ROWS)}.get(kid)
        if state in (None, "REVOKED"):
            return False
        if state == "CURRENT":
            await keys.made(0)
        await database.rows("update signing_keys set revoked_at = now() where kid = $1", kid)
        await database.after_commit(keys.read_again)
    return True


async def purge() -> None:
    """Delete keys of which no token can be left."""
    gone = [row["kid"] for row in await database.rows(keys.ROWS) if not row["is_good"]]
    await database.rows(
        "delete from signing_keys where kid = any($1) and signs_from < now() - interval '30 days'",
        gone,
    )
