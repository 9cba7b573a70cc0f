"""What a programme says of pools: members who collect together in one wallet."""

from enum import StrEnum

import msgspec

from domain.money import WHOLE_BASIS_POINTS


class PoolKind(StrEnum):
    """Who collects together."""

    HOUSEHOLD = "HOUSEHOLD"
    COMPANY = "COMPANY"


class LeavingRule(StrEnum):
    """What somebody who leaves a pool takes along of the points that he gave to it."""

    SHARE_BACK = "SHARE_BACK"
    FORFEIT = "FORFEIT"


class PoolTerms(
    msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True, omit_defaults=True
):
    """Which pools there are, for at most `people_max` each.

    Of what somebody earns so many basis points go to the pool: `contribution`, until he says
    otherwise within the bounds. `leaving` is kept with each pool, as it was when it was made.
    An invitation is good for `invitation_days`.
    """

    kinds: tuple[PoolKind, ...] = (PoolKind.HOUSEHOLD, PoolKind.COMPANY)
    people_max: int = 10
    contribution: int = WHOLE_BASIS_POINTS
    contribution_min: int = 0
    contribution_max: int = WHOLE_BASIS_POINTS
    leaving: LeavingRule = LeavingRule.SHARE_BACK
    invitation_days: int = 14
