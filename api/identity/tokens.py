"""Tokens to try things out with, in the explore profile: as a member, as a shop, as the team."""

import base64
import hashlib
import hmac

from api.running.opening import opened
from api.settings import Refused, Settings
from domain import database, secrets
from domain.access import access_keys, sessions
from domain.actor import Actor, ActorKind, Role

# Long enough for a day of trying out; an app's token lives ten minutes.
LIFETIME_SECONDS = 12 * 3600

DEMO_KEYS = {
    "shop": (ActorKind.SERVICE, "demo shop", {Role.SHOP}),
    "staff": (ActorKind.STAFF, "demo staff", {Role.ADMIN}),
}


async def token(settings: Settings, role: str, member_number: str | None = None) -> str:
    """A token of that role (member, shop, staff), for a process that has nothing open yet.

    Refused when the member is not there, or the profile is not explore.
    """
    async with opened(settings):
        return await _minted(settings, role, member_number)


async def ready_tokens(settings: Settings) -> dict[str, str]:
    """A token of each role, for a process that has nothing open yet."""
    async with opened(settings):
        return await demo_tokens(settings)


async def demo_tokens(settings: Settings) -> dict[str, str]:
    """A token of each role, inside a process that serves; without a member none for one."""
    made = {}
    for role in ("member", *DEMO_KEYS):
        try:
            made[role] = await _minted(settings, role)
        except Refused:
            continue
    return made


async def demo_team() -> Actor:
    """Who holds the demo's staff key."""
    kind, name, roles = DEMO_KEYS["staff"]
    key = await access_keys.make(kind, name, roles, _secret("staff"))
    holder = await access_keys.holder(key, for_trial=True)
    assert holder is not None
    return holder


async def _minted(settings: Settings, role: str, member_number: str | None = None) -> str:
    if settings.profile != "explore":
        raise Refused("Tokens are minted in the explore profile only; make a key instead.")
    if role == "member":
        return await _member_token(member_number)
    kind, name, roles = DEMO_KEYS[role]
    return await access_keys.make(kind, name, roles, _secret(role))


async def _member_token(number: str | None) -> str:
    member_id = await database.value(
        """select id from members where state = 'ACTIVE' and ($1::text is null or number = $1)
           order by id limit 1""",
        number,
    )
    if member_id is None:
        raise Refused(
            f"There is no member {number}."
            if number
            else "There is no member yet: start the demo, or enrol one with memberEnrol."
        )
    opened = await sessions.opened(member_id, lifetime_seconds=LIFETIME_SECONDS)
    return opened.access_token


def _secret(role: str) -> str:
    # The same at every start, so that what was copied somewhere stays good.
    made = hmac.digest(secrets.key("demo keys"), role.encode(), hashlib.sha256)
    return access_keys.PREFIX + base64.urlsafe_b64encode(made).decode().rstrip("=")
