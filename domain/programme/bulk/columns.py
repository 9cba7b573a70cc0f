"""Orders and standings as columns: a row for each order, and for each line that can earn."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from domain.programme.conditions.history import Figure
from domain.programme.facts import OfferFacts

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Ints:
    """Numbers, days as proleptic ordinals, flags as 0 and 1. `known`: where; None: everywhere."""

    values: IntArray
    known: BoolArray | None = None


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts as places in `words`; -1: not known."""

    codes: IntArray
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sets:
    """Any number of texts: for each word, who has it."""

    having: Mapping[str, BoolArray]
    known: BoolArray


Column = Ints | Texts | Sets


@dataclass(frozen=True, slots=True)
class Orders:
    """Orders, each with its lines beside each other; lines that are excluded are left out.

    `at`: microseconds since 1970, UTC. `starts`: at which line each order begins, and the number
    of lines at the end. `columns` and `lines` stand under the names that leaves give them
    ("order.store", "line.sku"); `lines` has amount_minor, quantity and included_tax_minor in any
    case. What is not there is not known. `foreign`: in another currency than the programme's.
    """

    at: IntArray
    starts: IntArray
    lines: Mapping[str, Column]
    columns: Mapping[str, Column] = field(default_factory=dict)
    foreign: BoolArray | None = None


@dataclass(frozen=True, slots=True)
class Standings:
    """Where the member of each order stood before it: a row for each order.

    `columns` as of Orders ("standing.language"). `joined_at` in microseconds. `birthday`: month,
    day and year, where they are known. `used`: what counts already of a rule (or a wallet's cap,
    caps.key_of) in the order's own period, by the period's kind; of none there is nothing used.
    `offers`: each with the orders whose member can still use it, in the order they are judged in.
    """

    tier: Texts
    qualifying: IntArray
    order_count: IntArray
    joined_at: Ints
    birthday: tuple[Ints, Ints, Ints]
    columns: Mapping[str, Column] = field(default_factory=dict)
    history: Mapping[Figure, Ints] = field(default_factory=dict)
    used: Mapping[tuple[str, str], IntArray] = field(default_factory=dict)
    offers: tuple[tuple[OfferFacts, BoolArray], ...] = ()


def everywhere(known: BoolArray | None) -> BoolArray | bool:
    """A mask of what is known that can be combined."""
    return True if known is None else known
