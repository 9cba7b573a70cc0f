"""What the programme says of pools, and their words."""

from typing import Any

import strawberry

from domain.language import in_language
from domain.pools.kinds import PlaceState, PoolRole
from domain.programme.terms.pools import PoolTerms
from domain.programme.words.pools import LEAVING
from schema.context import Info
from schema.enums import enum
from schema.programme_kinds import LeavingRule, PoolKind
from schema.roles import field

enum(
    PoolRole,
    "What somebody is in a pool.",
    OWNER="Leads it: asks people in, says who may redeem, removes, closes.",
    MEMBER="Gives to it, and redeems if the owner lets him.",
)
enum(
    PlaceState,
    "Where a place in a pool stands.",
    name="PoolPlaceState",
    INVITED="Can be taken.",
    JOINED="Somebody's.",
    DECLINED="Nobody took it.",
    LEFT="Who had it has left.",
    REMOVED="The owner, or the team, ended it.",
    CLOSED="It ended with the pool.",
)


@strawberry.type(description="What the programme says of pools.")
class ProgrammePoolTerms:
    """Read off a PoolTerms."""

    kinds: list[PoolKind] = strawberry.field(description="Which there are.")
    people_max: int = strawberry.field(description="How many people a pool has at most.")

    @field(description="What of each earning goes to a pool, unless said otherwise.")
    def contribution_basis_points(root: strawberry.Parent[PoolTerms]) -> int:
        return root.contribution

    @field(description="At least so much.")
    def least_basis_points(root: strawberry.Parent[PoolTerms]) -> int:
        return root.contribution_min

    @field(description="At most so much; together with other pools 10000.")
    def most_basis_points(root: strawberry.Parent[PoolTerms]) -> int:
        return root.contribution_max

    @field(description="What leavers of a pool that is made now take along.")
    def leaving_rule(root: strawberry.Parent[PoolTerms]) -> LeavingRule:
        return root.leaving

    @field(description="The same in words, in the caller's language.")
    def leaving_text(root: strawberry.Parent[PoolTerms], info: Info) -> str:
        return in_language(LEAVING[root.leaving], info.context.language)


@strawberry.type(description="What pools add to the programme.")
class ProgrammePools:
    """Mixed into Programme; rows have the `version` in force."""

    @field(
        description="How people collect together; null where they cannot.",
        graphql_type=ProgrammePoolTerms | None,
    )
    def pools(root: strawberry.Parent[Any]) -> PoolTerms | None:
        terms: PoolTerms | None = root.version.programme.pools
        return terms
