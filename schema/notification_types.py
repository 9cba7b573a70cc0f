"""What a member can be told: a type for each sort of notification."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import strawberry

from domain.feedback.case_queries import CaseRow, case_rows
from domain.feedback.queries import SurveyRow, survey_rows
from domain.members.queries import members_of
from domain.notifications import words
from domain.notifications.kinds import OF_GIFTS, OF_POINTS, NotificationKind
from domain.notifications.queries import NotificationRow
from domain.offers.queries import OfferRow, offers
from domain.pools.queries import PoolRow
from domain.programme.queries import VersionRow, versions
from domain.referrals.queries import ReferralRow, referral_rows
from domain.rewards.queries import VoucherRow, vouchers
from domain.wallets.gift_queries import GiftRow, gifts
from domain.wallets.queries import TransactionRow, transactions
from schema.activity_kinds import Badge, BadgeTermsRow, badge_row
from schema.cases import Case
from schema.context import Context, Info
from schema.enums import enum
from schema.feedback import Survey
from schema.node import Node
from schema.offers import Offer
from schema.pools import Pool, pools_seen
from schema.programme import ProgrammeVersion, version_rows
from schema.referrals import Referral
from schema.rewards import Voucher, note_expiry
from schema.roles import batched, field
from schema.scalars import Points
from schema.tiers import Standing, StandingRow, standing_row
from schema.transfers import Gift
from schema.wallets import Transaction

enum(
    NotificationKind,
    "What a notification is about.",
    POINTS_EARNED="Points came in.",
    POINTS_RELEASED="Points that waited can be spent.",
    POINTS_TAKEN_BACK="Points were taken back: a return, or something undone.",
    POINTS_EXPIRED="Points were not used in time.",
    GIFT_SENT="Points left for somebody.",
    GIFT_RECEIVED="Points came from somebody.",
    GIFT_RETURNED="Points that were sent came back: nobody came for them.",
    POINTS_EXPIRE_SOON="Points will be gone soon unless they are used.",
    TIER_UP="A higher tier is reached.",
    TIER_DOWN="A lower tier is in force.",
    TIER_AT_RISK="The tier ends soon, and points are missing to keep it.",
    VOUCHER_ISSUED="A reward became a voucher.",
    OFFER_ADDED="There is a new offer.",
    REFERRAL_CHANGED="Something happened with a friend who was brought.",
    CASE_ANSWERED="Somebody answered.",
    SESSION_ENDED="A session was ended, as somebody else had its refresh token.",
    BADGE_EARNED="The member has a new badge.",
    BIRTHDAY="The member's birthday is here, or near.",
    ANNIVERSARY="The member joined so many years ago.",
    CARD_REPLACED="The member has another number; the one before is good for nothing.",
    MEMBERSHIP_CHANGED="The team has blocked the member, or lets it take part again.",
    STATEMENT_READY="A month is over in which something moved: its statement is there.",
    POOL_INVITED="Somebody asks the member into a pool.",
    POOL_JOINED="Somebody has joined the member's pool.",
    POOL_LEFT="Somebody has left the member's pool.",
    POOL_ENDED="The member is in a pool no more: removed, or the pool was closed.",
    PROGRAMME_CHANGES="The programme will be another from a day on, and not for the better alone.",
)

Kind = NotificationKind


@strawberry.interface(description="Something that a member was told.")
class Notification(Node):
    """Read off a NotificationRow; which type it is goes by its kind."""

    kind: NotificationKind = strawberry.field(description="What it is about.")
    created_at: datetime = strawberry.field(description="When it happened.")
    read_at: datetime | None = strawberry.field(description="Null while it is unread.")

    @field(description="One line, in the caller's language.")
    def title(root: strawberry.Parent[NotificationRow], info: Info) -> str:
        return _words(root, info.context)[0]

    @field(description="More about it, in the caller's language.")
    def body(root: strawberry.Parent[NotificationRow], info: Info) -> str:
        return _words(root, info.context)[1]

    @field(description="Where the app may lead to; null where the kind says enough.")
    def url(root: strawberry.Parent[NotificationRow]) -> str | None:
        return None


_said: dict[tuple[Any, ...], tuple[str, str]] = {}
_SAID_MAX = 10_000


def _words(row: NotificationRow, context: Context) -> tuple[str, str]:
    # An offer is told to everyone in the same words, and twelve points are twelve points.
    version, args = context.programme, row.args
    key = (version.id, row.kind, context.language, *(args.get(name) for name in words.WORDED))
    found = _said.get(key)
    if found is None:
        if len(_said) >= _SAID_MAX:
            _said.clear()
        found = _said[key] = _worded(row, context)
    return found


def _worded(row: NotificationRow, context: Context) -> tuple[str, str]:
    programme = context.programme.programme
    return words.notification(programme, row.kind, row.args, context.language)


def _tells(*kinds: NotificationKind) -> Any:
    @classmethod
    def is_type_of(cls: Any, obj: Any, _info: Any) -> bool:
        return isinstance(obj, NotificationRow) and obj.kind in kinds

    return is_type_of


@strawberry.type(description="Points moved.")
class PointsNotification(Notification):
    """Kinds POINTS_*."""

    is_type_of = _tells(*OF_POINTS)

    @batched(description="The movement.", graphql_type=Transaction | None)
    async def transaction(
        rows: strawberry.Parent[list[NotificationRow]], info: Info
    ) -> list[TransactionRow | None]:
        ids = [UUID(row.args["transaction"]) for row in rows]
        return await info.context.load_all(transactions, ids)


@strawberry.type(description="Points went to another member, came from one, or came back.")
class GiftNotification(Notification):
    """Kinds GIFT_*."""

    is_type_of = _tells(*OF_GIFTS)

    @batched(description="The gift; null when it is no longer kept.", graphql_type=Gift | None)
    async def gift(
        rows: strawberry.Parent[list[NotificationRow]], info: Info
    ) -> list[GiftRow | None]:
        ids = [UUID(row.args["gift"]) for row in rows]
        return await info.context.load_all(gifts, ids)


@strawberry.type(description="Points will be gone soon.")
class ExpiryNotification(Notification):
    """Kind POINTS_EXPIRE_SOON."""

    is_type_of = _tells(Kind.POINTS_EXPIRE_SOON)

    @field(description="How many, together.")
    def points(root: strawberry.Parent[NotificationRow]) -> Points:
        return Points(root.args["points"])

    @field(description="The last day on which all of them are good.")
    def last_day(root: strawberry.Parent[NotificationRow]) -> date:
        return date.fromisoformat(root.args["day"])


@strawberry.type(description="The tier changed.")
class TierNotification(Notification):
    """Kinds TIER_*."""

    is_type_of = _tells(Kind.TIER_UP, Kind.TIER_DOWN, Kind.TIER_AT_RISK)

    @batched(description="Where the member stands now.", graphql_type=Standing | None)
    async def standing(
        rows: strawberry.Parent[list[NotificationRow]], info: Info
    ) -> list[StandingRow | None]:
        found = await info.context.load_all(members_of, [row.member_id for row in rows])
        return [standing_row(member) if member else None for member in found]


@strawberry.type(description="A reward became a voucher.")
class VoucherNotification(Notification):
    """Kind VOUCHER_ISSUED."""

    is_type_of = _tells(Kind.VOUCHER_ISSUED)

    @batched(
        description="What was bought; null when it is no longer kept.", graphql_type=Voucher | None
    )
    async def voucher(
        rows: strawberry.Parent[list[NotificationRow]], info: Info
    ) -> list[VoucherRow | None]:
        ids = [UUID(row.args["voucher"]) for row in rows]
        found = await info.context.load_all(vouchers, ids)
        for voucher in found:
            note_expiry(info.context, voucher)
        return found


@strawberry.type(description="There is a new offer.")
class OfferNotification(Notification):
    """Kind OFFER_ADDED."""

    is_type_of = _tells(Kind.OFFER_ADDED)

    @batched(
        description="The offer; null when it is not the member's any more.",
        graphql_type=Offer | None,
    )
    async def offer(
        rows: strawberry.Parent[list[NotificationRow]], info: Info
    ) -> list[OfferRow | None]:
        keys = [(row.member_id, UUID(row.args["offer"])) for row in rows]
        return await info.context.load_all(offers, keys)


@strawberry.type(description="Something happened with a friend who was brought, or who brought.")
class ReferralNotification(Notification):
    """Kind REFERRAL_CHANGED."""

    is_type_of = _tells(Kind.REFERRAL_CHANGED)

    @field(
        description="Who came by whose code; null when it is no longer kept.",
        graphql_type=Referral | None,
    )
    async def referral(root: strawberry.Parent[NotificationRow], info: Info) -> ReferralRow | None:
        return await info.context.load(referral_rows, UUID(root.args["referral"]))


@strawberry.type(description="Somebody answered.")
class CaseNotification(Notification):
    """Kind CASE_ANSWERED."""

    is_type_of = _tells(Kind.CASE_ANSWERED)

    @field(
        description="What was asked and answered; null when it is no longer kept.",
        graphql_type=Case | None,
    )
    async def case(root: strawberry.Parent[NotificationRow], info: Info) -> CaseRow | None:
        return await info.context.load(case_rows, UUID(root.args["case"]))


@strawberry.type(description="A session was ended, as somebody else had its refresh token.")
class SessionNotification(Notification):
    """Kind SESSION_ENDED."""

    is_type_of = _tells(Kind.SESSION_ENDED)


@strawberry.type(description="The member has a new badge.")
class BadgeNotification(Notification):
    """Kind BADGE_EARNED."""

    is_type_of = _tells(Kind.BADGE_EARNED)

    @field(description="Which one; null when there is none such now.", graphql_type=Badge | None)
    def badge(root: strawberry.Parent[NotificationRow], info: Info) -> BadgeTermsRow | None:
        return badge_row(info.context.programme, root.args["badge"])


@strawberry.type(description="The member's birthday, or the day on which it joined.")
class GreetingNotification(Notification):
    """Kinds BIRTHDAY and ANNIVERSARY."""

    is_type_of = _tells(Kind.BIRTHDAY, Kind.ANNIVERSARY)

    @batched(
        description="The points that came with it; null when it came without.",
        graphql_type=Transaction | None,
    )
    async def transaction(
        rows: strawberry.Parent[list[NotificationRow]], info: Info
    ) -> list[TransactionRow | None]:
        given = [row.args["transaction"] for row in rows]
        ids = [UUID(each) for each in given if each]
        found = dict(zip(ids, await info.context.load_all(transactions, ids), strict=True))
        return [found[UUID(each)] if each else None for each in given]


@strawberry.type(description="Something changed that concerns the membership itself.")
class MembershipNotification(Notification):
    """Kinds CARD_REPLACED and MEMBERSHIP_CHANGED."""

    is_type_of = _tells(Kind.CARD_REPLACED, Kind.MEMBERSHIP_CHANGED)


@strawberry.type(description="The statement of a month is there.")
class StatementNotification(Notification):
    """Kind STATEMENT_READY."""

    is_type_of = _tells(Kind.STATEMENT_READY)

    @field(description="The month's first day: what `wallet.statement` takes as `day`.")
    def first_day(root: strawberry.Parent[NotificationRow]) -> date:
        return date.fromisoformat(root.args["month"])


@strawberry.type(description="Something happened in a pool.")
class PoolNotification(Notification):
    """Kinds POOL_*."""

    is_type_of = _tells(Kind.POOL_INVITED, Kind.POOL_JOINED, Kind.POOL_LEFT, Kind.POOL_ENDED)

    @field(description="The pool; null for who is not in it.", graphql_type=Pool | None, kept=False)
    async def pool(root: strawberry.Parent[NotificationRow], info: Info) -> PoolRow | None:
        (pool,) = await pools_seen(info.context, [UUID(root.args["pool"])])
        return pool


@strawberry.type(description="The programme will be another.")
class ProgrammeNotification(Notification):
    """Kind PROGRAMME_CHANGES."""

    is_type_of = _tells(Kind.PROGRAMME_CHANGES)

    @field(description="From this day on, in the programme's time zone.")
    def first_day(root: strawberry.Parent[NotificationRow]) -> date:
        return date.fromisoformat(root.args["day"])

    @batched(description="What it will be then.", graphql_type=ProgrammeVersion)
    async def version(
        rows: strawberry.Parent[list[NotificationRow]], info: Info
    ) -> list[VersionRow]:
        found = await info.context.load_all(versions, [row.args["version"] for row in rows])
        return await version_rows(info.context, found)


@strawberry.type(description="A survey waits.")
class SurveyNotification(Notification):
    """Of no kind yet: surveys wait in `surveys` until something sends them."""

    is_type_of = _tells()

    @field(description="The survey; null when it is over.", graphql_type=Survey | None)
    async def survey(root: strawberry.Parent[NotificationRow], info: Info) -> SurveyRow | None:
        return await info.context.load(survey_rows, UUID(root.args["survey"]))


TYPES: list[Any] = [
    PointsNotification,
    GiftNotification,
    ExpiryNotification,
    TierNotification,
    VoucherNotification,
    OfferNotification,
    ReferralNotification,
    CaseNotification,
    SessionNotification,
    BadgeNotification,
    GreetingNotification,
    MembershipNotification,
    StatementNotification,
    PoolNotification,
    ProgrammeNotification,
    SurveyNotification,
]


def type_name(kind: NotificationKind) -> str:
    """Of which type notifications of this kind are."""
    nobody = UUID(int=0)
    row = NotificationRow(nobody, nobody, 0, kind, {}, datetime.min.replace(tzinfo=UTC))
    return str(next(type_.__name__ for type_ in TYPES if type_.is_type_of(row, None)))
