"""Discount rules: what a version takes off orders, and what of that an order did not get."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import strawberry

from domain.language import in_language
from domain.money import Money as MoneyAmount
from domain.orders.payments import RulesOff
from domain.programme.accruals import Reason, Why
from domain.programme.queries import Edition, Version, VersionRow, versions
from domain.programme.terms import Discount as DiscountTerms
from domain.programme.words import discounts as words
from schema.context import Context, Info
from schema.node import Node, fetched_by
from schema.programme_life import NO_WORDS
from schema.roles import field
from schema.rule_keys import edition_of
from schema.scalars import Money


@dataclass(frozen=True, slots=True)
class DiscountRow:
    """A discount as a version of the programme has it."""

    version: Edition
    terms: DiscountTerms

    @property
    def id(self) -> str:
        """Version and code: what a version says never changes."""
        return f"{self.version.number}:{self.terms.code}"


@strawberry.type(description="A rule that takes something off orders which are quoted first.")
class Discount(Node):
    """Read off a DiscountRow."""

    @field(description="What stands in the price, in the caller's language.")
    def name(root: strawberry.Parent[DiscountRow], info: Info) -> str:
        return in_language(root.terms.name, info.context.language)

    @field(description="What it takes off and when, in words.")
    def text(root: strawberry.Parent[DiscountRow], info: Info) -> str:
        language = info.context.language
        if root.version.rules is None:
            return in_language(NO_WORDS, language)
        return words.discount(root.version.programme, root.terms, language)

    @classmethod
    def is_type_of(cls, obj: Any, _info: Any) -> bool:
        return isinstance(obj, DiscountRow)


@strawberry.type(description="What a version takes off.")
class VersionDiscounts:
    """Mixed into ProgrammeVersion."""

    @field(
        description="What is taken off orders, as declared; at most 50.",
        graphql_type=list[Discount],
    )
    def discounts(root: strawberry.Parent[VersionRow]) -> list[DiscountRow]:
        version = root.version
        return [DiscountRow(version, each) for each in version.programme.discounts]


@dataclass(frozen=True, slots=True)
class NotDiscountedRow:
    """Why a discount takes nothing off."""

    version: Version
    reason: Reason


@strawberry.type(description="Why a discount takes nothing off this order.")
class NotDiscounted:
    """Read off a NotDiscountedRow."""

    @field(description="Which one.", graphql_type=Discount)
    def rule(root: strawberry.Parent[NotDiscountedRow]) -> DiscountRow | None:
        return discount_row(root.version, root.reason.rule)

    @field(description="What is missing, in the caller's language.")
    def text(root: strawberry.Parent[NotDiscountedRow], info: Info) -> str:
        return words.not_off(root.version.programme, root.reason, info.context.language)


@dataclass(frozen=True, slots=True)
class MissedRow:
    """What a discount would have taken off, in minor units."""

    version: Version
    code: str
    minor: int
    cut: Why | None


@strawberry.type(
    description="What was not taken off: without a quote the shop has charged already; or a limit"
    " or a budget was used up after the quote."
)
class MissedDiscount:
    """Read off a MissedRow."""

    @field(description="Which one.", graphql_type=Discount)
    def rule(root: strawberry.Parent[MissedRow]) -> DiscountRow | None:
        return discount_row(root.version, root.code)

    @field(description="How much it would have been, or how much less it was.", graphql_type=Money)
    def money(root: strawberry.Parent[MissedRow]) -> MoneyAmount:
        return MoneyAmount(root.minor, root.version.programme.currency)

    @field(description="Why, in the caller's language.")
    def text(root: strawberry.Parent[MissedRow], info: Info) -> str:
        programme = root.version.programme
        return words.missed(programme, root.minor, root.cut, info.context.language)


def discount_row(version: Edition, code: str) -> DiscountRow | None:
    """The discount of this code."""
    terms = version.programme.discount(code)
    return DiscountRow(version, terms) if terms else None


async def missed_of(context: Context, off: RulesOff | None) -> list[MissedRow]:
    """What an order did not get of discounts."""
    if off is None or not off.missed:
        return []
    version = await context.load(versions, off.version)
    return [MissedRow(version, *each) for each in off.missed]


@fetched_by("Discount")
async def _discounts(context: Context, keys: Sequence[str]) -> Sequence[DiscountRow | None]:
    found = [await edition_of(context, key) for key in keys]
    return [discount_row(*each) if each else None for each in found]
