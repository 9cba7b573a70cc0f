"""How points go from one member to another for a pool: out of lots that are named, with dates."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain import database
from domain.ids import uuid7
from domain.members.locking import lock
from domain.programme.accruals import Part, PartKind
from domain.wallets import operations as wallets
from domain.wallets.kinds import TransactionKind
from domain.wallets.posting import Move, Posting

HOUSE = "transfer"

Points = dict[str, int]
"""By unit."""


@dataclass(frozen=True, slots=True)
class Why:
    """What a contribution was reckoned from, under which programme."""

    base: int
    basis_points: int
    programme_version: int


# What is left in a pool of all that a place has given, lot by lot. Nothing that is over.
_UNSPENT = """
select l.unit, l.id, l.remaining from pool_contributions c
join lots l on l.brought_by = c.arrived_id and l.member_id = c.pool_id
where c.place_id = $1 and l.remaining > 0
  and (l.expires_at is null or l.expires_at > pistis_now()) order by l.unit, l.id"""
_LEFT = """
select unit, id, remaining from lots where member_id = $1 and remaining > 0
  and (expires_at is null or expires_at > pistis_now()) order by unit, id"""


async def settle(member_id: UUID) -> None:
    """Write down what is due in the wallets of a member whom nobody else can change meanwhile."""
    await database.rows(
        """select count(pistis_wallet(member_id, unit, pistis_now())) from wallets
           where member_id = $1 and next_due_at <= pistis_now() and not frozen""",
        member_id,
    )


async def move(
    *,
    giver: UUID,
    taker: UUID,
    unit: str,
    points: int,
    lots: Sequence[UUID],
    titles: tuple[str, str],
    place_id: UUID,
    natural_key: str | None = None,
    why: Why | None = None,
) -> tuple[UUID, UUID]:
    """Take `points` out of these lots of one and bring them to the other: both transactions.

    In the transaction in progress, which has locked the people and the pool. `titles`: what the
    giver's and the taker's statements call it.
    """
    out, arrived = uuid7(), uuid7()
    place = str(place_id)
    version = why.programme_version if why else None
    await wallets.post_one(
        Posting(
            giver,
            moves=(
                Move(
                    unit=unit,
                    kind=TransactionKind.TRANSFER_OUT,
                    points=-points,
                    house=HOUSE,
                    title={"key": titles[0], "place": place},
                    id=out,
                    natural_key=natural_key,
                    programme_version=version,
                    explanation=_explained(why, unit, -points),
                    out_of=tuple(lots),
                ),
            ),
        )
    )
    await wallets.post_one(
        Posting(
            taker,
            moves=(
                Move(
                    unit=unit,
                    kind=TransactionKind.TRANSFER_IN,
                    points=points,
                    house=HOUSE,
                    title={"key": titles[1], "place": place},
                    id=arrived,
                    natural_key=natural_key,
                    programme_version=version,
                    explanation=_explained(why, unit, points),
                    gives_back=out,
                ),
            ),
        )
    )
    return out, arrived


def _explained(why: Why | None, unit: str, points: int) -> list[dict[str, Any]]:
    if why is None:
        return []
    inputs = {"base": why.base, "factor": why.basis_points}
    return [Part("pool", PartKind.POOL, unit, points, inputs).as_json()]


async def share_back(pool_id: UUID, place_id: UUID, taker: UUID) -> Points:
    """Give what is unspent of what a place gave: how many points of each unit."""
    return await _all_of(pool_id, taker, place_id, _UNSPENT, place_id)


async def hand_over(pool_id: UUID, place_id: UUID, taker: UUID) -> Points:
    """Give all that the pool has: how many points of each unit."""
    return await _all_of(pool_id, taker, place_id, _LEFT, pool_id)


async def _all_of(pool_id: UUID, taker: UUID, place_id: UUID, lots: str, key: UUID) -> Points:
    await lock([pool_id])
    await settle(pool_id)
    found: dict[str, list[tuple[UUID, int]]] = {}
    for row in await database.rows(lots, key):
        found.setdefault(row["unit"], []).append((row["id"], row["remaining"]))
    moved = {}
    for unit, parts in found.items():
        moved[unit] = sum(remaining for _, remaining in parts)
        await move(
            giver=pool_id,
            taker=taker,
            unit=unit,
            points=moved[unit],
            lots=[lot_id for lot_id, _ in parts],
            titles=("pool_shared", "pool_share"),
            place_id=place_id,
        )
    return moved
