"""Who acts, and what they may do. Every operation and query takes an actor."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.errors import NotAllowed, Unauthenticated


class ActorKind(StrEnum):
    """What kind of caller this is."""

    ANONYMOUS = "ANONYMOUS"
    GUEST = "GUEST"
    MEMBER = "MEMBER"
    SERVICE = "SERVICE"
    STAFF = "STAFF"
    SYSTEM = "SYSTEM"


class Role(StrEnum):
    """What a caller may do. SHOP holds TILL; ADMIN holds CARE and LOYALTY."""

    GUEST = "GUEST"
    MEMBER = "MEMBER"
    TILL = "TILL"
    SHOP = "SHOP"
    CARE = "CARE"
    LOYALTY = "LOYALTY"
    ADMIN = "ADMIN"


HOLDS = {Role.SHOP: {Role.TILL}, Role.ADMIN: {Role.CARE, Role.LOYALTY}}


def expanded(roles: set[Role]) -> frozenset[Role]:
    """The roles with those that they hold."""
    return frozenset(roles.union(*(HOLDS.get(role, set()) for role in roles)))


@dataclass(frozen=True, slots=True)
class Actor:
    """A caller, as far as the token says. `expires_at` is when the token ends.

    Of `session_id`, `identity_id` (known by another issuer) and `key_id` one at the most is set.
    `pool_ids`: pools that it is in, as far as that was looked up.
    """

    kind: ActorKind
    id: str = ""
    roles: frozenset[Role] = field(default_factory=frozenset)
    member_id: UUID | None = None
    session_id: UUID | None = None
    expires_at: datetime | None = None
    name: str = ""
    identity_id: UUID | None = None
    key_id: UUID | None = None
    pool_ids: frozenset[UUID] = frozenset()

    @property
    def credential_id(self) -> UUID | None:
        """The session, identity or key that the caller is let in by, for as long as it lasts."""
        return self.session_id or self.identity_id or self.key_id

    @property
    def key(self) -> str:
        """Stable text that names the caller in idempotency rows; never personal."""
        return f"{self.kind.lower()}:{self.id}"

    @property
    def serves(self) -> bool:
        """Acts for the company, so may see members other than itself."""
        return self.kind in (ActorKind.SERVICE, ActorKind.STAFF, ActorKind.SYSTEM)

    def has(self, *roles: Role) -> bool:
        """Holds at least one of the roles."""
        return self.kind is ActorKind.SYSTEM or not self.roles.isdisjoint(roles)

    def require(self, *roles: Role) -> None:
        """Raise NotAllowed unless the actor holds one of the roles; Unauthenticated for nobody."""
        if self.kind is ActorKind.ANONYMOUS:
            raise Unauthenticated("This needs a token: sign in, or send the key of a service.")
        if not self.has(*roles):
            raise NotAllowed(f"This needs the role {' or '.join(roles)}.")

    def sees(self, member_id: UUID) -> bool:
        """May read this member's affairs."""
        return self.serves or self.member_id == member_id or member_id in self.pool_ids

    def in_pools(self, pool_ids: Iterable[UUID] = ()) -> "Actor":
        """The same actor, who may read these pools' affairs."""
        return replace(self, pool_ids=frozenset(pool_ids))


ANONYMOUS = Actor(ActorKind.ANONYMOUS)
SYSTEM = Actor(ActorKind.SYSTEM, "system")
