"""The programme document: from JSON to typed terms and back, its hash."""

import hashlib
import re
from collections.abc import Iterator
from typing import Any

import msgspec
import orjson
from msgspec import inspect

from domain.programme.problems import Invalid, Path, Problem, nearest
from domain.programme.terms import Programme

_WHERE = re.compile(r"(?P<message>.*?)(?: - at `\$?(?P<path>.*)`)?$")
_UNKNOWN = re.compile(r"Object contains unknown field `(?P<name>.*)`")


def decoded(contents: object) -> Programme:
    """The document as typed terms. Raises Invalid with the path of what does not fit its type."""
    try:
        return msgspec.convert(contents, Programme)
    except msgspec.ValidationError as error:
        raise Invalid([_problem(str(error))]) from None


def encoded(programme: Programme) -> dict[str, Any]:
    """The document as JSON values; `decoded` reads it back to the same terms.

    What is as it would be anyway is left away.
    """
    contents: dict[str, Any] = msgspec.to_builtins(programme, str_keys=True)
    _leave_out(programme, contents)
    return contents


def hashed(programme: Programme) -> str:
    """SHA-256 of the canonical document: the same terms, the same hash."""
    canonical = orjson.dumps(encoded(programme), option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(canonical).hexdigest()


def _leave_out(terms: object, contents: Any) -> None:
    """Lists that are as they would be anyway: msgspec knows these only by identity."""
    if isinstance(terms, tuple):
        for part, inner in zip(terms, contents, strict=True):
            _leave_out(part, inner)
    elif isinstance(terms, msgspec.Struct):
        for field in msgspec.structs.fields(terms):
            if field.encode_name not in contents:
                continue
            value = getattr(terms, field.name)
            if isinstance(value, tuple) and value == field.default:
                del contents[field.encode_name]
            else:
                _leave_out(value, contents[field.encode_name])


def _problem(error: str) -> Problem:
    found = _WHERE.match(error)
    assert found is not None
    message = found["message"]
    path = tuple(part for part in re.split(r"[.\[\]]+", found["path"] or "") if part)
    unknown = _UNKNOWN.fullmatch(message)
    if unknown is None:
        return Problem(path, f"{message}.", "The schema says each field's type and meaning.")
    names = [field.encode_name for field in _fields_at(path)]
    hint = nearest(unknown["name"], names, "There are")
    return Problem((*path, unknown["name"]), "There is no such field.", hint)


def _fields_at(path: Path) -> list[inspect.Field]:
    types = list(_members(inspect.type_info(Programme)))
    for name in path:
        types = [member for step in types for member in _members(_below(step, name))]
    return [
        field for each in types if isinstance(each, inspect.StructType) for field in each.fields
    ]


def _below(step: inspect.Type, name: str) -> inspect.Type | None:
    if isinstance(step, inspect.StructType):
        return next((field.type for field in step.fields if field.encode_name == name), None)
    return step.item_type if isinstance(step, inspect.VarTupleType) else None


def _members(step: inspect.Type | None) -> Iterator[inspect.Type]:
    if isinstance(step, inspect.UnionType):
        yield from step.types
    elif step is not None:
        yield step
