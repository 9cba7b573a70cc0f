"""Where the value of a field comes from: an attribute of its row, or a resolver."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from inspect import Parameter, iscoroutinefunction
from operator import attrgetter
from typing import Any, cast

from graphql import FieldNode, GraphQLField, GraphQLObjectType, Visitor, visit
from graphql.execution.values import VariableValues, get_argument_values
from strawberry import Schema
from strawberry.types.field import StrawberryField
from strawberry.types.fields.resolver import StrawberryResolver

from api.compiled.inputs import Inputs
from api.compiled.selections import Unfit
from api.compiled.waiting import all_of
from domain.actor import Role
from schema.node import Node, encode
from schema.roles import Roles


@dataclass(slots=True)
class Run:
    """One execution of a plan. Resolvers take it for their `info`: they ask for its context."""

    context: Any
    variables: VariableValues
    _arguments: dict[int, dict[str, Any]] = field(default_factory=dict)

    def arguments(self, make: Callable[["Run"], dict[str, Any]]) -> dict[str, Any]:
        """What `make` makes out of the variables: once a run."""
        found = self._arguments.get(id(make))
        if found is None:
            found = self._arguments[id(make)] = make(self)
        return found


@dataclass(frozen=True, slots=True)
class Source:
    """`now(row, run)` gives the value of a row; where that has to wait, `later` that of many.

    `attribute(row)` is the same where nothing but the row is asked.
    """

    now: Callable[[Any, Run], Any] | None
    later: Callable[[Sequence[Any], Run], Awaitable[Sequence[Any]]] | None = None
    attribute: Callable[[Any], Any] | None = None


def source(schema: Schema, parent: GraphQLObjectType, of: GraphQLField, node: FieldNode) -> Source:
    """Where the field that `node` asks for comes from. Raises Unfit."""
    made: StrawberryField = of.extensions["strawberry-definition"]
    resolver = made.base_resolver
    if resolver is None:
        read = attrgetter(made.python_name)
        return Source(lambda row, _run: read(row), attribute=read)
    if resolver.wrapped_func is _ID:
        kind = parent.name
        return Source(lambda row, _run: encode(kind, row.id))
    roles = _roles(made)
    arguments = _arguments(schema, made, of, node)
    many = made.metadata.get("batch") or _each(resolver)
    if many is None:
        return Source(_guarded_now(_call(resolver), arguments, roles))

    async def later(rows: Sequence[Any], run: Run) -> Sequence[Any]:
        if roles:
            run.context.actor.require(*roles)
        given = run.arguments(arguments) if arguments else {}
        answers: Sequence[Any] = await many(rows, run, **given)
        return answers

    return Source(None, later)


def act(
    schema: Schema, of: GraphQLField, node: FieldNode
) -> tuple[Callable[..., Awaitable[Any]], Callable[[Run], dict[str, Any]] | None]:
    """A mutation's resolver with all that is around it, and its arguments."""
    made: StrawberryField = of.extensions["strawberry-definition"]
    resolver = made.base_resolver
    if resolver is None or not iscoroutinefunction(resolver.wrapped_func):
        raise Unfit(made.name)
    call = _call(resolver)
    # The last is the outermost.
    for extension in made.extensions:
        call = partial(extension.resolve_async, call)
    return call, _arguments(schema, made, of, node)


_ID = Node.__strawberry_definition__.get_field("id").base_resolver.wrapped_func  # type: ignore[attr-defined]


def _guarded_now(
    call: Callable[..., Any],
    arguments: Callable[[Run], dict[str, Any]] | None,
    roles: tuple[Role, ...],
) -> Callable[[Any, Run], Any]:
    if not roles and arguments is None:
        return call

    def now(row: Any, run: Run) -> Any:
        run.context.actor.require(*roles)
        return call(row, run, **(run.arguments(arguments) if arguments else {}))

    def open_now(row: Any, run: Run) -> Any:
        assert arguments is not None
        return call(row, run, **run.arguments(arguments))

    return now if roles else open_now


def _roles(made: StrawberryField) -> tuple[Role, ...]:
    roles: tuple[Role, ...] = ()
    for extension in made.extensions:
        if not isinstance(extension, Roles):
            raise Unfit(type(extension).__name__)
        roles = extension.roles
    return roles


def _call(resolver: StrawberryResolver[Any]) -> Callable[..., Any]:
    # The resolver as a function of (row, info, **arguments), whatever it takes of the two.
    function = cast(Callable[..., Any], resolver.wrapped_func)
    names = [p.name for p in resolver.signature.parameters.values() if p.kind is not _KEYWORDS]
    known = {p.name for p in resolver.reserved_parameters.values() if p is not None}
    taken = [name for name in names if name in known]
    match ["info" if name == "info" else "row" for name in taken]:
        case ["row", "info"]:
            return function
        case ["row"]:
            return lambda row, _info, **given: function(row, **given)
        case ["info"]:
            return lambda _row, info, **given: function(info, **given)
        case []:
            return lambda _row, _info, **given: function(**given)
        case order:
            raise Unfit(str(order))


_KEYWORDS = Parameter.VAR_KEYWORD


def _each(resolver: StrawberryResolver[Any]) -> Callable[..., Awaitable[Sequence[Any]]] | None:
    # A resolver of one row as one of many; None where it does not wait.
    if not iscoroutinefunction(resolver.wrapped_func):
        return None
    call = _call(resolver)

    async def many(rows: Sequence[Any], info: Any, **given: Any) -> Sequence[Any]:
        if len(rows) == 1:
            return [await call(rows[0], info, **given)]
        return await all_of(call(row, info, **given) for row in rows)

    return many


def _arguments(
    schema: Schema, made: StrawberryField, of: GraphQLField, node: FieldNode
) -> Callable[[Run], dict[str, Any]] | None:
    if not of.args:
        return None

    inputs = Inputs(schema)
    name_of = schema.config.name_converter.from_argument
    taken = [
        (name_of(argument), argument.python_name, inputs.converter(argument.type))
        for argument in made.arguments
    ]

    def make(run: Run) -> dict[str, Any]:
        values = get_argument_values(of, node, run.variables)
        return {
            python_name: convert(values[name]) if convert else values[name]
            for name, python_name, convert in taken
            if name in values
        }

    found = _Variables()
    visit(_bare(node), found)
    if found.any:
        return make
    fixed = make(Run(None, VariableValues({}, {})))
    return lambda _run: fixed


def _bare(node: FieldNode) -> FieldNode:
    return FieldNode(name=node.name, arguments=node.arguments)


class _Variables(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.any = False

    def enter_variable(self, *_: object) -> None:
        self.any = True
