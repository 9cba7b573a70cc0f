"""A document's operation as a plan that can be run."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLAbstractType,
    GraphQLObjectType,
    GraphQLOutputType,
    OperationDefinitionNode,
    OperationType,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
)
from graphql.execution.values import VariableValues
from strawberry import Schema

from api.compiled.events import EventPlan, variables_below
from api.compiled.mutations import Act, MutationPlan
from api.compiled.selections import Selections, Unfit
from api.compiled.sources import Run, Source, act, source
from api.compiled.values import (
    Completion,
    Unanswerable,
    certain,
    leaf,
    listed,
    nullable,
)
from api.compiled.waiting import all_of
from api.rehearsing import can_be_dry
from schema import dry_runs

Entry = tuple[str, Callable[[Any, Run], Any]]
Fill = Callable[[Sequence[Any], list[dict[str, Any]], Run], Awaitable[None]]


class Plan:
    """Answers one query. Raises whatever a field raises: it has no errors of its own to tell."""

    def __init__(self, completion: Completion) -> None:
        self._completion = completion

    async def run(self, context: Any, variables: VariableValues) -> dict[str, Any]:
        """The data of the answer, as graphql-core would give it."""
        run = Run(context, variables)
        if self._completion.now is not None:
            data: dict[str, Any] = self._completion.now(None, run)
            return data
        assert self._completion.later is not None
        (data,) = await self._completion.later([None], run)
        return data


def plan(
    schema: Schema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    decided: dict[str, bool],
) -> Plan | MutationPlan | EventPlan:
    """The plan of an operation. Raises Unfit for what graphql-core has to do: introspection, say.

    `decided` are the values of the variables that conditions ask for.
    """
    planner = _Planner(schema, Selections(schema._schema, document, decided))
    root = schema._schema.get_root_type(operation.operation)
    assert root is not None
    if operation.operation is OperationType.QUERY:
        return Plan(planner.selection(root, [operation.selection_set], is_root=True))
    if operation.operation is OperationType.MUTATION:
        return MutationPlan(planner.acts(root, [operation.selection_set]))
    ((key, nodes),) = planner.merged(root, [operation.selection_set]).items()
    completion = planner.events(root, nodes)
    names = variables_below(document, nodes)
    return EventPlan(key, completion, planner.reached_in, names)


class _Planner:
    def __init__(self, schema: Schema, selections: Selections) -> None:
        self._schema = schema
        self._selections = selections
        self.merged = selections.of
        self.reached: set[str] = set()
        self.reached_in: dict[str, set[str]] = {}

    def events(self, type_: GraphQLObjectType, nodes: list[FieldNode]) -> Completion:
        """How what a subscription tells becomes an answer."""
        field = type_.fields.get(nodes[0].name.value)
        if field is None:
            raise Unfit(nodes[0].name.value)
        return self._value(field.type, nodes)

    def selection(
        self, type_: GraphQLObjectType, sets: Any, *, is_root: bool = False
    ) -> Completion:
        """How an object of this type becomes a dict."""
        self.reached.add(type_.name)
        entries: list[Entry] = []
        fills: list[Fill] = []
        for key, nodes in self._selections.of(type_, sets).items():
            get, fill = self._field(type_, key, nodes)
            entries.append((key, get))
            if fill is not None:
                fills.append(fill)
        if not fills:
            return Completion(lambda row, run: {key: get(row, run) for key, get in entries})
        return Completion(None, _filled(entries, fills, is_root=is_root))

    def acts(self, type_: GraphQLObjectType, sets: Any) -> list[Act]:
        """The fields of a mutation, in their order."""
        return [
            self._act(type_, key, nodes) for key, nodes in self._selections.of(type_, sets).items()
        ]

    def _act(self, type_: GraphQLObjectType, key: str, nodes: list[FieldNode]) -> Act:
        field = type_.fields.get(nodes[0].name.value)
        if field is None or is_non_null_type(field.type):
            raise Unfit(key)
        resolve, arguments = act(self._schema, field, nodes[0])
        dry = can_be_dry(field)

        async def do(run: Run) -> Any:
            given = run.arguments(arguments) if arguments else {}
            return await resolve(None, run, **given)

        def is_dry(run: Run) -> bool:
            if not dry or arguments is None:
                return False
            return dry_runs.is_dry(run.arguments(arguments)["input"])

        return Act(key, nodes, do, self._value(field.type, nodes), is_dry)

    def _field(
        self, type_: GraphQLObjectType, key: str, nodes: list[FieldNode]
    ) -> tuple[Callable[[Any, Run], Any], Fill | None]:
        name = nodes[0].name.value
        if name == "__typename":
            own_name = type_.name
            return (lambda _row, _run: own_name), None
        if name.startswith("__"):
            raise Unfit(name)
        field = type_.fields[name]
        origin = source(self._schema, type_, field, nodes[0])
        completion = self._value(field.type, nodes)
        if origin.now is not None and completion.now is not None:
            return _composed(origin, completion), None
        return _nothing, _filling(key, origin, completion)

    def _value(self, type_: GraphQLOutputType, nodes: list[FieldNode]) -> Completion:
        if is_non_null_type(type_):
            return certain(self._present(type_.of_type, nodes))
        return nullable(self._present(type_, nodes))

    def _present(self, type_: GraphQLOutputType, nodes: list[FieldNode]) -> Completion:
        if is_list_type(type_):
            return listed(self._value(type_.of_type, nodes))
        if is_leaf_type(type_):
            return leaf(type_)
        sets = [node.selection_set for node in nodes]
        if is_abstract_type(type_):
            return self._one_of(type_, sets)
        assert isinstance(type_, GraphQLObjectType)
        return self.selection(type_, sets)

    def _apart(self, possible: GraphQLObjectType, sets: Any) -> Completion:
        outside, self.reached = self.reached, set()
        completion = self.selection(possible, sets)
        self.reached_in.setdefault(possible.name, set()).update(self.reached)
        self.reached |= outside
        return completion

    def _one_of(self, type_: GraphQLAbstractType, sets: Any) -> Completion:
        kinds = [
            (possible, self._apart(possible, sets))
            for possible in self._schema._schema.get_possible_types(type_)
        ]

        def of(value: Any) -> int:
            for number, (possible, _) in enumerate(kinds):
                if possible.is_type_of and possible.is_type_of(value, None):  # type: ignore[arg-type]
                    return number
            raise Unanswerable

        if all(completion.now for _, completion in kinds):
            return Completion(lambda value, run: kinds[of(value)][1].now(value, run))  # type: ignore[misc]

        async def later(values: Sequence[Any], run: Run) -> list[Any]:
            places: dict[int, list[int]] = {}
            for place, value in enumerate(values):
                places.setdefault(of(value), []).append(place)
            answers: list[Any] = [None] * len(values)
            for number, mine in places.items():
                rows = [values[place] for place in mine]
                for place, answer in zip(
                    mine, await _all(kinds[number][1], rows, run), strict=True
                ):
                    answers[place] = answer
            return answers

        return Completion(None, later)


def _composed(origin: Source, completion: Completion) -> Callable[[Any, Run], Any]:
    # The innermost of all: run some three hundred times for a screen, so with as few calls as
    # there can be.
    read, attribute = origin.now, origin.attribute
    complete, plain, bound = completion.now, completion.plain, completion.bound
    assert read is not None and complete is not None

    def of_attribute(row: Any, run: Run) -> Any:
        value = attribute(row)  # type: ignore[misc]
        return value if type(value) is plain else complete(value, run)

    def of_number(row: Any, run: Run) -> Any:
        value = read(row, run)
        if type(value) is int and -bound <= value <= bound:
            return value
        return complete(value, run)

    def of_resolver(row: Any, run: Run) -> Any:
        value = read(row, run)
        return value if type(value) is plain else complete(value, run)

    if plain is int:
        return of_number
    return of_resolver if attribute is None else of_attribute


def _nothing(_row: Any, _run: Run) -> None:
    # Keeps the place of what is filled in later: answers have the order of the document.
    return None


def _filling(key: str, origin: Source, completion: Completion) -> Fill:
    async def fill(rows: Sequence[Any], answers: list[dict[str, Any]], run: Run) -> None:
        if origin.later is not None:
            values = await origin.later(rows, run)
        else:
            assert origin.now is not None
            values = [origin.now(row, run) for row in rows]
        for answer, part in zip(answers, await _all(completion, values, run), strict=True):
            answer[key] = part

    return fill


def _filled(entries: list[Entry], fills: list[Fill], *, is_root: bool) -> Any:
    async def later(rows: Sequence[Any], run: Run) -> list[Any]:
        answers = [{key: get(row, run) for key, get in entries} for row in rows]
        if is_root and len(fills) > 1:
            await all_of(fill(rows, answers, run) for fill in fills)
        else:
            # One after the other: their statements are shared with other requests rather than
            # run beside each other, which would take a task for each: a fifth of the time.
            for fill in fills:
                await fill(rows, answers, run)
        return answers

    return later


async def _all(completion: Completion, values: Sequence[Any], run: Run) -> list[Any]:
    if completion.now is not None:
        complete = completion.now
        return [complete(value, run) for value in values]
    assert completion.later is not None
    return await completion.later(values, run)
