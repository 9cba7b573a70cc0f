"""What an operation costs: one point for each object it may answer, lists by the size of a page.

Worked out once a document, as a function of its variables: each selection becomes a number, or a
closure where a variable decides how long a page is.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_composite_type,
    is_list_type,
)

from api.bounds.prices import Price, Variables, most, once, product, total
from domain.paging import FIRST_MAX

EVERY_OPERATION = 5  # who asks, the clock, the programme in force
EVERY_MUTATION = 10
LIST = 5
# Lists that are no pages, where they are commonly shorter or longer than that.
LISTS = {
    "userErrors": 0,
    "explanation": 2,
    "earnings": 3,
    "units": 2,
    "wallets": 2,
    "pools": 2,
    "given": 2,
    "takes": 2,
    "returned": 2,
    "edges": 1,  # the connection counts its page
    "nodes": 1,
    "results": 1,  # as does the batch
    "types": 250,  # from here on of the schema itself
    "fields": 8,
    "args": 2,
    "possibleTypes": 2,
    "interfaces": 1,
}
# What stands in these is counted with the page.
PAGES = ("Connection", "Edge")
# Lists as long as what the caller sends: the argument, and a field of it.
SENT = {"nodes": ("ids",), "orderReportBatch": ("input", "orders")}
INTROSPECTION = {"__schema": "__Schema", "__type": "__Type"}


class Prices(NamedTuple):
    """Of an operation: of its own fields, and of what it asks about the schema."""

    own: Price
    introspection: Price
    roots: Counter[str]  # its root fields, each as often as it stands there


def prices_of(
    schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode
) -> Prices:
    """The prices of one of the operations of a valid document."""
    return _Pricing(schema, document, operation).prices()


class _Pricing:
    def __init__(
        self, schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode
    ) -> None:
        self._schema = schema
        self._operation = operation
        self._fragments = {
            node.name.value: node
            for node in document.definitions
            if isinstance(node, FragmentDefinitionNode)
        }
        self._defaults = {
            each.variable.name.value: each.default_value
            for each in operation.variable_definitions or ()
            if each.default_value is not None
        }
        self._known: dict[str, Price] = {}

    def prices(self) -> Prices:
        root = self._schema.get_root_type(self._operation.operation)
        does = self._operation.operation is OperationType.MUTATION
        base = EVERY_OPERATION + EVERY_MUTATION * does
        own: list[Price] = [base]
        told: list[Price] = []
        roots = Counter[str]()
        for node in self._root_fields(self._operation.selection_set):
            roots[node.name.value] += 1
            if node.name.value in INTROSPECTION:
                kind = self._schema.get_type(INTROSPECTION[node.name.value])
                told.append(self._of(node.selection_set, kind))
            else:
                own.append(self._of_field(node, root))
        return Prices(total(own), total(told), roots)

    def _root_fields(self, selected: SelectionSetNode) -> Iterator[FieldNode]:
        for node in selected.selections:
            if isinstance(node, FieldNode):
                yield node
            elif isinstance(node, FragmentSpreadNode):
                yield from self._root_fields(self._fragments[node.name.value].selection_set)
            elif isinstance(node, InlineFragmentNode):
                yield from self._root_fields(node.selection_set)

    def _of(self, selected: SelectionSetNode | None, parent: GraphQLNamedType | None) -> Price:
        # Of fragments on different types of one interface only one can be the case.
        prices: list[Price] = []
        cases: dict[str, list[Price]] = {}
        for node in selected.selections if selected else ():
            if isinstance(node, FieldNode):
                prices.append(self._of_field(node, parent))
            elif isinstance(node, FragmentSpreadNode):
                fragment = self._fragments[node.name.value]
                on = fragment.type_condition.name.value
                cases.setdefault(on, []).append(self._of_fragment(fragment, on))
            else:
                assert isinstance(node, InlineFragmentNode)
                condition = node.type_condition
                kind = self._schema.get_type(condition.name.value) if condition else parent
                on = kind.name if kind else ""
                cases.setdefault(on, []).append(self._of(node.selection_set, kind))
        return total([*prices, *self._of_cases(cases, parent)])

    def _of_cases(
        self, cases: dict[str, list[Price]], parent: GraphQLNamedType | None
    ) -> Iterable[Price]:
        concrete: list[Price] = []
        for on, prices in cases.items():
            kind = self._schema.get_type(on)
            if kind is parent or hasattr(kind, "resolve_type"):
                yield from prices
            else:
                concrete.append(total(prices))
        if concrete:
            yield most(concrete)

    def _of_fragment(self, fragment: FragmentDefinitionNode, on: str) -> Price:
        name = fragment.name.value
        if name not in self._known:
            price = self._of(fragment.selection_set, self._schema.get_type(on))
            self._known[name] = price if isinstance(price, int) else once(name, price)
        return self._known[name]

    def _of_field(self, node: FieldNode, parent: GraphQLNamedType | None) -> Price:
        name = node.name.value
        field: GraphQLField | None = getattr(parent, "fields", {}).get(name)
        if field is None:  # __typename, __schema, __type
            return 0
        kind = get_named_type(field.type)
        if not is_composite_type(kind):
            return int(name == "totalCount")
        own = 0 if parent and parent.name.endswith(PAGES) else 1
        below = total([own, self._of(node.selection_set, kind)])
        return product(self._size(node, field), below)

    def _size(self, node: FieldNode, field: GraphQLField) -> Price:
        name = node.name.value
        if name in SENT and SENT[name][0] in field.args:
            return self._sent(node, *SENT[name])
        if "first" in field.args:
            return most([self._first(node, field), self._last(node)])
        return LISTS.get(name, LIST) if is_list_type(get_nullable_type(field.type)) else 1

    def _first(self, node: FieldNode, field: GraphQLField) -> Price:
        value = _argument(node, "first")
        if isinstance(value, VariableNode):
            name = value.name.value
            default = _page(self._defaults.get(name) or field.args["first"].default_value)
            return lambda variables, _: _page(variables.get(name, default))
        return _page(value if value is not None else field.args["first"].default_value)

    def _last(self, node: FieldNode) -> Price:
        # In the place of `first`, where a list can be read from its other end.
        value = _argument(node, "last")
        if isinstance(value, VariableNode):
            name = value.name.value
            default = self._defaults.get(name)
            return lambda variables, _: _page(variables.get(name, default) or 1)
        return _page(value) if isinstance(value, IntValueNode) else 1

    def _sent(self, node: FieldNode, argument: str, *path: str) -> Price:
        value = _argument(node, argument)
        if isinstance(value, ListValueNode):
            return len(value.values)
        if not isinstance(value, VariableNode):
            return FIRST_MAX
        name = value.name.value

        def length(variables: Variables, _: dict[str, int]) -> int:
            found = variables.get(name)
            for key in path:
                found = found.get(key) if isinstance(found, dict) else None
            return len(found) if isinstance(found, list) else 1

        return length


def _argument(node: FieldNode, name: str) -> ValueNode | None:
    return next((each.value for each in node.arguments or () if each.name.value == name), None)


def _page(value: Any) -> int:
    # What is out of bounds is refused when it is run, so here it counts as a page at the most.
    if isinstance(value, IntValueNode):
        value = int(value.value)
    return min(max(value, 1), FIRST_MAX) if isinstance(value, int) else FIRST_MAX
