"""Which fields a selection asks for, with fragments spread out and conditions decided."""

from collections.abc import Iterable, Iterator, Mapping

from graphql import (
    BooleanValueNode,
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
    Visitor,
    is_abstract_type,
    visit,
)

Merged = dict[str, list[FieldNode]]
"""By the key in the answer: the nodes that ask for it, whose own selections belong together."""


class Unfit(Exception):
    """This document, or this use of it, is left to graphql-core."""


class Selections:
    """Of one document, with its conditions decided by the variables in `decided`."""

    def __init__(
        self, schema: GraphQLSchema, document: DocumentNode, decided: Mapping[str, bool]
    ) -> None:
        self._schema = schema
        self._decided = decided
        self._fragments = {
            node.name.value: node
            for node in document.definitions
            if isinstance(node, FragmentDefinitionNode)
        }

    def of(self, type_: GraphQLObjectType, sets: Iterable[SelectionSetNode | None]) -> Merged:
        """What these selection sets ask of an object of this type, in the answer's order."""
        merged: Merged = {}
        spread: set[str] = set()
        for selection_set in sets:
            if selection_set is not None:
                for node in self._fields(type_, selection_set, spread):
                    merged.setdefault((node.alias or node.name).value, []).append(node)
        return merged

    def _fields(
        self, type_: GraphQLObjectType, selection_set: SelectionSetNode, spread: set[str]
    ) -> Iterator[FieldNode]:
        for node in selection_set.selections:
            if not self._wanted(node):
                continue
            if isinstance(node, FieldNode):
                yield node
                continue
            fragment: FragmentDefinitionNode | InlineFragmentNode
            if isinstance(node, FragmentSpreadNode):
                if node.name.value in spread:
                    continue
                spread.add(node.name.value)
                fragment = self._fragments[node.name.value]
            else:
                assert isinstance(node, InlineFragmentNode)
                fragment = node
            if self._applies(type_, fragment):
                yield from self._fields(type_, fragment.selection_set, spread)

    def _applies(
        self, type_: GraphQLObjectType, fragment: FragmentDefinitionNode | InlineFragmentNode
    ) -> bool:
        if fragment.type_condition is None:
            return True
        condition = self._schema.get_type(fragment.type_condition.name.value)
        if condition is type_:
            return True
        return is_abstract_type(condition) and self._schema.is_sub_type(condition, type_)

    def _wanted(self, node: SelectionNode) -> bool:
        return all(self._holds(directive) for directive in node.directives or ())

    def _holds(self, directive: DirectiveNode) -> bool:
        name = directive.name.value
        if name not in ("skip", "include"):
            raise Unfit(name)
        (argument,) = directive.arguments or ()
        condition = argument.value
        if isinstance(condition, VariableNode):
            value = self._decided[condition.name.value]
        else:
            assert isinstance(condition, BooleanValueNode)
            value = condition.value
        return value is (name == "include")


class _Conditions(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: dict[str, None] = {}

    def enter_directive(self, node: DirectiveNode, *_: object) -> None:
        for argument in node.arguments or ():
            if isinstance(argument.value, VariableNode):
                self.names[argument.value.name.value] = None


def conditions(document: DocumentNode) -> tuple[str, ...]:
    """The variables that decide which fields are asked for."""
    found = _Conditions()
    visit(document, found)
    return tuple(found.names)
