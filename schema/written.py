"""What staff wrote as inputs, as the JSON that documents keep, and the way back.

An input that a document has otherwise than field for field says so itself: `as_json(path)` and
`of_json(json)`, with `through(json, path)` for a path in it; a list of inputs that is one object
in a document has `joined(inputs, path)` and `split(json)`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import is_dataclass
from datetime import date
from enum import Enum
from functools import cache
from typing import Any

from strawberry import UNSET, Some
from strawberry.utils.str_converters import to_camel_case

Path = tuple[str, ...]


def written(input: Any, path: Path = ()) -> dict[str, Any]:
    """The input as JSON; what was left out is left out. `path` leads to it, for what is refused."""
    return {
        part.name: _value(given, part, (*path, part.name)) for part, given in given_parts(input)
    }


def sent(kind: Any, json: Mapping[str, Any]) -> dict[str, Any]:
    """JSON of a document as the variable of this input that would be written so."""
    known = {part.name: part for part in parts(kind)}
    return {name: _sent(known[name], value) for name, value in json.items()}


def through(kind: Any, json: Any, path: Path) -> Path:
    """A path in such JSON, as it leads through the input."""
    if not path:
        return ()
    if isinstance(json, list | tuple):
        index = int(path[0])
        return (path[0], *through(kind, json[index] if index < len(json) else None, path[1:]))
    if hasattr(kind, "through"):
        inner: Path = kind.through(json, path)
        return inner
    part = next((part for part in parts(kind) if part.name == path[0]), None)
    if part is None or part.joined or not part.is_input or not isinstance(json, Mapping):
        return path
    return (path[0], *through(part.of, json.get(path[0]), path[1:]))


class Part:
    """A field of an input: its GraphQL name, and of what input it is, or a list of it."""

    def __init__(self, field: Any) -> None:
        self.python_name: str = field.python_name
        self.name: str = field.graphql_name or to_camel_case(field.python_name)
        of = field.type
        while hasattr(of, "of_type"):
            of = of.of_type
        self.of = of
        self.is_input = bool(getattr(of, "__strawberry_definition__", None)) and is_dataclass(of)
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


def _sent(part: Part, value: Any) -> Any:
    if part.joined:
        return part.of.split(value)
    if isinstance(value, list | tuple):
        return [_sent(part, each) for each in value]
    if hasattr(part.of, "of_json"):
        return part.of.of_json(value)
    return sent(part.of, value) if part.is_input else value


def _value(value: Any, part: Part, path: Path) -> Any:
    if part.joined and isinstance(value, list):
        return part.joined(value, path)
    return _plain(value, part, path)


def _plain(value: Any, part: Part, path: Path) -> Any:
    if isinstance(value, list):
        return [_plain(each, part, (*path, str(index))) for index, each in enumerate(value)]
    if hasattr(value, "as_json"):
        return value.as_json(path)
    if isinstance(value, Enum):
        return value.value
    if part.is_input:
        return written(value, path)
    return value.isoformat() if isinstance(value, date) else value
