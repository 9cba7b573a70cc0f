"""What a member bought before, as figures that conditions look at. Pure.

A figure is one number over earlier orders: how many, how much, the average, days since the last.
Days are local ones, so that a figure is the same all day long.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Goods(StrEnum):
    """By what goods are named."""

    SKU = "sku"
    CATEGORY = "category"
    BRAND = "brand"


@dataclass(frozen=True, slots=True)
class Over:
    """Of which orders a figure is: with such goods among them, of the last so many local days.

    Today is the first of these days. Money is that of these goods alone.
    """

    goods: Goods | None = None
    names: tuple[str, ...] = ()
    within_days: int | None = None


EVERY = Over()


@dataclass(frozen=True, slots=True)
class Figure:
    """`column`: orders, spent, average or days_since."""

    column: str
    over: Over = EVERY


@dataclass(frozen=True, slots=True)
class Bought:
    """One line of an earlier order: what is left of it after returns, in minor units."""

    amount_minor: int
    sku: str
    category: str | None = None
    brand: str | None = None


@dataclass(frozen=True, slots=True)
class Purchase:
    """An earlier order of which something is left. `day`: the local one, as an ordinal."""

    day: int
    lines: tuple[Bought, ...]


def figures(
    wanted: Iterable[Figure], purchases: Sequence[Purchase], day: int
) -> dict[Figure, int | None]:
    """These figures on that local day (an ordinal), over purchases until then.

    The average of no orders, and days since none, are None.
    """
    return {figure: _figure(figure, purchases, day) for figure in wanted}


def _figure(figure: Figure, purchases: Sequence[Purchase], day: int) -> int | None:
    over = figure.over
    since = 0 if over.within_days is None else day - over.within_days + 1
    orders, spent, last = 0, 0, 0
    for purchase in purchases:
        if not since <= purchase.day <= day:
            continue
        amounts = [line.amount_minor for line in purchase.lines if _is_meant(line, over)]
        if not amounts:
            continue
        orders += 1
        spent += sum(amounts)
        last = max(last, purchase.day)
    match figure.column:
        case "orders":
            return orders
        case "spent":
            return spent
        case "average":
            return spent // orders if orders else None
        case _:
            return day - last if orders else None


def _is_meant(line: Bought, over: Over) -> bool:
    match over.goods:
        case None:
            return True
        case Goods.SKU:
            return line.sku in over.names
        case Goods.CATEGORY:
            return line.category in over.names
        case Goods.BRAND:
            return line.brand in over.names


def as_json(values: Mapping[Figure, int | None]) -> list[list[object]]:
    """Figures with their values, as an order's row keeps them."""
    return [
        [f.column, f.over.goods, list(f.over.names), f.over.within_days, value]
        for f, value in values.items()
    ]


def from_json(kept: Iterable[Sequence[object]]) -> dict[Figure, int | None]:
    """What `as_json` kept."""
    found: dict[Figure, int | None] = {}
    for column, goods, names, within_days, value in kept:
        assert isinstance(names, list)
        assert within_days is None or isinstance(within_days, int)
        assert value is None or isinstance(value, int)
        named = Goods(str(goods)) if goods else None
        over = Over(named, tuple(names), within_days)
        found[Figure(str(column), over)] = value
    return found
