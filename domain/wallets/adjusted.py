"""What an adjustment comes to when it is posted, by its act; under the member's lock."""

from datetime import datetime
from typing import Any

from domain import database
from domain.errors import InvalidInput
from domain.events import PointsAdjusted
from domain.programme import queries as programmes
from domain.programme.queries import Version
from domain.wallets.kinds import AdjustmentAct, TransactionKind
from domain.wallets.posting import Move, Notice, Posting
from domain.wallets.rules import expires_at, last_day
from domain.wallets.unbought import earned


async def posting(row: dict[str, Any]) -> Posting:
    """The adjustment as one posting; its id is its transaction's.

    Raises InvalidInput for points to be extended that have gone meanwhile.
    """
    notices: tuple[Notice, ...] = ()
    match row["act"]:
        case AdjustmentAct.EXTEND:
            move = await _extension(row)
        case AdjustmentAct.REINSTATE:
            move = _reinstatement(row, await programmes.in_force(), await database.now())
            notices = (earned(move),)
        case _:
            move = _adjustment(row)
            notices = (earned(move) if move.points > 0 else _taken(move),)
    event = PointsAdjusted(row["member_id"], row["id"])
    return Posting(row["member_id"], moves=(move,), notices=notices, event=event)


def _adjustment(row: dict[str, Any]) -> Move:
    is_reversal = row["act"] == AdjustmentAct.REVERSE
    return Move(
        unit=row["unit"],
        kind=TransactionKind.REVERSE if is_reversal else TransactionKind.ADJUST,
        points=row["points"],
        house="adjustment",
        title={"key": "reversed" if is_reversal else "adjusted"},
        id=row["id"],
        reverses=row["reverses"],
    )


async def _extension(row: dict[str, Any]) -> Move:
    # Nothing moves but dates: the movement is there to be seen, and to be sealed.
    until: datetime = row["until"]
    left = await database.value(
        """select count(*) from lots where id = any($1) and remaining > 0
             and expires_at > pistis_now() and expires_at < $2""",
        *(row["lots"], until),
    )
    if not left:
        raise InvalidInput("These points are spent or gone meanwhile.", ("until",))
    zone = (await programmes.in_force()).rules.zone
    title = {
        "key": "extended",
        "kept_until": until.isoformat(),
        "lots": [str(lot) for lot in row["lots"]],
        "last_day": last_day(until, zone).isoformat(),
    }
    return Move(row["unit"], TransactionKind.EXTEND, 0, "adjustment", title, id=row["id"])


def _reinstatement(row: dict[str, Any], version: Version, now: datetime) -> Move:
    # They begin their life anew, by the rules of today.
    unit = version.programme.unit(row["unit"])
    return Move(
        unit=row["unit"],
        kind=TransactionKind.REINSTATE,
        points=row["points"],
        house="breakage",
        title={"key": "reinstated"},
        id=row["id"],
        expires_at=expires_at(unit.expiry if unit else None, now, version.rules.zone),
        natural_key=f"reinstate:{row['reverses']}",
    )


def _taken(move: Move) -> Notice:
    return Notice(
        "POINTS_TAKEN_BACK",
        {"transaction": str(move.id), "unit": move.unit, "points": -move.points},
    )
