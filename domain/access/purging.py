"""What signing in leaves behind goes once nothing asks for it any more: addresses first of all."""

from domain import database
from domain.access import rotation

# Limits look back 25 hours, and an address that is not enrolled is believed for 24. A refresh
# token that was used long ago is refused as unknown just as well as as used.
_PAST_USE = (
    "delete from challenges where created_at < now() - interval '2 days'",
    """delete from refresh_tokens t using sessions s where s.id = t.session_id
         and (t.used_at < now() - interval '30 days'
              or coalesce(s.ended_at, s.expires_at) < now() - interval '30 days')""",
    "delete from sessions where coalesce(ended_at, expires_at) < now() - interval '30 days'",
)


async def purge() -> None:
    """Delete what is past use; at any time, by any process. Real time, not the business clock."""
    for statement in _PAST_USE:
        await database.rows(statement)
    await rotation.purge()
