"""Tiers: what they take, what they give, how they are won and lost."""

from enum import StrEnum

from domain.language import Text
from domain.money import WHOLE_BASIS_POINTS
from domain.programme.terms.typed import Terms


class Benefit(Terms, frozen=True):
    """Something that a tier gives."""

    title: Text
    text: Text | None = None


class Tier(Terms, frozen=True):
    """Reached with `threshold` qualifying points in the window; the entry tier with 0.

    `debt_limit`: how much of each unit its members can owe when points are taken back that they
    have spent; what is beyond is let go. 0: nothing. None: whatever it comes to. Who holds a
    tier of an earlier version that this one `replaces`, by its code, holds this one.
    """

    code: str
    name: Text
    rank: int
    threshold: int
    multiplier_basis_points: int = WHOLE_BASIS_POINTS
    benefits: tuple[Benefit, ...] = ()
    never_downgrades: bool = False
    debt_limit: int | None = None
    replaces: tuple[str, ...] = ()


class Window(StrEnum):
    """Over which local days qualifying points count. `window_days` is the length of ROLLING."""

    ROLLING = "ROLLING"
    CALENDAR_YEAR = "CALENDAR_YEAR"
    ANNIVERSARY = "ANNIVERSARY"


class Upgrade(StrEnum):
    """When a higher tier that is earned is given."""

    AT_ONCE = "AT_ONCE"
    AT_PERIOD_END = "AT_PERIOD_END"


class Downgrade(StrEnum):
    """What happens at a window's end to a tier that was not earned again."""

    NEVER = "NEVER"
    ONE_STEP = "ONE_STEP"
    TO_EARNED = "TO_EARNED"


class RefundPolicy(StrEnum):
    """What happens to a tier when an order that led to it is returned."""

    KEEP_UNTIL_WINDOW_END = "KEEP_UNTIL_WINDOW_END"
    REVERT = "REVERT"


class TierPolicy(Terms, frozen=True):
    """How tiers are won and lost. After a window a tier stays for `grace_days` more, and with
    `grace_to_month_end` to the end of the month that they end in. Who is about to lose one is told
    `warn_days` before (0: not).
    """

    window: Window = Window.ROLLING
    upgrade: Upgrade = Upgrade.AT_ONCE
    downgrade: Downgrade = Downgrade.NEVER
    grace_days: int = 0
    grace_to_month_end: bool = False
    warn_days: int = 0
    refund: RefundPolicy = RefundPolicy.KEEP_UNTIL_WINDOW_END
