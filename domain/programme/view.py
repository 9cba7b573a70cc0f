"""One order as reckoning looks at it: its lines by their places, its amounts as plain ints."""

from collections.abc import Sequence
from datetime import date

from domain.money import WHOLE_BASIS_POINTS
from domain.programme.accruals import BALANCE
from domain.programme.compiling import Compiled, CompiledRule
from domain.programme.conditions.live import compiled as check_of
from domain.programme.facts import OrderFacts, Scene, Standing
from domain.programme.periods import in_force, period_of
from domain.programme.reckoning import Reckoned, reckoned
from domain.programme.rules import earning
from domain.programme.terms import LimitPeriod

Places = Sequence[int]


def points_of(programme: Compiled, order: OrderFacts, standing: Standing) -> Reckoned[int]:
    """What the order earns by rule and unit: as `rules.accrual`, in numbers alone."""
    if order.currency != programme.programme.currency:
        return Reckoned([], 0)
    return reckoned(programme, OneOrder(programme, order, standing))


class OneOrder:
    """A View of one order."""

    __slots__ = ("_all", "_amounts", "_day", "_scene", "_whole", "factor")

    def __init__(self, programme: Compiled, order: OrderFacts, standing: Standing) -> None:
        local = order.occurred_at.astimezone(programme.zone)
        self._scene = scene = Scene(order, standing, local, programme.ranks)
        self._day: date = local.date()
        self._amounts = earning(scene.lines, programme.before_tax)
        self._all: Places = range(len(self._amounts))
        self._whole = sum(self._amounts) if programme.before_tax else scene.amount_minor
        self.factor = programme.multipliers.get(standing.tier, WHOLE_BASIS_POINTS)

    def lines(self, rule: CompiledRule) -> Places | None:
        """Places of the lines that the rule counts."""
        if rule.is_dated and not in_force(rule.rule, self._day):
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

    def amount(self, lines: Places) -> int:
        """What they come to, as far as it earns."""
        if lines is self._all:
            return self._whole
        amounts = self._amounts
        return sum([amounts[place] for place in lines])

    def count(self, lines: Places) -> int:
        """How many pieces they are."""
        all_lines = self._scene.lines
        return sum([all_lines[place].quantity for place in lines])

    def some(self, lines: Places) -> int:
        """1 where there is a line."""
        return 1 if lines else 0

    def used(self, key: str, period: LimitPeriod | str) -> int:
        """What counts already in the order's own period."""
        name = period_of(period, self._day) if isinstance(period, LimitPeriod) else BALANCE
        return self._scene.standing.used.get((key, name), 0)

    def offers(self) -> list[tuple[str, str, int]]:
        """Offers that the order is good for."""
        scene = self._scene
        at = scene.order.occurred_at
        return [
            (offer.id, offer.unit, offer.points)
            for offer in scene.standing.offers
            if self._all
            and offer.open_at(at)
            and (offer.when is None or check_of(offer.when)(scene) is True)
        ]
