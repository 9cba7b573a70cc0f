"""Members who are told things."""

from uuid import UUID

from domain import database
from domain.actor import Actor, ActorKind, Role
from domain.ids import code, member_number
from domain.members.models import Member
from domain.wallets import operations as wallets
from domain.wallets.posting import Notice, Posting


async def a_listener() -> UUID:
    """A member with nothing but an id."""
    now = await database.now()
    member = await Member.create(
        number=member_number(),
        joined_at=now,
        terms_version=1,
        terms_accepted_at=now,
        referral_code=code(8),
        tier="bronze",
        tier_since=now,
    )
    return member.id


def as_member(member_id: UUID) -> Actor:
    """That member, signed in."""
    roles = frozenset({Role.MEMBER})
    return Actor(ActorKind.MEMBER, str(member_id), roles, member_id=member_id)


async def tell(member_id: UUID, *numbers: int) -> None:
    """Tell the member of so many points, once for each number; there are none behind it."""
    args = {"transaction": str(UUID(int=0)), "unit": "POINTS"}
    notices = (Notice("POINTS_EARNED", {**args, "points": number}) for number in numbers)
    await wallets.tell(Posting(member_id, notices=tuple(notices)))


async def silently(member_id: UUID, *numbers: int) -> None:
    """Tell the member and publish nothing: what a crash right after the commit leaves."""
    args = {"transaction": str(UUID(int=0)), "unit": "POINTS"}
    told = [{"kind": "POINTS_EARNED", "args": {**args, "points": number}} for number in numbers]
    await database.rows(
        """with member as (
             update members set sequence = sequence + $2 where id = $1
             returning old.sequence as before)
           insert into notifications (id, member_id, sequence, kind, args, created_at)
           select uuidv7(), $1, before + n, notice ->> 'kind', notice -> 'args', pistis_now()
           from member, jsonb_array_elements($3) with ordinality as told (notice, n)""",
        *(member_id, len(told), told),
    )
