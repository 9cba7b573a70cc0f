"""What discount rules take off an order: pure, the same code for quotes, orders and refunds.

Conditions look at the order as the shop has priced it. Each line bears its share by largest
remainder; nothing ever goes below 0. Lines that earn nothing get nothing off. Orders in another
currency than the programme's get no discounts, as with vouchers: bounds are in that currency.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date

from domain.language import Text
from domain.money import WHOLE_BASIS_POINTS, spread
from domain.programme.accruals import LineShares, Reason, Why
from domain.programme.compiled_discounts import CompiledDiscount
from domain.programme.compiling import Compiled
from domain.programme.conditions import tests
from domain.programme.conditions.changed import could_be, is_told
from domain.programme.conditions.live import Check, miss
from domain.programme.facts import LineFacts, OrderFacts, Scene, Standing
from domain.programme.periods import in_force, period_of
from domain.programme.terms import (
    AmountOff,
    DiscountPolicy,
    FreeDelivery,
    LimitPeriod,
    PercentOff,
)

Room = tuple[int, Why]
"""How much more a discount may take off, in minor units, and what bounds it: LIMIT or BUDGET."""

Rooms = Mapping[str, Room]
"""By code; a discount without limit and budget is not in it."""

Amount = tuple[str, int, int, int | None, Why | None]
"""What a discount takes off: (code, goods, delivery, desired, cut), as Off has them."""


@dataclass(frozen=True, slots=True)
class Off:
    """What one discount takes off goods (`lines`: each line's share) or delivery, in minor units.

    `of`: what it was reckoned on. `desired`: what it would have been, where `cut` (a limit, a
    budget) let it take less. `period`: the limit's, in which it counts.
    """

    code: str
    title: Text
    of: int = 0
    goods: int = 0
    delivery: int = 0
    lines: LineShares = ()
    desired: int | None = None
    cut: Why | None = None
    period: str | None = None

    @property
    def minor(self) -> int:
        """All that it takes off, in minor units."""
        return self.goods + self.delivery

    @property
    def amount(self) -> Amount:
        """Without how it came about."""
        return self.code, self.goods, self.delivery, self.desired, self.cut


@dataclass(frozen=True, slots=True)
class Discounted:
    """What discounts take off an order, and why others do not."""

    taken: tuple[Off, ...] = ()
    reasons: tuple[Reason, ...] = ()


def rooms(
    programme: Compiled,
    day: date,
    used: Mapping[tuple[str, str], int],
    spent: Mapping[str, int],
) -> dict[str, Room]:
    """What limits and budgets leave on that day.

    `used`: what counts against limits of rules, `spent`: of budgets by code.
    """
    found: dict[str, Room] = {}
    for each in programme.discounts:
        limit, budget = each.terms.limit, each.terms.budget_minor
        bounds: list[Room] = []
        if limit is not None:
            period = _period(each, day)
            before = used.get((each.code, period), 0) if period else 0
            bounds.append((max(0, limit.minor - before), Why.LIMIT))
        if budget is not None:
            bounds.append((max(0, budget - spent.get(each.code, 0)), Why.BUDGET))
        if bounds:
            found[each.code] = min(bounds, key=lambda room: room[0])
    return found


def discounts(
    programme: Compiled,
    order: OrderFacts,
    delivery_minor: int,
    standing: Standing | None,
    rooms: Rooms,
    *,
    explain: bool = True,
    sold: Set[str] | None = None,
) -> Discounted:
    """What is taken off the order as the shop priced it; `standing` None: nobody's order.

    Without `explain` reasons do not say what failed, and it is quicker. `sold`: what was taken off
    it, for a member who tells other things of itself since: these are judged by all the rest.
    """
    if not programme.discounts:
        return Discounted()
    if order.currency != programme.programme.currency:
        return Discounted(
            reasons=tuple([Reason(each.code, Why.CURRENCY) for each in programme.discounts])
        )
    judgement = _Judgement(programme, order, delivery_minor, standing, rooms, explain=explain)
    judgement.sold = sold
    return judgement.discounted()


def bound(
    programme: Compiled,
    order: OrderFacts,
    delivery_minor: int,
    quoted: Sequence[Amount],
    rooms: Rooms,
) -> tuple[Off, ...]:
    """What was quoted for this very order, laid on its lines; less only where bounds cut it.

    What is cut to nothing is there as well, with what it would have been.
    """
    judgement = _Judgement(programme, order, delivery_minor, None, rooms)
    known = {each.code: each for each in programme.discounts}
    return tuple([judgement.again(known[amount[0]], amount) for amount in quoted])


class _Judgement:
    """One order on its way through the discounts; `left`: what is left of each line."""

    __slots__ = ("day", "delivery", "explain", "is_nobodys", "left", "programme", "reasons",
                 "rooms", "scene", "sold")  # fmt: skip

    def __init__(
        self,
        programme: Compiled,
        order: OrderFacts,
        delivery_minor: int,
        standing: Standing | None,
        rooms: Rooms,
        *,
        explain: bool = False,
    ) -> None:
        self.explain = explain
        local = order.occurred_at.astimezone(programme.zone)
        stands = standing or Standing(programme.programme.tiers[0].code)
        self.programme = programme
        self.day = local.date()
        self.scene = Scene(order, stands, local, programme.ranks)
        self.is_nobodys = standing is None
        self.delivery = delivery_minor
        self.left = {line.number: line.amount_minor for line in self.scene.lines}
        self.rooms = rooms
        self.reasons: list[Reason] = []
        self.sold: Set[str] | None = None

    def discounted(self) -> Discounted:
        taken: list[Off] = []
        best = self.programme.programme.discount_policy is DiscountPolicy.BEST_OF
        for each in self.programme.discounts:
            off = self._off(each)
            if off is None:
                continue
            self.delivery -= off.delivery
            if not best:
                self._take(off)
            taken.append(off)
        return Discounted(tuple(self._best(taken) if best else taken), tuple(self.reasons))

    def again(self, each: CompiledDiscount, quoted: Amount) -> Off:
        _, goods, delivery, desired, cut = quoted
        if delivery:
            off = self._within(
                each, Off(each.code, each.terms.name, of=delivery, delivery=delivery)
            )
        else:
            lines = self._lines(each)
            off = self._laid(each, lines, min(goods, self._worth(lines)))
        self._take(off)
        if desired is None:
            return off
        return replace(off, desired=desired, cut=off.cut or cut)

    def _off(self, each: CompiledDiscount) -> Off | None:
        # None: it takes nothing off; the reason is noted.
        why = self._why_not(each)
        if why is not None:
            self.reasons.append(why)
            return None
        effect, lines = each.terms.effect, self._lines(each)
        if isinstance(effect, FreeDelivery):
            made = Off(each.code, each.terms.name, of=self.delivery, delivery=self.delivery)
            off = self._within(each, made)
        elif not lines:
            self.reasons.append(Reason(each.code, Why.NO_LINE))
            return None
        else:
            off = self._laid(each, lines, _wanted(effect, self._worth(lines)))
        if off.minor:
            return off
        self.reasons.append(Reason(each.code, off.cut or Why.TOO_LITTLE, had=off.of))
        return None

    def _why_not(self, each: CompiledDiscount) -> Reason | None:
        if not in_force(each.terms, self.day):
            return Reason(each.code, Why.NOT_IN_FORCE)
        if not self.programme.programme.earns_on(self.day):
            return Reason(each.code, Why.ENDED)
        if each.code in self.scene.standing.stopped:
            return Reason(each.code, Why.STOPPED)
        if each.is_personal and self.is_nobodys:
            return Reason(each.code, Why.NOBODY)
        if each.when is not None and not self._holds(each, each.when):
            assert each.condition is not None
            failed = miss(each.condition, self.scene) if self.explain else None
            return Reason(each.code, Why.CONDITION, failed)
        return None

    def _holds(self, each: CompiledDiscount, when: Check) -> bool:
        condition = each.condition
        assert condition is not None
        if self.sold is None or not any(is_told(test) for test in tests(condition)):
            return when(self.scene) is True
        return each.code in self.sold and could_be(condition, self.scene)

    def _lines(self, each: CompiledDiscount) -> Sequence[LineFacts]:
        if each.lines is None:
            return self.scene.lines
        found = []
        for line in self.scene.lines:
            self.scene.line = line
            if each.lines(self.scene) is True:
                found.append(line)
        return found

    def _worth(self, lines: Sequence[LineFacts]) -> int:
        return sum([self.left[line.number] for line in lines])

    def _laid(self, each: CompiledDiscount, lines: Sequence[LineFacts], wanted: int) -> Off:
        off = Off(each.code, each.terms.name, of=self._worth(lines), goods=wanted)
        off = self._within(each, off)
        if not off.goods:
            return off
        shares = spread(off.goods, [self.left[line.number] for line in lines])
        laid = zip([line.number for line in lines], shares, strict=True)
        return replace(off, lines=tuple([(number, share) for number, share in laid if share]))

    def _within(self, each: CompiledDiscount, off: Off) -> Off:
        room = self.rooms.get(each.code)
        off = replace(off, period=_period(each, self.day))
        if room is None or off.minor <= room[0]:
            return off
        # A delivery is free as a whole, or not at all.
        goods = room[0] if off.goods else 0
        return replace(off, goods=goods, delivery=0, desired=off.minor, cut=room[1])

    def _take(self, off: Off) -> None:
        for number, share in off.lines:
            self.left[number] -= share

    def _best(self, taken: Sequence[Off]) -> list[Off]:
        of_goods = [off for off in taken if off.goods]
        best = max(of_goods, key=lambda off: off.goods, default=None)
        for off in of_goods:
            if best is not None and off is not best:
                self.reasons.append(Reason(off.code, Why.NOT_BEST, better=best.code))
        return [off for off in taken if off is best or off.delivery]


def _wanted(effect: AmountOff | PercentOff, worth: int) -> int:
    if isinstance(effect, AmountOff):
        return min(effect.minor, worth)
    return worth * effect.basis_points // WHOLE_BASIS_POINTS


def _period(each: CompiledDiscount, day: date) -> str | None:
    limit = each.terms.limit
    if limit is None or limit.per is LimitPeriod.ORDER:
        return None
    return period_of(limit.per, day)
