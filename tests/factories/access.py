"""Tokens for callers whom factories make."""

from domain.access import access_keys, sessions
from domain.actor import Actor


async def token_of(actor: Actor) -> str:
    """What this member, service or team member shows to be known."""
    if actor.member_id is not None:
        return (await sessions.opened(actor.member_id)).access_token
    return await access_keys.make(actor.kind, "tests", set(actor.roles))
