"""Prices: numbers, or functions of variables; added and multiplied before those are known."""

from collections.abc import Callable, Iterable, Mapping
from functools import reduce
from typing import Any

Variables = Mapping[str, Any]
# Of variables, and of the fragments that are reckoned already with these.
Reckoned = Callable[[Variables, dict[str, int]], int]
Price = int | Reckoned


def reckoned(price: Price, variables: Variables) -> int:
    """The price with these values."""
    return price if isinstance(price, int) else price(variables, {})


def once(name: str, price: Reckoned) -> Price:
    """The price of a fragment that stands in many places: reckoned once for all of them."""

    def known(variables: Variables, fragments: dict[str, int]) -> int:
        if name not in fragments:
            fragments[name] = price(variables, fragments)
        return fragments[name]

    return known


def _combined(prices: Iterable[Price], start: int, combine: Callable[[int, int], int]) -> Price:
    # What does not depend on variables is reckoned here and now.
    fixed, open_ = start, []
    for price in prices:
        if isinstance(price, int):
            fixed = combine(fixed, price)
        else:
            open_.append(price)
    if not open_:
        return fixed
    return lambda variables, known: reduce(combine, (f(variables, known) for f in open_), fixed)


def total(prices: Iterable[Price]) -> Price:
    """All of them."""
    return _combined(prices, 0, int.__add__)


def most(prices: Iterable[Price]) -> Price:
    """The highest of them."""
    return _combined(prices, 0, max)


def product(size: Price, below: Price) -> Price:
    """So many times the price of one."""
    if isinstance(size, int) and size == 0:
        return 0
    return _combined([size, below], 1, int.__mul__)
