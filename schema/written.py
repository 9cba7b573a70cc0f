"""What staff wrote as inputs, as the JSON that documents keep: names, enums, days, lists."""

from collections.abc import Iterator
from datetime import date
from enum import Enum
from functools import cache
from typing import Any

from strawberry import UNSET, Some
from strawberry.types.base import StrawberryList, StrawberryOptional
from strawberry.utils.str_converters import to_camel_case

Path = tuple[str, ...]


def written(input: Any, path: Path = ()) -> dict[str, Any]:
    """The input as JSON; what was left out is left out. `path` leads to it, for what is refused.

    An input that has `as_json(path)` is written by that, and a list of inputs that have
    `joined(inputs, path)` is one object.
    """
    return {
        part.name: _value(given, part, (*path, part.name)) for part, given in given_parts(input)
    }


class Part:
    """A field of an input: its GraphQL name, and what it is a list of, if of inputs."""

    def __init__(self, field: Any) -> None:
        self.python_name: str = field.python_name
        self.name: str = field.graphql_name or to_camel_case(field.python_name)
        of = field.type
        while isinstance(of, StrawberryOptional) or hasattr(of, "of_type"):
            self.is_list = isinstance(of, StrawberryList)
            of = of.of_type
        self.of = of
        self.joined = getattr(of, "joined", None)


@cache
def parts(kind: Any) -> tuple[Part, ...]:
    """The fields of an input, in their order."""
    return tuple(Part(field) for field in kind.__strawberry_definition__.fields)


def given_parts(input: Any) -> Iterator[tuple[Part, Any]]:
    """The fields that say something, with their values. Null says nothing."""
    kind: Any = type(input)
    for part in parts(kind):
        value = getattr(input, part.python_name)
        if isinstance(value, Some):
            value = value.value
        if value is not None and value is not UNSET:
            yield part, value


def _value(value: Any, part: Part, path: Path) -> Any:
    if part.joined is not None and isinstance(value, list):
        return part.joined(value, path)
    return _plain(value, part, path)


def _plain(value: Any, part: Part, path: Path) -> Any:
    if isinstance(value, list):
        return [_plain(each, part, (*path, str(index))) for index, each in enumerate(value)]
    if hasattr(value, "as_json"):
        return value.as_json(path)
    if hasattr(value, "__strawberry_definition__"):
        return written(value, path)
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value
