"""Facts as columns: what live judging takes one by one, laid beside each other."""

from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from types import SimpleNamespace
from typing import Any

import numpy as np

from domain.programme.accruals import BALANCE
from domain.programme.bulk import days
from domain.programme.bulk.columns import (
    BoolArray,
    Column,
    IntArray,
    Ints,
    Orders,
    Sets,
    Standings,
    Texts,
)
from domain.programme.caps import key_of
from domain.programme.compiling import Compiled
from domain.programme.conditions.leaves import LEAVES, Kind
from domain.programme.facts import OfferFacts, OrderFacts, Standing
from domain.programme.periods import period_of
from domain.programme.terms import LimitPeriod

_ALWAYS = ("line.amount_minor", "line.quantity", "line.included_tax_minor")


def orders_of(programme: Compiled, orders: Sequence[OrderFacts]) -> Orders:
    """Orders as columns."""
    kept = [[line for line in order.lines if not line.excluded] for order in orders]
    lines = [SimpleNamespace(line=line) for of_one in kept for line in of_one]
    currency = programme.programme.currency
    always: dict[str, Column] = {name: ints(map(attrgetter(name), lines)) for name in _ALWAYS}
    return Orders(
        np.array([days.instant(order.occurred_at) for order in orders], np.int64),
        np.cumsum([0, *map(len, kept)]),
        _by_leaves("line.", lines) | always,
        _by_leaves("order.", [SimpleNamespace(order=order) for order in orders]),
        np.array([order.currency != currency for order in orders], np.bool_),
    )


def standings_of(
    programme: Compiled, orders: Sequence[OrderFacts], standings: Sequence[Standing]
) -> Standings:
    """Where members stand, of each of the orders."""
    born = [standing.birthday for standing in standings]
    joined = [standing.joined_at or order.occurred_at
              for order, standing in zip(orders, standings, strict=True)]  # fmt: skip
    known = np.array([standing.joined_at is not None for standing in standings], np.bool_)
    tier = texts([standing.tier for standing in standings])
    return Standings(
        tier,
        ints(standing.qualifying for standing in standings).values,
        ints(standing.order_count for standing in standings).values,
        Ints(ints(map(days.instant, joined)).values, known),
        (
            ints(each.month if each else None for each in born),
            ints(each.day if each else None for each in born),
            ints(each.year if each else None for each in born),
        ),
        _by_leaves("standing.", [SimpleNamespace(standing=each) for each in standings]),
        {figure: ints(standing.history.get(figure) for standing in standings)
         for figure in {figure for standing in standings for figure in standing.history}},
        _used(programme, orders, standings),
        _offers(standings),
    )  # fmt: skip


def ints(values: Iterable[int | None]) -> Ints:
    """Numbers; None: not known."""
    listed = list(values)
    known = np.array([value is not None for value in listed], np.bool_)
    return Ints(np.array([value or 0 for value in listed], np.int64), known)


def texts(values: Sequence[str | None]) -> Texts:
    """Texts, each word once."""
    words = {word: n for n, word in enumerate(dict.fromkeys(w for w in values if w is not None))}
    codes = [-1 if word is None else words[word] for word in values]
    return Texts(np.array(codes, np.int64), tuple(words))


def sets(values: Sequence[frozenset[str] | None]) -> Sets:
    """Any number of texts each."""
    words = {word for value in values for word in value or ()}
    having = {
        word: np.array([word in (value or ()) for value in values], np.bool_) for word in words
    }
    return Sets(having, np.array([value is not None for value in values], np.bool_))


_COLUMNS: dict[Kind, Callable[[list[Any]], Column]] = {
    Kind.INT: ints,
    Kind.FLAG: ints,
    Kind.DATE: ints,
    Kind.TEXT: texts,
    Kind.TEXTS: sets,
}


def _by_leaves(owner: str, scenes: Sequence[object]) -> dict[str, Column]:
    """The columns of all leaves that look at it, by the names that these give them."""
    return {
        leaf.column: _COLUMNS[leaf.kind]([attrgetter(leaf.column)(scene) for scene in scenes])
        for leaf in LEAVES.values()
        if leaf.column.startswith(owner)
    }


def _used(
    programme: Compiled, orders: Sequence[OrderFacts], standings: Sequence[Standing]
) -> dict[tuple[str, str], IntArray]:
    days_ = [order.occurred_at.astimezone(programme.zone).date() for order in orders]
    limits = {(rule.code, rule.limit.per) for rule in programme.programme.rules if rule.limit}
    limits |= {(key_of(unit.code), cap.per) for unit in programme.capped for cap in unit.caps}
    found = {
        (key, str(kind)): ints(
            standing.used.get((key, period_of(kind, day)), 0)
            for standing, day in zip(standings, days_, strict=True)
        ).values
        for key, kind in limits
        if kind is not LimitPeriod.ORDER
    }
    for unit in programme.capped:
        key = key_of(unit.code)
        balances = ints(standing.used.get((key, BALANCE), 0) for standing in standings)
        found[key, BALANCE] = balances.values
    return found


def _offers(standings: Sequence[Standing]) -> tuple[tuple[OfferFacts, BoolArray], ...]:
    """Each offer once, with whose it is; the order of a member's offers must be that of all."""
    known = {_facts(offer): offer for standing in standings for offer in standing.offers}
    whose = [set(map(_facts, standing.offers)) for standing in standings]
    return tuple(
        (offer, np.array([facts in theirs for theirs in whose], np.bool_))
        for facts, offer in known.items()
    )


def _facts(offer: OfferFacts) -> tuple[object, ...]:
    return (offer.id, offer.unit, offer.points, offer.when, offer.starts_at, offer.ends_at)
