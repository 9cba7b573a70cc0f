"""What decides on a member's tier, and when: as it was noted, or as it will be."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from domain import database
from domain.members.queries import MemberRow
from domain.programme.queries import Version
from domain.tiers import rules
from domain.tiers.rules import Period

_KEEP = """
update members m set tier_until = p.until, tier_fixed_until = p.fixed_until,
  tier_counted_from = p.counted_from, tier_counted_to = p.counted_to,
  tier_review_at = p.review_at, tier_reviewed_for = m.tier_since
from jsonb_to_recordset($1) as p (member_id uuid, until timestamptz, fixed_until timestamptz,
  counted_from date, counted_to date, review_at timestamptz)
where m.id = p.member_id
"""


@dataclass(frozen=True, slots=True)
class Plan:
    """The points of the local days from `counted_from` to `counted_to` decide at `review_at`.

    `until`: the tier is kept so long; None: it is not lost. `fixed_until`: by hand so long.
    """

    member_id: UUID
    counted_from: date
    counted_to: date
    review_at: datetime
    until: datetime | None
    fixed_until: datetime | None = None


async def keep(plans: Sequence[Plan]) -> None:
    """Note these for the tiers that their members have now, in the transaction in progress."""
    names = [name for name in Plan.__slots__ if isinstance(name, str)]
    await database.rows(_KEEP, [{name: getattr(plan, name) for name in names} for plan in plans])


def over(version: Version, member_id: UUID, tier: str, period: Period) -> Plan:
    """A tier that was come to, or kept: decided on at the end of this period."""
    zone = version.rules.zone
    is_at_stake = rules.can_be_lost(version.programme, tier)
    until = period.lost_at(zone) if is_at_stake else None
    return Plan(member_id, period.first, period.last, period.decides_at(zone), until)


def begun(
    version: Version, member_id: UUID, tier: str, *, joined_at: datetime, since: datetime
) -> Plan:
    """A tier that a member came to at `since`."""
    joined_on, day = local_day(version, joined_at), local_day(version, since)
    return over(version, member_id, tier, rules.period_of(version.programme, joined_on, day))


def by_hand(version: Version, member_id: UUID, *, joined_at: datetime, until: datetime) -> Plan:
    """A tier that a member has by hand: looked at when its time is over."""
    last = day_before(version, until)
    first = rules.counted_from(version.programme, local_day(version, joined_at), last)
    return Plan(member_id, first, last, until, until, until)


def plan_of(version: Version, member: MemberRow, now: datetime) -> Plan:
    """What decides on this member's tier.

    Where it is not noted yet it is as reviewing will have it, but for a window that is over.
    """
    if member.tier_reviewed_for == member.tier_since:
        assert member.tier_counted_from and member.tier_counted_to and member.tier_review_at
        return Plan(
            member.id,
            member.tier_counted_from,
            member.tier_counted_to,
            member.tier_review_at,
            member.tier_until,
            member.tier_fixed_until,
        )
    made = begun(
        version, member.id, member.tier, joined_at=member.joined_at, since=member.tier_since
    )
    if made.until is None or made.until > now:
        return made
    return Plan(member.id, made.counted_from, made.counted_to, made.review_at, None)


def local_day(version: Version, at: datetime) -> date:
    """The day in the programme's zone."""
    return at.astimezone(version.rules.zone).date()


def day_before(version: Version, at: datetime) -> date:
    """The last day that has an instant before `at`, in the programme's zone."""
    return local_day(version, at - timedelta(microseconds=1))
