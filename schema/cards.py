"""Cards: what a member shows at a till, and what is done when one is lost."""

from dataclasses import dataclass
from datetime import datetime

import strawberry
from strawberry import UNSET

from domain.actor import Role
from domain.members import card_replacing, cards, queries
from domain.members.card_replacing import ReplaceCard
from domain.members.kinds import CardReason
from domain.members.queries import MemberRow
from schema.context import Context, Info
from schema.enums import enum
from schema.errors import KeyedPayload
from schema.member_inputs import KEY, MemberRefInput
from schema.pictures import qr_svg
from schema.references import LazyMember
from schema.roles import field, mutation

enum(
    CardReason,
    "Why a card is replaced.",
    LOST="Nobody knows where it is.",
    STOLEN="Somebody else has it.",
    DAMAGED="It cannot be read any more.",
)


@strawberry.type(description="The member's card, to be shown at a till.")
class Card:
    """Read off a CardRow."""

    number: str = strawberry.field(description="What is printed below the code: the member number.")
    qr_svg: str = strawberry.field(
        description="The code to scan, as SVG text: for the member itself one that is soon "
        "another, for others the number, as it is printed on a card."
    )
    refresh_at: datetime | None = strawberry.field(
        description="When to ask for a new code; null while it stays good."
    )


@dataclass(frozen=True, slots=True)
class CardRow:
    """A card and what is to be scanned off it."""

    number: str
    content: str
    refresh_at: datetime | None = None

    @property
    def qr_svg(self) -> str:
        """The picture, made when it is asked for."""
        return qr_svg(self.content)


def card_row(context: Context, member: MemberRow) -> CardRow:
    """The member's card as the caller may show it."""
    if context.actor.member_id != member.id:
        return CardRow(member.number, member.number)
    content, refresh_at = cards.code(member.number, context.now)
    context.changes_at(refresh_at)
    return CardRow(member.number, content, refresh_at)


@strawberry.type(description="What cards add to a member.")
class MemberCards:
    """Mixed into Member."""

    @field(description="The card to show at a till.", graphql_type=Card)
    def card(root: strawberry.Parent[MemberRow], info: Info) -> CardRow:
        return card_row(info.context, root)


@strawberry.input(description="A card that is to be replaced.")
class CardReplaceInput:
    """Checked in the domain."""

    member: MemberRefInput | None = strawberry.field(
        default=UNSET, description="Whose; absent: the caller's own."
    )
    reason: CardReason = strawberry.field(description="Kept, and told to who tries the old card.")
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)

    def command(self) -> ReplaceCard:
        """The same, as the domain takes it."""
        member = self.member.ref() if self.member else None
        return ReplaceCard(self.reason, self.idempotency_key, member)


@strawberry.type(description="The new card.")
class CardReplacePayload(KeyedPayload):
    """Whose it is, and what it shows."""

    card: CardRow | None = strawberry.field(
        default=None, graphql_type=Card | None, description="The new one; null when refused."
    )
    member: MemberRow | None = strawberry.field(
        default=None,
        graphql_type=LazyMember | None,
        description="Whose card it is; null when refused.",
    )


@strawberry.type(description="What can be done with cards.")
class CardsMutations:
    """Mixed into Mutation."""

    @mutation(
        Role.MEMBER,
        Role.TILL,
        Role.CARE,
        payload=CardReplacePayload,
        description="Give a member a new number; the old one finds nobody from now on.",
    )
    async def card_replace(
        root: strawberry.Parent[None], info: Info, input: CardReplaceInput
    ) -> CardReplacePayload:
        context = info.context
        member_id, replayed = await card_replacing.replace(context.actor, input.command())
        (member,) = await queries.members_of(context.actor, [member_id])
        assert member is not None
        await context.settle()  # what the card shows goes by the clock
        return CardReplacePayload(card=card_row(context, member), member=member, replayed=replayed)
