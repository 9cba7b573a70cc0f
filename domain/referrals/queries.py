"""What can be read of referrals: the friends whom members brought, and whose a code is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from domain import database, secrets
from domain.actor import Actor, Role
from domain.paging import Page, instant
from domain.referrals.kinds import ReferralState

# Small letters, and blanks or dashes between groups, are how people type.
CODE = "translate(upper($1), ' -', '')"


@dataclass(frozen=True, slots=True)
class ReferralRow:
    """A friend who joined by a member's code. `friend_first_name` is personal."""

    id: UUID
    referrer_id: UUID
    friend_id: UUID
    state: ReferralState
    joined_at: datetime
    rewarded_at: datetime | None
    friend_first_name: str | None


@dataclass(frozen=True, slots=True)
class CountsRow:
    """A member's friends by what has become of them: each counts once."""

    joined: int = 0
    pending: int = 0
    rewarded: int = 0
    refused: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.joined + self.pending + self.rewarded + self.refused


@dataclass(frozen=True, slots=True)
class ReferrerRow:
    """Whose a code is. `first_name` is personal, and meant for whoever was given the code."""

    member_id: UUID
    first_name: str | None


_REFERRALS = """select r.id, r.referrer_id, r.friend_id, r.state, r.joined_at, r.rewarded_at,
  p.first_name as friend_first_name
from referrals r left join profiles p on p.member_id = r.friend_id"""


def sees(actor: Actor, member_id: UUID) -> bool:
    """May read whom this member brought: the member itself, and the team."""
    return actor.member_id == member_id or actor.has(Role.CARE, Role.LOYALTY)


async def referrals_of(
    actor: Actor, member_ids: Sequence[UUID], first: int, after: str | None = None
) -> list[Page[ReferralRow]]:
    """The friends whom each member brought, who joined last first."""
    cursors = secrets.cursors()
    at, below = cursors.decode("referrals", after) if after else (None, None)
    found = await database.rows(
        f"""select r.* from unnest($1::uuid[]) as wanted (member_id)
            cross join lateral (
              {_REFERRALS} where r.referrer_id = wanted.member_id
                and ($2::timestamptz is null or (r.joined_at, r.id) < ($2, $3::text::uuid))
              order by r.joined_at desc, r.id desc limit $4) r""",
        [member_id for member_id in member_ids if sees(actor, member_id)],
        *(instant(at) if at else None, below, first + 1),
    )
    pages: dict[UUID, list[ReferralRow]] = {member_id: [] for member_id in member_ids}
    for row in found:
        pages[row["referrer_id"]].append(_referral(row))
    return [
        cursors.page(
            pages[member_id],
            first,
            "referrals",
            lambda r: (r.joined_at.isoformat(), str(r.id)),
        )
        for member_id in member_ids
    ]


async def counts_of(actor: Actor, member_ids: Sequence[UUID]) -> list[CountsRow]:
    """How many friends each member brought, by what has become of them."""
    found = await database.rows(
        """select referrer_id,
             count(*) filter (where state = 'JOINED') as joined,
             count(*) filter (where state = 'PENDING') as pending,
             count(*) filter (where state = 'REWARDED') as rewarded,
             count(*) filter (where state in ('REFUSED', 'VOIDED')) as refused
           from referrals where referrer_id = any($1) group by referrer_id""",
        [member_id for member_id in member_ids if sees(actor, member_id)],
    )
    counts = {
        row["referrer_id"]: CountsRow(
            row["joined"], row["pending"], row["rewarded"], row["refused"]
        )
        for row in found
    }
    return [counts.get(member_id, CountsRow()) for member_id in member_ids]


async def referral_rows(actor: Actor, ids: Sequence[UUID]) -> list[ReferralRow | None]:
    """The referrals with these ids, in their order; None where the actor may not see one.

    Both sides see theirs.
    """
    found = await database.rows(f"{_REFERRALS} where r.id = any($1)", list(ids))
    rows = {
        row["id"]: _referral(row)
        for row in found
        if sees(actor, row["referrer_id"]) or sees(actor, row["friend_id"])
    }
    return [rows.get(wanted) for wanted in ids]


async def referrer_by(code: str) -> ReferrerRow | None:
    """The member whose code this is; None for a code that brings nobody anything."""
    row = await database.row(
        f"""select m.id as member_id, p.first_name
            from members m left join profiles p on p.member_id = m.id
            where m.state = 'ACTIVE' and m.id = (
              select coalesce(merged_into, id) from members where referral_code = {CODE})""",
        code,
    )
    return None if row is None else ReferrerRow(**dict(row))


def _referral(row: Any) -> ReferralRow:
    values = dict(row)
    return ReferralRow(**{**values, "state": ReferralState(values["state"])})
