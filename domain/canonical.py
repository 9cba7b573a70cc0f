"""One way to write down what was asked: the same contents, the same bytes, now and later.

A field that has its default is left out. So a field that a later release adds changes nothing
about requests, and orders, that do not use it.
"""

from dataclasses import MISSING, Field, fields, is_dataclass
from typing import Any

import orjson

from domain.ids import plain

Default = Any
_fields: dict[type[Any], tuple[tuple[str, Default], ...]] = {}


def canonical(value: Any) -> bytes:
    """The value as JSON with sorted keys."""
    return orjson.dumps(compact(value), plain, orjson.OPT_SORT_KEYS)


def compact(value: Any) -> Any:
    """The value without what is at its default: dataclasses as dicts, tuples as lists."""
    kind = type(value)
    if kind in (str, int, bool) or value is None:
        return value
    if kind is tuple or kind is list:
        return [compact(each) for each in value]
    if kind is dict:
        return {key: compact(each) for key, each in value.items()}
    known = _fields.get(kind)
    if known is None:
        if not is_dataclass(value):
            return value  # a date, an id, a word: as orjson writes it
        known = _fields[kind] = tuple((each.name, _default(each)) for each in fields(value))
    made = {}
    for name, default in known:
        part = getattr(value, name)
        if part is not default and part != default:
            made[name] = compact(part)
    return made


def _default(field: Field[Any]) -> Default:
    if field.default_factory is not MISSING:
        return field.default_factory()
    return field.default
