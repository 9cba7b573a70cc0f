"""What membership gave a member: summed from the ledger, so that every figure can be followed."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.actor import Actor
from domain.calendar import midnight
from domain.programme.accruals import PartKind
from domain.rows import Row
from domain.together import shared
from domain.wallets.book import Book, books
from domain.wallets.kinds import BenefitSource, TransactionKind

BenefitKey = tuple[UUID, date, date]
"""A member, the first local day, and the first one after."""

# What the parts of an explanation count as. EXPIRED is what a refund left, as it had expired.
SOURCES: dict[PartKind, BenefitSource] = {
    PartKind.PER_AMOUNT: BenefitSource.ORDERS,
    PartKind.PER_ITEM: BenefitSource.ORDERS,
    PartKind.PER_ORDER: BenefitSource.ORDERS,
    PartKind.MULTIPLIER: BenefitSource.ORDERS,
    PartKind.EXPIRED: BenefitSource.ORDERS,
    PartKind.TIER: BenefitSource.TIER,
    PartKind.OFFER: BenefitSource.OFFERS,
    PartKind.WELCOME: BenefitSource.WELCOME,
    PartKind.REFERRAL: BenefitSource.REFERRAL,
    PartKind.SURVEY: BenefitSource.SURVEY,
    PartKind.PROFILE: BenefitSource.PROFILE,
    PartKind.BIRTHDAY: BenefitSource.BIRTHDAY,
    PartKind.ANNIVERSARY: BenefitSource.ANNIVERSARY,
    PartKind.ACTIVITY: BenefitSource.ACTIVITY,
}
Kind = TransactionKind
# Kinds by which membership gives, and takes what should not have been given; and what those are
# that no part explains.
GIVING: dict[TransactionKind, BenefitSource] = {
    Kind.EARN: BenefitSource.OTHER,
    Kind.ADJUST: BenefitSource.OTHER,
    Kind.REVERSE: BenefitSource.OTHER,
    Kind.PEND: BenefitSource.ORDERS,
    Kind.PEND_CANCEL: BenefitSource.ORDERS,
    Kind.CLAWBACK: BenefitSource.ORDERS,
}


class BenefitRow(Row, frozen=True):
    """What a member got in one unit. `earned`: by source, without what was taken back.

    Points that wait to be released are earned; what has expired or was spent was earned before.
    """

    unit_code: str
    earned: dict[BenefitSource, int]
    taken_back: int = 0
    redeemed: int = 0
    given_back: int = 0
    rewards: int = 0
    expired: int = 0

    @property
    def points(self) -> int:
        """What all sources gave together; less than 0 if more was taken back."""
        return sum(self.earned.values())


async def benefits_of(
    actor: Actor, keys: Sequence[BenefitKey], units: tuple[str, ...], zone: ZoneInfo
) -> list[list[BenefitRow]]:
    """What each member got in its days, unit by unit. A refund counts when it was, not before."""
    seen = [key for key in keys if actor.sees(key[0])]
    found = dict(zip(seen, await _benefits(seen, units=units, zone=zone), strict=True))
    return [found.get(key, []) for key in keys]


@shared
async def _benefits(
    keys: Sequence[BenefitKey], units: tuple[str, ...], zone: ZoneInfo
) -> list[list[BenefitRow]]:
    asked = [
        ((member_id, unit), (midnight(first, zone), midnight(until, zone)))
        for member_id, first, until in keys
        for unit in units
    ]
    read = iter(await books(asked, sources=True))
    return [[_benefit(unit, next(read)) for unit in units] for _ in keys]


def _benefit(unit: str, book: Book) -> BenefitRow:
    earned: dict[BenefitSource, int] = {}
    worth = {movement.kind: movement.worth for movement in book.moved[0]}
    unexplained = {kind: points for kind, points in worth.items() if kind in GIVING}
    for part in book.sources[0]:
        if part.kind in unexplained:
            source = SOURCES[PartKind(part.source)]
            earned[source] = earned.get(source, 0) + part.points
            unexplained[part.kind] -= part.points
    for kind, points in unexplained.items():
        earned[GIVING[kind]] = earned.get(GIVING[kind], 0) + points
    vouchers = {movement.kind: movement.vouchers for movement in book.moved[0]}
    return BenefitRow(
        unit,
        {source: earned[source] for source in BenefitSource if earned.get(source)},
        taken_back=-worth.get(Kind.CLAWBACK, 0) - worth.get(Kind.PEND_CANCEL, 0),
        redeemed=-worth.get(Kind.REDEEM, 0) - worth.get(Kind.HOLD_CAPTURE, 0),
        given_back=worth.get(Kind.GIVE_BACK, 0),
        rewards=vouchers.get(Kind.REDEEM, 0) - vouchers.get(Kind.GIVE_BACK, 0),
        expired=-worth.get(Kind.EXPIRE, 0) - worth.get(Kind.REINSTATE, 0),
    )
