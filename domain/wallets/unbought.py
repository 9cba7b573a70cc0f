"""Points that no order earned: for joining, for a friend, for an answer. What is told of points."""

from datetime import datetime
from typing import Any

from domain.programme.accruals import Part
from domain.programme.queries import Version
from domain.programme.terms import KeptBy
from domain.wallets.kinds import TransactionKind
from domain.wallets.posting import Move, Notice
from domain.wallets.rules import expires_at, keeping


def unbought(
    version: Version, part: Part, title: dict[str, Any], natural_key: str, now: datetime
) -> Move:
    """The movement that gives `part.points`; they expire as the programme says of their unit."""
    unit = version.programme.unit(part.unit)
    assert unit is not None, "what a programme promises is in its units"
    return Move(
        unit=part.unit,
        kind=TransactionKind.EARN,
        points=part.points,
        house="issuance",
        title=title,
        occurred_at=now,
        expires_at=expires_at(unit.expiry, now, version.rules.zone),
        natural_key=natural_key,
        programme_version=version.number,
        explanation=[part.as_json()],
    )


def spending(
    title: dict[str, Any], version: Version | None, unit: str, now: datetime
) -> dict[str, Any]:
    """The title of a movement by which a member spends: it keeps what is left, if it is to."""
    terms = version.programme.unit(unit) if version else None
    if version is None or terms is None:
        return title
    return keeping(title, terms, KeptBy.SPENDING, now, version.rules.zone)


def earned(move: Move) -> Notice:
    """What the member is told of points that it has earned."""
    return Notice(
        "POINTS_EARNED", {"transaction": str(move.id), "unit": move.unit, "points": move.points}
    )
