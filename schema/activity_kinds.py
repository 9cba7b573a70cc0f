"""What the programme counts besides orders: kinds of activity, what they give, badges."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import strawberry

from domain.language import in_language
from domain.programme import words
from domain.programme.queries import Version
from domain.programme.terms import Activity, ActivityRule, Attribute
from domain.programme.terms import Badge as BadgeTerms
from domain.programme.terms import Unit as UnitTerms
from schema.context import Info
from schema.programme_kinds import AttributeType
from schema.references import LazyUnit
from schema.roles import field
from schema.scalars import Points


@dataclass(frozen=True, slots=True)
class KindRow:
    """A kind of activity as a version of the programme has it."""

    version: Version
    terms: Activity

    @property
    def code(self) -> str:
        """Its code."""
        return self.terms.code


@dataclass(frozen=True, slots=True)
class ActivityRuleRow:
    """A rule for activities as a version of the programme has it."""

    version: Version
    terms: ActivityRule

    @property
    def code(self) -> str:
        """Its code."""
        return self.terms.code

    @property
    def points(self) -> int:
        """What it gives."""
        return self.terms.points


@dataclass(frozen=True, slots=True)
class BadgeTermsRow:
    """A badge as a version of the programme has it."""

    version: Version
    terms: BadgeTerms

    @property
    def code(self) -> str:
        """Its code."""
        return self.terms.code

    @property
    def icon(self) -> str:
        """Its sign."""
        return self.terms.icon


@strawberry.type(description="Something that is said of an activity.")
class ActivityAttribute:
    """Read off a terms.Attribute."""

    name: str = strawberry.field(description="What inputs take as `name`.")
    type: AttributeType = strawberry.field(description="What its value is.")
    required: bool = strawberry.field(description="No report is taken without it.")
    values: list[str] = strawberry.field(
        description="The only texts it can have, at most 100; empty: any."
    )

    @field(description="What it is called, in the caller's language.")
    def label(root: strawberry.Parent[Attribute], info: Info) -> str:
        return in_language(root.label, info.context.language)


@strawberry.type(description="Points for an activity.")
class ActivityEarningRule:
    """Read off an ActivityRuleRow."""

    code: str = strawberry.field(description="Stable; no other rule's.")
    points: Points = strawberry.field(description="What it gives, each time.")

    @field(description="What it is called, in the caller's language.")
    def name(root: strawberry.Parent[ActivityRuleRow], info: Info) -> str:
        return in_language(root.terms.name, info.context.language)

    @field(description="What it gives, when, and how much at most, in words.")
    def text(root: strawberry.Parent[ActivityRuleRow], info: Info) -> str:
        return words.activity_rule(root.version.programme, root.terms, info.context.language)

    @field(description="What it gives points of.", graphql_type=LazyUnit)
    def unit(root: strawberry.Parent[ActivityRuleRow]) -> UnitTerms | None:
        return root.version.programme.unit(root.terms.unit)


@strawberry.type(description="A kind of activity: something done that is no order.")
class ActivityKind:
    """Read off a KindRow."""

    code: str = strawberry.field(description="What inputs take as `kind`.")

    @field(description="What it is called, in the caller's language.")
    def name(root: strawberry.Parent[KindRow], info: Info) -> str:
        return in_language(root.terms.name, info.context.language)

    @field(description="Members may report it of themselves; else shops and the team do.")
    def reported_by_members(root: strawberry.Parent[KindRow]) -> bool:
        return root.terms.by_members

    @field(description="What is said of it; at most 20.", graphql_type=list[ActivityAttribute])
    def attributes(root: strawberry.Parent[KindRow]) -> Sequence[Attribute]:
        return root.terms.attributes

    @field(description="What it gives; at most 50.", graphql_type=list[ActivityEarningRule])
    def earning_rules(root: strawberry.Parent[KindRow]) -> list[ActivityRuleRow]:
        rules = root.version.programme.activity_rules
        return [
            ActivityRuleRow(root.version, rule)
            for rule in rules
            if rule.activity == root.terms.code
        ]


@strawberry.type(description="A sign of something done; given once, and kept.")
class Badge:
    """Read off a BadgeTermsRow."""

    code: str = strawberry.field(description="Stable.")
    icon: str = strawberry.field(description="A short sign to show it by.")

    @field(description="What it is called, in the caller's language.")
    def name(root: strawberry.Parent[BadgeTermsRow], info: Info) -> str:
        return in_language(root.terms.name, info.context.language)

    @field(description="What it says of who has it, in the caller's language.")
    def text(root: strawberry.Parent[BadgeTermsRow], info: Info) -> str:
        return in_language(root.terms.text, info.context.language)

    @field(description="What it is given for, in words.")
    def how_to(root: strawberry.Parent[BadgeTermsRow], info: Info) -> str:
        return words.badge_goal(root.version.programme, root.terms, info.context.language)


@strawberry.type(description="What activities add to the programme.")
class ProgrammeActivities:
    """Mixed into Programme; rows have the `version` in force."""

    @field(
        description="What can be done besides buying, and what it gives; at most 50.",
        graphql_type=list[ActivityKind],
    )
    def activity_kinds(root: strawberry.Parent[Any]) -> list[KindRow]:
        version = root.version
        return [KindRow(version, kind) for kind in version.programme.activities]

    @field(description="Badges that there are to earn; at most 50.", graphql_type=list[Badge])
    def badges(root: strawberry.Parent[Any]) -> list[BadgeTermsRow]:
        version = root.version
        return [BadgeTermsRow(version, badge) for badge in version.programme.badges]


def kind_row(version: Version, code: str) -> KindRow:
    """The kind of this code; under its code alone where the programme has dropped it."""
    return KindRow(version, version.programme.activity(code) or Activity(code, {"en": code}))


def badge_row(version: Version, code: str) -> BadgeTermsRow | None:
    """The badge of this code; None where the programme has dropped it."""
    badge = version.programme.badge(code)
    return BadgeTermsRow(version, badge) if badge else None
