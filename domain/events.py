"""The catalogue: one frozen dataclass for each thing that can happen. Ids and numbers only."""

from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class SessionCompromised:
    """A refresh token came that somebody else has: its session was ended."""

    member_id: UUID
    session_id: UUID


@dataclass(frozen=True, slots=True)
class MemberEnrolled:
    """Somebody joined; `referral_id` when a friend's code was good."""

    member_id: UUID
    referral_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class MemberChanged:
    """Profile, consents, preferences or card changed."""

    member_id: UUID


@dataclass(frozen=True, slots=True)
class MemberGreeted:
    """A birthday, or the day of joining, came; `transaction_id` when points came with it."""

    member_id: UUID
    occasion: str
    year: int
    transaction_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class CardReplaced:
    """A card was lost: the member has another number."""

    member_id: UUID


@dataclass(frozen=True, slots=True)
class MemberStateChanged:
    """A member was blocked, left, came back or was erased. `state`: what it is now."""

    member_id: UUID
    state: str


@dataclass(frozen=True, slots=True)
class MembersMerged:
    """Two memberships became one: `gone_id` lives on in `member_id`."""

    member_id: UUID
    gone_id: UUID
    merge_id: UUID


@dataclass(frozen=True, slots=True)
class MembersUnmerged:
    """They are two again."""

    member_id: UUID
    gone_id: UUID
    merge_id: UUID


@dataclass(frozen=True, slots=True)
class PointsExpired:
    """What was left of points whose time was over is gone; told while it is news."""

    member_id: UUID
    transaction_id: UUID
    unit: str
    points: int


@dataclass(frozen=True, slots=True)
class PointsReleased:
    """Points that had waited can be spent. `points`: without what paid a debt."""

    member_id: UUID
    transaction_id: UUID
    unit: str
    points: int


@dataclass(frozen=True, slots=True)
class PointsHeld:
    """Points were set aside; `hold_id` says for how long."""

    member_id: UUID
    hold_id: UUID


@dataclass(frozen=True, slots=True)
class HoldEnded:
    """A hold was captured or released."""

    member_id: UUID
    hold_id: UUID


@dataclass(frozen=True, slots=True)
class PointsAdjusted:
    """Somebody of the team put a balance right, or undid a movement."""

    member_id: UUID
    transaction_id: UUID


@dataclass(frozen=True, slots=True)
class PointsSent:
    """Points left a member for somebody; the gift's id is that of the transaction."""

    member_id: UUID
    gift_id: UUID


@dataclass(frozen=True, slots=True)
class GiftWaits:
    """What a member sent waits for who has that address, or takes part again."""

    member_id: UUID
    gift_id: UUID


@dataclass(frozen=True, slots=True)
class GiftArrived:
    """What somebody sent is this member's."""

    member_id: UUID
    gift_id: UUID


@dataclass(frozen=True, slots=True)
class GiftReturned:
    """Nobody came for what a member sent: it is the member's again."""

    member_id: UUID
    gift_id: UUID


@dataclass(frozen=True, slots=True)
class TierReviewed:
    """A window of a member's ended: the tier was kept, or changed."""

    member_id: UUID


@dataclass(frozen=True, slots=True)
class TierSet:
    """Somebody said by hand which tier a member has, for a while."""

    member_id: UUID


@dataclass(frozen=True, slots=True)
class OrderReported:
    """A member's order was judged for the first time. `earned` counts points of any unit."""

    member_id: UUID
    order_id: UUID
    order_count: int
    earned: int


@dataclass(frozen=True, slots=True)
class ActivityReported:
    """A member did something that is no order. `earned` counts points of any unit."""

    member_id: UUID
    activity_id: UUID
    kind: str
    earned: int


@dataclass(frozen=True, slots=True)
class BadgeEarned:
    """A member has a badge that it had not; by its code."""

    member_id: UUID
    badge: str


@dataclass(frozen=True, slots=True)
class OrderAdvanced:
    """A member's order was placed, or came to another stage."""

    member_id: UUID
    order_id: UUID


@dataclass(frozen=True, slots=True)
class OrderRefunded:
    """A member's order came back, in part or `wholly`. `taken` counts points of any unit."""

    member_id: UUID
    order_id: UUID
    refund_id: UUID
    wholly: bool
    taken: int


