"""What the team does about access: keys of services and colleagues, members' sessions."""

from collections.abc import Sequence
from datetime import datetime

import strawberry

from domain.access import access_keys, sessions
from domain.access.access_keys import AccessKeyRow
from domain.actor import ActorKind, Role
from domain.errors import DomainError
from domain.members import queries as members
from schema.context import Context, Info
from schema.errors import Payload
from schema.member_inputs import MemberRefInput
from schema.node import Node, fetched_by, rows_by_id, uuid_of
from schema.roles import field, mutation


@strawberry.type(description="The key of a service or a colleague, without the key itself.")
class AccessKey(Node):
    """Read off an AccessKeyRow."""

    kind: ActorKind = strawberry.field(description="SERVICE or STAFF.")
    name: str = strawberry.field(description="Whose it is, as `viewer` calls it.")
    roles: list[Role] = strawberry.field(description="What it was given, at most five.")
    created_at: datetime = strawberry.field(description="When it was made.")
    expires_at: datetime | None = strawberry.field(description="Null: good until revoked.")
    used_at: datetime | None = strawberry.field(
        description="When it was used last, to the minute; null if it never was."
    )
    revoked_at: datetime | None = strawberry.field(description="Null unless it was revoked.")

    @classmethod
    def is_type_of(cls, obj: object, _info: object) -> bool:
        return isinstance(obj, AccessKeyRow)


@fetched_by("AccessKey")
async def _access_keys(context: Context, keys: Sequence[str]) -> list[AccessKeyRow | None]:
    return await rows_by_id(context, access_keys.access_keys, keys)


@strawberry.input(description="Whose sessions to end.")
class SessionEndAllInput:
    """A member."""

    member: MemberRefInput = strawberry.field(description="Whose.")


@strawberry.input(description="Which key to end.")
class AccessKeyRevokeInput:
    """A key."""

    access_key_id: strawberry.ID = strawberry.field(description="As `accessKeys` lists it.")


@strawberry.type(description="The member is signed out.")
class SessionEndAllPayload(Payload):
    """How many there were."""

    ended_count: int | None = strawberry.field(
        default=None, description="How many sessions were open; null when refused."
    )


@strawberry.type(description="The key is good no more.")
class AccessKeyRevokePayload(Payload):
    """The key, as it is now."""

    access_key: AccessKeyRow | None = strawberry.field(
        default=None, graphql_type=AccessKey | None, description="The key, revoked."
    )


@strawberry.type(description="What the team can ask about access.")
class AccessKeysQueries:
    """Mixed into Query."""

    @field(
        Role.ADMIN,
        description="The keys that were made last, newest first: at most 200.",
        graphql_type=list[AccessKey],
    )
    async def access_keys(root: strawberry.Parent[None], info: Info) -> list[AccessKeyRow]:
        return await access_keys.newest(info.context.actor)


@strawberry.type(description="What the team can do about access.")
class AccessKeysMutations:
    """Mixed into Mutation."""

    @mutation(
        Role.CARE,
        payload=SessionEndAllPayload,
        description="Sign a member out everywhere, as when a phone was lost. Within five seconds "
        "all tokens of its sessions are refused.",
    )
    async def session_end_all(
        root: strawberry.Parent[None], info: Info, input: SessionEndAllInput
    ) -> SessionEndAllPayload:
        actor = info.context.actor
        try:
            member = await members.find(actor, input.member.ref())
        except DomainError as error:
            raise error.under("member") from None
        return SessionEndAllPayload(ended_count=await sessions.end_all(actor, member.id))

    @mutation(
        Role.ADMIN,
        payload=AccessKeyRevokePayload,
        description="End the key of a service or a colleague: within five seconds it is refused.",
    )
    async def access_key_revoke(
        root: strawberry.Parent[None], info: Info, input: AccessKeyRevokeInput
    ) -> AccessKeyRevokePayload:
        key_id = uuid_of(input.access_key_id, "AccessKey", "accessKeyId")
        return AccessKeyRevokePayload(
            access_key=await access_keys.revoke(info.context.actor, key_id)
        )
