"""Wallets: balances, the statement and why each point is there, coming expiries, the proof."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import strawberry

from domain.actor import Role
from domain.errors import NotFound
from domain.members.queries import MemberRow, members_of
from domain.orders.queries import OrderRow, orders
from domain.programme import words
from domain.programme.accruals import RULE_KINDS
from domain.programme.queries import Version, versions
from domain.programme.terms import Programme
from domain.programme.terms import Unit as UnitTerms
from domain.wallets import queries
from domain.wallets.kinds import TransactionKind
from domain.wallets.proof import Proof, proof
from domain.wallets.queries import TransactionRow, WalletRow
from domain.wallets.words import title
from schema.context import Context, Info
from schema.enums import enum
from schema.holds import WalletHolds
from schema.node import Node, fetched_by, rows_by_id, uuids
from schema.paging import After, Connection, First, checked, connection
from schema.programme import EarningRule, ProgrammeVersion, RuleRow, Unit, rule_row, version_row
from schema.references import LazyOrder, LazyWallet
from schema.roles import batched, field
from schema.scalars import Points

enum(
    TransactionKind,
    "What moved points.",
    EARN="Points came in: an order, a welcome, a friend, an answer.",
    REDEEM="Points became a reward.",
    EXPIRE="Points were not used in time.",
    ADJUST="Somebody of the team put something right.",
    GIVE_BACK="Points came back: what they had paid for was given back.",
    PEND="Points were earned and wait: see `pendingPoints`.",
    RELEASE="Points that waited can be spent.",
    PEND_CANCEL="Points that waited are cancelled.",
    HOLD="Points were set aside for a purchase.",
    HOLD_CAPTURE="Points that were set aside are spent; what was left of them came back.",
    HOLD_RELEASE="Points that were set aside came back.",
    TRANSFER_OUT="Points went to another member.",
    TRANSFER_IN="Points came from another member, or what was sent came back.",
    DONATE="Points were given to a cause.",
    CLAWBACK="Points were taken back: what had earned them was returned.",
    REVERSE="A movement was undone.",
)


@dataclass(frozen=True, slots=True)
class PartRow:
    """A part of an explanation, and the version that judged it."""

    version: Version
    unit_code: str
    part: dict[str, Any]

    @property
    def points(self) -> int:
        """What the part gave."""
        return int(self.part["points"])


@strawberry.type(description="One reason for points, with its numbers.")
class Explanation:
    """Read off a PartRow."""

    points: Points = strawberry.field(description="What it gave.")

    @field(description="Why, in the caller's language.")
    def text(root: strawberry.Parent[PartRow], info: Info) -> str:
        language = info.context.language
        return words.part(root.version.programme, root.part, root.unit_code, language)

    @field(
        description="The earning rule; null where it was none: a tier, an offer, a friend.",
        graphql_type=EarningRule | None,
    )
    def rule(root: strawberry.Parent[PartRow]) -> RuleRow | None:
        if root.part["kind"] not in RULE_KINDS:
            return None
        return rule_row(root.version, root.part["rule"])

    @field(description="The version that judged it.", graphql_type=ProgrammeVersion)
    async def programme_version(root: strawberry.Parent[PartRow], info: Info) -> Any:
        return await version_row(info.context, root.version.number)


@strawberry.type(description="One movement of a balance.")
class Transaction(Node):
    """Read off a TransactionRow."""

    kind: TransactionKind = strawberry.field(description="What moved the balance.")
    points: Points = strawberry.field(description="Signed: what came in is positive.")
    balance_after: Points = strawberry.field(description="What could be spent after it.")
    occurred_at: datetime = strawberry.field(description="When what it is for happened.")
    pending_points: Points = strawberry.field(
        description="By how much it changed what is earned and not yet released."
    )
    held_points: Points = strawberry.field(description="By how much it changed what is set aside.")
    debt_points: Points = strawberry.field(description="By how much it changed what is owed.")

    @field(description="What it is for, in the caller's language.")
    def title(root: strawberry.Parent[TransactionRow], info: Info) -> str:
        return title(root.title, info.context.language)

    @batched(
        description="Why, part by part; they sum to the points. Empty where nothing was judged.",
        graphql_type=list[Explanation],
    )
    async def explanation(
        rows: strawberry.Parent[list[TransactionRow]], info: Info
    ) -> list[list[PartRow]]:
        return await parts_of(info.context, rows)

    @batched(description="The wallet that it moved.", graphql_type=LazyWallet)
    async def wallet(rows: strawberry.Parent[list[TransactionRow]], info: Info) -> list[WalletRow]:
        found = await info.context.load_all(queries.wallets_of, [row.member_id for row in rows])
        for wallets in found:
            for wallet in wallets.values():
                info.context.changes_at(wallet.expires_at)
        return [
            wallets.get(row.unit_code) or WalletRow(row.member_id, row.unit_code)
            for row, wallets in zip(rows, found, strict=True)
        ]

    @field(description="The order that it is for; null for others.", graphql_type=LazyOrder | None)
    async def order(root: strawberry.Parent[TransactionRow], info: Info) -> OrderRow | None:
        return await info.context.load(orders, root.order_id) if root.order_id else None

    @classmethod
    def is_type_of(cls, obj: Any, _info: Any) -> bool:
        return isinstance(obj, TransactionRow)


@strawberry.type(description="Points that leave a balance together.")
class Expiration:
    """Read off an ExpirationRow."""

    points: Points = strawberry.field(description="How many, if none are spent before.")
    expires_at: datetime = strawberry.field(description="They are gone from this instant on.")


@strawberry.type(description="A member's points of one unit.")
class Wallet(WalletHolds, Node):
    """Read off a WalletRow."""

    balance: Points = strawberry.field(description="What can be spent now.")
    pending: Points = strawberry.field(description="Earned, and not yet released; not in balance.")
    held: Points = strawberry.field(description="Set aside for a purchase; not in balance.")
    debt: Points = strawberry.field(
        description="Taken back beyond the balance; new earnings pay it first."
    )

    @field(description="What is counted.", graphql_type=Unit)
    def unit(root: strawberry.Parent[WalletRow], info: Info) -> UnitTerms:
        unit = info.context.programme.programme.unit(root.unit_code)
        assert unit is not None, "wallets are listed by the programme's units"
        return unit

    @batched(
        description="Coming expiries, soonest first; with undated points they are the balance.",
        graphql_type=Connection[Expiration],
    )
    async def expirations(
        rows: strawberry.Parent[list[WalletRow]],
        info: Info,
        first: First = 20,
        after: After = None,
    ) -> list[Any]:
        keys = [(row.member_id, row.unit_code) for row in rows]
        pages = await info.context.load_all(
            queries.expirations_of, keys, first=checked(first), after=after
        )
        count = partial(info.context.load, queries.expiration_counts)
        return [
            connection(page, partial(count, key)) for key, page in zip(keys, pages, strict=True)
        ]

    @batched(description="Every movement, newest first.", graphql_type=Connection[Transaction])
    async def transactions(
        rows: strawberry.Parent[list[WalletRow]],
        info: Info,
        first: First = 20,
        after: After = None,
    ) -> list[Any]:
        keys = [(row.member_id, row.unit_code) for row in rows]
        pages = await info.context.load_all(
            queries.statements_of, keys, first=checked(first), after=after
        )
        count = partial(info.context.load, queries.transaction_counts)
        return [
            connection(page, partial(count, key)) for key, page in zip(keys, pages, strict=True)
        ]

    @classmethod
    def is_type_of(cls, obj: Any, _info: Any) -> bool:
        return isinstance(obj, WalletRow)


async def parts_of(context: Context, transactions: Sequence[TransactionRow]) -> list[list[PartRow]]:
    """The parts of each transaction's explanation, as the version that judged them has them."""
    judged = [row.programme_version for row in transactions if row.programme_version is not None]
    found = dict(zip(judged, await context.load_all(versions, judged), strict=True))
    return [
        [PartRow(found[row.programme_version], row.unit_code, part) for part in row.explanation]
        if row.programme_version is not None
        else []
        for row in transactions
    ]


