"""What a member says of itself: kept as said, seen at once, and by nobody else."""

import asyncio
from uuid import UUID

import pytest

from domain import database
from domain.actor import Actor
from domain.errors import DomainError, InvalidInput, NotAllowed, NotFound
from domain.members import operations, queries
from domain.members.commands import (
    GiveConsent,
    QuietHours,
    SetPreferences,
    TopicChannels,
    UpdateMember,
)
from domain.members.fields import Birthday
from domain.members.kinds import Channel, Purpose, Sex, Topic
from domain.members.queries import MemberRef, MemberRow
from tests.factories.members import a_guest, a_member, written
from tests.factories.rewards import TILL

pytestmark = pytest.mark.usefixtures("database")


async def row_of(member: Actor) -> MemberRow:
    assert member.member_id
    (row,) = await queries.members_of(member, [member.member_id])
    assert row
    return row


async def test_absent_is_unchanged_and_none_is_cleared() -> None:
    member = await a_member(first_name="Anna", last_name="Ivanova")
    await operations.update(
        member, UpdateMember(first_name="Anya", birthday=Birthday(2, 29), sex=Sex.FEMALE)
    )
    row = await row_of(member)
    assert (row.first_name, row.last_name, row.birthday, row.sex) == (
        "Anya",
        "Ivanova",
        Birthday(2, 29, None),
        Sex.FEMALE,
    )

    await operations.update(member, UpdateMember(last_name=None, birthday=None, sex=None))
    row = await row_of(member)
    assert (row.first_name, row.last_name, row.birthday, row.sex) == ("Anya", None, None, None)


async def test_language_zone_and_interests() -> None:
    member = await a_member()
    await operations.update(
        member,
        UpdateMember(language="ru", time_zone="Europe/Athens", interests=("tea", "tea", "rye")),
    )
    row = await row_of(member)
    assert (row.language, row.time_zone, row.interests) == ("ru", "Europe/Athens", ["tea", "rye"])

    await operations.update(member, UpdateMember(time_zone=None, interests=None))
    row = await row_of(member)
    assert (row.language, row.time_zone, row.interests) == ("ru", None, [])


@pytest.mark.parametrize(
    ("command", "path"),
    [
        (UpdateMember(first_name="Bea", language=None), ("language",)),
        (UpdateMember(first_name="Bea", language="xx yy"), ("language",)),
        (UpdateMember(first_name="Bea", time_zone="Mars/Base"), ("timeZone",)),
        (UpdateMember(first_name="Bea", birthday=Birthday(2, 30)), ("birthday", "day")),
        (UpdateMember(first_name="Bea", interests=("", "tea")), ("interests", "0")),
        (UpdateMember(first_name="x" * 81), ("firstName",)),
    ],
)
async def test_what_cannot_be_right_changes_nothing(
    command: UpdateMember, path: tuple[str, ...]
) -> None:
    member = await a_member(first_name="Anna")
    before = await row_of(member), await written()

    with pytest.raises(InvalidInput) as raised:
        await operations.update(member, command)
    assert raised.value.path == path
    assert (await row_of(member), await written()) == before


async def test_every_change_raises_the_version_and_is_a_fact() -> None:
    member = await a_member()
    version = (await row_of(member)).version
    changes = [
        operations.update(member, UpdateMember(first_name="Anna")),
        operations.consent(member, GiveConsent(Channel.EMAIL, Purpose.MARKETING, True)),
        operations.prefer(member, SetPreferences()),
    ]
    for change in changes:
        await change

    assert (await row_of(member)).version == version + 3
    facts = await database.rows("select payload from outbox where kind = 'MemberChanged'")
    assert [fact["payload"] for fact in facts] == [{"member_id": str(member.member_id)}] * 3


async def test_changes_at_once_are_all_kept() -> None:
    member = await a_member()
    version = (await row_of(member)).version
    await asyncio.gather(
        *(operations.update(member, UpdateMember(first_name=f"n{n}")) for n in range(10)),
        *(operations.update(member, UpdateMember(last_name=f"n{n}")) for n in range(10)),
    )

    row = await row_of(member)
    assert row.version == version + 20
    assert row.first_name
    assert row.last_name


