"""What a wallet takes at most, over all rules: the last step of judging an order or an activity.

What is over a cap is cut from the last that gave, or, as is declared, all of it is refused. What
counts towards a tier is not cut: that is reckoned apart. Gifts are not judged, so they pass.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from domain.money import spread
from domain.programme.accruals import BALANCE, Accrual, Part, PartKind, Reason, Use, Why
from domain.programme.arithmetic import within
from domain.programme.compiling import Compiled
from domain.programme.periods import period_of
from domain.programme.terms import LimitPeriod, Unit

Used = Mapping[tuple[str, str], int]


def capped(
    programme: Compiled, accrual: Accrual, used: Used, day: date, *, explain: bool
) -> Accrual:
    """What wallets take of it, and what counts against their caps."""
    parts = list(accrual.parts)
    refused: list[Reason] = []
    uses: list[Use] = []
    totals = accrual.totals()
    for unit in programme.capped:
        wanted = totals.get(unit.code, 0)
        if not wanted:
            continue
        given = _taken(unit, wanted, used, day)
        if given < wanted:
            parts = list(_cut(parts, unit.code, wanted - given, refused))
        uses += [(key_of(unit.code), period, given) for period in _periods(unit, day) if given]
    reasons = (*accrual.reasons, *refused) if explain else ()
    return Accrual(tuple(parts), reasons, accrual.qualifying, tuple(uses))


def periods(programme: Compiled, day: date) -> list[str]:
    """The periods in which wallets' caps count on that day."""
    return [period for unit in programme.capped for period in _periods(unit, day)]


def uses_of(programme: Compiled, units: Mapping[str, int], at: datetime) -> list[Use]:
    """How so many points of each unit count against caps, if they were earned at that instant."""
    day = at.astimezone(programme.zone).date()
    return [
        (key_of(unit.code), period, units[unit.code])
        for unit in programme.capped
        if units.get(unit.code)
        for period in _periods(unit, day)
        if period != BALANCE
    ]


def key_of(unit: str) -> str:
    """What uses of the unit's caps stand under, beside rules' codes: no code looks so."""
    return f"={unit}"


def _periods(unit: Unit, day: date) -> Iterator[str]:
    for kind in {cap.per: None for cap in unit.caps}:
        if kind is not LimitPeriod.ORDER:
            yield period_of(kind, day)
    if unit.max_balance is not None:
        yield BALANCE


def _taken(unit: Unit, wanted: int, used: Used, day: date) -> int:
    key, given = key_of(unit.code), wanted
    for cap in unit.caps:
        before = 0
        if cap.per is not LimitPeriod.ORDER:
            before = used.get((key, period_of(cap.per, day)), 0)
        given = within(given, cap.points - before, refuses=cap.refuses)
    full = unit.max_balance
    if full is not None:
        given = within(given, full.points - used.get((key, BALANCE), 0), refuses=full.refuses)
    return given


def _cut(parts: Sequence[Part], unit: str, over: int, reasons: list[Reason]) -> list[Part]:
    kept: list[Part] = []
    for part in reversed(parts):
        less = min(over, part.points) if part.unit == unit else 0
        over -= less
        if less == 0:
            kept.append(part)
        elif less < part.points:
            kept.append(_smaller(part, part.points - less))
        elif part.kind is not PartKind.TIER:
            reasons.append(Reason(part.rule, Why.CAP))
    return kept[::-1]


def _smaller(part: Part, points: int) -> Part:
    lines = part.lines
    if lines:
        shares = spread(points, [share for _, share in lines])
        lines = tuple((number, share) for (number, _), share in zip(lines, shares, strict=True))
    desired = part.points if part.desired is None else part.desired
    inputs = {**part.inputs, "cap": part.points}
    return Part(part.rule, part.kind, part.unit, points, inputs, lines, desired, part.period)
