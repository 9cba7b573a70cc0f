"""Keys for services and staff, made by whoever runs the server: no caller can make the first."""

from api.opening import opened
from api.settings import Refused, Settings
from domain.access import access_keys
from domain.actor import ActorKind, Role
from domain.errors import DomainError


async def make(settings: Settings, name: str, role_names: list[str]) -> str:
    """A new key with these roles; a role of staff makes it a key of staff."""
    unknown = sorted(set(role_names) - access_keys.ROLES)
    if unknown:
        known = ", ".join(sorted(access_keys.ROLES)).lower()
        raise Refused(f"There is no role {', '.join(unknown).lower()}: keys have some of {known}.")
    roles = {Role(role_name) for role_name in role_names}
    kind = ActorKind.STAFF if roles & access_keys.STAFF_ROLES else ActorKind.SERVICE
    async with opened(settings):
        try:
            return await access_keys.make(kind, name, roles)
        except DomainError as error:
            raise Refused(str(error)) from None
