"""Members at a tier since a while, in a programme whose tiers have a policy."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from domain import database
from domain.actor import SYSTEM, Actor, ActorKind, Role
from domain.ids import code, member_number
from domain.members.models import Member
from domain.members.queries import MemberRow, members_of
from domain.programme import operations as programmes
from domain.programme import queries
from tests.factories.programme import a_programme

ATHENS = ZoneInfo("Europe/Athens")
DAY = timedelta(days=1)
EVER = datetime(2020, 1, 1, tzinfo=UTC)


async def a_policy(effective_from: datetime = EVER, **policy: Any) -> None:
    """Bronze from 0, silver from 100, gold from 300; windows of 30 days unless said otherwise.

    `window_days` and `tiers` replace what the document says.
    """
    changes = {"windowDays": policy.pop("window_days", 30)}
    if "tiers" in policy:
        changes["tiers"] = policy.pop("tiers")
    contents = a_programme(tierPolicy=policy, **changes)
    await programmes.publish(SYSTEM, contents, effective_from)


async def a_holder(
    tier: str = "gold", *, since_days: int = 0, earned: int = 0, earned_days_ago: int = 0
) -> Actor:
    """A member who came to this tier so many days ago, and `earned` points on a later day."""
    now = await database.now()
    since = now - since_days * DAY
    member = await Member.create(
        number=member_number(),
        joined_at=since,
        terms_version=1,
        terms_accepted_at=since,
        referral_code=code(8),
        tier=tier,
        tier_since=since,
    )
    if earned:
        await earn(member.id, earned, earned_days_ago)
    return Actor(ActorKind.MEMBER, str(member.id), frozenset({Role.MEMBER}), member.id)


async def earn(member_id: UUID, points: int, days_ago: int = 0) -> None:
    """Qualifying points of that local day."""
    day = (await database.now() - days_ago * DAY).astimezone(ATHENS).date()
    await database.rows(
        "insert into qualifying_days (member_id, day, points) values ($1, $2, $3)",
        *(member_id, day, points),
    )


async def pass_days(days: int) -> None:
    """The business clock goes on."""
    await database.rows("update clock set ahead_seconds = ahead_seconds + $1", days * 86_400)


async def standing(member: Actor) -> MemberRow:
    """The member as it stands."""
    assert member.member_id
    (row,) = await members_of(SYSTEM, [member.member_id])
    assert row is not None
    return row


async def moves(member: Actor) -> list[tuple[str, str]]:
    """Tier and cause of each move, oldest first."""
    found = await database.rows(
        "select tier, cause from tier_moves where member_id = $1 order by at, id",
        member.member_id,
    )
    return [(row["tier"], row["cause"]) for row in found]


def midnight_after(instant: datetime, days: int) -> datetime:
    """The end of the local day so many days after."""
    day = instant.astimezone(ATHENS).date() + (days + 1) * DAY
    return datetime(day.year, day.month, day.day, tzinfo=ATHENS).astimezone(UTC)


async def in_force() -> queries.Version:
    """The version in force now."""
    return await queries.in_force()
