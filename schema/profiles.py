"""Profiles: where members live, what the programme keeps of them besides, and what it asks."""

import datetime as dates
from dataclasses import dataclass
from uuid import UUID

import strawberry

from domain.actor import Role
from domain.language import in_language
from domain.members import queries
from domain.members.attributes import parts, seen
from domain.members.commands import UpdateMember
from domain.members.kinds import Sex
from domain.members.queries import MemberRow
from domain.membership import asking, telling
from domain.membership.asking import Asked
from domain.membership.telling import SetProfile
from domain.programme import words
from domain.programme.attributes import Value
from domain.programme.terms import Choice, MemberAttribute
from schema.context import Info
from schema.errors import Payload
from schema.member_inputs import MemberRefInput
from schema.profile_inputs import (
    ATTRIBUTES,
    CLEAR_ATTRIBUTES,
    INCOME_BAND,
    PLACE,
    AttributeInput,
    PlaceInput,
    attributes_of,
    names_of,
    place_of,
    sent,
)
from schema.profile_terms import ProfileChoice, ProfileQuestion
from schema.references import LazyMember
from schema.roles import field, mutation


@strawberry.type(description="Where a member lives, as far as it told.")
class Place:
    """Read off a MemberRow."""

    country: str | None = strawberry.field(description="ISO 3166-1; null when not told.")
    region: str | None = strawberry.field(description="Null when not told.")
    postcode: str | None = strawberry.field(description="Without blanks; null when not told.")


@dataclass(frozen=True, slots=True)
class ToldRow:
    """An attribute with its value."""

    terms: MemberAttribute
    value: Value

    @property
    def name(self) -> str:
        """The attribute's name."""
        return self.terms.name


@strawberry.type(description="A value, by its type: the others are null.")
class AttributeValue:
    """Read off a value."""

    text: str | None = strawberry.field(default=None, description="Of a TEXT; a choice's code.")
    number: int | None = strawberry.field(default=None, description="Of a NUMBER.")
    flag: bool | None = strawberry.field(default=None, description="Of a FLAG.")
    date: dates.date | None = strawberry.field(default=None, description="Of a DATE.")


@strawberry.type(description="Something that is known of a member.")
class MemberAttributeValue:
    """Read off a ToldRow."""

    name: str = strawberry.field(description="As `programme.memberAttributes` has it.")

    @field(description="What it is called, in the caller's language.")
    def label(root: strawberry.Parent[ToldRow], info: Info) -> str:
        return in_language(root.terms.label, info.context.language)

    @field(description="Why it was asked, in the caller's language.")
    def purpose(root: strawberry.Parent[ToldRow], info: Info) -> str:
        return in_language(root.terms.purpose, info.context.language)

    @field(description="What was told, as apps take it.")
    def value(root: strawberry.Parent[ToldRow]) -> AttributeValue:
        match root.value:
            case bool():
                return AttributeValue(flag=root.value)
            case int():
                return AttributeValue(number=root.value)
            case str():
                return AttributeValue(text=root.value)
            case _:
                return AttributeValue(date=root.value)

    @field(description="What was told, as people read it, in the caller's language.")
    def text(root: strawberry.Parent[ToldRow], info: Info) -> str:
        return words.attribute_value(root.terms, root.value, info.context.language)


@strawberry.type(description="What profiles add to a member.")
class MemberProfile:
    """Mixed into Member. Tills do not see it."""

    @field(description="Where the member lives; null where nothing is told, and for tills.")
    def place(root: strawberry.Parent[MemberRow], info: Info) -> Place | None:
        is_told = root.country or root.region or root.postcode
        if not is_told or not parts(info.context.actor, root.id):
            return None
        return Place(country=root.country, region=root.region, postcode=root.postcode)

    @field(
        description="Null where it is not told, or no longer one, and for tills.",
        graphql_type=ProfileChoice | None,
    )
    def income_band(root: strawberry.Parent[MemberRow], info: Info) -> Choice | None:
        if root.income_band is None or not parts(info.context.actor, root.id):
            return None
        return info.context.programme.programme.income_band(root.income_band)

    @field(
        description="What is known besides and the caller may see; at most 30.",
        graphql_type=list[MemberAttributeValue],
    )
    def attributes(root: strawberry.Parent[MemberRow], info: Info) -> list[ToldRow]:
        programme = info.context.programme.programme
        known = seen(programme, parts(info.context.actor, root.id), root.attributes)
        return [ToldRow(terms, value) for terms, value in known]

    @field(
        description="What to ask the member now; null for others, and when there is nothing. It is"
        " answered by `memberUpdate`, put off by `profileQuestionSkip`.",
        graphql_type=ProfileQuestion | None,
    )
    async def next_question(root: strawberry.Parent[MemberRow], info: Info) -> Asked | None:
        context = info.context
        programme = context.programme.programme
        found = await asking.next_of(context.actor, root, programme, context.now)
        context.changes_at(found.changes_at)
        return found.question


