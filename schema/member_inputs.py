"""How callers name a member, and what they say of one."""

import strawberry
from strawberry import UNSET

from domain.members.kinds import Channel, Purpose
from domain.members.queries import MemberRef
from schema.enums import enum
from schema.node import uuid_of

enum(
    Channel,
    "How a member is spoken to.",
    IN_APP="In the app's inbox.",
    EMAIL="By e-mail.",
    PUSH="By push message to the phone.",
    SMS="By text message.",
    MESSENGER="By a messenger app.",
)
enum(
    Purpose,
    "What a member is spoken to for.",
    SERVICE="What a member must know: orders, points, codes.",
    MARKETING="Offers and news.",
    SURVEYS="Questions about how it was.",
    PARTNERS="Offers of partners.",
)


@strawberry.input(one_of=True, description="One way to name a member.")
class MemberRefInput:
    """Exactly one."""

    id: strawberry.Maybe[strawberry.ID] = strawberry.field(description="The member's id.")
    number: strawberry.Maybe[str] = strawberry.field(description="The member number.")
    card: strawberry.Maybe[str] = strawberry.field(description="What a scanner read off the card.")
    phone: strawberry.Maybe[str] = strawberry.field(description="With its country code.")
    email: strawberry.Maybe[str] = strawberry.field(description="An e-mail address.")
    external_id: strawberry.Maybe[str] = strawberry.field(description="The shop's own customer id.")

    def ref(self) -> MemberRef:
        """The same, as the domain takes it. An id that is none of ours finds nobody."""
        if self.id:
            return MemberRef(id=uuid_of(self.id.value, "Member", "id"))
        given = {
            name: value.value
            for name in ("number", "card", "phone", "email", "external_id")
            if (value := getattr(self, name))
        }
        return MemberRef(**given)


@strawberry.input(description="A birthday; without a year if one likes.")
class BirthdayInput:
    """Checked in the domain."""

    month: int = strawberry.field(description="1 to 12.")
    day: int = strawberry.field(description="1 to 31.")
    year: int | None = strawberry.field(default=UNSET, description="Four digits.")


@strawberry.input(description="A consent, given or withdrawn.")
class ConsentInput:
    """One channel and purpose."""

    channel: Channel = strawberry.field(description="Spoken to how.")
    purpose: Purpose = strawberry.field(description="Spoken to for what.")
    given: bool = strawberry.field(description="Allowed, or withdrawn.")
