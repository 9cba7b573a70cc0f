"""Rewards, and members with points to spend on them."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from domain import database
from domain.actor import SYSTEM, Actor, ActorKind, Role, expanded
from domain.ids import code, member_number
from domain.language import said
from domain.members.models import Member
from domain.programme import operations as programmes
from domain.programme.templates import contents
from domain.rewards import operations
from domain.rewards.commands import CreateReward
from domain.rewards.kinds import RewardKind
from domain.wallets import operations as wallets
from domain.wallets.kinds import TransactionKind
from domain.wallets.posting import Move, Posting

TITLE = said("A cup of coffee", "Чашка кофе", "Ένα φλιτζάνι καφέ")
TILL = Actor(ActorKind.SERVICE, "till", expanded({Role.TILL}))


async def a_programme() -> None:
    """The café's programme, in force since ever."""
    if await database.value("select count(*) from programme_versions") == 0:
        await programmes.publish(SYSTEM, contents("cafe"), datetime(2020, 1, 1, tzinfo=UTC))


async def a_reward(**values: Any) -> UUID:
    """A reward of 30 points, unless said otherwise."""
    await a_programme()
    asked = {"title": TITLE, "kind": RewardKind.GIFT, "unit": "POINTS", "price": 30, **values}
    return await operations.create(SYSTEM, CreateReward(**asked))


async def a_buyer(points: int = 100, *, unit: str = "POINTS", tier: str = "friend") -> Actor:
    """A member, signed in, with points that never expire."""
    now = await database.now()
    member = await Member.create(
        number=member_number(),
        joined_at=now,
        terms_version=1,
        terms_accepted_at=now,
        referral_code=code(8),
        tier=tier,
        tier_since=now,
    )
    if points:
        await credit(member.id, points, unit=unit)
    return Actor(ActorKind.MEMBER, str(member.id), frozenset({Role.MEMBER}), member.id)


async def credit(
    member_id: UUID, points: int, expires_at: datetime | None = None, unit: str = "POINTS"
) -> None:
    """Points in a lot of their own."""
    await wallets.post_one(Posting(member_id, moves=(a_move(points, expires_at, unit),)))


def a_move(points: int, expires_at: datetime | None = None, unit: str = "POINTS") -> Move:
    """Points that come in."""
    return Move(
        unit=unit,
        kind=TransactionKind.EARN,
        points=points,
        house="issuance",
        title={"key": "earned"},
        expires_at=expires_at,
    )


async def held(member_id: UUID | None, unit: str = "POINTS") -> tuple[int, list[tuple[Any, ...]]]:
    """The balance as PostgreSQL has it, and what is left in each lot, with its dates."""
    balance = await database.value(
        "select available from wallets where member_id = $1 and unit = $2", member_id, unit
    )
    lots = await database.rows(
        """select id, points, remaining, earned_at, expires_at from lots
           where member_id = $1 and unit = $2 order by id""",
        *(member_id, unit),
    )
    return balance or 0, [tuple(lot) for lot in lots]


async def written() -> dict[str, int]:
    """How many rows there are of all that a redemption writes."""
    tables = ("transactions", "transfers", "vouchers", "notifications", "outbox", "wallets")
    return {table: await database.value(f"select count(*) from {table}") for table in tables}