async def test_a_consent_stands_as_last_said() -> None:
    member = await a_member()
    assert member.member_id
    for given in (True, False, False):
        await operations.consent(member, GiveConsent(Channel.EMAIL, Purpose.MARKETING, given))
    await operations.consent(member, GiveConsent(Channel.SMS, Purpose.SERVICE, True))

    (consents,) = await queries.consents_of(member, [member.member_id])
    assert [(said.channel, said.purpose, said.given) for said in consents] == [
        (Channel.EMAIL, Purpose.MARKETING, False),
        (Channel.SMS, Purpose.SERVICE, True),
    ]


async def test_topics_that_are_not_named_stay_as_they_are() -> None:
    member = await a_member()
    assert member.member_id
    news = TopicChannels(Topic.NEWS, (Channel.EMAIL, Channel.EMAIL))
    await operations.prefer(member, SetPreferences((news,), QuietHours("22:00", "07:30")))
    await operations.prefer(member, SetPreferences((TopicChannels(Topic.TIER, ()),)))

    (found,) = await queries.preferences_of(member, [member.member_id])
    said = {preference.topic: preference.channels for preference in found}
    assert list(said) == list(Topic)
    assert said[Topic.NEWS] == [Channel.EMAIL]
    assert said[Topic.TIER] == []
    assert said[Topic.POINTS] == queries.DEFAULT_CHANNELS
    row = await row_of(member)
    assert (row.quiet_from, row.quiet_until) == ("22:00", "07:30")

    await operations.prefer(member, SetPreferences(quiet_hours=None))
    row = await row_of(member)
    assert (row.quiet_from, row.quiet_until) == (None, None)


@pytest.mark.parametrize(
    ("command", "path"),
    [
        (SetPreferences((TopicChannels(Topic.NEWS, ()),) * 2), ("topics", "1", "topic")),
        (SetPreferences(quiet_hours=QuietHours("07:00", "07:00")), ("quietHours", "until")),
    ],
)
async def test_preferences_that_cannot_be_right_change_nothing(
    command: SetPreferences, path: tuple[str, ...]
) -> None:
    member = await a_member()
    before = await written()

    with pytest.raises(InvalidInput) as raised:
        await operations.prefer(member, command)
    assert raised.value.path == path
    assert await written() == before


async def test_only_a_member_changes_and_only_itself() -> None:
    member, guest = await a_member("anna@example.org", first_name="Anna"), await a_guest()
    for stranger in (TILL, guest):
        for change in (
            operations.update(stranger, UpdateMember(first_name="Bea")),
            operations.consent(stranger, GiveConsent(Channel.SMS, Purpose.SERVICE, True)),
            operations.prefer(stranger, SetPreferences()),
        ):
            with pytest.raises(NotAllowed):
                await change
    assert (await row_of(member)).first_name == "Anna"


async def test_others_are_not_to_be_told_from_nobody() -> None:
    anna, bea = await a_member("anna@example.org", external_id="7"), await a_member()
    assert anna.member_id
    row = await row_of(anna)
    refs = [
        MemberRef(id=anna.member_id),
        MemberRef(number=row.number),
        MemberRef(card=row.number),
        MemberRef(email="anna@example.org"),
        MemberRef(external_id="7"),
    ]
    nobody = await refusal(bea, MemberRef(id=UUID(int=7)))
    for ref in refs:
        assert (await queries.find(TILL, ref)).id == anna.member_id
        assert (await queries.find(anna, ref)).id == anna.member_id
        assert await refusal(bea, ref) == nobody
    assert await queries.members_of(bea, [anna.member_id]) == [None]
    assert await queries.consents_of(bea, [anna.member_id]) == [[]]


async def refusal(actor: Actor, ref: MemberRef) -> tuple[type[DomainError], str]:
    with pytest.raises(NotFound) as raised:
        await queries.find(actor, ref)
    return type(raised.value), raised.value.message


async def test_a_number_is_read_as_people_write_it() -> None:
    member = await a_member()
    number = (await row_of(member)).number

    spaced = f"{number[:3]} {number[3:6]} {number[6:]}"
    assert (await queries.find(TILL, MemberRef(card=spaced))).id == member.member_id
