"""One order as reckoning looks at it: its lines by their places, its amounts as plain ints."""

from collections.abc import Sequence
from datetime import date

from domain.money import WHOLE_BASIS_POINTS
from domain.programme.accruals import BALANCE, PartKind
from domain.programme.compiling import Compiled, CompiledRule
from domain.programme.conditions.live import compiled as check_of
from domain.programme.facts import OrderFacts, Scene, Standing
from domain.programme.periods import in_force, period_of
from domain.programme.reckoning import Reckoned, reckoned
from domain.programme.rules import earning
from domain.programme.terms import LimitPeriod

Places = Sequence[int]

# Members of an enum are looked up slowly.
_PER_AMOUNT, _PER_ITEM = PartKind.PER_AMOUNT, PartKind.PER_ITEM


def points_of(programme: Compiled, order: OrderFacts, standing: Standing) -> Reckoned[int]:
    """What the order earns by rule and unit: as `rules.accrual`, in numbers alone."""
    if order.currency != programme.programme.currency:
        return Reckoned([], 0)
    view = OneOrder(programme, order, standing)
    if not programme.programme.earns_on(view.day):
        return Reckoned([], 0)
    return reckoned(programme, view)


class OneOrder:
    """A View of one order."""

    __slots__ = ("_all", "_before_tax", "_scene", "_stopped", "_whole", "day", "factor")

    def __init__(self, programme: Compiled, order: OrderFacts, standing: Standing) -> None:
        local = order.occurred_at.astimezone(programme.zone)
        self._scene = scene = Scene(order, standing, local, programme.ranks)
        self._stopped = standing.stopped
        self.day: date = local.date()
        self._all: Places = range(len(scene.lines))
        self._before_tax = before_tax = programme.before_tax
        # Goods are reckoned by what they come to, unless their tax does not earn.
        self._whole = sum(earning(scene.lines, True)) if before_tax else scene.amount_minor
        self.factor = programme.multipliers.get(standing.tier, WHOLE_BASIS_POINTS)

    def lines(self, rule: CompiledRule) -> Places | None:
        """Places of the lines that the rule counts."""
        if rule.is_dated and not in_force(rule.rule, self.day):
            return None
        if rule.code in self._stopped:
            return None
        scene = self._scene
        if rule.when is not None and rule.when(scene) is not True:
            return None
        if rule.lines is None:
            return self._all or None
        return rule.lines(scene) or None

    def both(self, lines: Places, others: Places) -> Places:
        """Lines that are in both."""
        return [place for place in lines if place in others]

    def weight(self, rule: CompiledRule, lines: Places) -> int:
        """What they come to, how many pieces they are, or 1."""
        if rule.kind is _PER_AMOUNT:
            if lines is self._all:
                return self._whole
            amounts = earning(self._scene.lines, self._before_tax)
            return sum([amounts[place] for place in lines])
        if rule.kind is _PER_ITEM:
            all_lines = self._scene.lines
            return sum([all_lines[place].quantity for place in lines])
        return 1

    def some(self, lines: Places) -> int:
        """1 where there is a line."""
        return 1 if lines else 0

    def used(self, key: str, period: LimitPeriod | str) -> int:
        """What counts already in the order's own period."""
        name = period_of(period, self.day) if isinstance(period, LimitPeriod) else BALANCE
        return self._scene.standing.used.get((key, name), 0)

    def offers(self) -> list[tuple[str, str, int]]:
        """Offers that the order is good for."""
        scene = self._scene
        offers = scene.standing.offers if self._all else ()
        if not offers:
            return []
        at = scene.order.occurred_at
        return [
            (offer.id, offer.unit, offer.points)
            for offer in offers
            if offer.open_at(at) and (offer.when is None or check_of(offer.when)(scene) is True)
        ]
