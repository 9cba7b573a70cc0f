"""Whether the answers of a query may be remembered: it asks for nothing that is not to be kept."""

from collections.abc import Iterator

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionNode,
    SelectionSetNode,
    get_named_type,
)

from schema.roles import is_kept


def may_be_kept(
    schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode
) -> bool:
    """Of a valid document. What may come in several types must be kept in all of them."""
    if operation.operation is not OperationType.QUERY or schema.query_type is None:
        return False
    fragments = {
        node.name.value: node
        for node in document.definitions
        if isinstance(node, FragmentDefinitionNode)
    }
    return _Walk(schema, fragments).keeps(operation.selection_set, schema.query_type)


class _Walk:
    def __init__(self, schema: GraphQLSchema, fragments: dict[str, FragmentDefinitionNode]) -> None:
        self._schema = schema
        self._fragments = fragments
        self._seen: set[tuple[int, str]] = set()

    def keeps(self, selected: SelectionSetNode, parent: GraphQLNamedType) -> bool:
        place = id(selected), parent.name
        if place in self._seen:
            return True
        self._seen.add(place)
        return all(self._keeps(node, parent) for node in selected.selections)

    def _keeps(self, node: SelectionNode, parent: GraphQLNamedType) -> bool:
        if isinstance(node, FieldNode):
            return self._keeps_field(node, parent)
        if isinstance(node, FragmentSpreadNode):
            fragment: FragmentDefinitionNode | InlineFragmentNode
            fragment = self._fragments[node.name.value]
        else:
            assert isinstance(node, InlineFragmentNode)
            fragment = node
        condition = fragment.type_condition
        narrower = self._schema.type_map[condition.name.value] if condition else parent
        return self.keeps(fragment.selection_set, narrower)

    def _keeps_field(self, node: FieldNode, parent: GraphQLNamedType) -> bool:
        name = node.name.value
        if name == "__typename":
            return True
        for each in self._types(parent):
            if name.startswith("__") or not is_kept(each.fields[name]):
                return False
            kind = get_named_type(each.fields[name].type)
            if node.selection_set and not self.keeps(node.selection_set, kind):
                return False
        return True

    def _types(
        self, parent: GraphQLNamedType
    ) -> Iterator[GraphQLObjectType | GraphQLInterfaceType]:
        if isinstance(parent, GraphQLObjectType | GraphQLInterfaceType):
            yield parent
        if isinstance(parent, GraphQLInterfaceType):
            yield from self._schema.get_possible_types(parent)
