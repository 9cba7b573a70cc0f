"""What is asked of pools. Contributions are in basis points of what somebody earns."""

from dataclasses import dataclass
from uuid import UUID

from domain.errors import InvalidInput
from domain.members.queries import MemberRef
from domain.pools.kinds import PoolRole
from domain.programme import checks
from domain.programme.terms.pools import PoolKind

TITLE_MAX = 80


@dataclass(frozen=True, slots=True, repr=False)
class CreatePool:
    """A pool is to be. `owner`: whose, for the team; a member makes its own.

    Personal: the title.
    """

    kind: PoolKind
    idempotency_key: str
    title: str | None = None
    owner: MemberRef | None = None

    def check(self) -> None:
        """Raise InvalidInput for a title that is empty or too long."""
        checks.length(self.title, TITLE_MAX, ("title",))


@dataclass(frozen=True, slots=True, repr=False)
class InviteToPool:
    """Somebody is asked into a pool, by one of number, phone and e-mail. Personal."""

    pool_id: UUID
    number: str | None = None
    phone: str | None = None
    email: str | None = None
    may_redeem: bool = False

    def check(self) -> None:
        """Raise InvalidInput unless exactly one names him."""
        if sum(each is not None for each in (self.number, self.phone, self.email)) != 1:
            raise InvalidInput("Say whom: one of number, phone and email.")


@dataclass(frozen=True, slots=True)
class JoinPool:
    """An invitation is accepted. `contribution`: None is the usual one."""

    invitation_id: UUID
    contribution: int | None = None


@dataclass(frozen=True, slots=True)
class SetRole:
    """What somebody is in a pool, and whether he may redeem its points; None: as it is."""

    place_id: UUID
    role: PoolRole | None = None
    may_redeem: bool | None = None


@dataclass(frozen=True, slots=True)
class LeavePool:
    """Somebody leaves a pool."""

    pool_id: UUID
    idempotency_key: str


@dataclass(frozen=True, slots=True)
class RemoveFromPool:
    """Somebody is to have his place in a pool no more."""

    place_id: UUID
    idempotency_key: str


@dataclass(frozen=True, slots=True)
class ClosePool:
    """A pool is to be no more."""

    pool_id: UUID
    idempotency_key: str
