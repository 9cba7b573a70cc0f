"""What happens then: the one table that leads from facts to what is done about them."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from domain import cache, database, outbox, shared_versions
from domain.activities import badges
from domain.events import (
    CardReplaced,
    Event,
    MemberEnrolled,
    MembersMerged,
    MemberStateChanged,
    OrderRefunded,
    OrderReported,
    PointsExpired,
    PointsReleased,
    PoolInvited,
    PoolJoined,
    PoolLeft,
    SessionCompromised,
    SharedChanged,
    members_of,
)
from domain.membership import erasing
from domain.notifications import operations as notifications
from domain.offers import segment_refreshing
from domain.orders import refunding
from domain.pools import contributing, ending, telling
from domain.referrals import operations as referrals
from domain.referrals import voiding
from domain.wallets import arriving


def _is_first(event: OrderReported) -> bool:
    return event.order_count == 1


def _is_whole(event: OrderRefunded) -> bool:
    return event.wholly


def _is_end(event: MemberStateChanged) -> bool:
    return event.state == "ERASED"


def _takes_part(event: MemberStateChanged) -> bool:
    return event.state == "ACTIVE"


@dataclass(frozen=True, slots=True)
class Reaction:
    """Done once for each such fact, in a transaction; `when` spares those that cannot matter."""

    fact: type[Event]
    run: Callable[[Any], Awaitable[None]]
    when: Callable[[Any], bool] = lambda _: True

    def concerns(self, event: Event) -> bool:
        """Is to run for this one."""
        return isinstance(event, self.fact) and self.when(event)


REACTIONS = (
    Reaction(OrderReported, referrals.qualify, when=_is_first),
    Reaction(OrderRefunded, voiding.void, when=_is_whole),
    Reaction(PointsExpired, notifications.tell_expired),
    Reaction(MemberStateChanged, erasing.clean, when=_is_end),
    Reaction(MemberEnrolled, arriving.claim),
    Reaction(MemberStateChanged, arriving.welcome_back, when=_takes_part),
    Reaction(CardReplaced, notifications.tell_replaced),
    Reaction(PointsReleased, notifications.tell_released),
    Reaction(SessionCompromised, notifications.tell_compromised),
    Reaction(MemberStateChanged, ending.end, when=_is_end),
    Reaction(MembersMerged, ending.end_of_gone),
    Reaction(PoolInvited, telling.invited),
    Reaction(PoolJoined, telling.joined),
    Reaction(PoolLeft, telling.left),
)


async def react() -> int:
    """Do what the next facts call for: how many facts were passed."""
    return await outbox.relay("reactions", _matters, _react)


async def raise_versions() -> int:
    """Raise in Redis the versions of what the facts are about: how many facts passed.

    Operations have done so; this mends what a crash between commit and raising left out.
    """
    return await outbox.sweep("versions", _raise)


async def award_badges() -> int:
    """Give the badges that are due for what members did: how many facts passed.

    For many facts at once, as nearly all orders bring none; a badge is given once all the same.
    """
    return await outbox.sweep("badges", badges.award)


async def contribute() -> int:
    """Give pools their part of what their people earned: how many facts passed."""
    return await outbox.sweep("pools", contributing.contribute)


async def follow_segments() -> int:
    """Look again in which segments those are to whom something happened: how many facts passed."""
    return await outbox.sweep("segments", segment_refreshing.follow)


# What workers repeat for as long as it passes anything.
RELAYS = (react, raise_versions, award_badges, contribute, follow_segments, refunding.apply_waiting)


def _matters(event: Event) -> bool:
    return any(reaction.concerns(event) for reaction in REACTIONS)


async def _react(event: Event) -> None:
    for reaction in REACTIONS:
        if reaction.concerns(event):
            await reaction.run(event)


async def _raise(events: Sequence[Event]) -> bool:
    member_ids = {member_id for event in events for member_id in members_of(event)}
    found = await database.rows(
        "select id, version from members where id = any($1)", list(member_ids)
    )
    versions = {row["id"]: row["version"] for row in found}
    is_shared = any(isinstance(event, SharedChanged) for event in events)
    if is_shared and not await shared_versions.make_known():
        return False
    return await cache.raise_versions(versions)
