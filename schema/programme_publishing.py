"""A draft becomes the next version of the programme, or is put away."""

from datetime import datetime

import strawberry
from strawberry import UNSET

from domain.actor import Role
from domain.orders.impact import impact
from domain.programme import drafting, publishing
from domain.programme.publishing import HasErrors, PublishVersion
from domain.programme.queries import VersionRow
from schema.context import Info
from schema.errors import KeyedPayload, Payload
from schema.member_inputs import KEY
from schema.node import uuid_of
from schema.programme import ProgrammeVersion, rows_of
from schema.roles import mutation


@strawberry.input(description="Which draft, from when on, and why without a forecast.")
class ProgrammePublishInput:
    """Checked in the domain."""

    version_id: strawberry.ID = strawberry.field(
        description="A draft of what is the newest version."
    )
    effective_from: datetime | None = strawberry.field(
        default=UNSET,
        description="In force from then: not before now, nor before the version that it changes."
        " Leave it away for now.",
    )
    forecast_id: strawberry.ID | None = strawberry.field(
        default=UNSET, description="There are no forecasts yet: leave it away."
    )
    without_forecast_reason: str | None = strawberry.field(
        default=UNSET, description="Why it is published without one, 10 to 500 characters; kept."
    )
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)

    def command(self) -> PublishVersion:
        """The same, as the domain takes it."""
        return PublishVersion(
            uuid_of(self.version_id, "ProgrammeVersion", "versionId"),
            self.effective_from or None,
            self.forecast_id or None,
            self.without_forecast_reason or None,
            self.idempotency_key,
        )


@strawberry.type(description="The version that was published.")
class ProgrammePublishPayload(KeyedPayload):
    """Answers programmePublish."""

    version: VersionRow | None = strawberry.field(
        default=None,
        graphql_type=ProgrammeVersion | None,
        description="As it is now; null when refused.",
    )


@strawberry.input(description="Which draft nobody needs any more.")
class ProgrammeDraftDiscardInput:
    """Checked in the domain."""

    version_id: strawberry.ID = strawberry.field(description="A draft.")


@strawberry.type(description="The draft is out of sight.")
class ProgrammeDraftDiscardPayload(Payload):
    """Answers programmeDraftDiscard."""

    discarded: bool | None = strawberry.field(
        default=None, description="True when it is; null when refused."
    )


@strawberry.type(description="What can be done with drafts.")
class ProgrammePublishingMutations:
    """Mixed into Mutation."""

    @mutation(
        Role.LOYALTY,
        payload=ProgrammePublishPayload,
        description="Make a draft the next version, for good. What is worse for members needs"
        " `noticeDays` of the version in force before it; they are told at once.",
    )
    async def programme_publish(
        root: strawberry.Parent[None], info: Info, input: ProgrammePublishInput
    ) -> ProgrammePublishPayload:
        actor = info.context.actor
        try:
            version_id, replayed = await publishing.publish(actor, input.command(), impact)
        except HasErrors as error:
            return ProgrammePublishPayload(user_errors=[each.under("input") for each in error.all])
        (row,) = await rows_of(actor, [version_id])
        return ProgrammePublishPayload(version=row, replayed=replayed)

    @mutation(
        Role.LOYALTY,
        payload=ProgrammeDraftDiscardPayload,
        description="Put a draft away: it cannot be published any more.",
    )
    async def programme_draft_discard(
        root: strawberry.Parent[None], info: Info, input: ProgrammeDraftDiscardInput
    ) -> ProgrammeDraftDiscardPayload:
        version_id = uuid_of(input.version_id, "ProgrammeVersion", "versionId")
        await drafting.discard(info.context.actor, version_id)
        return ProgrammeDraftDiscardPayload(discarded=True)
