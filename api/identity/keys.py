"""Keys for services and staff, and the keys that sign: in the hands of whoever runs the server.

No caller can make the first, and none can rotate.
"""

from datetime import datetime
from uuid import UUID

from api.running.opening import opened
from api.settings import Refused, Settings
from domain.access import access_keys, rotation
from domain.actor import SYSTEM, ActorKind, Role
from domain.errors import DomainError


async def make(
    settings: Settings, name: str, role_names: list[str], days: int | None = None
) -> str:
    """A new key with these roles; a role of staff makes it a key of staff."""
    unknown = sorted(set(role_names) - access_keys.ROLES)
    if unknown:
        known = ", ".join(sorted(access_keys.ROLES)).lower()
        raise Refused(f"There is no role {', '.join(unknown).lower()}: keys have some of {known}.")
    roles = {Role(role_name) for role_name in role_names}
    kind = ActorKind.STAFF if roles & access_keys.STAFF_ROLES else ActorKind.SERVICE
    async with opened(settings):
        try:
            return await access_keys.make(kind, name, roles, days=days)
        except DomainError as error:
            raise Refused(str(error)) from None


async def listed(settings: Settings) -> list[str]:
    """A line for each key: first those that sign, then those that were given out."""
    async with opened(settings):
        signing = [
            f"{row.kid:<36}  {row.state:<8}  signs from {_said(row.signs_from)}"
            for row in await rotation.listed()
        ]
        return signing + [_line(row) for row in await access_keys.newest(SYSTEM)]


async def rotate(settings: Settings, *, at_once: bool) -> list[str]:
    """What to know of the next signing key, once it is there."""
    async with opened(settings):
        row = await rotation.rotate(at_once=at_once)
        return [f"{row.kid} is published, and signs from {_said(row.signs_from)}"]


async def revoke(settings: Settings, name: str) -> list[str]:
    """Revoke the key of this id. Refused if there is none."""
    async with opened(settings):
        if await rotation.revoke(name):
            return [f"{name} is believed no more: its tokens are refused, sessions go on"]
        try:
            row = await access_keys.revoke(SYSTEM, UUID(name))
        except (ValueError, DomainError):
            raise Refused(f"There is no key {name}: `python -m api keys list` has them.") from None
        return [f"{row.id} ({row.name}) is refused from now on"]


def _line(row: access_keys.AccessKeyRow) -> str:
    state = "REVOKED" if row.revoked_at else "GIVEN"
    until = f", until {_said(row.expires_at)}" if row.expires_at else ""
    used = _said(row.used_at) if row.used_at else "never"
    roles = ", ".join(row.roles).lower()
    return f"{row.id}  {state:<8}  {row.name} ({roles}), last used {used}{until}"


def _said(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
