"""Signing in: codes, sessions, and who it is that calls."""

from datetime import datetime
from uuid import UUID

import strawberry
from strawberry import UNSET

from domain.access import addresses, identities, operations, sessions, tokens
from domain.access.addresses import Address
from domain.access.operations import VerifyCode
from domain.access.sessions import RefreshSession, Tokens
from domain.actor import Actor, ActorKind, Role
from domain.errors import InvalidInput
from domain.members.queries import MemberRow, members_of
from schema.context import Context, Info
from schema.enums import enum
from schema.errors import Payload
from schema.node import encode, uuid_of
from schema.references import LazyMember
from schema.roles import field, mutation

DEVICE = "The app's own name for its installation, at most 64 characters; a UUID is good."

enum(
    ActorKind,
    "What kind of caller this is.",
    ANONYMOUS="Nobody in particular: no token was sent.",
    GUEST="Somebody with a proved address, who is not enrolled yet.",
    MEMBER="A member.",
    SERVICE="A shop system or a till.",
    STAFF="Somebody on the team.",
    SYSTEM="The server itself.",
)
enum(
    Role,
    "What a caller may do; the descriptions of fields name the roles that may.",
    GUEST="Enrol with the address that was proved.",
    MEMBER="Everything of one's own.",
    TILL="Find members, report orders, use vouchers.",
    SHOP="What a till may, for whole shop systems.",
    CARE="Help members, and see what is theirs.",
    LOYALTY="Shape the programme, rewards and offers.",
    ADMIN="All that the team may.",
)


@strawberry.type(description="Who calls, and what they may do.")
class Viewer:
    """Read off an Actor."""

    kind: ActorKind = strawberry.field(description="What kind of caller this is.")
    expires_at: datetime | None = strawberry.field(
        description="When the token or key ends; null for keys without an end, and for nobody."
    )

    @field(description="Every role that the caller holds, at most seven; empty without a token.")
    def roles(root: strawberry.Parent[Actor]) -> list[Role]:
        return sorted(root.roles)

    @field(description="What the key of a service or a colleague is called; null for others.")
    def name(root: strawberry.Parent[Actor]) -> str | None:
        return root.name or None


@strawberry.type(description="A session's tokens: keep the refresh token as safe as a password.")
class Session:
    """Read off a sessions.Tokens."""

    access_token: str = strawberry.field(
        description="Send it as `Authorization: Bearer`; good for ten minutes."
    )
    refresh_token: str = strawberry.field(
        description="Good once, for `sessionRefresh`; after 30 unused days one signs in again."
    )
    expires_at: datetime = strawberry.field(description="When the access token ends.")


@strawberry.input(one_of=True, description="Where somebody is reached.")
class AddressInput:
    """Exactly one."""

    phone: strawberry.Maybe[str] = strawberry.field(
        description="With its country code, as in +30 210 1234567."
    )
    email: strawberry.Maybe[str] = strawberry.field(description="As in anna@example.org.")

    def address(self) -> Address:
        """The same, in the form in which it is kept. Raises InvalidInput (path address)."""
        try:
            return addresses.address(
                self.phone.value if self.phone else None, self.email.value if self.email else None
            )
        except InvalidInput as error:
            raise error.under("address") from None


@strawberry.input(description="Where to send a code.")
class LoginRequestCodeInput:
    """Checked in the domain."""

    address: AddressInput = strawberry.field(description="The caller's own.")
    device_id: str | None = strawberry.field(default=UNSET, description=DEVICE)


@strawberry.input(description="The code that came.")
class LoginVerifyCodeInput:
    """Checked in the domain."""

    challenge_id: strawberry.ID = strawberry.field(description="As `loginRequestCode` gave it.")
    code: str = strawberry.field(description="Six digits.")
    device_id: str | None = strawberry.field(default=UNSET, description=DEVICE)


@strawberry.input(description="A refresh token, once.")
class SessionRefreshInput:
    """Checked in the domain."""

    refresh_token: str = strawberry.field(description="The newest that the app has.")
    device_id: str | None = strawberry.field(
        default=UNSET,
        description="As when signing in: only then an answer that was lost can be had again.",
    )


@strawberry.input(description="How much to end.")
class SessionEndInput:
    """Nothing to check."""

    everywhere: bool | None = strawberry.field(
        default=UNSET, description="On all devices of the member; absent: on this one."
    )