async def wallets_of(context: Context, member_id: UUID) -> dict[str, WalletRow]:
    """A member's wallets by unit. Points that expire change the answer."""
    (wallets,) = await context.load_all(queries.wallets_of, [member_id])
    for wallet in wallets.values():
        context.changes_at(wallet.expires_at)
    return wallets


def listed(programme: Programme, member_id: Any, wallets: dict[str, WalletRow]) -> list[WalletRow]:
    """A wallet for each of the programme's units, in its order, whether used yet or not."""
    return [wallets.get(unit.code) or WalletRow(member_id, unit.code) for unit in programme.units]


@strawberry.type(description="What wallets add to a member.")
class MemberWallets:
    """Mixed into Member."""

    @field(description="One for each unit of the programme.", graphql_type=list[Wallet])
    async def wallets(root: strawberry.Parent[MemberRow], info: Info) -> list[WalletRow]:
        programme = info.context.programme.programme
        return listed(programme, root.id, await wallets_of(info.context, root.id))

    @field(
        description="The wallet of one unit; null where the programme has no such unit.",
        graphql_type=Wallet | None,
    )
    async def wallet(root: strawberry.Parent[MemberRow], info: Info, unit: str) -> Any:
        programme = info.context.programme.programme
        if programme.unit(unit) is None:
            codes = ", ".join(known.code for known in programme.units)
            raise NotFound(f"There is no unit of this code; the programme has {codes}.", ("unit",))
        wallets = await wallets_of(info.context, root.id)
        return wallets.get(unit) or WalletRow(root.id, unit)


