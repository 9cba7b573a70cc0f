"""What can be read of members. Every statement sees only those that the actor may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from domain import database
from domain.access import addresses
from domain.actor import Actor
from domain.errors import InvalidInput, NotFound
from domain.members import cards
from domain.members.fields import Birthday
from domain.members.kinds import Channel, MemberState, Purpose, Sex, Topic
from domain.rows import Row
from domain.together import shared


class MemberRow(Row, frozen=True):
    """A member with its profile."""

    id: UUID
    number: str
    state: MemberState
    merged_into: UUID | None
    joined_at: datetime
    language: str
    time_zone: str | None
    referral_code: str
    tier: str
    tier_since: datetime
    tier_until: datetime | None
    tier_fixed_until: datetime | None
    tier_counted_from: date | None
    tier_counted_to: date | None
    tier_review_at: datetime | None
    tier_reviewed_for: datetime | None
    order_count: int
    version: int
    sequence: int
    read_sequence: int
    first_name: str | None
    last_name: str | None
    email: str | None
    phone: str | None
    external_id: str | None
    birthday: Birthday | None
    sex: Sex | None
    interests: list[str]
    quiet_from: str | None
    quiet_until: str | None
    country: str | None
    region: str | None
    postcode: str | None
    income_band: str | None
    attributes: dict[str, str | int | bool]

    @property
    def unread_notification_count(self) -> int:
        """Notifications beyond the last that was read."""
        return self.sequence - self.read_sequence


@dataclass(frozen=True, slots=True)
class ConsentRow:
    """What a member allows, as last said."""

    channel: Channel
    purpose: Purpose
    given: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class PreferenceRow:
    """Through which channels a member wants to hear of a topic."""

    topic: Topic
    channels: list[Channel]


@dataclass(frozen=True, slots=True)
class MemberRef:
    """One way to name a member; exactly one is set."""

    id: UUID | None = None
    number: str | None = None
    card: str | None = None
    phone: str | None = None
    email: str | None = None
    external_id: str | None = None


_MEMBERS = """
select m.id, m.number, m.state, m.merged_into, m.joined_at, m.language, m.time_zone,
  m.referral_code, m.tier, m.tier_since, m.tier_until, m.tier_fixed_until, m.tier_counted_from,
  m.tier_counted_to, m.tier_review_at, m.tier_reviewed_for, m.order_count, m.version,
  m.sequence, m.read_sequence,
  p.first_name, p.last_name, p.email, p.phone, p.external_id, p.birth_month, p.birth_day,
  p.birth_year, p.sex, coalesce(p.interests, '[]') as interests, p.quiet_from, p.quiet_until,
  p.country, p.region, p.postcode, p.income_band, coalesce(p.attributes, '{}') as attributes
from members m left join profiles p on p.member_id = m.id
"""

DEFAULT_CHANNELS = [Channel.IN_APP, Channel.PUSH]


async def members_of(actor: Actor, member_ids: Sequence[UUID]) -> list[MemberRow | None]:
    """The members with these ids, in their order; None for those that the actor may not see."""
    seen = [member_id for member_id in member_ids if actor.sees(member_id)]
    found = dict(zip(seen, await _members(seen), strict=True))
    return [found.get(member_id) for member_id in member_ids]


@shared
async def _members(member_ids: Sequence[UUID]) -> list[MemberRow | None]:
    found = {row["id"]: _member(row) for row in await _read("m.id = any($1)", member_ids)}
    return [found.get(member_id) for member_id in member_ids]


async def find(actor: Actor, ref: MemberRef) -> MemberRow:
    """The member that `ref` names; who was merged is found in whom it lives on.

    Raises NotFound, also for one that the actor may not see. InvalidInput says why a card is not
    good: old, forged, or of a member who has a new one.
    """
    if ref.card is not None and cards.is_code(ref.card):
        ref = MemberRef(card=cards.number_in(ref.card, await database.now()))
    condition, value = _condition(ref)
    found = await _read(condition, value)
    gone = next((row["merged_into"] for row in found if row["merged_into"]), None)
    for row in found if gone is None else await _read("m.id = $1", gone):
        if actor.sees(row["id"]) and (row["state"] != MemberState.ERASED or ref.id):
            return _member(row)
    if ref.number or ref.card:
        (refusal,) = await cards.lost([value], ["card" if ref.card else "number"])
        if refusal is not None:
            raise refusal
    raise NotFound("No member is found by this; ask for the card or enrol the customer.")


async def is_told(member_id: UUID) -> bool:
    """Whether the member wants to hear anything: not who has opted out or was erased."""
    state = await database.value("select state from members where id = $1", member_id)
    return state in (MemberState.ACTIVE, MemberState.BLOCKED)


async def consents_of(actor: Actor, member_ids: Sequence[UUID]) -> list[list[ConsentRow]]:
    """Each member's consents, by channel and purpose."""
    found = await database.rows(
        """select member_id, channel, purpose, given, at from consents
           where member_id = any($1) order by channel, purpose""",
        [member_id for member_id in member_ids if actor.sees(member_id)],
    )
    return [
        [
            ConsentRow(Channel(row["channel"]), Purpose(row["purpose"]), row["given"], row["at"])
            for row in found
            if row["member_id"] == member_id
        ]
        for member_id in member_ids
    ]


async def preferences_of(actor: Actor, member_ids: Sequence[UUID]) -> list[list[PreferenceRow]]:
    """Each member's channels for every topic; in the app and by push where nothing was said."""
    found = await database.rows(
        "select member_id, topic, channels from preferences where member_id = any($1)",
        [member_id for member_id in member_ids if actor.sees(member_id)],
    )
    said = {(row["member_id"], row["topic"]): row["channels"] for row in found}
    return [
        [
            PreferenceRow(
                topic, [Channel(c) for c in said.get((member_id, topic.value), DEFAULT_CHANNELS)]
            )
            for topic in Topic
        ]
        for member_id in member_ids
    ]


def _condition(ref: MemberRef) -> tuple[str, Any]:
    if ref.id is not None:
        return "m.id = $1", ref.id
    if ref.phone is not None:
        return "p.phone = $1", addresses.phone(ref.phone)
    if ref.email is not None:
        return "p.email = $1", addresses.email(ref.email)
    if ref.external_id is not None:
        return "p.external_id = $1", ref.external_id
    number = ref.number or ref.card
    if number is None:
        raise InvalidInput("Say who: an id, number, card, phone, email or externalId.")
    return "m.number = $1", number.replace(" ", "")


async def _read(condition: str, value: Any) -> list[Any]:
    return await database.rows(f"{_MEMBERS} where {condition}", value)


def _member(row: Any) -> MemberRow:
    values = dict(row)
    month, day, year = (values.pop(f"birth_{part}") for part in ("month", "day", "year"))
    values["birthday"] = Birthday(month, day, year) if month else None
    values["state"] = MemberState(values["state"])
    values["sex"] = Sex(values["sex"]) if values["sex"] else None
    return MemberRow(**values)
