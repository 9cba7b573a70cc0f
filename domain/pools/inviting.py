"""Somebody is asked into a pool: whoever is named, the answer is the same."""

from domain import database, outbox, throttle
from domain.access import addresses
from domain.actor import Actor
from domain.errors import LimitReached
from domain.events import PoolInvited
from domain.pools import places
from domain.pools.commands import InviteToPool
from domain.pools.locking import joined
from domain.programme import queries as programmes
from domain.programme.terms.pools import PoolTerms
from domain.throttle import Limit, bucket

# Each counts, whether it reaches anybody or not.
INVITATIONS = Limit.per_hour(30, hours=24)

# Who was merged is found in whom it lives on.
_WHO = """
select s.id from members m left join profiles p on p.member_id = m.id
join members s on s.id = coalesce(m.merged_into, m.id)
where {} = $1 and s.state = 'ACTIVE' and not exists (select from pools where id = s.id)"""


async def invite(actor: Actor, command: InviteToPool) -> None:
    """Ask somebody into a pool, for the time that the programme says; he is told, if there is he.

    Whether somebody is a member, is in the pool, or was asked before, nobody learns from it.
    Raises NotFound, NotAllowed (only the owner invites), InvalidInput, RateLimited.
    """
    command.check()
    pool = await places.led_by(actor, command.pool_id)
    by, value = _named(command)
    await throttle.take(bucket(actor.key, "pool_invite"), INVITATIONS)
    terms = (await programmes.in_force()).programme.pools or PoolTerms()
    if len(await joined(command.pool_id)) >= terms.people_max:
        raise LimitReached(f"This pool is full: {terms.people_max} people at most.", ("poolId",))
    async with database.transaction():
        member_id = await database.value(_WHO.format(by), value)
        if member_id is None:
            return
        # Twice at once is once; who was asked before is asked again when that is over.
        place_id = await database.value(
            """insert into pool_places as known (id, pool_id, kind, member_id, role, may_redeem,
                 contribution, state, invited_by, invited_at, expires_at)
               values (uuidv7(), $1, $2, $3, 'MEMBER', $4, $5, 'INVITED', $6, pistis_now(),
                 pistis_now() + make_interval(days => $7))
               on conflict (pool_id, member_id) where state in ('INVITED', 'JOINED')
               do update set expires_at = excluded.expires_at, may_redeem = excluded.may_redeem,
                 invited_by = excluded.invited_by
               where known.state = 'INVITED' and known.expires_at <= pistis_now()
               returning id""",
            *(command.pool_id, pool["kind"], member_id, command.may_redeem, terms.contribution),
            *(actor.member_id, terms.invitation_days),
        )
        if place_id is not None:
            await outbox.append(PoolInvited(member_id, command.pool_id, place_id))


def _named(command: InviteToPool) -> tuple[str, str]:
    if command.phone is not None:
        return "p.phone", addresses.phone(command.phone)
    if command.email is not None:
        return "p.email", addresses.email(command.email)
    assert command.number is not None
    return "m.number", command.number.replace(" ", "")