@strawberry.type(description="A record of the ledger that does not fit.")
class LedgerProblem:
    """Read off a proof.Problem."""

    record: str = strawberry.field(description="Table and id.")
    text: str = strawberry.field(description="What is wrong with it.")


@strawberry.type(description="What the ledger says of itself.")
class LedgerProof:
    """Read off a proof.Proof."""

    balanced: bool = strawberry.field(description="Every balance is the sum of what moved it.")
    transfer_count: Points = strawberry.field(description="Transfers in the book.")
    head_hash: str | None = strawberry.field(
        description="Head of the hash chain; null while nothing is sealed."
    )
    sealed_until: datetime | None = strawberry.field(
        description="Sealed up to this instant; null while nothing is."
    )
    problems: list[LedgerProblem] = strawberry.field(
        description="What does not fit; at most 100, empty when all is well."
    )


@strawberry.type(description="What can be asked about the ledger.")
class WalletsQueries:
    """Mixed into Query."""

    @field(
        Role.CARE,
        description="Check the whole book: the trial balance, and each record that does not fit.",
        graphql_type=LedgerProof,
    )
    async def ledger_proof(root: strawberry.Parent[None], info: Info) -> Proof:
        return await proof(info.context.actor)


@fetched_by("Wallet")
async def _wallets(context: Context, keys: Sequence[str]) -> Sequence[WalletRow | None]:
    programme = context.programme.programme
    pairs = [key.partition(":")[::2] for key in keys]
    ids = uuids([member for member, _ in pairs])
    found: list[WalletRow | None] = []
    for member_id, (_, unit) in zip(ids, pairs, strict=True):
        member = await context.load(members_of, member_id) if member_id else None
        if member is None or programme.unit(unit) is None:
            found.append(None)
        else:
            wallets = await wallets_of(context, member.id)
            found.append(wallets.get(unit) or WalletRow(member.id, unit))
    return found


@fetched_by("Transaction")
async def _transactions(context: Context, keys: Sequence[str]) -> Sequence[TransactionRow | None]:
    return await rows_by_id(context, queries.transactions, keys)
