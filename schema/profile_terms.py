"""What the programme wants to know of members, why, and what it thanks for."""

from collections.abc import Sequence
from typing import Any

import strawberry

from domain.language import in_language
from domain.membership import asking
from domain.membership.asking import Asked, AskedFor
from domain.programme.terms import Choice, MemberAttribute, Thanks
from domain.programme.terms import Unit as UnitTerms
from schema.context import Info
from schema.enums import enum
from schema.programme_kinds import AttributeType, Who
from schema.references import LazyUnit
from schema.roles import field
from schema.scalars import Points

enum(
    AskedFor,
    "How a question about a member is answered, in `memberUpdate`.",
    name="ProfileQuestionKind",
    TEXT="By any text, as an attribute.",
    NUMBER="By a whole number, as an attribute.",
    FLAG="By yes or no, as an attribute.",
    DATE="By a day, as an attribute.",
    CHOICE="By one of `choices`: as an attribute, or in `sex` and `incomeBand`, as `name` says.",
    INTERESTS="By any number of interests; by some of `choices`, if there are any.",
    BIRTHDAY="By `birthday`; the year only if one likes.",
    PLACE="By `place`, or a part of it.",
)


@strawberry.type(description="A value of which there are only some.")
class ProfileChoice:
    """Read off a terms.Choice."""

    code: str = strawberry.field(description="What inputs take.")

    @field(description="What it is called, in the caller's language.")
    def name(root: strawberry.Parent[Choice], info: Info) -> str:
        return in_language(root.name, info.context.language)


@strawberry.type(description="Points that an answer is worth; given once for ever.")
class ProfileThanks:
    """Read off a terms.Thanks."""

    points: Points = strawberry.field(description="How many.")

    @field(description="Of what.", graphql_type=LazyUnit)
    def unit(root: strawberry.Parent[Thanks], info: Info) -> UnitTerms | None:
        return info.context.programme.programme.unit(root.unit)


@strawberry.type(description="Something that a member is asked of itself.")
class ProfileQuestion:
    """Read off an Asked."""

    name: str = strawberry.field(
        description="`sex`, `birthday`, `place`, `incomeBand`, `interests`, or an attribute's name."
    )
    kind: AskedFor = strawberry.field(description="How it is answered.")
    choices: list[ProfileChoice] = strawberry.field(
        description="The only answers that there are, at most 100; empty: any."
    )
    least: int | None = strawberry.field(description="Of a number; null: none.")
    most: int | None = strawberry.field(description="Of a number; null: none.")
    thanks: ProfileThanks | None = strawberry.field(
        description="What the answer is worth; null: nothing, or it was given before."
    )

    @field(description="The question, in the caller's language.")
    def text(root: strawberry.Parent[Asked], info: Info) -> str:
        return in_language(root.text, info.context.language)

    @field(description="Why it is asked, in the caller's language.")
    def purpose(root: strawberry.Parent[Asked], info: Info) -> str | None:
        return in_language(root.purpose, info.context.language) if root.purpose else None


@strawberry.type(description="Something that the programme keeps of members, if it is told.")
class MemberAttributeTerms:
    """Read off a terms.MemberAttribute."""

    name: str = strawberry.field(
        description="What inputs take as `name`; conditions say `member.NAME`."
    )
    type: AttributeType = strawberry.field(description="What its value is.")
    choices: list[ProfileChoice] = strawberry.field(
        description="The only texts it can have, at most 100; empty: any."
    )
    least: int | None = strawberry.field(description="Of a number; null: none.")
    most: int | None = strawberry.field(description="Of a number; null: none.")
    seen_by: list[Who] = strawberry.field(description="Who sees it.")
    set_by: list[Who] = strawberry.field(description="Who sets it.")

    @field(description="What it is called, in the caller's language.")
    def label(root: strawberry.Parent[MemberAttribute], info: Info) -> str:
        return in_language(root.label, info.context.language)

    @field(description="Why it is asked, in the caller's language.")
    def purpose(root: strawberry.Parent[MemberAttribute], info: Info) -> str:
        return in_language(root.purpose, info.context.language)


@strawberry.type(description="What profiles add to the programme.")
class ProgrammeProfiles:
    """Mixed into Programme; rows have the `version` in force."""

    @field(
        description="Bands of income, lowest first; at most 100. Empty: nobody is asked.",
        graphql_type=list[ProfileChoice],
    )
    def income_bands(root: strawberry.Parent[Any]) -> Sequence[Choice]:
        bands: Sequence[Choice] = root.version.programme.income_bands
        return bands

    @field(
        description="The only interests that there are, at most 100; empty: any.",
        graphql_type=list[ProfileChoice],
    )
    def interests(root: strawberry.Parent[Any]) -> Sequence[Choice]:
        interests: Sequence[Choice] = root.version.programme.interests
        return interests

    @field(
        description="What is kept of members besides; at most 30.",
        graphql_type=list[MemberAttributeTerms],
    )
    def member_attributes(root: strawberry.Parent[Any]) -> Sequence[MemberAttribute]:
        attributes: Sequence[MemberAttribute] = root.version.programme.member_attributes
        return attributes

    @field(
        description="What members are asked, one at a time, in this order; at most 35.",
        graphql_type=list[ProfileQuestion],
    )
    def profile_questions(root: strawberry.Parent[Any]) -> list[Asked]:
        programme = root.version.programme
        return [asking.asked(programme, each) for each in programme.profile_questions]
