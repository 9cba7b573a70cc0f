"""The third reading of conditions: as SQL predicates over members at rest.

NULL is "not known", so that SQL's own logic is that of the language: `where (predicate) is true`.
All conditions that are asked together share what they look at.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.programme.conditions import AllOf, AnyOf, Condition, Not, Op, Test, figures
from domain.programme.conditions import sql_relations as relations
from domain.programme.conditions.attributes import column_of
from domain.programme.conditions.history import Over
from domain.programme.conditions.leaves import LEAVES, Kind, Subject
from domain.programme.conditions.sql_columns import COLUMNS, Today
from domain.programme.terms import Programme

_COMPARE = {
    Op.AT_LEAST: ">=",
    Op.AT_MOST: "<=",
    Op.BELOW: "<",
    Op.ABOVE: ">",
    Op.EQUALS: "=",
    Op.IS: "=",
    Op.FROM: ">=",
    Op.UNTIL: "<",
}
_TYPES: dict[type, str] = {bool: "boolean", int: "bigint", date: "date"}
_RELATION = re.compile(r"\b([a-z]+)\.")


@dataclass(frozen=True, slots=True)
class Reading:
    """A predicate for each condition, what they are all over, and the arguments of both.

    `members` stands after `from`; further arguments are numbered after these.
    """

    members: str
    predicates: tuple[str, ...]
    args: tuple[object, ...]


def reading(
    conditions: Sequence[Condition],
    programme: Programme,
    now: datetime,
    member_ids: Sequence[UUID] | None = None,
) -> Reading:
    """The conditions as SQL, asked at the instant `now`; of these members, or of all.

    They must look at nothing but members at rest (SEGMENT_LEAVES).
    """
    writer = _Writer(conditions, programme, now)
    predicates = tuple(writer.predicate(condition) for condition in conditions)
    return Reading(writer.members(member_ids), predicates, tuple(writer.args))


class _Writer:
    """Gathers arguments, and what is looked at, while conditions are written."""

    def __init__(
        self, conditions: Sequence[Condition], programme: Programme, now: datetime
    ) -> None:
        self.args: list[object] = []
        self.programme = programme
        local = now.astimezone(ZoneInfo(programme.time_zone))
        self.today = Today.at(local, programme.time_zone)
        self.figures = sorted(figures(conditions), key=repr)
        self.overs: dict[Over, int] = {}
        for figure in self.figures:
            self.overs.setdefault(figure.over, len(self.overs))
        self.looked_at: set[str] = set()

    def argument(self, value: object) -> str:
        """The `$n` that stands for a value."""
        self.args.append(value)
        return f"${len(self.args)}"

    def predicate(self, condition: Condition) -> str:
        """The condition, in parentheses; NULL where it is not known whether it holds."""
        match condition:
            case Test():
                return self._test(condition)
            case Not(of):
                return f"(not {self.predicate(of)})"
            case AllOf(of):
                return f"({' and '.join(self.predicate(part) for part in of)})"
            case AnyOf(of):
                return f"({' or '.join(self.predicate(part) for part in of)})"

    def members(self, member_ids: Sequence[UUID] | None) -> str:
        """The members of whom to ask, with all that the predicates look at."""
        whose = "true"
        if member_ids is not None:
            whose = f"{{member}} = any({self.argument(list(member_ids))}::uuid[])"
        joins: dict[str, Callable[[], str]] = {
            "p": lambda: "\nleft join profiles p on p.member_id = m.id",
            "joined": lambda: relations.joined(self.today),
            "held": lambda: relations.held(self.programme, self.argument),
            "referred": lambda: relations.REFERRED,
            "answered": lambda: relations.answered(whose),
            "qualified": lambda: relations.qualified(self.programme, self.today),
            "history": lambda: relations.history(
                self.figures, self.overs, self.today, whose, self.argument
            ),
        }
        joined = "".join(written() for name, written in joins.items() if name in self.looked_at)
        of = f"where {whose.format(member='m.id')}" if member_ids is not None else ""
        return f"(select * from members m {of}) m{joined}"

    def _test(self, test: Test) -> str:
        leaf = LEAVES.get(test.leaf)
        over = self.overs.get(test.over) if leaf and leaf.subject is Subject.HISTORY else None
        value = COLUMNS[column_of(test.leaf)].format(today=self.today, over=over)
        self.looked_at |= set(_RELATION.findall(value))
        if "qualified" in self.looked_at:
            self.looked_at.add("joined")
        if isinstance(test.value, tuple):
            texts = f"{self.argument(list(test.value))}::text[]"
            if leaf is not None and leaf.kind is Kind.TEXTS:
                return f"({value} ?| {texts})"
            return f"({value} = any({texts}))"
        asked = self.argument(test.value)
        return f"({value} {_COMPARE[test.op]} {asked}::{_TYPES[type(test.value)]})"
