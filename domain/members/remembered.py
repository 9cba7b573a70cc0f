"""Who was a member and is erased: identifiers as keyed hashes, of which nothing can be read."""

import hmac
from uuid import UUID

from domain import database, secrets

_NAMES = ("email", "phone", "external_id")
# Where dots in front of the @ make no other address.
_WITHOUT_DOTS = ("gmail.com", "googlemail.com")


async def remember(member_id: UUID) -> None:
    """Keep hashes of the member's identifiers, in the transaction in progress."""
    await database.rows(
        """insert into erased_identifiers (hash, at)
           select unnest($1::text[]), pistis_now() on conflict do nothing""",
        await _hashes(member_id),
    )


async def was_here_before(member_id: UUID) -> bool:
    """Whether somebody who was erased had one of this member's identifiers."""
    known: bool = await database.value(
        "select exists (select from erased_identifiers where hash = any($1))",
        await _hashes(member_id),
    )
    return known


async def _hashes(member_id: UUID) -> list[str]:
    row = await database.row(
        "select email, phone, external_id from profiles where member_id = $1", member_id
    )
    return [_hash(name, row[name]) for name in _NAMES if row and row[name]]


def _hash(name: str, value: str) -> str:
    if name == "email":
        value = _plain(value)
    made = hmac.digest(secrets.key("erased identifiers"), f"{name} {value}".encode(), "sha256")
    return made.hex()


def _plain(email: str) -> str:
    # anna+shop@x.org is anna@x.org: who comes back by an alias is not new either.
    local, _, host = email.partition("@")
    local = local.partition("+")[0]
    return f"{local.replace('.', '') if host in _WITHOUT_DOTS else local}@{host}"
