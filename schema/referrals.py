"""Referrals: a member's code for friends, who came by it, and what a friend sees before joining."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

import strawberry
from strawberry import UNSET

from domain.actor import Role
from domain.language import in_language
from domain.members.queries import MemberRow
from domain.programme.terms import Referral as ReferralTerms
from domain.referrals import queries, words
from domain.referrals.kinds import ReferralState
from domain.referrals.queries import CountsRow, ReferralRow
from schema.amounts import PointsAmount, PointsRow
from schema.context import Context, Info
from schema.enums import enum
from schema.node import Node, fetched_by, rows_by_id
from schema.paging import After, Connection, First, checked, connection
from schema.pictures import qr_svg
from schema.roles import NOT_KEPT, field

enum(
    ReferralState,
    "What has become of a friend who joined by a member's code.",
    JOINED="Has joined; a first order is missing.",
    PENDING="Has ordered; the order can still be returned. None waits so far.",
    REWARDED="Has ordered; both have their points.",
    REFUSED="Brings nothing by the rules. None is refused so far.",
    VOIDED="Brought nothing in the end: the order came back. None is voided so far.",
)


@strawberry.type(description="A member's friends by what has become of them; each counts once.")
class ReferralCounts:
    """Read off a CountsRow."""

    joined: int = strawberry.field(description="In state JOINED: a first order is missing.")
    pending: int = strawberry.field(description="In state PENDING: the time for returns runs.")
    rewarded: int = strawberry.field(description="In state REWARDED: both have their points.")
    refused: int = strawberry.field(description="In state REFUSED or VOIDED: it brings nothing.")


@strawberry.type(description="A member's code for friends, and what it brings both.")
class ReferralLink:
    """Read off a MemberRow."""

    @field(description="What a friend types in when joining; small letters do as well.")
    def code(root: strawberry.Parent[MemberRow]) -> str:
        return root.referral_code

    @field(description="A page that takes a friend in with the code.")
    def url(root: strawberry.Parent[MemberRow], info: Info) -> str:
        return _url(root, info)

    @field(description="The same page as a code to scan, as SVG text.")
    def qr_svg(root: strawberry.Parent[MemberRow], info: Info) -> str:
        return qr_svg(_url(root, info))

    @field(description="What is promised to whom, in the caller's language.")
    async def terms(root: strawberry.Parent[MemberRow], info: Info) -> str:
        return _promise(info)

    @field(
        description="What the member gets for each friend's first order; null: nothing at present.",
        graphql_type=PointsAmount | None,
    )
    async def my_reward(root: strawberry.Parent[MemberRow], info: Info) -> PointsRow | None:
        terms = _terms(info)
        return PointsRow(terms.referrer_points, terms.unit) if terms else None

    @field(
        description="What the friend gets for the first order; null: nothing at present.",
        graphql_type=PointsAmount | None,
    )
    async def friend_reward(root: strawberry.Parent[MemberRow], info: Info) -> PointsRow | None:
        terms = _terms(info)
        return PointsRow(terms.friend_points, terms.unit) if terms else None

    @field(description="How many friends came by the code.", graphql_type=ReferralCounts)
    async def counts(root: strawberry.Parent[MemberRow], info: Info) -> CountsRow:
        return await info.context.load(queries.counts_of, root.id)


@strawberry.type(description="A friend who joined by a member's code.")
class Referral(Node):
    """Read off a ReferralRow."""

    friend_first_name: str | None = strawberry.field(
        metadata=NOT_KEPT,  # a friend's name is changed by the friend
        description="All that one learns of the friend; null when not given.",
    )
    state: ReferralState = strawberry.field(description="What has become of it.")

    @field(description="What is missing for the points, in the caller's language; null: nothing.")
    def missing(root: strawberry.Parent[ReferralRow], info: Info) -> str | None:
        missing = words.MISSING.get(root.state)
        return in_language(missing, info.context.language) if missing else None

    @field(description="When it was settled for good; null while something is missing.")
    def final_at(root: strawberry.Parent[ReferralRow]) -> datetime | None:
        return root.rewarded_at

    @classmethod
    def is_type_of(cls, obj: Any, _info: Any) -> bool:
        return isinstance(obj, ReferralRow)


@strawberry.type(description="What a friend sees who was given a code and has not joined yet.")
class ReferralPreview:
    """Nothing of the referrer but the first name."""

    valid: bool = strawberry.field(description="The code is somebody's: joining by it counts.")
    referrer_first_name: str | None = strawberry.field(
        description="Whose code it is; null when the code is not valid, or no name is given."
    )
    text: str = strawberry.field(
        description="What is promised to whom, or what to do instead, in the caller's language."
    )


@fetched_by("Referral")
async def _referrals(context: Context, keys: Sequence[str]) -> Sequence[ReferralRow | None]:
    return await rows_by_id(context, queries.referral_rows, keys)


@strawberry.type(description="What referrals add to a member.")
class MemberReferrals:
    """Mixed into Member."""

    @field(
        Role.MEMBER,
        Role.CARE,
        Role.LOYALTY,
        description="The member's code for friends, and what it brings both.",
        graphql_type=ReferralLink,
    )
    def referral_link(root: strawberry.Parent[MemberRow]) -> MemberRow:
        return root

    @field(
        Role.MEMBER,
        Role.CARE,
        Role.LOYALTY,
        description="The friends who came by the member's code, who joined last first.",
        graphql_type=Connection[Referral],
    )
    async def referrals(
        root: strawberry.Parent[MemberRow], info: Info, first: First = 20, after: After = UNSET
    ) -> Any:
        context = info.context
        page = await context.load(
            queries.referrals_of, root.id, first=checked(first), after=after or None
        )

        async def total() -> int:
            return (await context.load(queries.counts_of, root.id)).total

        return connection(page, total)


@strawberry.type(description="What can be read of referrals.")
class ReferralsQueries:
    """Mixed into Query."""

    @field(description="Whose code this is and what it promises; open to everyone.", kept=False)
    async def referral_preview(
        self,
        info: Info,
        code: Annotated[str, strawberry.argument(description="A code that a friend was given.")],
    ) -> ReferralPreview:
        referrer = await queries.referrer_by(code)
        if referrer is None:
            unknown = in_language(words.UNKNOWN_CODE, info.context.language)
            return ReferralPreview(valid=False, referrer_first_name=None, text=unknown)
        return ReferralPreview(
            valid=True, referrer_first_name=referrer.first_name, text=_promise(info)
        )


def _url(member: MemberRow, info: Info) -> str:
    return f"{info.context.public_url}/r/{member.referral_code}"


def _terms(info: Info) -> ReferralTerms | None:
    return info.context.programme.programme.referral


def _promise(info: Info) -> str:
    terms = _terms(info)
    return in_language(terms.text if terms else words.NO_TERMS, info.context.language)
