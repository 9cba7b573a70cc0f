"""All that conditions look at, over columns: what is reckoned from them is reckoned once."""

from collections.abc import Callable, Mapping

import numpy as np

from domain.programme.bulk import days
from domain.programme.bulk.columns import (
    BoolArray,
    Column,
    IntArray,
    Ints,
    Orders,
    Standings,
    Texts,
    everywhere,
)
from domain.programme.compiling import Compiled
from domain.programme.conditions.history import Figure
from domain.programme.facts import MONTHS, WEEKDAYS


class Scene:
    """The columns of Scene in facts.py, for all orders. Lines are columns of their own length."""

    def __init__(self, programme: Compiled, orders: Orders, standings: Standings) -> None:
        self.programme = programme
        self.orders = orders
        self.standings = standings
        self.count = len(orders.at)
        self.clock = days.local(orders.at, programme.zone)
        self.day = days.day_of(self.clock)
        self._starts = orders.starts[:-1]
        sizes = np.diff(orders.starts)
        # Of an order without lines reduceat would tell the next one's first.
        self._filled = np.flatnonzero(sizes) if (sizes == 0).any() else None
        self._sizes = sizes
        self._found: dict[str, Column] = {}

    def column(self, name: str) -> Column:
        """The column that a leaf names. Raises KeyError where no reading knows it."""
        found = self._found.get(name)
        if found is None:
            found = self._found[name] = self._column(name)
        return found

    def figure(self, figure: Figure) -> Column:
        """A figure of the members' histories."""
        return self.standings.history.get(figure) or self._unknown(self.count)

    def summed(self, values: IntArray) -> IntArray:
        """Numbers of lines, summed by order."""
        if self._filled is None:
            found: IntArray = np.add.reduceat(values, self._starts) if self.count else values
            return found
        whole = np.zeros(self.count, np.int64)
        if self._filled.size:
            whole[self._filled] = np.add.reduceat(values, self._starts[self._filled])
        return whole

    def some(self, lines: BoolArray | None) -> BoolArray:
        """Which orders have one of these lines; None: any line."""
        if lines is None:
            return self._sizes > 0
        if self._filled is None and self.count:
            return np.logical_or.reduceat(lines, self._starts)
        return self.summed(lines.astype(np.int64)) > 0

    def ints(self, name: str) -> IntArray:
        """A column of lines that is always known: amounts, quantities, taxes."""
        column = self.orders.lines[name]
        assert isinstance(column, Ints)
        return column.values

    def _column(self, name: str) -> Column:
        owner, dot, _ = name.partition(".")
        if not dot:
            return _RECKONED[name](self)
        given: Mapping[str, Mapping[str, Column]] = {
            "line": self.orders.lines,
            "order": self.orders.columns,
            "standing": {"standing.tier": self.standings.tier, **self.standings.columns},
        }
        size = int(self.orders.starts[-1]) if owner == "line" else self.count
        return given[owner].get(name) or self._unknown(size)

    def _unknown(self, size: int) -> Column:
        return Ints(np.zeros(size, np.int64), np.zeros(size, np.bool_))


def _amount(scene: Scene) -> Column:
    return Ints(scene.summed(scene.ints("line.amount_minor")))


def _tier_rank(scene: Scene) -> Column:
    tier, ranks = scene.standings.tier, scene.programme.ranks
    found = np.array([*(ranks.get(word, 0) for word in tier.words), 0], np.int64)[tier.codes]
    known = np.array([*(word in ranks for word in tier.words), False], np.bool_)[tier.codes]
    return Ints(found, known)


def _membership_months(scene: Scene) -> Column:
    joined = scene.standings.joined_at
    start = days.day_of(days.local(joined.values, scene.programme.zone))
    return Ints(days.months_between(start, scene.day), joined.known)


def _birthday_month(scene: Scene) -> Column:
    month, _, _ = scene.standings.birthday
    return Texts(np.where(everywhere(month.known), month.values - 1, -1), MONTHS)


def _is_birthday(scene: Scene) -> Column:
    month, day, _ = scene.standings.birthday
    year, month_now, day_now = days.parts(scene.day)
    is_now = (month.values == month_now) & (_kept_on(month, day, year) == day_now)
    return Ints(is_now.astype(np.int64), month.known)


def _age(scene: Scene) -> Column:
    month, day, born = scene.standings.birthday
    year, month_now, day_now = days.parts(scene.day)
    begun = (month.values == month_now) & (_kept_on(month, day, year) <= day_now)
    had = (month.values < month_now) | begun
    known = np.ones(scene.count, np.bool_) & everywhere(month.known) & everywhere(born.known)
    return Ints(year - born.values - ~had, known)


def _kept_on(month: Ints, day: Ints, year: IntArray) -> IntArray:
    lacking = (month.values == 2) & (day.values == 29) & ~days.is_leap(year)
    found: IntArray = day.values - lacking
    return found


_RECKONED: Mapping[str, Callable[[Scene], Column]] = {
    "amount_minor": _amount,
    "line_count": lambda scene: Ints(np.diff(scene.orders.starts)),
    "weekday": lambda scene: Texts(days.weekday_of(scene.day), WEEKDAYS),
    "hour": lambda scene: Ints(days.hour_of(scene.clock)),
    "day": lambda scene: Ints(scene.day),
    "qualifying": lambda scene: Ints(scene.standings.qualifying),
    "order_number": lambda scene: Ints(scene.standings.order_count + 1),
    "tier_rank": _tier_rank,
    "membership_months": _membership_months,
    "birthday_month": _birthday_month,
    "is_birthday": _is_birthday,
    "age": _age,
}
