"""What a year of buying gives: too little, too late, or never. And who is worse off than before."""

from collections.abc import Iterator
from typing import Any

import msgspec

from domain.programme.changes import ChangeEffect, changes, key_of
from domain.programme.problems import Path, Problem, Severity
from domain.programme.review.circumstances import Circumstances, Year, cheapest, value_of
from domain.programme.terms import Programme
from domain.programme.words import change as said

FLOOR_BASIS_POINTS = 100
FIRST_REWARD_MONTHS_MAX = 12
TIER_ONE_IN = 200
# With fewer buyers than this a rare tier says nothing; then the best of them is assumed to be
# so many times as good as the typical one.
BUYERS_MIN = 200
BEST_TIMES = 8


def too_little(programme: Programme, found: Circumstances) -> Iterator[Problem]:
    """What a typical member gets back is under the floor, or the first reward is too far."""
    if found.year is None:
        return
    # What discounts take off is no part of a year of points.
    typical, basis = found.year.typical, _basis(found.year)
    worth = sum(
        typical.points.get(unit.code, 0) * value_of(unit, found.rewards) // 100
        for unit in programme.units
    )
    is_little = worth * 10_000 < FLOOR_BASIS_POINTS * typical.spent_minor
    if is_little and not programme.discounts:
        share = worth * 10_000 // typical.spent_minor
        message = (
            f"A typical member gets back {share / 100:.2f} % of what it spends in 12 months; under"
            f" {FLOOR_BASIS_POINTS / 100:.0f} % nobody feels it. {basis}"
        )
        hint = "Give more points, or make them worth more: `valueMinor`, rewards, payWithPoints."
        yield Problem(("rules",), message, hint, Severity.WARNING)
    waits = []
    for unit in programme.units:
        least, earned = cheapest(unit, found.rewards), typical.points.get(unit.code, 0)
        if least is not None and earned:
            waits.append(-(-least * 12 // earned))
    if waits and min(waits) > FIRST_REWARD_MONTHS_MAX:
        message = f"A typical member waits {min(waits)} months for the first reward. {basis}"
        hint = "Offer something small that is reached within weeks."
        yield Problem(("rules",), message, hint, Severity.WARNING)


def out_of_reach(programme: Programme, found: Circumstances) -> Iterator[Problem]:
    """Rewards that nobody can reach before its points expire."""
    if found.year is None:
        return
    for index, unit in enumerate(programme.units):
        years = 10.0 if unit.expiry is None or unit.expiry.kept_by else _years(programme, index)
        most = found.year.most(unit.code)
        if found.year.assumed is not None or len(found.year.buyers) < BUYERS_MIN:
            most = max(most, BEST_TIMES * found.year.typical.points.get(unit.code, 0))
        for reward in found.rewards:
            if reward.unit == unit.code and most and reward.price > most * years:
                message = (
                    f"Nobody can reach the reward {reward.code}: it takes {reward.price}"
                    f" {unit.code}, and who gets the most has {int(most * years)} before they"
                    f" expire. {_basis(found.year)}"
                )
                hint = "Ask fewer points for it, or let points last longer."
                yield Problem(("units", str(index)), message, hint, Severity.WARNING)


def rare_tiers(programme: Programme, found: Circumstances) -> Iterator[Problem]:
    """Tiers that fewer than one in TIER_ONE_IN would reach."""
    if found.year is None:
        return
    buyers = found.year.buyers
    for index, tier in enumerate(programme.tiers):
        needed = tier.threshold * 365 // max(1, programme.window_days)
        if len(buyers) >= BUYERS_MIN and found.year.assumed is None:
            reach = sum(buyer.qualifying >= needed for buyer in buyers)
            is_rare = reach * TIER_ONE_IN < len(buyers)
        else:
            is_rare = needed > BEST_TIMES * max(buyer.qualifying for buyer in buyers)
        if is_rare and needed:
            message = f"Fewer than 1 in {TIER_ONE_IN} would reach this tier. {_basis(found.year)}"
            hint = "Lower `threshold`, or give what it gives as a reward."
            yield Problem(("tiers", str(index), "threshold"), message, hint, Severity.WARNING)


def unfair(programme: Programme, found: Circumstances) -> Iterator[Problem]:
    """Each change that is worse for members than what is in force."""
    before = found.before
    if before is None:
        return
    days = before.notice_days
    for each in changes(before, programme, found.today):
        if each.effect is ChangeEffect.WORSE:
            message = f"Worse than before: {said(before, programme, each, 'en')}"
            hint = f"Let it be in force {days} days from now or later, when members have been told."
            yield Problem(_place(programme, each.path), message, hint, Severity.WARNING)


def _place(programme: Programme, path: Path) -> Path:
    # In a document lists go by places; what is gone is told of where it stood.
    place: list[str] = []
    stands: Any = programme
    for step in path:
        if isinstance(stands, tuple):
            keys = [key_of(each) for each in stands]
            if step not in keys:
                break
            place.append(str(keys.index(step)))
            stands = stands[keys.index(step)]
        else:
            place.append(step)
            stands = _field(stands, step)
    return tuple(place)


def _field(terms: Any, name: str) -> Any:
    if not isinstance(terms, msgspec.Struct):
        return None
    names = zip(terms.__struct_encode_fields__, terms.__struct_fields__, strict=True)
    return getattr(terms, dict(names).get(name, ""), None)


def _years(programme: Programme, index: int) -> float:
    expiry = programme.units[index].expiry
    assert expiry is not None
    return max((expiry.days or expiry.months * 365 // 12) / 365, 1 / 12) + bool(expiry.on)


def _basis(year: Year) -> str:
    if year.assumed is not None:
        return f"Assumed: {year.assumed}."
    return f"By the orders of the last 12 months of {len(year.buyers)} members."
