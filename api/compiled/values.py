"""How a value of each type becomes its part of the answer."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLLeafType,
    GraphQLScalarType,
    is_enum_type,
)

from api.compiled.sources import Run
from schema.scalars import SAFE_INTEGER_MAX

_LISTS = (list, tuple)


class Unanswerable(Exception):
    """A value that its type does not allow: graphql-core will say which."""


Now = Callable[[Any, Run], Any]
Later = Callable[[Sequence[Any], Run], Awaitable[list[Any]]]


@dataclass(frozen=True, slots=True)
class Completion:
    """`now(value, run)` completes one value; where that has to wait, `later` completes many.

    Values of exactly the type `plain` are their own answers, integers up to `bound` either way.
    """

    now: Now | None
    later: Later | None = None
    plain: type | None = None
    bound: int = 0


def leaf(type_: GraphQLLeafType) -> Completion:
    """Of a scalar or an enum."""
    serialize: Callable[[Any], Any]
    if is_enum_type(type_):
        serialize = _names(type_)
    elif isinstance(type_, GraphQLScalarType):
        serialize = type_.serialize
    plain, bound = _PLAIN.get(type_.name, (None, 0))
    return Completion(lambda value, _run: serialize(value), None, plain, bound)


_PLAIN: dict[str, tuple[type, int]] = {
    "String": (str, 0),
    "ID": (str, 0),
    "Boolean": (bool, 0),
    "Int": (int, 2**31 - 1),
    "Points": (int, SAFE_INTEGER_MAX),
    "MinorUnits": (int, SAFE_INTEGER_MAX),
}


def _names(type_: GraphQLEnumType) -> Callable[[Any], Any]:
    names: dict[Any, str] = {}

    def name(value: Any) -> str:
        found = names.get(value) if isinstance(value, Enum) else None
        if found is None:
            found = str(type_.serialize(value))
            if isinstance(value, Enum):
                names[value] = found
        return found

    return name


def nullable(inner: Completion) -> Completion:
    """The same, for what may be null."""
    one, many = inner.now, inner.later
    if one is not None:
        complete = one

        def now(value: Any, run: Run) -> Any:
            return None if value is None else complete(value, run)

        return Completion(now, None, inner.plain, inner.bound)
    assert many is not None
    complete_many = many

    async def later(values: Sequence[Any], run: Run) -> list[Any]:
        present = [value for value in values if value is not None]
        if not present:
            return list(values)
        completed = iter(await complete_many(present, run))
        return [None if value is None else next(completed) for value in values]

    return Completion(None, later)


def certain(inner: Completion) -> Completion:
    """The same, for what must not be null. Raises Unanswerable."""
    one, many = inner.now, inner.later
    if one is not None:
        complete = one

        def now(value: Any, run: Run) -> Any:
            if value is None:
                raise Unanswerable
            return complete(value, run)

        return Completion(now, None, inner.plain, inner.bound)
    assert many is not None
    complete_many = many

    async def later(values: Sequence[Any], run: Run) -> list[Any]:
        if any(value is None for value in values):
            raise Unanswerable
        return await complete_many(values, run)

    return Completion(None, later)


def listed(item: Completion) -> Completion:
    """A list of such."""
    one, many = item.now, item.later
    if one is not None:
        complete = one

        def now(value: Any, run: Run) -> list[Any]:
            if not isinstance(value, _LISTS):
                raise Unanswerable
            return [complete(each, run) for each in value]

        return Completion(now)
    assert many is not None
    complete_many = many

    async def later(values: Sequence[Any], run: Run) -> list[Any]:
        if not all(isinstance(value, _LISTS) for value in values):
            raise Unanswerable
        flat = [each for value in values for each in value]
        completed = await complete_many(flat, run) if flat else []
        answers, at = [], 0
        for value in values:
            answers.append(completed[at : at + len(value)])
            at += len(value)
        return answers

    return Completion(None, later)
