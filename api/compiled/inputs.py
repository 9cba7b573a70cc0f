"""Arguments as resolvers take them: what Strawberry's convert_argument does, found out once.

It looks at the type of every value of every order anew, which is a quarter of what an order costs.
"""

from collections.abc import Callable
from dataclasses import MISSING
from functools import partial
from typing import Any

from strawberry import Schema, Some
from strawberry.relay.types import GlobalID
from strawberry.types.arguments import _is_leaf_type, convert_argument
from strawberry.types.base import (
    StrawberryList,
    StrawberryMaybe,
    StrawberryObjectDefinition,
    StrawberryOptional,
    has_object_definition,
)
from strawberry.types.enum import has_enum_definition
from strawberry.types.lazy_type import LazyType

Convert = Callable[[Any], Any]


class Inputs:
    """Makes converters of one schema's input types."""

    def __init__(self, schema: Schema) -> None:
        self._config = schema.config
        self._scalars = schema.schema_converter.scalar_registry
        self._made: dict[Any, Convert] = {}

    def converter(self, type_: Any) -> Convert | None:
        """What makes a value of the type out of one that graphql-core has let in; None: it is."""
        if isinstance(type_, StrawberryMaybe):
            return self._maybe(type_)
        if isinstance(type_, StrawberryOptional):
            return _unless_null(self.converter(type_.of_type))
        if isinstance(type_, StrawberryList):
            return _unless_null(_each(self.converter(type_.of_type)))
        if isinstance(type_, LazyType):
            return self.converter(type_.resolve_type())
        if type_ is not GlobalID and _is_leaf_type(type_, self._scalars):
            return None
        if has_enum_definition(type_):
            return None
        if has_object_definition(type_):
            definition = type_.__strawberry_definition__
            if definition.is_input and definition.from_input is None:
                if type_ not in self._made:
                    # A type may hold itself: it is looked up when a value comes.
                    self._made[type_] = lambda value: self._made[type_](value)
                    self._made[type_] = self._object(type_, definition)
                return self._made[type_]
        return self._by_strawberry(type_)

    def _by_strawberry(self, type_: Any) -> Convert:
        return partial(
            convert_argument,
            type_=type_,
            scalar_registry=self._scalars,
            config=self._config,
        )

    def _maybe(self, type_: StrawberryMaybe) -> Convert:
        inner = self.converter(type_.of_type)
        takes_null = isinstance(type_.of_type, StrawberryOptional)
        refuse = self._by_strawberry(type_)

        def convert(value: Any) -> Any:
            if value is None and not takes_null:
                return refuse(value)
            return Some(inner(value) if inner else value)

        return convert

    def _object(self, type_: Any, definition: StrawberryObjectDefinition) -> Convert:
        given = [
            (
                self._config.name_converter.from_field(each),
                each.python_name,
                self.converter(each.resolve_type(type_definition=definition)),
            )
            for each in definition.fields
        ]
        absent: dict[str, Any] = {
            each.python_name: None
            for each in definition.fields
            if each.default_value is MISSING and each.default_factory is MISSING
        }

        def convert(value: Any) -> Any:
            if value is None:
                return None
            made = absent.copy()
            for name, python_name, inner in given:
                if name in value:
                    part = value[name]
                    made[python_name] = inner(part) if inner else part
            return type_(**made)

        return convert


def _unless_null(inner: Convert | None) -> Convert | None:
    if inner is None:
        return None
    return lambda value: None if value is None else inner(value)


def _each(inner: Convert | None) -> Convert:
    if inner is None:
        return list  # a copy: a default is the same list in every request
    return lambda value: [inner(each) for each in value]