@dataclass(frozen=True, slots=True)
class OrderRevised:
    """A member's order was told anew. `changed` counts points of any unit, given or taken."""

    member_id: UUID
    order_id: UUID
    revision: int
    changed: int


@dataclass(frozen=True, slots=True)
class RewardRedeemed:
    """Points became a voucher."""

    member_id: UUID
    voucher_id: UUID


@dataclass(frozen=True, slots=True)
class VoucherUsed:
    """A voucher was taken at a till."""

    member_id: UUID
    voucher_id: UUID


@dataclass(frozen=True, slots=True)
class VoucherCancelled:
    """A voucher was given back before use, and its points with it."""

    member_id: UUID
    voucher_id: UUID


@dataclass(frozen=True, slots=True)
class SegmentEntered:
    """A member is in a segment that it was not in."""

    member_id: UUID
    segment_id: UUID


@dataclass(frozen=True, slots=True)
class SegmentLeft:
    """A member is in a segment no more."""

    member_id: UUID
    segment_id: UUID


@dataclass(frozen=True, slots=True)
class ReferralRewarded:
    """A friend's first order brought both the points that the programme promises."""

    referral_id: UUID
    referrer_id: UUID
    friend_id: UUID


@dataclass(frozen=True, slots=True)
class SurveyAnswered:
    """A member answered a survey."""

    member_id: UUID
    survey_id: UUID


@dataclass(frozen=True, slots=True)
class CaseOpened:
    """A member has something to say."""

    member_id: UUID
    case_id: UUID


@dataclass(frozen=True, slots=True)
class CaseReplied:
    """A member said more in its case."""

    member_id: UUID
    case_id: UUID


@dataclass(frozen=True, slots=True)
class CaseAnswered:
    """Somebody answered a member's case."""

    member_id: UUID
    case_id: UUID


@dataclass(frozen=True, slots=True)
class PoolInvited:
    """A member is asked into a pool."""

    member_id: UUID
    pool_id: UUID
    place_id: UUID


@dataclass(frozen=True, slots=True)
class PoolJoined:
    """A member is in a pool now, or has made it."""

    member_id: UUID
    pool_id: UUID
    place_id: UUID


@dataclass(frozen=True, slots=True)
class PoolLeft:
    """A member is in a pool no more. `state`: how its place ended."""

    member_id: UUID
    pool_id: UUID
    place_id: UUID
    state: str


@dataclass(frozen=True, slots=True)
class ProgrammePublished:
    """A version of the programme was published."""

    version_id: UUID
    number: int


@dataclass(frozen=True, slots=True)
class SharedChanged:
    """Something that all members see has changed: the `catalogue`, or the `programme`."""

    what: str


Event = (
    SessionCompromised
    | MemberEnrolled
    | MemberChanged
    | MemberGreeted
    | CardReplaced
    | MemberStateChanged
    | MembersMerged
    | MembersUnmerged
    | PointsExpired
    | PointsReleased
    | PointsHeld
    | HoldEnded
    | PointsAdjusted
    | PointsSent
    | GiftWaits
    | GiftArrived
    | GiftReturned
    | TierReviewed
    | TierSet
    | OrderReported
    | ActivityReported
    | BadgeEarned
    | OrderAdvanced
    | OrderRefunded
    | OrderRevised
    | RewardRedeemed
    | VoucherUsed
    | VoucherCancelled
    | SegmentEntered
    | SegmentLeft
    | ReferralRewarded
    | SurveyAnswered
    | CaseOpened
    | CaseReplied
    | CaseAnswered
    | PoolInvited
    | PoolJoined
    | PoolLeft
    | ProgrammePublished
    | SharedChanged
)

_MEMBERS = ("member_id", "gone_id", "referrer_id", "friend_id")

KINDS: dict[str, type[Event]] = {kind.__name__: kind for kind in Event.__args__}


def encoded(event: Event) -> dict[str, Any]:
    """The event as a row keeps it."""
    return {field.name: getattr(event, field.name) for field in fields(event)}


def decoded(kind: str, payload: dict[str, Any]) -> Event:
    """The event that `encoded` kept."""
    values: dict[str, Any] = {
        name: UUID(value) if name.endswith("_id") and value is not None else value
        for name, value in payload.items()
    }
    return KINDS[kind](**values)


def members_of(event: Event) -> list[UUID]:
    """The members whom it happened to."""
    return [getattr(event, name) for name in _MEMBERS if hasattr(event, name)]
