"""Nothing gets worse for a member without notice: the version in force says how long before."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Protocol

from domain.calendar import midnight
from domain.errors import NoticeRequired
from domain.programme import queries
from domain.programme.terms import Programme


class Counted(Protocol):
    """Of how many members a change is what."""

    @property
    def worse(self) -> int:
        """How many something gets worse for."""


Count = Callable[[Programme, Programme], Awaitable[Counted]]
"""Counts the members by what a programme is for them against the one before it."""


async def check(worse_for: int, effective_from: datetime) -> None:
    """Raise NoticeRequired if it is worse for anybody and begins too soon."""
    now, version = await queries.present()
    if not worse_for or version is None:
        return
    days = version.programme.notice_days
    if effective_from < now + timedelta(days=days):
        # The midnight after it, so that there is time to say so.
        zone = version.rules.zone
        earliest = midnight((now + timedelta(days=days + 1)).astimezone(zone).date(), zone)
        raise NoticeRequired(
            f"Something is worse for {worse_for} of the members, who are told {days} days before:"
            f" publish it from {earliest.isoformat()} on; `changes` says what it is.",
            ("effectiveFrom",),
        )
