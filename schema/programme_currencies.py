"""Other currencies that orders can be in, and the rates that judge them."""

from collections.abc import Sequence
from dataclasses import dataclass

import strawberry

from domain.money import Money as MoneyRow
from domain.programme import words
from domain.programme.queries import Edition, VersionRow
from domain.programme.terms import ForeignCurrency as CurrencyTerms
from schema.context import Info
from schema.roles import field
from schema.scalars import Money


@dataclass(frozen=True, slots=True)
class CurrencyRow:
    """Another currency as a version of the programme has it."""

    version: Edition
    terms: CurrencyTerms


@strawberry.type(description="Another currency that orders can be in. `amount` is worth `worth`.")
class ForeignCurrency:
    """Read off a CurrencyRow."""

    @field(description="So much of it.", graphql_type=Money)
    def amount(root: strawberry.Parent[CurrencyRow]) -> MoneyRow:
        return MoneyRow(root.terms.minor, root.terms.code)

    @field(description="In the programme's currency.", graphql_type=Money)
    def worth(root: strawberry.Parent[CurrencyRow]) -> MoneyRow:
        return MoneyRow(root.terms.worth_minor, root.version.programme.currency)

    @field(description="Both in words, in the caller's language.")
    def text(root: strawberry.Parent[CurrencyRow], info: Info) -> str:
        return words.rate(root.version.programme, root.terms, info.context.language)


@strawberry.type(description="What currencies add to a version of the programme.")
class VersionCurrencies:
    """Mixed into ProgrammeVersion."""

    @field(
        description="Currencies beside its own that orders can be in; at most 180.",
        graphql_type=list[ForeignCurrency],
    )
    def currencies(root: strawberry.Parent[VersionRow]) -> Sequence[CurrencyRow]:
        return [CurrencyRow(root.version, each) for each in root.version.programme.currencies]