@strawberry.input(description="What is known of a member whom the caller serves.")
class MemberProfileSetInput:
    """Checked in the domain."""

    member: MemberRefInput = strawberry.field(description="Whose profile.")
    sex: strawberry.Maybe[Sex | None] = strawberry.field(description="As the member says.")
    place: strawberry.Maybe[PlaceInput | None] = strawberry.field(description=PLACE)
    income_band: strawberry.Maybe[str | None] = strawberry.field(description=INCOME_BAND)
    interests: strawberry.Maybe[list[str] | None] = strawberry.field(
        description="All of them: at most 50, each of 1 to 40 characters."
    )
    attributes: strawberry.Maybe[list[AttributeInput] | None] = strawberry.field(
        description=ATTRIBUTES
    )
    clear_attributes: strawberry.Maybe[list[str]] = strawberry.field(description=CLEAR_ATTRIBUTES)

    def command(self) -> SetProfile:
        """The same, as the domain takes it."""
        interests = sent(self.interests)
        said = UpdateMember(
            sex=sent(self.sex),
            place=place_of(self.place),
            income_band=sent(self.income_band),
            interests=tuple(interests) if isinstance(interests, list) else interests,
            attributes=attributes_of(self.attributes),
            clear_attributes=names_of(self.clear_attributes),
        )
        return SetProfile(self.member.ref(), said)


@strawberry.input(description="A question that a member does not want to answer now.")
class ProfileQuestionSkipInput:
    """Checked in the domain."""

    name: str = strawberry.field(description="Of `me.nextQuestion`.")


@strawberry.type(description="The profile as it is now.")
class MemberProfileSetPayload(Payload):
    """The member."""

    member: MemberRow | None = strawberry.field(
        default=None,
        graphql_type=LazyMember | None,
        description="Whose data it is, as changed; null when refused.",
    )


@strawberry.type(description="Who was asked.")
class ProfileQuestionSkipPayload(Payload):
    """The member."""

    member: MemberRow | None = strawberry.field(
        default=None,
        graphql_type=LazyMember | None,
        description="With its `nextQuestion`; null when refused.",
    )


@strawberry.type(description="What can be done with profiles.")
class ProfilesMutations:
    """Mixed into Mutation."""

    @mutation(
        Role.SHOP,
        Role.CARE,
        payload=MemberProfileSetPayload,
        description="Write down what a member said at the till or on the phone: absent fields stay,"
        " null ones are cleared. Who wrote it is kept; thanks are for who tells it itself.",
    )
    async def member_profile_set(
        root: strawberry.Parent[None], info: Info, input: MemberProfileSetInput
    ) -> MemberProfileSetPayload:
        member_id = await telling.set_for(info.context.actor, input.command())
        return MemberProfileSetPayload(member=await _member(info, member_id))

    @mutation(
        Role.MEMBER,
        payload=ProfileQuestionSkipPayload,
        description="Not now: the question does not come again for 14 days.",
    )
    async def profile_question_skip(
        root: strawberry.Parent[None], info: Info, input: ProfileQuestionSkipInput
    ) -> ProfileQuestionSkipPayload:
        member_id = await telling.skip(info.context.actor, input.name)
        return ProfileQuestionSkipPayload(member=await _member(info, member_id))


async def _member(info: Info, member_id: UUID) -> MemberRow | None:
    (member,) = await info.context.load_all(queries.members_of, [member_id])
    return member
