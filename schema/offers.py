"""Offers: bonus points that a member can earn with its next orders."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import strawberry
from strawberry import UNSET

from domain.language import in_language
from domain.members.queries import MemberRow
from domain.offers import queries, words
from domain.offers.kinds import OfferKind, OfferState
from domain.offers.queries import OfferRow, Progress
from schema.amounts import PointsAmount, PointsRow
from schema.context import Context, Info
from schema.enums import enum
from schema.node import Node, fetched_by
from schema.paging import After, Connection, First, checked, connection
from schema.roles import batched, field

enum(OfferKind, "What an offer is.", BONUS="Points for an order.")
enum(
    OfferState,
    "Where a member stands with an offer.",
    ACTIVE="The next order that fits is rewarded; nothing need be done before.",
    COMPLETED="Used as often as one may.",
    EXPIRED="Its time is over.",
)


@strawberry.type(description="How often an offer was used, of how often it may be.")
class OfferProgress:
    """Read off a Progress."""

    done: int = strawberry.field(description="Orders that it rewarded.")
    target: int = strawberry.field(description="Orders that it rewards at the most.")

    @classmethod
    def is_type_of(cls, obj: Any, _info: Any) -> bool:
        return isinstance(obj, Progress)


@strawberry.type(description="Something that a member gets more points for, as this member has it.")
class Offer(Node):
    """Read off an OfferRow."""

    kind: OfferKind = strawberry.field(description="What it is.")
    image_url: str | None = strawberry.field(description="A picture; null without one.")
    starts_at: datetime = strawberry.field(description="From when orders are rewarded.")
    ends_at: datetime = strawberry.field(description="From when they are not any more.")
    state: OfferState = strawberry.field(description="Where the member stands with it.")
    progress: Progress = strawberry.field(
        graphql_type=OfferProgress, description="How often it was used."
    )

    @field(description="What it is called, in the caller's language.")
    def title(root: strawberry.Parent[OfferRow], info: Info) -> str:
        return in_language(root.title, info.context.language)

    @field(description="More about it, in the caller's language; null when nothing is written.")
    def text(root: strawberry.Parent[OfferRow], info: Info) -> str | None:
        return in_language(root.text, info.context.language) if root.text else None

    @field(description="What an order that fits brings.", graphql_type=PointsAmount)
    def worth(root: strawberry.Parent[OfferRow]) -> PointsRow:
        return PointsRow(root.points, root.unit)

    @field(description="Why the member has it, in the caller's language.")
    def why(root: strawberry.Parent[OfferRow], info: Info) -> str:
        programme = info.context.programme.programme
        return words.why(root, programme, info.context.language)

    @classmethod
    def is_type_of(cls, obj: Any, _info: Any) -> bool:
        return isinstance(obj, OfferRow)


@fetched_by("Offer")
async def _offers(context: Context, keys: Sequence[str]) -> Sequence[OfferRow | None]:
    named = [_key(key) for key in keys]
    found = await queries.offers(context.actor, [key for key in named if key])
    answers = iter(found)
    return [next(answers) if key else None for key in named]


def _key(text: str) -> queries.OfferKey | None:
    member_id, _, offer_id = text.partition(":")
    try:
        return UUID(member_id), UUID(offer_id)
    except ValueError:
        return None


@strawberry.type(description="What offers add to a member.")
class MemberOffers:
    """Mixed into Member."""

    @batched(
        description="The member's offers, usable ones first, the soonest over on top. Behind "
        "them those that were used up, or have ended within 30 days.",
        graphql_type=Connection[Offer],
    )
    async def offers(
        rows: strawberry.Parent[list[MemberRow]],
        info: Info,
        first: First = 20,
        after: After = UNSET,
    ) -> list[Any]:
        ids = [row.id for row in rows]
        pages = await info.context.load_all(
            queries.offers_of, ids, first=checked(first), after=after or None
        )
        count = partial(info.context.load, queries.offer_counts_of)
        return [connection(page, partial(count, id_)) for id_, page in zip(ids, pages, strict=True)]
