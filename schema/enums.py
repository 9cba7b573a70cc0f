"""Enums of the domain as GraphQL enums, every value described."""

from enum import Enum

import strawberry


def enum(kind: type[Enum], description: str, name: str | None = None, **values: str) -> None:
    """Make `kind` known to GraphQL. A value without a description does not build."""
    made = strawberry.enum(kind, name=name, description=description)
    for value in made.__strawberry_definition__.values:  # type: ignore[attr-defined]
        value.description = values.pop(value.name)
    assert not values, f"{kind.__name__} has no {', '.join(values)}"
