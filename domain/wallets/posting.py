"""What Python decides should be posted; PostgreSQL decides whether it may be (`pistis_post`)."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from domain.events import Event
from domain.idempotency import Claim
from domain.ids import uuid7
from domain.wallets.kinds import ACTS, TransactionKind


@dataclass(frozen=True, slots=True)
class Move:
    """One movement of one wallet: `points` > 0 credits, < 0 debits `available`.

    `house` is the account on the other side. `title` is a key of texts with its arguments.
    `natural_key` names the cause: a member is never credited twice for the same.

    Acts, by kind. PEND: `points` wait until `releases_at`, or for the order's `stage`, at the
    longest until `cancels_at`; `expires_at` is of the lot that they become by time. RELEASE and
    PEND_CANCEL end `pending_id` (0 points; nothing where it has ended). HOLD: -`points` out of the
    balance until `hold_until`. HOLD_CAPTURE takes `captures` (None: all) of `hold_id` and frees the
    rest, HOLD_RELEASE frees all (0 points). CLAWBACK, and REVERSE of what was credited: -`points`
    out of what waits of `order_id`, its own lots, other lots, then as debt, which stays within
    `debt_limit` (None: whatever it comes to). GIVE_BACK with `gives_back`: `points` of what that
    transaction took go back into their lots, after those that have gone back before. TRANSFER_IN
    with `gives_back`: what that TRANSFER_OUT took of another member arrives, in lots with the same
    dates. TRANSFER_OUT with `out_of`: out of these lots, which have to cover it, and no others.
    """

    unit: str
    kind: TransactionKind
    points: int
    house: str
    title: dict[str, Any]
    id: UUID = field(default_factory=uuid7)
    occurred_at: datetime | None = None
    expires_at: datetime | None = None
    natural_key: str | None = None
    order_id: UUID | None = None
    voucher_id: UUID | None = None
    reverses: UUID | None = None
    programme_version: int | None = None
    explanation: list[dict[str, Any]] = field(default_factory=list)

    gives_back: UUID | None = None
    debt_limit: int | None = None
    hold_id: UUID | None = None
    captures: int | None = None
    hold_until: datetime | None = None
    pending_id: UUID | None = None
    releases_at: datetime | None = None
    cancels_at: datetime | None = None
    stage: str | None = None
    out_of: tuple[UUID, ...] | None = None

    @property
    def is_act(self) -> bool:
        """Is judged or reckoned by more than the balance (pistis_is_act)."""
        return (
            self.kind in ACTS
            or self.gives_back is not None
            or self.out_of is not None
            or (self.kind is TransactionKind.REVERSE and self.points < 0)
        )


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to tell the member: a notification kind and the ids and numbers in its text."""

    kind: str
    args: dict[str, Any]


@dataclass(frozen=True, slots=True)
class QualifyingPoints:
    """What counts for the tier, and on which day in the programme's zone."""

    day: date
    points: int


@dataclass(frozen=True, slots=True)
class RuleUse:
    """Points that count against a rule's limit, in the period that the limit speaks of."""

    rule: str
    period: str
    points: int


@dataclass(frozen=True, slots=True)
class OrderToKeep:
    """An order as its row will be."""

    id: UUID
    source: str
    reference: str
    state: str
    occurred_at: datetime
    currency: str
    total: int
    programme_version: int
    content_hash: str
    claim_code: str | None
    document: dict[str, Any]


@dataclass(frozen=True, slots=True)
class VoucherToIssue:
    """A voucher as its row will be; its reward's stock and limit are judged when it is posted."""

    id: UUID
    reward_id: UUID
    code: str
    unit: str
    price: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Posting:
    """All that one act does to one member, atomically.

    `order`: one to be kept; `order_id`: the one that offers reward, which may be kept already.
    `version`: the member's version that was judged; when it has moved, the outcome is STALE.
    `result` is what the idempotency key will answer when it comes again.
    """

    member_id: UUID | None
    claim: Claim | None = None
    version: int | None = None
    moves: tuple[Move, ...] = ()
    order: OrderToKeep | None = None
    order_id: UUID | None = None
    counts_order: int = 0
    voucher: VoucherToIssue | None = None
    qualifying: QualifyingPoints | None = None
    uses: tuple[RuleUse, ...] = ()
    offer_ids: tuple[UUID, ...] = ()
    tier: str | None = None
    tier_cause: str | None = None
    notices: tuple[Notice, ...] = ()
    event: Event | None = None
    result: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a posting: POSTED, REPLAYED, REFUSED, STALE or ORDER_EXISTS.

    LOCKED: nothing, for another holds what it needs. IN_PROGRESS: its key is held, for longer than
    one waits.
    """

    kind: str
    result: dict[str, Any] = field(default_factory=dict)
    fingerprint: str = ""
