"""A new member: its rows, under a number, a card and a code of its own."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from domain import database, ids
from domain.access import addresses
from domain.access.addresses import Address
from domain.access.queries import address_of, member_at
from domain.actor import Actor, ActorKind, Role
from domain.errors import InvalidInput, NotAllowed, TermsOutdated
from domain.members import fields, merged
from domain.members.commands import EnrolMember, GiveConsent
from domain.programme.queries import Version

REFERRAL_CODE_LENGTH = 8


async def enrol(actor: Actor, command: EnrolMember, version: Version) -> tuple[UUID, bool]:
    """Make the member, in the transaction in progress: its id, and whether it is new.

    An external id that is known names the same member again, and nothing changes. Raises
    TermsOutdated, InvalidInput, and NotAllowed for an address that belongs to a member.
    """
    actor.require(Role.GUEST, Role.TILL, Role.SHOP, Role.CARE)
    command.check()
    now = await database.now()
    person = _person(command, now.astimezone(version.rules.zone).date())
    address = await _address(actor, command)
    await _one_at_a_time(address, person["external_id"])
    if person["external_id"] is not None:
        known: UUID | None = await database.value(
            "select member_id from profiles where external_id = $1", person["external_id"]
        )
        if known is not None:
            return await merged.current(known), False
    if address is not None and await member_at(address) is not None:
        raise _taken(actor, address)
    if command.accepted_terms_version != version.programme.terms_version:
        raise TermsOutdated(
            f"Version {version.programme.terms_version} of the terms is in force: "
            "show it, and send its number once it is accepted.",
            ("acceptedTermsVersion",),
        )
    language = fields.language(command.language or version.programme.languages[0], ("language",))
    member_id = await _member(language, version, now)
    if address is not None:
        person[address.channel] = address.text
    columns = ", ".join(person)
    numbers = ", ".join(f"${n}" for n in range(2, len(person) + 2))
    await database.rows(
        f"insert into profiles (member_id, {columns}) values ($1, {numbers})",
        *(member_id, *person.values()),
    )
    await consent(member_id, command.consents)
    return member_id, True


async def one_at_a_time(address: Address) -> None:
    """Let nobody join by this address until the transaction in progress is over."""
    await _one_at_a_time(address, None)


async def consent(member_id: UUID, consents: Sequence[GiveConsent]) -> None:
    """Note what a member allows or allows no more, in the transaction in progress."""
    await database.rows(
        """insert into consents (id, member_id, channel, purpose, given, at)
           select uuidv7(), $1, channel, purpose, given, pistis_now()
           from unnest($2::text[], $3::text[], $4::bool[]) as said (channel, purpose, given)
           on conflict (member_id, channel, purpose)
           do update set given = excluded.given, at = excluded.at""",
        *(member_id, [said.channel for said in consents]),
        *([said.purpose for said in consents], [said.given for said in consents]),
    )


def _person(command: EnrolMember, today: date) -> dict[str, Any]:
    return {
        "first_name": fields.name(command.first_name, ("firstName",)),
        "last_name": fields.name(command.last_name, ("lastName",)),
        "external_id": fields.external_id(command.external_id, ("externalId",)),
        **fields.birthday_columns(fields.birthday(command.birthday, today, ("birthday",))),
    }


async def _address(actor: Actor, command: EnrolMember) -> Address | None:
    if not actor.serves:
        if command.phone or command.email or command.external_id:
            name = "externalId" if command.external_id else "address"
            raise InvalidInput("You join by the address that you proved: leave it out.", (name,))
        if actor.identity_id is not None:
            return None  # its issuer vouches for it, and for no address
        proved = await address_of(actor)
        if proved is None:
            raise NotAllowed("Joining needs a proved address: sign in with a code first.")
        return proved
    if command.phone is None and command.email is None:
        return None
    try:
        return addresses.address(command.phone, command.email)
    except InvalidInput as error:
        raise error.under("address") from None


def _taken(actor: Actor, address: Address) -> NotAllowed:
    if actor.kind is ActorKind.GUEST:
        return NotAllowed("A member has this address already: sign in again to be that member.")
    return NotAllowed(
        "A member has this address already: find it with `member`.", ("address", address.channel)
    )


async def _one_at_a_time(address: Address | None, external_id: str | None) -> None:
    # Two tills may enrol the same customer at once: the second is to find what the first made.
    names = [f"address {address.text}"] if address else []
    names += [f"external id {external_id}"] if external_id else []
    for name in sorted(names):
        await database.rows("select pg_advisory_xact_lock(hashtextextended($1, 0))", name)


async def _member(language: str, version: Version, now: datetime) -> UUID:
    entry = min(version.programme.tiers, key=lambda tier: tier.rank)
    while True:  # until number and code are new: once, nearly always
        made: UUID | None = await database.value(
            """insert into members (id, number, state, joined_at, language, terms_version,
                 terms_accepted_at, referral_code, tier, tier_since, order_count, version,
                 sequence, read_sequence)
               select $1, $2::varchar, 'ACTIVE', $3, $4, $5, $3, $6, $7, $3, 0, 1, 0, 0
               where not exists (select from lost_cards where number = $2)
               on conflict do nothing returning id""",
            *(ids.uuid7(), ids.member_number(), now, language, version.programme.terms_version),
            *(ids.code(REFERRAL_CODE_LENGTH), entry.code),
        )
        if made is not None:
            return made
