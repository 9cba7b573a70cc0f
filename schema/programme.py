"""The programme: what one would join, in words; its versions, units, tiers and rules."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import strawberry

from domain.actor import Actor
from domain.errors import NotFound
from domain.language import in_language
from domain.money import Money as MoneyAmount
from domain.programme import queries, words
from domain.programme.queries import Edition, Version, VersionRow, VersionState
from domain.programme.terms import Benefit as BenefitTerms
from domain.programme.terms import Programme as ProgrammeTerms
from domain.programme.terms import Rule as RuleTerms
from domain.programme.terms import Tier as TierTerms
from domain.programme.terms import Transfers
from domain.programme.terms import Unit as UnitTerms
from domain.programme.terms.payments import PayWithPoints as PayTerms
from domain.programme.words import lifetimes
from schema.activity_kinds import ProgrammeActivities
from schema.context import Context, Info
from schema.enums import enum
from schema.node import Node, fetched_by, uuids
from schema.paging import After, Connection, First, checked, connection
from schema.pool_kinds import ProgrammePools
from schema.programme_changes import VersionChanges
from schema.programme_currencies import VersionCurrencies
from schema.programme_documents import VersionDocument
from schema.programme_life import NO_WORDS, VersionLife
from schema.roles import field
from schema.scalars import Money, Points
from schema.transfer_terms import TransferTerms

enum(
    VersionState,
    "The life of a programme version.",
    name="ProgrammeVersionState",
    DRAFT="Being written; nobody is judged by it.",
    PUBLISHED="In force, or will be from `effectiveFrom`.",
    SUPERSEDED="A later version is in force; what it judged stays as it was.",
)


@dataclass(frozen=True, slots=True)
class TierRow:
    """A tier of the programme."""

    terms: TierTerms

    @property
    def id(self) -> str:
        """Its code: the same tier in every version."""
        return self.terms.code


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule as a version of the programme has it."""

    version: Edition
    terms: RuleTerms

    @property
    def id(self) -> str:
        """Version and code: what a version says never changes."""
        return f"{self.version.number}:{self.terms.code}"


@strawberry.type(description="How points of a unit pay the goods of an order.")
class PayWithPoints:
    """Read off a payments.PayWithPoints."""

    points: Points = strawberry.field(description="So many ...")
    step: Points = strawberry.field(description="In steps of so many.")
    max_points: Points | None = strawberry.field(
        description="At most so many; null: no such bound."
    )
    max_basis_points: int = strawberry.field(
        description="At most this share of the goods: 10000 is all of them."
    )
    hold_days: int = strawberry.field(description="How long a placed order keeps them.")

    @field(description="... pay so much.", graphql_type=Money)
    def money(root: strawberry.Parent[PayTerms], info: Info) -> MoneyAmount:
        return MoneyAmount(root.minor, info.context.programme.programme.currency)

    @field(description="At least so many.")
    def min_points(root: strawberry.Parent[PayTerms]) -> Points:
        return Points(root.least)


@strawberry.type(description="What is counted: points, stars, miles.")
class Unit:
    """Read off a terms.Unit."""

    code: str = strawberry.field(description="Stable: what inputs take as `unit`.")
    symbol: str = strawberry.field(description="A short sign to put beside a number.")

    @field(description="What heads a wallet of it, in the caller's language.")
    def name(root: strawberry.Parent[UnitTerms], info: Info) -> str:
        return in_language(root.label, info.context.language)

    @field(
        description="How much of it members may send to each other; null: none.",
        graphql_type=TransferTerms | None,
    )
    def transfers(root: strawberry.Parent[UnitTerms]) -> Transfers | None:
        return root.transfers

    @field(description="How it pays orders; null: it does not.", graphql_type=PayWithPoints | None)
    def pay_with_points(root: strawberry.Parent[UnitTerms]) -> PayTerms | None:
        return root.pay_with_points

    @field(description="How long it lasts and what keeps it, in the caller's language.")
    def lifetime(root: strawberry.Parent[UnitTerms], info: Info) -> str:
        return lifetimes.expiry(root, info.context.language)

    @field(description="What a wallet of it takes at most, in the caller's language; at most 8.")
    def caps(root: strawberry.Parent[UnitTerms], info: Info) -> list[str]:
        return lifetimes.caps(root, info.context.language)