@strawberry.type(description="A code is on its way, whether the address is known or not.")
class LoginRequestCodePayload(Payload):
    """Nothing of the address."""

    challenge_id: strawberry.ID | None = strawberry.field(
        default=None, description="For `loginVerifyCode`."
    )
    expires_at: datetime | None = strawberry.field(
        default=None, description="The code is good until then, and until the next is requested."
    )
    resend_at: datetime | None = strawberry.field(
        default=None, description="From when asking for another makes sense."
    )


@strawberry.type(description="A session, if the code was right.")
class LoginVerifyCodePayload(Payload):
    """The session, and whose it is."""

    session: Tokens | None = strawberry.field(
        default=None, graphql_type=Session | None, description="The new session."
    )
    member: MemberRow | None = strawberry.field(
        default=None,
        graphql_type=LazyMember | None,
        description="Null for an address that is not enrolled yet: `memberEnrol` follows.",
    )


@strawberry.type(description="New tokens of the session.")
class SessionRefreshPayload(Payload):
    """The session goes on."""

    session: Tokens | None = strawberry.field(
        default=None, graphql_type=Session | None, description="The new tokens."
    )


@strawberry.type(description="The session is over.")
class SessionEndPayload(Payload):
    """Nothing more to say."""


@strawberry.type(description="What can be asked about the caller.")
class AccessQueries:
    """Mixed into Query."""

    @field(description="Who calls, and what they may do.", graphql_type=Viewer, kept=False)
    def viewer(root: strawberry.Parent[None], info: Info) -> Actor:
        return info.context.actor


@strawberry.type(description="What can be done to sign in and out.")
class AccessMutations:
    """Mixed into Mutation."""

    @mutation(
        payload=LoginRequestCodePayload,
        description="Send a one-time code to an address. The answer tells nobody who is known.",
    )
    async def login_request_code(
        root: strawberry.Parent[None], info: Info, input: LoginRequestCodeInput
    ) -> LoginRequestCodePayload:
        sessions.checked_device(input.device_id or None)
        await info.context.settle()
        challenge = await operations.request_code(
            info.context.actor, input.address.address(), info.context.language
        )
        return LoginRequestCodePayload(
            challenge_id=encode("Challenge", challenge.id),
            expires_at=challenge.expires_at,
            resend_at=challenge.resend_at,
        )

    @mutation(
        payload=LoginVerifyCodePayload,
        description="Open a session with the code that came. Whoever sends along the token of "
        "another issuer, and proves a member's address, is that member by it from then on.",
    )
    async def login_verify_code(
        root: strawberry.Parent[None], info: Info, input: LoginVerifyCodeInput
    ) -> LoginVerifyCodePayload:
        challenge_id = uuid_of(input.challenge_id, "Challenge", "challengeId")
        command = VerifyCode(challenge_id, input.code, input.device_id or None)
        signed_in = await operations.verify_code(info.context.actor, command)
        member = await signed_in_as(info.context, signed_in.tokens, signed_in.member_id)
        return LoginVerifyCodePayload(session=signed_in.tokens, member=member)

    @mutation(
        payload=SessionRefreshPayload,
        description="Exchange a refresh token for new tokens. Send no `Authorization` along: an "
        "access token that is over is refused here too. A refresh token that comes twice ends the "
        "session, unless it comes again within ten seconds from the same device.",
    )
    async def session_refresh(
        root: strawberry.Parent[None], info: Info, input: SessionRefreshInput
    ) -> SessionRefreshPayload:
        command = RefreshSession(input.refresh_token, input.device_id or None)
        return SessionRefreshPayload(session=await sessions.refresh(command))

    @mutation(
        Role.MEMBER,
        Role.GUEST,
        payload=SessionEndPayload,
        description="Sign out. Within five seconds the session's tokens are refused everywhere.",
    )
    async def session_end(
        root: strawberry.Parent[None], info: Info, input: SessionEndInput
    ) -> SessionEndPayload:
        await sessions.end(info.context.actor, everywhere=bool(input.everywhere))
        return SessionEndPayload()


async def signed_in_as(
    context: Context, session: Tokens | None, member_id: UUID | None
) -> MemberRow | None:
    """The member whose session it is; what is selected of it is read on its own behalf.

    Without a session: whom another issuer knows, and who is a member from now on.
    """
    if member_id is None:
        return None
    if session is None:
        context.act_as(identities.as_member(context.actor, member_id))
    else:
        context.act_as(await tokens.actor_of(session.access_token))
    (member,) = await members_of(context.actor, [member_id])
    return member
