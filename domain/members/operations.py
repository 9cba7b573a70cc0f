"""What a member says of itself: profile, consents, preferences. Joining is in enrolment.py."""

from typing import Any
from uuid import UUID

from domain import cache, database, outbox
from domain.actor import Actor
from domain.errors import InvalidInput, NotAllowed
from domain.events import MemberChanged
from domain.members import attributes, birthdays, enrolment, fields, profiles
from domain.members.commands import GiveConsent, SetPreferences, Unchanged, UpdateMember
from domain.programme import queries as programmes


async def update(actor: Actor, command: UpdateMember) -> UUID:
    """Change the caller's profile: the member's id.

    Raises InvalidInput, TooSoon (birthday), NotAllowed for an attribute that members do not set.
    """
    member_id = _own(actor)
    programme = (await programmes.in_force()).programme
    async with database.transaction():
        said = profiles.said(programme, attributes.parts(actor, member_id), command)
        in_members = _changes(command)
        await _touch(member_id)
        if not isinstance(command.birthday, Unchanged):
            now = await database.now()
            said.columns.update(await birthdays.changes(member_id, command.birthday, now))
        await _set("members", "id", member_id, in_members)
        await profiles.write(member_id, said)
    return member_id


async def consent(actor: Actor, command: GiveConsent) -> UUID:
    """Note what the caller allows, or allows no more: the member's id."""
    member_id = _own(actor)
    async with database.transaction():
        await _touch(member_id)
        await enrolment.consent(member_id, [command])
    return member_id


async def prefer(actor: Actor, command: SetPreferences) -> UUID:
    """Note how and when the caller wants to be told of things: the member's id."""
    member_id = _own(actor)
    command.check()
    async with database.transaction():
        await _touch(member_id)
        await database.rows(
            """insert into preferences as known (id, member_id, topic, channels)
               select uuidv7(), $1, wanted ->> 'topic', wanted -> 'channels'
               from jsonb_array_elements($2) as wanted
               on conflict (member_id, topic) do update set channels = excluded.channels""",
            member_id,
            [
                {"topic": wanted.topic, "channels": list(dict.fromkeys(wanted.channels))}
                for wanted in command.topics
            ],
        )
        quiet = command.quiet_hours
        if not isinstance(quiet, Unchanged):
            hours = {
                "quiet_from": quiet.begin if quiet else None,
                "quiet_until": quiet.end if quiet else None,
            }
            await _set("profiles", "member_id", member_id, hours)
    return member_id


def _own(actor: Actor) -> UUID:
    if actor.member_id is None:
        raise NotAllowed("Only a member does this, for itself.")
    return actor.member_id


async def _touch(member_id: UUID) -> None:
    # Locks the member: whoever reads at this version reads all that the transaction wrote.
    version = await database.value(
        """update members set version = version + 1 where id = $1 and state <> 'ERASED'
           returning version""",
        member_id,
    )
    if version is None:
        raise NotAllowed("This member is erased.")
    await outbox.append(MemberChanged(member_id))
    await database.after_commit(lambda: cache.raise_versions({member_id: version}))


def _changes(command: UpdateMember) -> dict[str, Any]:
    members: dict[str, Any] = {}
    if command.language is None:
        raise InvalidInput("A member has a language; send one, or leave it out.", ("language",))
    if not isinstance(command.language, Unchanged):
        members["language"] = fields.language(command.language, ("language",))
    if not isinstance(command.time_zone, Unchanged):
        members["time_zone"] = fields.time_zone(command.time_zone, ("timeZone",))
    return members


async def _set(table: str, key: str, member_id: UUID, values: dict[str, Any]) -> None:
    if values:
        wanted = ", ".join(f"{name} = ${n}" for n, name in enumerate(values, 2))
        await database.rows(
            f"update {table} set {wanted} where {key} = $1", member_id, *values.values()
        )
