"""Query, Mutation and Subscription, put together from the capabilities; the schema and its SDL."""

from typing import Any

import strawberry
from graphql import GraphQLInputObjectType
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.schema_converter import GraphQLCoreConverter

from domain.errors import PageTooLarge
from schema import errors
from schema.access import AccessMutations, AccessQueries
from schema.access_keys import AccessKeysMutations, AccessKeysQueries
from schema.activities import ActivitiesMutations
from schema.adjustments import AdjustmentsMutations, AdjustmentsQueries
from schema.cards import CardsMutations
from schema.context import Info
from schema.extensions import ExtensionsMutations
from schema.feedback import FeedbackMutations, FeedbackQueries
from schema.holds import HoldsMutations
from schema.member_changes import MembersMutations
from schema.members import MembersQueries
from schema.membership import MembershipMutations
from schema.merges import MergesMutations
from schema.node import NODES_MAX, Node, found
from schema.notification_types import TYPES as NOTIFICATIONS
from schema.notifications import NotificationsMutations, NotificationsSubscriptions
from schema.order_refunds import OrderRefundsMutations
from schema.order_stages import OrderStagesMutations
from schema.orders import OrdersMutations, OrdersQueries
from schema.pool_changes import PoolsMutations
from schema.pools import PoolsQueries
from schema.profiles import ProfilesMutations
from schema.programme import ProgrammeQueries
from schema.programme_drafts import ProgrammeDraftsMutations
from schema.programme_ending import ProgrammeEndingMutations
from schema.programme_publishing import ProgrammePublishingMutations
from schema.referrals import ReferralsQueries
from schema.rewards import RewardsMutations, RewardsQueries
from schema.roles import field
from schema.rule_leaves import RuleLeavesQueries
from schema.scalars import SCALARS
from schema.segments import SegmentsMutations, SegmentsQueries
from schema.stops import StopsMutations, StopsQueries
from schema.tier_moves import TiersMutations
from schema.transfers import TransfersMutations
from schema.wallets import WalletsQueries


@strawberry.type(description="What can be asked.")
class Query(
    AccessQueries,
    AccessKeysQueries,
    MembersQueries,
    ProgrammeQueries,
    RuleLeavesQueries,
    WalletsQueries,
    AdjustmentsQueries,
    OrdersQueries,
    RewardsQueries,
    ReferralsQueries,
    FeedbackQueries,
    PoolsQueries,
    StopsQueries,
    SegmentsQueries,
):
    """All capabilities, and the two fields that lead back from ids."""

    @field(
        description="What an id names; null where there is nothing that the caller may see.",
        graphql_type=Node | None,
    )
    async def node(root: strawberry.Parent[None], info: Info, id: strawberry.ID) -> Any:
        (row,) = await found(info.context, [id])
        return row

    @field(
        description="What these ids name, in their order; at most 100.",
        graphql_type=list[Node | None],
    )
    async def nodes(
        root: strawberry.Parent[None], info: Info, ids: list[strawberry.ID]
    ) -> list[Any]:
        if len(ids) > NODES_MAX:
            raise PageTooLarge(f"`ids` has {len(ids)}; ask for at most {NODES_MAX} at once.")
        return await found(info.context, ids)


@strawberry.type(description="What can be done.")
class Mutation(
    AccessMutations,
    AccessKeysMutations,
    MembersMutations,
    CardsMutations,
    MembershipMutations,
    MergesMutations,
    OrdersMutations,
    ActivitiesMutations,
    OrderStagesMutations,
    OrderRefundsMutations,
    HoldsMutations,
    AdjustmentsMutations,
    TransfersMutations,
    ExtensionsMutations,
    RewardsMutations,
    TiersMutations,
    ProgrammeDraftsMutations,
    FeedbackMutations,
    NotificationsMutations,
    PoolsMutations,
    StopsMutations,
    ProgrammeEndingMutations,
    ProgrammePublishingMutations,
    SegmentsMutations,
    ProfilesMutations,
):
    """All capabilities."""


@strawberry.type(description="What can be listened to.")
class Subscription(NotificationsSubscriptions):
    """All capabilities."""


schema = strawberry.Schema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    types=[*errors.TYPES, *NOTIFICATIONS],
    config=StrawberryConfig(scalar_map=SCALARS),
)
_DEFINITION = GraphQLCoreConverter.DEFINITION_BACKREF
for _type in schema._schema.type_map.values():
    # Strawberry keeps it to itself: so the SDL says it too, and a fault is told with its path.
    if isinstance(_type, GraphQLInputObjectType) and _type.extensions[_DEFINITION].is_one_of:
        _type.is_one_of = True


def sdl() -> str:
    """The schema as text, in an order that does not depend on imports."""
    from graphql import lexicographic_sort_schema, print_schema

    return print_schema(lexicographic_sort_schema(schema._schema)) + "\n"
