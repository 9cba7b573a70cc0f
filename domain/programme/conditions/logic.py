"""What can be said of conditions without looking at anything: which is wider, which never holds.

Sound, not complete: what is claimed is so for every order, and what is not claimed may be so too.
What is not known (None) makes both sides unknown alike, so it changes nothing here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import inf

from domain.programme.conditions.history import Over
from domain.programme.conditions.leaves import LEAVES, Kind, Leaf, Measure
from domain.programme.conditions.tree import AllOf, AnyOf, Condition, Not, Op, Test

_LEAST = {Measure.HOUR, Measure.MONEY, Measure.DAYS, Measure.MONTHS, Measure.YEARS, Measure.SCORE}
_MOST = {Measure.HOUR: 23, Measure.SCORE: 10}


@dataclass(frozen=True, slots=True)
class _Literal:
    """A test, or its contrary: no negation stands anywhere else."""

    test: Test
    holds: bool


@dataclass(frozen=True, slots=True)
class _All:
    of: tuple["_Plain", ...]


@dataclass(frozen=True, slots=True)
class _Any:
    of: tuple["_Plain", ...]


_Span = tuple[float, float]
_Plain = _Literal | _All | _Any


def implies(narrow: Condition, wide: Condition, leaves: Mapping[str, Leaf] = LEAVES) -> bool:
    """Whether `wide` surely holds wherever `narrow` does."""
    return _implies(_plain(narrow), _plain(wide), leaves)


def never(condition: Condition, leaves: Mapping[str, Leaf] = LEAVES) -> bool:
    """Whether it surely never holds: at least 5 and below 3, an hour of 24."""
    return _never(_plain(condition), leaves)


def _plain(condition: Condition, holds: bool = True) -> _Plain:
    match condition:
        case Test():
            return _Literal(condition, holds)
        case Not(of):
            return _plain(of, not holds)
        case AllOf(of) | AnyOf(of):
            parts = tuple(_plain(part, holds) for part in of)
            return _All(parts) if isinstance(condition, AllOf) is holds else _Any(parts)


def _implies(narrow: _Plain, wide: _Plain, leaves: Mapping[str, Leaf]) -> bool:
    if narrow == wide:
        return True
    if isinstance(wide, _All):
        return all(_implies(narrow, part, leaves) for part in wide.of)
    if isinstance(narrow, _Any):
        return all(_implies(part, wide, leaves) for part in narrow.of)
    if isinstance(narrow, _All) and any(_implies(part, wide, leaves) for part in narrow.of):
        return True
    if isinstance(wide, _Any):
        return any(_implies(narrow, part, leaves) for part in wide.of)
    if isinstance(narrow, _Literal) and isinstance(wide, _Literal):
        return _literal_implies(narrow, wide, leaves)
    return False


def _literal_implies(narrow: _Literal, wide: _Literal, leaves: Mapping[str, Leaf]) -> bool:
    a, b = narrow.test, wide.test
    leaf = leaves.get(a.leaf)
    if leaf is None or (a.leaf, a.over) != (b.leaf, b.over):
        return False
    if leaf.kind is Kind.TEXTS or leaf.kind is Kind.TEXT:
        fewer, larger = _texts(a), _texts(b)
        if narrow.holds and wide.holds:
            return fewer <= larger
        if not narrow.holds and not wide.holds:
            return larger <= fewer
        # Of several texts one may be among these and another among those.
        is_one = leaf.kind is Kind.TEXT and narrow.holds
        return is_one and fewer.isdisjoint(larger)
    if leaf.kind is Kind.FLAG:
        return (a.value is narrow.holds) is (b.value is wide.holds)
    spans, within = _spans(narrow), _spans(wide)
    return all(any(w[0] <= s[0] and s[1] <= w[1] for w in within) for s in spans)


def _never(plain: _Plain, leaves: Mapping[str, Leaf]) -> bool:
    match plain:
        case _Any(of):
            return all(_never(part, leaves) for part in of)
        case _All(of):
            parts = list(_flat(of))
            if any(_never(part, leaves) for part in parts if not isinstance(part, _Literal)):
                return True
            literals = [part for part in parts if isinstance(part, _Literal)]
            return _clash(literals, leaves)
        case _Literal():
            return _clash([plain], leaves)


def _flat(parts: Iterable[_Plain]) -> Iterable[_Plain]:
    for part in parts:
        if isinstance(part, _All):
            yield from _flat(part.of)
        else:
            yield part


def _clash(literals: Sequence[_Literal], leaves: Mapping[str, Leaf]) -> bool:
    together: dict[tuple[str, Over], list[_Literal]] = {}
    for literal in literals:
        together.setdefault((literal.test.leaf, literal.test.over), []).append(literal)
    return any(
        name in leaves and _clash_on(leaves[name], found) for (name, _), found in together.items()
    )


def _clash_on(leaf: Leaf, literals: Sequence[_Literal]) -> bool:
    match leaf.kind:
        case Kind.FLAG:
            return len({literal.test.value is literal.holds for literal in literals}) > 1
        case Kind.TEXTS:
            # None of these wanted, and one of them: nothing else can clash.
            wanted = [_texts(each.test) for each in literals if each.holds]
            refused = {name for each in literals if not each.holds for name in _texts(each.test)}
            return any(names <= refused for names in wanted)
        case Kind.TEXT:
            left = set(leaf.values) if leaf.values is not None else None
            for literal in literals:
                if literal.holds:
                    names = _texts(literal.test)
                    left = set(names) if left is None else left & names
            for literal in literals:
                if not literal.holds and left is not None:
                    left -= _texts(literal.test)
            return left is not None and not left
        case Kind.INT | Kind.DATE:
            least = 0 if leaf.measure in _LEAST else -inf
            most = _MOST.get(leaf.measure, inf) if leaf.measure else inf
            spans: list[_Span] = [(least, most)]
            for literal in literals:
                spans = _both(spans, _spans(literal))
            return not spans


def _texts(test: Test) -> set[str]:
    return set(test.value) if isinstance(test.value, tuple) else set()


def _both(some: Sequence[_Span], others: Sequence[_Span]) -> list[_Span]:
    found = [(max(a[0], b[0]), min(a[1], b[1])) for a in some for b in others]
    return [span for span in found if span[0] <= span[1]]


def _spans(literal: _Literal) -> list[_Span]:
    """The whole numbers (days as ordinals) that it leaves, both ends included."""
    value = literal.test.value
    assert isinstance(value, int | date)
    number = value.toordinal() if isinstance(value, date) else value
    held: list[_Span]
    rest: list[_Span]
    match literal.test.op:
        case Op.AT_LEAST | Op.FROM:
            held, rest = [(number, inf)], [(-inf, number - 1)]
        case Op.ABOVE:
            held, rest = [(number + 1, inf)], [(-inf, number)]
        case Op.AT_MOST:
            held, rest = [(-inf, number)], [(number + 1, inf)]
        case Op.BELOW | Op.UNTIL:
            held, rest = [(-inf, number - 1)], [(number, inf)]
        case _:
            held, rest = [(number, number)], [(-inf, number - 1), (number + 1, inf)]
    return held if literal.holds else rest
