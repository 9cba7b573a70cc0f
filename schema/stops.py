"""Emergency stops: what the team has stopped, shown to members with its reason, and undone."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import strawberry
from strawberry import UNSET

from domain.actor import Role
from domain.errors import InvalidInput
from domain.language import in_language
from domain.programme import stops
from domain.programme.stops import DeclareStop, LiftStop, StopRow, StopSubject
from domain.rewards.queries import RewardRow, rewards
from schema.context import Context, Info
from schema.dry_runs import dry_run, would_be
from schema.enums import enum
from schema.errors import KeyedPayload
from schema.member_inputs import KEY
from schema.node import Node, fetched_by, rows_by_id, uuid_of
from schema.paging import After, Connection, First, checked, connection
from schema.programme import EarningRule, RuleRow, rule_row
from schema.references import LazyReward
from schema.roles import field, mutation
from schema.text_inputs import TextInput, text_of

enum(
    StopSubject,
    "What is stopped.",
    RULE="A rule: what happens meanwhile earns nothing by it.",
    REWARD="A reward: nobody can redeem it. Vouchers of it stay good.",
    SPENDING="All spending: no redeeming, holding, sending or paying with points.",
)


@strawberry.type(description="Something that the team has stopped.")
class Stop(Node):
    """Read off a StopRow."""

    subject: StopSubject = strawberry.field(description="What kind of thing it is.")
    stopped_at: datetime = strawberry.field(description="Since when.")
    lifted_at: datetime | None = strawberry.field(
        description="When it was let go on; null while it is stopped."
    )

    @field(description="Why, in the caller's language.")
    def reason(root: strawberry.Parent[StopRow], info: Info) -> str:
        return in_language(root.reason, info.context.language)

    @field(
        description="The rule, as the version in force has it; null where it is none that orders"
        " earn by.",
        graphql_type=EarningRule | None,
    )
    def rule(root: strawberry.Parent[StopRow], info: Info) -> RuleRow | None:
        return rule_row(info.context.programme, root.rule) if root.rule else None

    @field(description="The rule's code; null where it is no rule.")
    def rule_code(root: strawberry.Parent[StopRow]) -> str | None:
        return root.rule

    @field(
        description="The reward; null where it is none.",
        graphql_type=LazyReward | None,
    )
    async def reward(root: strawberry.Parent[StopRow], info: Info) -> RewardRow | None:
        return await info.context.load(rewards, root.reward_id) if root.reward_id else None

    @field(Role.LOYALTY, Role.CARE, description="Who stopped it; null for all others.")
    def stopped_by(root: strawberry.Parent[StopRow]) -> str | None:
        return root.stopped_by

    @field(Role.LOYALTY, Role.CARE, description="Who let it go on; null while it is stopped.")
    def lifted_by(root: strawberry.Parent[StopRow]) -> str | None:
        return root.lifted_by

    @classmethod
    def is_type_of(cls, obj: Any, _info: Any) -> bool:
        return isinstance(obj, StopRow)


@strawberry.input(one_of=True, description="What is to be stopped.")
class StopSubjectInput:
    """One of them."""

    rule: str | None = strawberry.field(
        default=UNSET,
        description="The code of a rule, of orders or of activities, or of a discount.",
    )
    reward_id: strawberry.ID | None = strawberry.field(default=UNSET, description="A reward.")
    spending: bool | None = strawberry.field(default=UNSET, description="True: all spending.")


@strawberry.input(description="What is to be stopped at once, and what members are told of it.")
class StopDeclareInput:
    """Checked in the domain."""

    what: StopSubjectInput = strawberry.field(description="What.")
    reason: list[TextInput] = strawberry.field(
        description="Why, for members: a text in each language of the programme."
    )
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    dry_run: bool | None = dry_run()

    def command(self) -> DeclareStop:
        """The same, as the domain takes it."""
        # Neither means all spending in the domain: what is empty must not come to mean that.
        rule, reward_id = self.what.rule or None, None
        if self.what.reward_id:
            reward_id = uuid_of(self.what.reward_id, "Reward", "what", "rewardId")
        elif rule is None and self.what.spending is not True:
            raise InvalidInput("Name a rule or a reward, or say `spending: true`.", ("what",))
        return DeclareStop(text_of(self.reason, "reason"), self.idempotency_key, rule, reward_id)


@strawberry.input(description="What is to go on.")
class StopLiftInput:
    """Checked in the domain."""

    stop_id: strawberry.ID = strawberry.field(description="The stop.")
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    dry_run: bool | None = dry_run()


@strawberry.type(description="What was stopped.")
class StopDeclarePayload(KeyedPayload):
    """The stop as it is now."""

    stop: StopRow | None = strawberry.field(
        default=None, graphql_type=Stop | None, description="The stop; null when refused."
    )


@strawberry.type(description="What goes on.")
class StopLiftPayload(KeyedPayload):
    """The stop that is over."""

    stop: StopRow | None = strawberry.field(
        default=None, graphql_type=Stop | None, description="The stop; null when refused."
    )


@strawberry.type(description="What can be read of stops.")
class StopsQueries:
    """Mixed into Query."""

    @field(
        Role.LOYALTY,
        Role.CARE,
        description="All that was ever stopped, the latest first.",
        graphql_type=Connection[Stop],
    )
    async def stops(self, info: Info, first: First = 20, after: After = UNSET) -> Any:
        actor = info.context.actor
        page = await stops.stops(actor, checked(first), after or None)
        return connection(page, lambda: stops.stop_count(actor))


@strawberry.type(description="What can be stopped.")
class StopsMutations:
    """Mixed into Mutation."""

    @mutation(
        Role.LOYALTY,
        payload=StopDeclarePayload,
        description="Stop a rule, a reward or all spending at once; members see the reason. What "
        "was earned, held or issued before stays good.",
    )
    async def stop_declare(self, info: Info, input: StopDeclareInput) -> StopDeclarePayload:
        done = await stops.declare(info.context.actor, input.command())
        (row,) = await stops.stops_of(info.context.actor, [done.stop_id])
        shown = None if would_be(input, done.replayed) else row
        return StopDeclarePayload(stop=shown, replayed=done.replayed)

    @mutation(
        Role.LOYALTY,
        payload=StopLiftPayload,
        description="Let what was stopped go on, from now.",
    )
    async def stop_lift(self, info: Info, input: StopLiftInput) -> StopLiftPayload:
        command = LiftStop(uuid_of(input.stop_id, "Stop", "stopId"), input.idempotency_key)
        done = await stops.lift(info.context.actor, command)
        (row,) = await stops.stops_of(info.context.actor, [done.stop_id])
        return StopLiftPayload(stop=row, replayed=done.replayed)


@fetched_by("Stop")
async def _stops(context: Context, keys: Sequence[str]) -> Sequence[StopRow | None]:
    return await rows_by_id(context, stops.stops_of, keys)
