"""What a member tells of itself, with thanks in points: once for each question, for ever.

What others write of a member is kept with who wrote it, and thanks nobody.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from domain import database, ids
from domain.actor import Actor, Role
from domain.errors import DomainError, InvalidInput, NotAllowed
from domain.failpoints import failpoint
from domain.members import operations, queries
from domain.members.commands import Place, Unchanged, UpdateMember
from domain.members.queries import MemberRef
from domain.membership.thanked import may_be_thanked, thanked_for
from domain.programme import queries as programmes
from domain.programme.accruals import Part, PartKind
from domain.programme.queries import Version
from domain.programme.terms import KeptBy, ProfileQuestion, Thanks
from domain.wallets import operations as wallets
from domain.wallets.posting import Move, Posting
from domain.wallets.rules import keeping
from domain.wallets.unbought import earned, unbought


@dataclass(frozen=True, slots=True, repr=False)
class SetProfile:
    """What a service or somebody of the team knows of a member. Personal."""

    member: MemberRef
    said: UpdateMember


async def update(actor: Actor, command: UpdateMember) -> tuple[UUID, list[Thanks]]:
    """Change the caller's profile, and thank it for what it had never told before.

    The member's id, and what it got. Sent again, it gives nothing more. Raises InvalidInput,
    TooSoon (birthday), NotAllowed for an attribute that members do not set.
    """
    version = await programmes.in_force()
    async with database.transaction():
        member_id = await operations.update(actor, command)
        told = _told(command)
        asked = [each for each in version.programme.profile_questions if each.name in told]
        return member_id, await _thank(member_id, version, asked)


async def set_for(actor: Actor, command: SetProfile) -> UUID:
    """Change the profile of a member whom the caller serves: the member's id.

    Raises NotFound, InvalidInput, and NotAllowed for an attribute that is not the caller's to set.
    """
    actor.require(Role.SHOP, Role.CARE)
    try:
        member_id = (await queries.find(actor, command.member)).id
    except DomainError as error:
        raise error.under("member") from None
    await write_for(actor, member_id, command.said)
    return member_id


async def write_for(actor: Actor, member_id: UUID, said: UpdateMember) -> None:
    """Change that member's profile, and keep who did so. Raises what `set_for` does."""
    names = sorted(_named(said))
    if not names:
        raise InvalidInput("Nothing is said of the member; say something, or null to clear it.")
    async with database.transaction():
        await operations.change(actor, member_id, said)
        await database.rows(
            """insert into profile_changes (id, member_id, names, actor, at)
               values ($1, $2, $3, $4, pistis_now())""",
            *(ids.uuid7(), member_id, names, actor.key),
        )


async def skip(actor: Actor, name: str) -> UUID:
    """Do not ask the caller this again for a while: the member's id. Raises InvalidInput."""
    if actor.member_id is None:
        raise NotAllowed("Only a member does this, for itself.")
    programme = (await programmes.in_force()).programme
    if all(question.name != name for question in programme.profile_questions):
        raise InvalidInput("This is not asked; read `me.nextQuestion`.", ("name",))
    async with database.transaction():
        await operations.touch(actor.member_id)
        await database.rows(
            """insert into profile_questions (id, member_id, name, skipped_at)
               values ($1, $2, $3, pistis_now())
               on conflict (member_id, name) do update set skipped_at = excluded.skipped_at""",
            *(ids.uuid7(), actor.member_id, name),
        )
    return actor.member_id


async def _thank(
    member_id: UUID, version: Version, asked: Sequence[ProfileQuestion]
) -> list[Thanks]:
    # Under the member's lock: of twins at the same moment the second finds that it was thanked.
    wanted = [question for question in asked if question.thanks is not None]
    if not wanted or not await may_be_thanked(member_id):
        return []
    known = await thanked_for(member_id)
    now = await database.now()
    if not version.earns_at(now):
        return []
    given = []
    for question in wanted:
        thanks = question.thanks
        if thanks is not None and question.name not in known:
            move = _move(question.name, thanks, version, now)
            # A full wallet takes nothing: who tells it again when there is room is thanked then.
            (outcome,) = await wallets.post(
                [Posting(member_id, moves=(move,), notices=(earned(move),))]
            )
            failpoint("thanks")
            if outcome.kind == "POSTED":
                await _note(member_id, question.name, move, now)
                given.append(thanks)
    return given


def _move(name: str, thanks: Thanks, version: Version, now: datetime) -> Move:
    unit = version.programme.unit(thanks.unit)
    assert unit is not None, "what a programme promises is in its units"
    part = Part(name, PartKind.PROFILE, thanks.unit, thanks.points, inputs={})
    title = keeping({"key": "told"}, unit, KeptBy.EARNING, now, version.rules.zone)
    return unbought(version, part, title, f"told:{name}", now)


async def _note(member_id: UUID, name: str, move: Move, now: datetime) -> None:
    await database.rows(
        """insert into profile_questions (id, member_id, name, thanked_at, transaction_id)
           values ($1, $2, $3, $4, $5) on conflict (member_id, name)
           do update set thanked_at = excluded.thanked_at,
             transaction_id = excluded.transaction_id""",
        *(ids.uuid7(), member_id, name, now, move.id),
    )


def _told(command: UpdateMember) -> set[str]:
    """The names of what is said, not of what is cleared."""
    values: dict[str, Any] = {
        "sex": command.sex,
        "birthday": command.birthday,
        "place": command.place if not isinstance(command.place, Place) else _any(command.place),
        "incomeBand": command.income_band,
        "interests": command.interests,
    }
    told = {name for name, value in values.items() if value and not isinstance(value, Unchanged)}
    given = command.attributes
    if given is not None and not isinstance(given, Unchanged):
        told |= {each.name for each in given}
    return told


def _any(place: Place) -> bool:
    parts = (place.country, place.region, place.postcode)
    return any(part and not isinstance(part, Unchanged) for part in parts)


def _named(command: UpdateMember) -> set[str]:
    """The names of what is said or cleared."""
    fields = {
        "sex": command.sex,
        "place": command.place,
        "incomeBand": command.income_band,
        "interests": command.interests,
        "attributes": command.attributes,
    }
    named = {name for name, value in fields.items() if not isinstance(value, Unchanged)}
    if command.clear_attributes:
        named.add("attributes")
    return named
