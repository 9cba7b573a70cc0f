"""The condition language: all, any, not, and tests of the leaves. No code in strings.

Written as JSON: `{"all": [{"lineCategory": {"in": ["coffee"]}}, {"not": {"timeHour":
{"below": 7}}}]}`. Several tests on one leaf hold together. What is not known (None) makes a test
unknown, neither true nor false, as in SQL; `not` leaves it unknown; only what is true applies.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.programme.conditions.history import EVERY, Figure, Goods, Over
from domain.programme.conditions.leaves import LEAVES, Kind, Leaf, Measure, Subject
from domain.programme.problems import Invalid, Path, Problem, nearest

# What a programme declares of members stands in conditions as member.NAME.
PREFIX = "member."
DEPTH_MAX = 8
LIST_MAX = 100
TEXT_MAX = 64
INT_MAX = 2**53 - 1

WITHIN_DAYS_MAX = 3_660

ORDER_SUBJECTS = frozenset(
    {Subject.ORDER, Subject.MEMBER, Subject.STANDING, Subject.HISTORY, Subject.TIME}
)
LINE_SUBJECTS = frozenset({Subject.LINE})
SEGMENT_SUBJECTS = frozenset({Subject.MEMBER, Subject.STANDING, Subject.HISTORY, Subject.TIME})

# These tell of the order that is judged, or of segments, and those would go round in circles.
NOT_AT_REST = frozenset({"memberOrderNumber", "memberSegment"})
_REMEDIES = {
    SEGMENT_SUBJECTS: "A segment looks at members at rest: at `member...` leaves, and at the time.",
}


class Op(StrEnum):
    """The tests. `until` is half-open: the first day that is no longer meant."""

    AT_LEAST = "atLeast"
    AT_MOST = "atMost"
    BELOW = "below"
    ABOVE = "above"
    EQUALS = "equals"
    IN = "in"
    IS = "is"
    FROM = "from"
    UNTIL = "until"


OPS: Mapping[Kind, tuple[Op, ...]] = {
    Kind.INT: (Op.AT_LEAST, Op.AT_MOST, Op.BELOW, Op.ABOVE, Op.EQUALS),
    Kind.TEXT: (Op.IN,),
    Kind.FLAG: (Op.IS,),
    Kind.DATE: (Op.FROM, Op.UNTIL),
    Kind.TEXTS: (Op.IN,),
}

Operand = int | bool | date | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Test:
    """One leaf held against one value. `over`: of HISTORY, which orders are meant."""

    __test__ = False

    leaf: str
    op: Op
    value: Operand
    over: Over = EVERY


@dataclass(frozen=True, slots=True)
class AllOf:
    """Holds when each does."""

    of: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Holds when one does."""

    of: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Holds when the other is false; not when it is unknown."""

    of: "Condition"


Condition = Test | AllOf | AnyOf | Not


def at_rest(leaves: Mapping[str, Leaf]) -> dict[str, Leaf]:
    """Of these what can be asked of a member at rest, with SEGMENT_SUBJECTS: of segments."""
    return {name: leaf for name, leaf in leaves.items() if name not in NOT_AT_REST}


def parse(
    written: object,
    subjects: Collection[Subject] = ORDER_SUBJECTS,
    path: Path = (),
    leaves: Mapping[str, Leaf] = LEAVES,
) -> Condition:
    """The condition that the JSON says. Raises Invalid with every fault found, its path and its
    remedy; leaves of other than `subjects` are refused.
    """
    parser = _Parser(subjects, leaves)
    condition = parser.node(written, path, 1)
    if condition is None or parser.problems:
        raise Invalid(parser.problems)
    return condition


def to_json(condition: Condition) -> dict[str, object]:
    """The condition as canonical JSON; `parse` reads it back to the same condition."""
    match condition:
        case Test(leaf, op, value, over):
            return {leaf: {op.value: _operand_json(value)} | _over_json(over)}
        case AllOf(of):
            return {"all": [to_json(part) for part in of]}
        case AnyOf(of):
            return {"any": [to_json(part) for part in of]}
        case Not(part):
            return {"not": to_json(part)}


def tests(condition: Condition) -> list[Test]:
    """All tests in it, in reading order."""
    match condition:
        case Test():
            return [condition]
        case Not(of):
            return tests(of)
        case AllOf(of) | AnyOf(of):
            return [test for part in of for test in tests(part)]


def figures(conditions: Iterable[Condition]) -> frozenset[Figure]:
    """What they ask of a member's history."""
    return frozenset(
        Figure(LEAVES[test.leaf].column, test.over)
        for condition in conditions
        for test in tests(condition)
        if test.leaf in LEAVES and LEAVES[test.leaf].subject is Subject.HISTORY
    )