@strawberry.type(description="Something that a tier gives.")
class Benefit:
    """Read off a terms.Benefit."""

    @field(description="What it is, in the caller's language.")
    def title(root: strawberry.Parent[BenefitTerms], info: Info) -> str:
        return in_language(root.title, info.context.language)

    @field(description="More about it; null when the title says it all.")
    def text(root: strawberry.Parent[BenefitTerms], info: Info) -> str | None:
        return in_language(root.text, info.context.language) if root.text else None


@strawberry.type(description="A level of membership.")
class Tier(Node):
    """Read off a TierRow."""

    @field(description="What it is called, in the caller's language.")
    def name(root: strawberry.Parent[TierRow], info: Info) -> str:
        return in_language(root.terms.name, info.context.language)

    @field(description="Its place: 1 is where everybody begins.")
    def rank(root: strawberry.Parent[TierRow]) -> int:
        return root.terms.rank

    @field(description="What it gives; at most 20.", graphql_type=list[Benefit])
    def benefits(root: strawberry.Parent[TierRow]) -> Sequence[BenefitTerms]:
        return root.terms.benefits

    @classmethod
    def is_type_of(cls, obj: Any, _info: Any) -> bool:
        return isinstance(obj, TierRow)


@strawberry.type(description="A way to earn.")
class EarningRule(Node):
    """Read off a RuleRow."""

    @field(description="What it is called, in the caller's language.")
    def name(root: strawberry.Parent[RuleRow], info: Info) -> str:
        return in_language(root.terms.name, info.context.language)

    @field(description="What it gives and when, in words.")
    def text(root: strawberry.Parent[RuleRow], info: Info) -> str:
        language = info.context.language
        if root.version.rules is None:
            return in_language(NO_WORDS, language)
        return words.rule(root.version.programme, root.terms, language)

    @field(description="What it gives.", graphql_type=Unit)
    def unit(root: strawberry.Parent[RuleRow]) -> UnitTerms | None:
        return root.version.programme.unit(root.terms.unit)

    @classmethod
    def is_type_of(cls, obj: Any, _info: Any) -> bool:
        return isinstance(obj, RuleRow)


@strawberry.type(description="The programme as it was, is or will be from an instant on.")
class ProgrammeVersion(VersionCurrencies, VersionChanges, VersionLife, VersionDocument, Node):
    """Read off a VersionRow."""

    number: int = strawberry.field(description="Counts versions from 1.")
    state: VersionState = strawberry.field(description="Where it stands in its life.")
    effective_from: datetime | None = strawberry.field(
        description="In force from then; null for a draft."
    )

    @field(description="The terms in words, at most a phone screen, in the caller's language.")
    def terms(root: strawberry.Parent[VersionRow], info: Info) -> str:
        if root.version.rules is None:
            return in_language(NO_WORDS, info.context.language)
        return words.terms(root.version.programme, info.context.language)

    @field(description="What a member accepts at enrolment: `acceptedTermsVersion`.")
    def terms_version(root: strawberry.Parent[VersionRow]) -> int:
        return root.version.programme.terms_version

    @field(description="What is counted; at most 10.", graphql_type=list[Unit])
    def units(root: strawberry.Parent[VersionRow]) -> Sequence[UnitTerms]:
        return root.version.programme.units

    @field(description="Levels from the first to the highest; at most 10.", graphql_type=list[Tier])
    def tiers(root: strawberry.Parent[VersionRow]) -> list[TierRow]:
        return [TierRow(tier) for tier in root.version.programme.tiers]

    @field(description="Ways to earn, as declared; at most 50.", graphql_type=list[EarningRule])
    def earning_rules(root: strawberry.Parent[VersionRow]) -> list[RuleRow]:
        return [RuleRow(root.version, rule) for rule in root.version.programme.rules]

    @classmethod
    def is_type_of(cls, obj: Any, _info: Any) -> bool:
        return isinstance(obj, VersionRow)


