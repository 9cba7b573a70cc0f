"""Notifications: the inbox, and each thing as it happens."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Self

import strawberry
from strawberry import UNSET

from domain.actor import Role
from domain.members.queries import MemberRow
from domain.notifications import live, operations, queries
from domain.notifications.kinds import NotificationSort
from domain.notifications.queries import NotificationRow
from schema.context import Context, Info
from schema.enums import enum
from schema.errors import Payload
from schema.node import fetched_by, rows_by_id
from schema.notification_types import TYPES, Notification
from schema.paging import After, Connection, Edge, First, checked, connection
from schema.roles import field, mutation, subscription

enum(
    NotificationSort,
    "In which order notifications are listed; a cursor is good in both.",
    NEWEST_FIRST="As an inbox shows them.",
    OLDEST_FIRST="As they happened: what an app missed.",
)

Sort = Annotated[
    NotificationSort, strawberry.argument(description="Newest first, unless said otherwise.")
]


@strawberry.type(description="What notifications add to a member.")
class MemberNotifications:
    """Mixed into Member."""

    @field(description="How many are unread.")
    def unread_notification_count(root: strawberry.Parent[MemberRow]) -> int:
        return root.unread_notification_count

    @field(
        description="What the member was told. A cursor is good in both orders, and for"
        " `memberNotified`.",
        graphql_type=Connection[Notification],
    )
    async def notifications(
        root: strawberry.Parent[MemberRow],
        info: Info,
        first: First = 20,
        after: After = UNSET,
        sort: Sort = NotificationSort.NEWEST_FIRST,
    ) -> Any:
        page = await info.context.load(
            queries.notifications_of,
            root.id,
            first=checked(first),
            after=after or None,
            sort=sort,
        )

        async def total() -> int:
            return root.sequence

        return connection(page, total)


@strawberry.input(description="Up to where a member has read.")
class NotificationsReadInput:
    """One cursor."""

    up_to: str = strawberry.field(description="A cursor: this one and all before it.")


@strawberry.type(description="What became of a notificationsRead.")
class NotificationsReadPayload(Payload):
    """The count that is left."""

    unread_notification_count: int | None = strawberry.field(
        default=None, description="How many are unread now; null when refused."
    )


@strawberry.type(description="What can be done with notifications.")
class NotificationsMutations:
    """Mixed into Mutation."""

    @mutation(
        Role.MEMBER,
        payload=NotificationsReadPayload,
        description="Mark as read: this one and all before it. Never back.",
    )
    async def notifications_read(
        root: strawberry.Parent[None], info: Info, input: NotificationsReadInput
    ) -> NotificationsReadPayload:
        unread = await operations.read(info.context.actor, input.up_to)
        return NotificationsReadPayload(unread_notification_count=unread)


@dataclass(frozen=True, slots=True)
class EdgeRow:
    """A notification and the cursor that stands on it."""

    node: NotificationRow

    @property
    def cursor(self) -> str:
        """Its sequence, signed."""
        return queries.cursor(self.node.sequence)


class Edges:
    """What a listener is given, each with its cursor."""

    def __init__(self, listener: live.Listener) -> None:
        self.listener = listener

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> EdgeRow:
        return EdgeRow(await anext(self.listener))

    async def aclose(self) -> None:
        """Listen no longer."""
        await self.listener.aclose()


@strawberry.type(description="What can be listened to.")
class NotificationsSubscriptions:
    """Mixed into Subscription."""

    @subscription(
        Role.MEMBER,
        description="Each thing as it happens. Without a cursor from now on; with the last one that"
        " the app has kept nothing is missed and nothing comes twice.",
        graphql_type=Edge[Notification],
    )
    async def member_notified(
        root: strawberry.Parent[None], info: Info, after: After = UNSET
    ) -> AsyncIterator[EdgeRow]:
        member_id = info.context.actor.member_id
        assert member_id is not None, "the role MEMBER belongs to members alone"
        place = queries.sequence_at(after, "after") if isinstance(after, str) else None
        return Edges(await live.listen(member_id, place))


for _type in TYPES:

    @fetched_by(_type.__name__)
    async def _notifications(context: Context, keys: Sequence[str]) -> Sequence[Any]:
        return await rows_by_id(context, queries.notifications, keys)
