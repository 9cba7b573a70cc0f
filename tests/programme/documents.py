"""Every field that a programme's document can have, as the table of changes names it."""

from collections.abc import Iterator

from msgspec import inspect

from domain.programme.changes.comparing import _KEYS
from domain.programme.terms import Programme


def fields() -> set[str]:
    """Paths with * for what a list goes by; of things that may come and go, their own too."""
    return set(_fields(inspect.type_info(Programme), ""))


def _fields(struct: inspect.Type, above: str) -> Iterator[str]:
    assert isinstance(struct, inspect.StructType)
    for field in struct.fields:
        name = f"{above}.{field.encode_name}".lstrip(".")
        types = field.type.types if isinstance(field.type, inspect.UnionType) else (field.type,)
        lists = [each for each in types if isinstance(each, inspect.VarTupleType)]
        items = [each.item_type for each in lists if _is_keyed(each.item_type)]
        structs = [each for each in types if isinstance(each, inspect.StructType)]
        if items:
            yield f"{name}.*"
            for item in items:
                yield from _fields(item, f"{name}.*")
        elif structs:
            if len(types) > 1:
                yield name
            for each in structs:
                yield from _fields(each, name)
        elif not _is_key(field, above):
            yield name


def _is_keyed(item: inspect.Type) -> bool:
    return isinstance(item, inspect.StructType) and any(
        field.name in _KEYS for field in item.fields
    )


def _is_key(field: inspect.Field, above: str) -> bool:
    # A tier may have another code, and replace the old one; others are then others.
    return above.endswith("*") and field.name == "code" and above != "tiers.*"