@dataclass(frozen=True, slots=True)
class ProgrammeRow:
    """The one programme of this installation, as it is now."""

    version: Version
    id: str = "1"


@strawberry.type(description="The programme of this installation.")
class Programme(ProgrammeActivities, ProgrammePools, Node):
    """Read off a ProgrammeRow."""

    @field(description="What it is called, in the caller's language.")
    def name(root: strawberry.Parent[ProgrammeRow], info: Info) -> str:
        return in_language(root.version.programme.name, info.context.language)

    @field(description="The version in force.", graphql_type=ProgrammeVersion)
    def current(root: strawberry.Parent[ProgrammeRow], info: Info) -> VersionRow:
        version = root.version
        return VersionRow(
            version.id, version.number, VersionState.PUBLISHED, version.effective_from, version
        )

    @field(
        description="All versions, newest first; drafts are for staff alone.",
        graphql_type=Connection[ProgrammeVersion],
    )
    async def versions(
        root: strawberry.Parent[ProgrammeRow], info: Info, first: First = 20, after: After = None
    ) -> Any:
        actor = info.context.actor
        page = await queries.version_rows(actor, checked(first), after)
        return connection(page, lambda: queries.version_count(actor))

    @classmethod
    def is_type_of(cls, obj: Any, _info: Any) -> bool:
        return isinstance(obj, ProgrammeRow)


def rule_row(version: Edition, code: str) -> RuleRow | None:
    """The earning rule of this code; None where a part came from something else."""
    rule = version.programme.rule(code)
    return RuleRow(version, rule) if rule else None


def tier_row(programme: ProgrammeTerms, code: str) -> TierRow:
    """The tier of this code; the entry tier where the programme has dropped it."""
    return TierRow(programme.tier(code) or programme.tiers[0])


async def version_rows(context: Context, versions: Sequence[Version]) -> list[VersionRow]:
    """These versions as rows; each is read once a request, and all in one go."""
    return await context.load_all(rows_of, [version.id for version in versions])


async def rows_of(actor: Actor, ids: Sequence[UUID]) -> list[VersionRow]:
    """The versions of these ids, which the actor may see, as rows."""
    page = await queries.version_rows(actor, len(ids), ids=ids)
    rows = {row.id: row for row in page.rows}
    return [rows[wanted] for wanted in ids]


@strawberry.type(description="What can be asked about the programme.")
class ProgrammeQueries:
    """Mixed into Query."""

    @field(description="The programme; no token is needed. Null before the first is published.")
    def programme(root: strawberry.Parent[None], info: Info) -> Programme | None:
        try:
            return ProgrammeRow(info.context.programme)  # type: ignore[return-value]
        except NotFound:
            return None


@fetched_by("ProgrammeVersion")
async def _versions(context: Context, keys: Sequence[str]) -> Sequence[VersionRow | None]:
    ids = uuids(keys)
    page = await queries.version_rows(
        context.actor, len(ids), ids=[wanted for wanted in ids if wanted]
    )
    rows = {row.id: row for row in page.rows}
    return [rows.get(wanted) if wanted else None for wanted in ids]


@fetched_by("Programme")
async def _programmes(context: Context, keys: Sequence[str]) -> Sequence[ProgrammeRow | None]:
    row = ProgrammeRow(context.programme)
    return [row if key == row.id else None for key in keys]


@fetched_by("Tier")
async def _tiers(context: Context, keys: Sequence[str]) -> Sequence[TierRow | None]:
    programme = context.programme.programme
    found = [programme.tier(key) for key in keys]
    return [TierRow(tier) if tier else None for tier in found]


@fetched_by("EarningRule")
async def _rules(context: Context, keys: Sequence[str]) -> Sequence[RuleRow | None]:
    rows = []
    for key in keys:
        number, _, code = key.partition(":")
        is_number = number.isascii() and number.isdigit() and len(number) <= _DIGITS_MAX
        try:
            version = await queries.edition(int(number)) if is_number else None
        except NotFound:
            version = None
        # A draft is nobody's business but the team's.
        is_shown = version and (version.effective_from or context.actor.has(*queries.TEAM))
        rows.append(rule_row(version, code) if version and is_shown else None)
    return rows


_DIGITS_MAX = 9
