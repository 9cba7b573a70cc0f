"""The ledger: wallets, the transactions that members see, the transfers that they are made of.

A transfer takes points from one account and gives them to another: a member's (available,
pending, held, debt) or the house's (issuance, redemption, breakage, adjustment, transfer,
donation). So the book always balances,
and house accounts need no running balance. Every transfer of `available` names its lot.
Transactions and transfers are append-only: by trigger, and by the role that serves.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from domain.ids import uuid7
from domain.members.models import Member

POINTS_MAX = 10**15
ACCOUNTS = (
    "('available', 'pending', 'held', 'debt', 'issuance', 'redemption', 'breakage',"
    " 'adjustment', 'transfer', 'donation')"
)
KINDS = (
    "('EARN', 'REDEEM', 'EXPIRE', 'ADJUST', 'GIVE_BACK', 'PEND', 'RELEASE', 'PEND_CANCEL', 'HOLD',"
    " 'HOLD_CAPTURE', 'HOLD_RELEASE', 'TRANSFER_OUT', 'TRANSFER_IN', 'DONATE', 'CLAWBACK',"
    " 'REVERSE', 'EXTEND', 'REINSTATE')"
)


class Wallet(Model):
    """A member's points of one unit. `version` counts its transactions.

    `next_due_at`: when something in it next ends by itself. `frozen`: it does not add up, so it
    moves nothing (domain/wallets/guard.py).
    """

    id: UUID = fields.UUIDField(primary_key=True, default=uuid7)
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "pistis.Member", related_name="wallets", on_delete=fields.RESTRICT
    )
    unit: str = fields.CharField(max_length=40)
    available: int = fields.BigIntField(default=0)
    pending: int = fields.BigIntField(default=0)
    held: int = fields.BigIntField(default=0)
    debt: int = fields.BigIntField(default=0)
    version: int = fields.BigIntField(default=0)
    next_due_at: datetime | None = fields.DatetimeField(null=True)
    frozen: bool = fields.BooleanField(db_default=False)

    class Meta:
        table = "wallets"
        constraints = [
            UniqueConstraint(fields=("member_id", "unit"), name="one_wallet_a_unit"),
            CheckConstraint(
                check=f"available between 0 and {POINTS_MAX}", name="wallet_never_negative"
            ),
            CheckConstraint(
                check="pending >= 0 and held >= 0 and debt >= 0", name="wallet_parts_never_negative"
            ),
        ]


class Transaction(Model):
    """One movement of a balance, as the statement shows it.

    `points`, `pending`, `held`, `debt`: by how much each part of the wallet changed. `gives_back`:
    the transaction of which it gives some points back. Column `xid` (xid8, added by hand) is the
    database transaction that wrote it.
    """

    id: UUID = fields.UUIDField(primary_key=True, default=uuid7)
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "pistis.Member", related_name="transactions", on_delete=fields.RESTRICT
    )
    unit: str = fields.CharField(max_length=40)
    version: int = fields.BigIntField()
    kind: str = fields.CharField(max_length=12)
    points: int = fields.BigIntField()
    balance_after: int = fields.BigIntField()
    pending: int = fields.BigIntField(db_default=0)
    held: int = fields.BigIntField(db_default=0)
    debt: int = fields.BigIntField(db_default=0)
    occurred_at: datetime = fields.DatetimeField()
    recorded_at: datetime = fields.DatetimeField()
    natural_key: str | None = fields.CharField(max_length=140, null=True)
    order_id: UUID | None = fields.UUIDField(null=True)
    voucher_id: UUID | None = fields.UUIDField(null=True)
    reverses: UUID | None = fields.UUIDField(null=True)
    gives_back: UUID | None = fields.UUIDField(null=True)
    programme_version: int | None = fields.IntField(null=True)
    title: Any = fields.JSONField()
    explanation: Any = fields.JSONField(db_default="[]")

    class Meta:
        table = "transactions"
        constraints = [
            UniqueConstraint(
                fields=("member_id", "unit", "version"), name="statement_without_gaps"
            ),
            UniqueConstraint(
                fields=("member_id", "natural_key", "unit"),
                name="one_transaction_a_cause",
                condition="natural_key is not null",
            ),
            UniqueConstraint(
                fields=("reverses",), name="reversed_once", condition="reverses is not null"
            ),
            CheckConstraint(check="balance_after >= 0", name="balance_after_never_negative"),
            CheckConstraint(check=f"kind in {KINDS}", name="transaction_kind"),
        ]


class Lot(Model):
    """Points that were earned together and expire together. `id` is that of its transaction.

    What came from another member was `brought_by` a transaction, and was first in the lot `origin`.
    `first_expires_at`: the date that it was born with, where it was moved since (0023_lifetimes).
    """

    id: UUID = fields.UUIDField(primary_key=True)
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "pistis.Member", related_name="lots", on_delete=fields.RESTRICT
    )
    unit: str = fields.CharField(max_length=40)
    points: int = fields.BigIntField()
    remaining: int = fields.BigIntField()
    earned_at: datetime = fields.DatetimeField()
    expires_at: datetime | None = fields.DatetimeField(null=True)
    brought_by: UUID | None = fields.UUIDField(null=True)
    origin: UUID | None = fields.UUIDField(null=True)
    first_expires_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "lots"
        constraints = [
            CheckConstraint(
                check="points > 0 and remaining between 0 and points", name="lot_spent_at_most_once"
            ),
            CheckConstraint(
                check="(brought_by is null) = (origin is null)", name="brought_from_somewhere"
            ),
        ]


class Transfer(Model):
    """Points from one account to another."""

    id: int = fields.BigIntField(primary_key=True, generated=True)
    transaction: fields.ForeignKeyRelation[Transaction] = fields.ForeignKeyField(
        "pistis.Transaction", related_name="transfers", on_delete=fields.RESTRICT
    )
    member_id: UUID = fields.UUIDField()
    unit: str = fields.CharField(max_length=40)
    debit: str = fields.CharField(max_length=10)
    credit: str = fields.CharField(max_length=10)
    points: int = fields.BigIntField()
    lot: fields.ForeignKeyNullableRelation[Lot] = fields.ForeignKeyField(
        "pistis.Lot", related_name="transfers", on_delete=fields.RESTRICT, null=True
    )

    class Meta:
        table = "transfers"
        constraints = [
            CheckConstraint(
                check=f"points between 1 and {POINTS_MAX}", name="transfer_moves_points"
            ),
            CheckConstraint(
                check=f"debit in {ACCOUNTS} and credit in {ACCOUNTS} and debit <> credit",
                name="transfer_between_two_accounts",
            ),
            CheckConstraint(
                check="'available' not in (debit, credit) or lot_id is not null",
                name="available_points_lie_in_lots",
            ),
        ]


class PendingPoints(Model):
    """Points that were earned and wait. `id` is that of their transaction (PEND).

    Released at `releases_at`, or when the order comes to `stage`; cancelled at `cancels_at` if that
    has not happened. `expires_at`: of the lot that they become by time.
    """

    id: UUID = fields.UUIDField(primary_key=True)
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "pistis.Member", related_name="pending_points", on_delete=fields.RESTRICT
    )
    unit: str = fields.CharField(max_length=40)
    points: int = fields.BigIntField()
    remaining: int = fields.BigIntField()
    order_id: UUID | None = fields.UUIDField(null=True)
    releases_at: datetime | None = fields.DatetimeField(null=True)
    cancels_at: datetime | None = fields.DatetimeField(null=True)
    stage: str | None = fields.CharField(max_length=10, null=True)
    expires_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "pending_points"
        constraints = [
            CheckConstraint(
                check="points > 0 and remaining between 0 and points",
                name="pending_taken_at_most_once",
            ),
            CheckConstraint(
                check="releases_at is not null or stage is not null", name="pending_ends_somehow"
            ),
        ]


class Hold(Model):
    """Points that are kept for somebody for a while; it ends once.

    `id` is that of its transaction (HOLD), whose transfers say out of which lots it came.
    """

    id: UUID = fields.UUIDField(primary_key=True)
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "pistis.Member", related_name="holds", on_delete=fields.RESTRICT
    )
    unit: str = fields.CharField(max_length=40)
    points: int = fields.BigIntField()
    captured: int = fields.BigIntField(db_default=0)
    state: str = fields.CharField(max_length=8)
    opened_at: datetime = fields.DatetimeField()
    expires_at: datetime = fields.DatetimeField()
    ended_at: datetime | None = fields.DatetimeField(null=True)
    order_id: UUID | None = fields.UUIDField(null=True)

    class Meta:
        table = "holds"
        constraints = [
            CheckConstraint(
                check="state in ('OPEN', 'CAPTURED', 'RELEASED', 'EXPIRED')", name="hold_state"
            ),
            CheckConstraint(check="(state = 'OPEN') = (ended_at is null)", name="hold_ends_once"),
            CheckConstraint(
                check="points > 0 and captured between 0 and points"
                " and (captured > 0) = (state = 'CAPTURED')",
                name="hold_captures_at_most_all",
            ),
        ]


class Adjustment(Model):
    """A balance to be put right by hand: who asked and why, and who agreed.

    `id` is that of its transaction, once it is POSTED. `reason` is for the team alone. `act`: what
    is done to `points`; EXTEND makes those in `lots` last `until` then, REINSTATE brings them back.
    """

    id: UUID = fields.UUIDField(primary_key=True)
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "pistis.Member", related_name="adjustments", on_delete=fields.RESTRICT
    )
    unit: str = fields.CharField(max_length=40)
    points: int = fields.BigIntField()
    reason: str = fields.CharField(max_length=200)
    case_id: UUID | None = fields.UUIDField(null=True)
    reverses: UUID | None = fields.UUIDField(null=True)
    asked_by: str = fields.CharField(max_length=80)
    asked_at: datetime = fields.DatetimeField()
    state: str = fields.CharField(max_length=7)
    decided_by: str | None = fields.CharField(max_length=80, null=True)
    decided_at: datetime | None = fields.DatetimeField(null=True)
    act: str = fields.CharField(max_length=9, db_default="ADJUST")
    until: datetime | None = fields.DatetimeField(null=True)
    lots: Any = fields.JSONField(null=True)

    class Meta:
        table = "adjustments"
        constraints = [
            CheckConstraint(
                check="act in ('ADJUST', 'REVERSE', 'EXTEND', 'REINSTATE')", name="adjustment_act"
            ),
            CheckConstraint(
                check="(until is not null) = (act = 'EXTEND')", name="adjustment_until"
            ),
            CheckConstraint(
                check="state in ('ASKED', 'POSTED', 'REFUSED')", name="adjustment_state"
            ),
            CheckConstraint(
                check="decided_by is null or decided_by <> asked_by",
                name="nobody_agrees_with_himself",
            ),
            UniqueConstraint(
                fields=("reverses",),
                name="undone_once",
                condition="reverses is not null and state <> 'REFUSED'",
            ),
        ]


class ExpiryWarning(Model):
    """Up to which instant a member was told of coming expiries."""

    id: UUID = fields.UUIDField(primary_key=True, default=uuid7)
    member_id: UUID = fields.UUIDField()
    unit: str = fields.CharField(max_length=40)
    warned_until: datetime = fields.DatetimeField()

    class Meta:
        table = "expiry_warnings"
        constraints = [UniqueConstraint(fields=("member_id", "unit"), name="one_warning_a_wallet")]


class Seal(Model):
    """A link of the chain over the ledger, never changed (domain/wallets/sealing.py).

    `lines`: each record it covers, with its digest. `xid`, `transaction_id`: the last transaction
    covered, in the order of commits.
    """

    number: int = fields.BigIntField(primary_key=True, generated=False)
    previous_hash: str = fields.CharField(max_length=64)
    hash: str = fields.CharField(max_length=64)
    sealed_at: datetime = fields.DatetimeField()
    xid: int = fields.BigIntField()
    transaction_id: UUID = fields.UUIDField()
    lines: str = fields.TextField()

    class Meta:
        table = "seals"


class LedgerProblem(Model):
    """A record that was found not to fit, and, once it does again, when that was seen."""

    id: int = fields.BigIntField(primary_key=True, generated=True)
    record: str = fields.CharField(max_length=80)
    text: str = fields.CharField(max_length=120)
    member_id: UUID | None = fields.UUIDField(null=True)
    unit: str | None = fields.CharField(max_length=40, null=True)
    found_at: datetime = fields.DatetimeField(db_default=fields.Now())
    released_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "ledger_problems"
        constraints = [
            UniqueConstraint(
                fields=("record", "text"),
                name="one_open_problem_a_record",
                condition="released_at is null",
            )
        ]


class LedgerCheck(Model):
    """One row: how far the constant check has come, through what moved and round the whole book."""

    id: int = fields.IntField(primary_key=True, generated=True)
    xid: int = fields.BigIntField()
    transaction_id: UUID = fields.UUIDField()
    wallet_id: UUID = fields.UUIDField()
    seal_number: int = fields.BigIntField()
    head_number: int = fields.BigIntField(default=0)
    wallets_checked: int = fields.BigIntField(default=0)
    checked_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "ledger_checks"


class StatementRound(Model):
    """How far members have been told of a month's statement: in the order of their ids."""

    month: date = fields.DateField(primary_key=True, generated=False)
    reached: UUID | None = fields.UUIDField(null=True)
    ended_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "statement_rounds"
        constraints = [
            CheckConstraint(check="extract(day from month) = 1", name="round_of_a_whole_month")
        ]
