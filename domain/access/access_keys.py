"""Keys of shops, tills and people on the team: opaque, kept as hashes, good until revoked."""

import hashlib
import secrets
from uuid import UUID

from domain import database
from domain.actor import Actor, ActorKind, Role, expanded
from domain.errors import InvalidInput

PREFIX = "psk_"
NAME_LENGTH_MAX = 80
STAFF_ROLES = {Role.CARE, Role.LOYALTY, Role.ADMIN}
ROLES = STAFF_ROLES | {Role.TILL, Role.SHOP}


async def make(kind: ActorKind, name: str, roles: set[Role], secret: str | None = None) -> str:
    """Make a key that holds `roles` and answer it, this once. A `secret` that is given is kept
    as it is, and made only once. InvalidInput: a service has no roles of staff, a key some role.
    """
    if not 1 <= len(name.strip()) <= NAME_LENGTH_MAX:
        raise InvalidInput(f"A name has 1 to {NAME_LENGTH_MAX} characters.", ("name",))
    permitted = ROLES if kind is ActorKind.STAFF else ROLES - STAFF_ROLES
    if not roles or not roles <= permitted:
        raise InvalidInput(f"A {kind} key has roles of {', '.join(sorted(permitted))}.", ("roles",))
    made = secret or PREFIX + secrets.token_urlsafe(32)
    await database.rows(
        """insert into access_keys (id, kind, name, roles, secret_hash)
           values (uuidv7(), $1, $2, $3, $4) on conflict (secret_hash) do nothing""",
        *(kind, name.strip(), sorted(roles), _hash(made)),
    )
    return made


async def holder(key: str) -> Actor | None:
    """Who calls with this key; None if it is unknown or revoked."""
    row = await database.row(
        """select id, kind, name, roles from access_keys
           where secret_hash = $1 and revoked_at is null""",
        _hash(key),
    )
    if row is None:
        return None
    roles = expanded({Role(role) for role in row["roles"]})
    return Actor(ActorKind(row["kind"]), str(row["id"]), roles, name=row["name"])


async def is_in_force(key_id: UUID) -> bool:
    """The key is not revoked."""
    found = await database.value(
        "select true from access_keys where id = $1 and revoked_at is null", key_id
    )
    return bool(found)


def _hash(key: str) -> str:
    # 256 random bits need no salt and no slow hash.
    return hashlib.sha256(key.encode()).hexdigest()
