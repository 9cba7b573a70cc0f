"""A pool is made: a member without a person, which its owner is the first to give to."""

from typing import Any
from uuid import UUID

from domain import database, idempotency, ids, outbox
from domain.actor import Actor, Role
from domain.errors import DomainError, InvalidInput, LimitReached, NotAllowed
from domain.events import PoolJoined
from domain.members import queries as members
from domain.members.enrolment import REFERRAL_CODE_LENGTH
from domain.members.kinds import MemberState
from domain.pools.commands import CreatePool
from domain.pools.joining import share
from domain.programme import queries as programmes
from domain.programme.queries import Version
from domain.programme.terms.pools import PoolKind, PoolTerms


async def create(actor: Actor, command: CreatePool) -> tuple[UUID, bool]:
    """Make a pool: its id, and whether the key has done so before.

    A member makes a household of its own; the team makes any, for the `owner` that it names.
    Raises InvalidInput, NotFound, NotAllowed, and LimitReached for who has such a pool already.
    """
    actor.require(Role.MEMBER, Role.CARE, Role.LOYALTY)
    command.check()
    version = await programmes.in_force()
    terms = version.programme.pools
    if terms is None or command.kind not in terms.kinds:
        raise InvalidInput("The programme has no such pools; see its terms.", ("kind",))
    if not actor.serves and command.kind is not PoolKind.HOUSEHOLD:
        raise NotAllowed("A company's pool is made by the programme's team.", ("kind",))
    claim = idempotency.claim(actor, "poolCreate", command.idempotency_key, command)
    owner = await _owner(actor, command)

    async def effect() -> idempotency.Result:
        pool_id = await _member(version)
        await _found(pool_id, owner, command, terms)
        return {"pool": str(pool_id)}

    result, replayed = await idempotency.once(claim, effect)
    return UUID(result["pool"]), replayed


async def _owner(actor: Actor, command: CreatePool) -> UUID:
    if command.owner is None:
        if actor.member_id is None:
            raise InvalidInput("Say whose pool it is to be.", ("owner",))
        return actor.member_id
    try:
        return (await members.find(actor, command.owner)).id
    except DomainError as error:
        raise error.under("owner") from None


async def _found(pool_id: UUID, owner: UUID, command: CreatePool, terms: PoolTerms) -> None:
    state = await database.value("select state from members where id = $1 for share", owner)
    is_pool = await database.value("select true from pools where id = $1", owner)
    if state != MemberState.ACTIVE or is_pool:
        raise NotAllowed("Only an active member can have a pool.", ("owner",))
    await database.rows(
        """insert into pools (id, kind, title, leaving, created_at)
           values ($1, $2, $3, $4, pistis_now())""",
        *(pool_id, command.kind, command.title, terms.leaving),
    )
    place_id = await database.value(
        """insert into pool_places (id, pool_id, kind, member_id, role, may_redeem, contribution,
             state, invited_at, joined_at)
           values (uuidv7(), $1, $2, $3, 'OWNER', true, $4, 'JOINED', pistis_now(), pistis_now())
           on conflict (member_id, kind) where state = 'JOINED' do nothing returning id""",
        *(pool_id, command.kind, owner, await share(owner, None, terms)),
    )
    if place_id is None:
        raise LimitReached("One pool of a kind is all; leave the other one first.", ("kind",))
    await outbox.append(PoolJoined(owner, pool_id, place_id))


async def _member(version: Version) -> UUID:
    entry: Any = min(version.programme.tiers, key=lambda tier: tier.rank)
    while True:  # until number and code are new: once, nearly always
        made: UUID | None = await database.value(
            """insert into members (id, number, state, joined_at, language, terms_version,
                 terms_accepted_at, referral_code, tier, tier_since, order_count, version,
                 sequence, read_sequence)
               select $1, $2::varchar, 'ACTIVE', pistis_now(), $3, $4, pistis_now(), $5, $6,
                 pistis_now(), 0, 1, 0, 0
               where not exists (select from lost_cards where number = $2)
               on conflict do nothing returning id""",
            *(ids.uuid7(), ids.member_number(), version.programme.languages[0]),
            *(version.programme.terms_version, ids.code(REFERRAL_CODE_LENGTH), entry.code),
        )
        if made is not None:
            return made
