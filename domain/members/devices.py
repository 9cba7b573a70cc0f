"""Devices of members: where pushes can be sent to."""

from dataclasses import dataclass
from uuid import UUID

from domain import database, ids
from domain.access.sessions import checked_device
from domain.actor import Actor
from domain.errors import InvalidInput, NotAllowed
from domain.members.kinds import DevicePlatform, MemberState

DEVICES_MAX = 20
TOKEN_LENGTH_MAX = 2048


@dataclass(frozen=True, slots=True, repr=False)
class RegisterDevice:
    """An installation of the app, and what pushes to it are addressed to. Personal: the token."""

    platform: DevicePlatform
    push_token: str
    device_id: str

    def check(self) -> None:
        """Raise InvalidInput for a token or a name that cannot be one."""
        if not self.device_id.strip():
            raise InvalidInput("A device has a name; a UUID is good.", ("deviceId",))
        checked_device(self.device_id)
        token = self.push_token
        if not (1 <= len(token) <= TOKEN_LENGTH_MAX and token.isascii() and token.isprintable()):
            raise InvalidInput(
                f"A push token has 1 to {TOKEN_LENGTH_MAX} plain letters, digits and signs: send "
                "what the platform gave.",
                ("pushToken",),
            )


async def register(actor: Actor, command: RegisterDevice) -> UUID:
    """Note the device: the member's id. One that is known gets the new token.

    A token is one device's: a telephone that changes hands is the one's who registers it last.
    Of more than twenty the oldest are forgotten.
    """
    if actor.member_id is None:
        raise NotAllowed("Only a member does this, for itself.")
    command.check()
    async with database.transaction():
        await _one_at_a_time(command.push_token, actor.member_id)
        state = await database.value(
            "select state from members where id = $1 for share", actor.member_id
        )
        if state == MemberState.ERASED:
            raise NotAllowed("This member is erased.")
        await database.rows(
            "delete from devices where push_token = $1 and (member_id, device_id) <> ($2, $3)",
            *(command.push_token, actor.member_id, command.device_id),
        )
        await database.rows(
            """insert into devices (id, member_id, device_id, platform, push_token, at)
               values ($1, $2, $3, $4, $5, pistis_now())
               on conflict (member_id, device_id) do update
               set platform = excluded.platform, push_token = excluded.push_token,
                   at = excluded.at""",
            *(ids.uuid7(), actor.member_id, command.device_id, command.platform),
            command.push_token,
        )
        await database.rows(
            """delete from devices where id in (select id from devices where member_id = $1
                 order by at desc, id desc offset $2)""",
            *(actor.member_id, DEVICES_MAX),
        )
    return actor.member_id


async def _one_at_a_time(push_token: str, member_id: UUID) -> None:
    # Twins of a token, and of a member, wait for each other instead of running into each other.
    for name in sorted((f"push token {push_token}", f"devices {member_id}")):
        await database.rows("select pg_advisory_xact_lock(hashtextextended($1, 0))", name)
