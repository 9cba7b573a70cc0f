"""Keys of shops, tills and people on the team: opaque, kept as hashes, good until they end."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain import database
from domain.access import revocations, trial
from domain.actor import Actor, ActorKind, Role, expanded
from domain.errors import InvalidInput, NotFound
from domain.ids import uuid7

PREFIX = "psk_"
NAME_LENGTH_MAX = 80
DAYS_MAX = 3660
LISTED_MAX = 200
STAFF_ROLES = {Role.CARE, Role.LOYALTY, Role.ADMIN}
ROLES = STAFF_ROLES | {Role.TILL, Role.SHOP}

# Those for trial are made out of the installation's secret, and shown to whoever tries it out.
_IS_GOOD = "revoked_at is null and (expires_at is null or expires_at > now())"
_COLUMNS = "id, kind, name, roles, created_at, expires_at, used_at, revoked_at"


@dataclass(frozen=True, slots=True)
class AccessKeyRow:
    """A key as people see it, without itself. `used_at` is right to the minute."""

    id: UUID
    kind: ActorKind
    name: str
    roles: list[Role]
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None
    revoked_at: datetime | None


async def make(
    kind: ActorKind,
    name: str,
    roles: set[Role],
    trial_secret: str | None = None,
    days: int | None = None,
) -> str:
    """Make a key that holds `roles` for that many days, or until revoked; answer it, this once.

    A `trial_secret` is kept as it is, made only once, and good while trying out alone.
    InvalidInput: a service has no roles of staff, a key some role.
    """
    if not 1 <= len(name.strip()) <= NAME_LENGTH_MAX:
        raise InvalidInput(f"A name has 1 to {NAME_LENGTH_MAX} characters.", ("name",))
    permitted = ROLES if kind is ActorKind.STAFF else ROLES - STAFF_ROLES
    if not roles or not roles <= permitted:
        raise InvalidInput(f"A {kind} key has roles of {', '.join(sorted(permitted))}.", ("roles",))
    if days is not None and not 1 <= days <= DAYS_MAX:
        raise InvalidInput(f"A key lasts 1 to {DAYS_MAX} days, or until revoked.", ("days",))
    made = trial_secret or PREFIX + secrets.token_urlsafe(32)
    await database.rows(
        """insert into access_keys (id, kind, name, roles, secret_hash, is_trial, expires_at)
           values ($1, $2, $3, $4, $5, $6, now() + make_interval(days => $7))
           on conflict (secret_hash) do nothing""",
        *(uuid7(), kind, name.strip(), sorted(roles), _hash(made), trial_secret is not None, days),
    )
    return made


async def holder(key: str, *, for_trial: bool = False) -> Actor | None:
    """Who calls with this key; None if it is unknown, revoked or over.

    `for_trial`: also one that is good while trying out alone, although this is not.
    """
    row = await database.row(
        f"""select id, kind, name, roles, expires_at from access_keys
            where secret_hash = $1 and {_IS_GOOD} and (not is_trial or $2)""",
        *(_hash(key), for_trial or trial.is_on()),
    )
    if row is None:
        return None
    return Actor(
        ActorKind(row["kind"]),
        str(row["id"]),
        expanded({Role(role) for role in row["roles"]}),
        expires_at=row["expires_at"],
        name=row["name"],
        key_id=row["id"],
    )


async def is_in_force(key_id: UUID) -> bool:
    """The key may be used, and is noted to be."""
    row = await database.row(
        f"""select used_at is null or used_at < now() - interval '1 minute' as is_news
            from access_keys where id = $1 and {_IS_GOOD} and (not is_trial or $2)""",
        *(key_id, trial.is_on()),
    )
    if row is not None and row["is_news"]:
        await database.rows(
            """update access_keys set used_at = now() where id in
                 (select id from access_keys where id = $1 for no key update skip locked)""",
            key_id,
        )
    return row is not None


async def newest(actor: Actor) -> list[AccessKeyRow]:
    """The keys that were made last, at most 200, newest first; for the team's administrators."""
    actor.require(Role.ADMIN)
    return await _rows("not is_trial or $1", trial.is_on())


async def access_keys(actor: Actor, key_ids: Sequence[UUID]) -> list[AccessKeyRow | None]:
    """The keys with these ids; None for those that the caller may not see."""
    if not actor.has(Role.ADMIN):
        return [None for _ in key_ids]
    found = {row.id: row for row in await _rows("id = any($1)", list(key_ids))}
    return [found.get(key_id) for key_id in key_ids]


async def revoke(actor: Actor, key_id: UUID) -> AccessKeyRow:
    """End a key: within five seconds it is refused everywhere. Twice is no error; NotFound."""
    actor.require(Role.ADMIN)
    async with database.transaction():
        await database.rows(
            "update access_keys set revoked_at = now() where id = $1 and revoked_at is null", key_id
        )
        found = await _rows("id = $1", key_id)
        if not found:
            raise NotFound("There is no such key.", ("accessKeyId",))
        await revocations.announce([key_id])
    return found[0]


async def _rows(condition: str, *args: object) -> list[AccessKeyRow]:
    found = await database.rows(
        f"""select {_COLUMNS} from access_keys where {condition}
            order by created_at desc, id limit {LISTED_MAX}""",
        *args,
    )
    return [
        AccessKeyRow(
            **dict(row) | {"kind": ActorKind(row["kind"]), "roles": [Role(r) for r in row["roles"]]}
        )
        for row in found
    ]


def _hash(key: str) -> str:
    # 256 random bits need no salt and no slow hash.
    return hashlib.sha256(key.encode()).hexdigest()