def looked_at(conditions: Iterable[Condition]) -> frozenset[str]:
    """The leaves that they look at, by name."""
    return frozenset(test.leaf for condition in conditions for test in tests(condition))


def _operand_json(value: Operand) -> object:
    if isinstance(value, tuple):
        return list(value)
    return value.isoformat() if isinstance(value, date) else value


def _days(days: object) -> int | None:
    return days if isinstance(days, int) else None


def _over_json(over: Over) -> dict[str, object]:
    goods = {over.goods.value: list(over.names)} if over.goods else {}
    return goods | ({"withinDays": over.within_days} if over.within_days else {})


class _Parser:
    """Gathers all problems of one tree; a node with a fault is None."""

    def __init__(self, subjects: Collection[Subject], leaves: Mapping[str, Leaf]) -> None:
        self.subjects = subjects
        self.leaves = leaves
        self.problems: list[Problem] = []

    def node(self, written: object, path: Path, depth: int) -> Condition | None:
        if depth > DEPTH_MAX:
            return self._wrong(
                path,
                f"The condition is more than {DEPTH_MAX} levels deep.",
                "Flatten it, or split the rule in two.",
            )
        if not isinstance(written, Mapping) or len(written) != 1:
            return self._wrong(
                path,
                "A condition is an object with exactly one key.",
                'Write {"all": [...]}, {"any": [...]}, {"not": {...}} or one leaf.',
            )
        ((key, inner),) = written.items()
        below = (*path, str(key))
        match key:
            case "all" | "any":
                parts = self._parts(inner, below, depth)
                if parts is None:
                    return None
                return AllOf(parts) if key == "all" else AnyOf(parts)
            case "not":
                part = self.node(inner, below, depth + 1)
                return None if part is None else Not(part)
            case _:
                return self._leaf(str(key), inner, below)

    def _parts(self, written: object, path: Path, depth: int) -> tuple[Condition, ...] | None:
        if not isinstance(written, list | tuple) or not 1 <= len(written) <= LIST_MAX:
            return self._wrong(
                path,
                f"This takes a list of 1 to {LIST_MAX} conditions.",
                "Leave the condition out if nothing is asked.",
            )
        found = [self.node(part, (*path, str(i)), depth + 1) for i, part in enumerate(written)]
        return tuple(part for part in found if part is not None)

    def _leaf(self, name: str, written: object, path: Path) -> Condition | None:
        known = self.leaves
        fitting = {name for name, leaf in known.items() if leaf.subject in self.subjects}
        leaf = known.get(name)
        if leaf is None and name.startswith(PREFIX):
            return self._undeclared(name.removeprefix(PREFIX), path)
        if leaf is None and name not in LEAVES:
            hint = nearest(name, {*fitting, "all", "any", "not"}, "There are")
            return self._wrong(path, f"There is no leaf {name}.", hint)
        if leaf is None or name not in fitting:
            subject = LEAVES[name].subject.lower()
            return self._wrong(
                path,
                f"{name} looks at the {subject}, which cannot be asked here.",
                _REMEDIES.get(
                    frozenset(self.subjects),
                    "Line leaves belong under `lines`, all others under `when`.",
                ),
            )
        ops = {op.value: op for op in OPS[leaf.kind]}
        over = EVERY
        if leaf.subject is Subject.HISTORY and isinstance(written, Mapping):
            over, written = self._over(written, path)
        if not isinstance(written, Mapping) or not written:
            example = f'Write {{"{name}": {dict(leaf.example)}}}.'.replace("'", '"')
            return self._wrong(path, f"{name} takes an object of tests.", example)
        held: list[Test] = []
        for key, value in written.items():
            op = ops.get(str(key))
            if op is None:
                hint = nearest(str(key), ops, f"{name} knows")
                self._wrong((*path, str(key)), f"{name} has no test {key}.", hint)
                continue
            operand = self._operand(leaf, op, value, (*path, op.value))
            if operand is not None:
                held.append(Test(leaf.name, op, operand, over))
        if not held:
            return None
        return held[0] if len(held) == 1 else AllOf(tuple(held))

    def _undeclared(self, name: str, path: Path) -> None:
        declared = {each.removeprefix(PREFIX) for each in self.leaves if each.startswith(PREFIX)}
        hint = nearest(name, declared, "Declare it in `memberAttributes`; declared are")
        return self._wrong(path, f"There is no attribute {name} of members.", hint)

    def _over(self, written: Mapping[object, object], path: Path) -> tuple[Over, object]:
        """Of which orders the figure is, and what is left of the tests."""
        tests = dict(written)
        days = tests.pop("withinDays", None)
        if days is not None and not (type(days) is int and 1 <= days <= WITHIN_DAYS_MAX):
            hint = f"Write 1 to {WITHIN_DAYS_MAX}, or leave it away for ever."
            self._wrong((*path, "withinDays"), "These are no days.", hint)
            days = None
        named = {goods: tests.pop(goods.value) for goods in Goods if goods.value in tests}
        if len(named) > 1:
            hint = "Write two conditions under `all`."
            self._wrong(path, "Name goods by one of sku, category and brand.", hint)
        for goods, names in named.items():
            below = (*path, goods.value)
            if not isinstance(names, list | tuple) or not 1 <= len(names) <= LIST_MAX:
                hint = 'Even one is written as a list: ["coffee"].'
                self._wrong(below, f"{goods.value} takes a list of 1 to {LIST_MAX}.", hint)
                names = ()
            for i, name in enumerate(names):
                self._text(name, (*below, str(i)))
            texts = tuple(dict.fromkeys(str(name) for name in names))
            return Over(goods, texts, _days(days)), tests
        return Over(within_days=_days(days)), tests

    def _operand(self, leaf: Leaf, op: Op, value: object, path: Path) -> Operand | None:
        match leaf.kind:
            case Kind.INT:
                if type(value) is int and abs(value) <= INT_MAX:
                    return value
                hint = f"As in {next(iter(leaf.example.values()))}."
                if leaf.measure is Measure.MONEY:
                    hint = "Money is in minor units: 3000 is 30.00."
                return self._wrong(path, f"{leaf.name}.{op} takes a whole number.", hint)
            case Kind.FLAG:
                if type(value) is bool:
                    return value
                return self._wrong(path, f"{leaf.name}.{op} takes true or false.", "No quotes.")
            case Kind.DATE:
                if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
                    try:
                        return date.fromisoformat(value)
                    except ValueError:
                        pass
                return self._wrong(path, f"{leaf.name}.{op} takes a date.", 'As in "2026-06-01".')
            case Kind.TEXT | Kind.TEXTS:
                return self._texts(leaf, op, value, path)

    def _texts(self, leaf: Leaf, op: Op, value: object, path: Path) -> tuple[str, ...] | None:
        if not isinstance(value, list | tuple) or not 1 <= len(value) <= LIST_MAX:
            hint = f"Even one value is written as a list: {leaf.example['in']}.".replace("'", '"')
            return self._wrong(path, f"{leaf.name}.{op} takes a list of 1 to {LIST_MAX}.", hint)
        for i, text in enumerate(value):
            if (
                self._text(text, (*path, str(i)))
                and leaf.values is not None
                and text not in leaf.values
            ):
                hint = nearest(text, leaf.values, f"{leaf.name} knows")
                self._wrong((*path, str(i)), f"{leaf.name} is never {text}.", hint)
        return tuple(dict.fromkeys(str(text) for text in value))

    def _text(self, text: object, path: Path) -> bool:
        is_text = isinstance(text, str) and 1 <= len(text) <= TEXT_MAX
        if not is_text:
            self._wrong(path, f"Not a text of 1 to {TEXT_MAX} characters.", "Write it so.")
        return is_text

    def _wrong(self, path: Path, message: str, hint: str) -> None:
        self.problems.append(Problem(path, message, hint))
