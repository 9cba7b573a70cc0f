"""field(), mutation(), subscription(): who may, enforced and written into the descriptions."""

from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import Any, cast

import strawberry
from graphql import GraphQLField
from strawberry.extensions import FieldExtension
from strawberry.types.field import StrawberryField

from domain.actor import Role
from domain.errors import DomainError
from schema.errors import Payload

NOT_KEPT = {"kept": False}
"""Metadata of a field without a resolver: no answer with it is remembered. See `field`."""

Made = Callable[[Callable[..., Any]], Any]

ARGUMENTS = {
    "input": "What to do.",
    "first": "How many at the most: 1 to 100.",
    "after": "Beyond this cursor, in the order of the list.",
    "id": "An id that this schema gave.",
    "unit": "A unit's code, as in POINTS.",
    "ids": "Ids that this schema gave; at most 100.",
    "by": "Which member.",
    "order": "The purchase.",
    "period": "Which days.",
    "state": "In this state alone.",
}


class Roles(FieldExtension):
    """Only these roles; the actor's own are looked at each time."""

    def __init__(self, roles: tuple[Role, ...]) -> None:
        self.roles = roles

    def resolve(self, next_: Callable[..., Any], source: Any, info: Any, **kwargs: Any) -> Any:
        info.context.actor.require(*self.roles)
        return next_(source, info, **kwargs)

    async def resolve_async(
        self, next_: Callable[..., Any], source: Any, info: Any, **kwargs: Any
    ) -> Any:
        info.context.actor.require(*self.roles)
        return await next_(source, info, **kwargs)


class _Refusals(FieldExtension):
    """A DomainError becomes data in the payload, its path seen from the mutation's arguments."""

    def __init__(self, payload: type[Payload]) -> None:
        self.payload = payload

    async def resolve_async(
        self, next_: Callable[..., Any], source: Any, info: Any, **kwargs: Any
    ) -> Any:
        if (done := info.context.done) and info._raw_info.path.key in done:
            # Done already, and its answer could not be completed in the first try.
            answer = done[info._raw_info.path.key]
            if isinstance(answer, Exception):
                raise answer
            return answer
        info.context.leave_pools()
        try:
            return await next_(source, info, **kwargs)
        except DomainError as error:
            return self.payload(user_errors=[error.under("input")])
        finally:
            info.context.forget()
            await info.context.settle()


def field(
    *roles: Role, description: str, graphql_type: Any = None, kept: bool = True, **more: Any
) -> Made:
    """A field with a resolver, open to these roles only (to everyone where none is named).

    `kept=False`: it shows what can change without a newer version of the member, the catalogue or
    the programme, so no answer with it is remembered. See also `Context.changes_at`.
    """
    more["metadata"] = {**more.get("metadata", {}), "kept": kept}

    def decorate(resolver: Callable[..., Any]) -> StrawberryField:
        made: StrawberryField = strawberry.field(
            resolver=resolver,
            description=_with_roles(description, roles),
            graphql_type=graphql_type,
            extensions=[Roles(roles)] if roles else [],
            **more,
        )
        return _described(made)

    return decorate


def batched(*roles: Role, description: str, graphql_type: Any, **more: Any) -> Made:
    """A field whose resolver answers for a list of rows at once: `resolver(rows, info, ...)`.

    What a list of rows needs beyond itself is then read in one go, and nothing waits row by row.
    """

    def decorate(resolver: Callable[..., Any]) -> StrawberryField:
        name = next(iter(signature(resolver).parameters))

        @wraps(resolver)
        async def of_one(**given: Any) -> Any:
            row, info = given.pop(name), given.pop("info")
            return await info.context.load_row(resolver, row, info, given)

        more["metadata"] = {"batch": resolver}
        made = field(*roles, description=description, graphql_type=graphql_type, **more)(of_one)
        return cast(StrawberryField, made)

    return decorate


def mutation(*roles: Role, payload: type[Payload], description: str) -> Made:
    """A mutation: refusals are answered in `payload`, a missing role at the top level."""

    def decorate(resolver: Callable[..., Any]) -> StrawberryField:
        made: StrawberryField = strawberry.mutation(
            resolver=resolver,
            description=_with_roles(description, roles),
            graphql_type=payload | None,
            # The last is the outermost: who lacks the role is refused before there is a payload.
            extensions=[_Refusals(payload), *([Roles(roles)] if roles else [])],
        )
        return _described(made)

    return decorate


def subscription(*roles: Role, description: str, graphql_type: Any) -> Made:
    """A subscription: a coroutine that answers what to listen to once it listens."""

    def decorate(resolver: Callable[..., Any]) -> StrawberryField:
        made: StrawberryField = strawberry.subscription(
            resolver=resolver,
            description=_with_roles(description, roles),
            graphql_type=graphql_type,
            extensions=[Roles(roles)] if roles else [],
        )
        return _described(made)

    return decorate


def is_kept(field: GraphQLField) -> bool:
    """Whether an answer with this field may be remembered under the versions."""
    definition = field.extensions.get("strawberry-definition")
    return bool(getattr(definition, "metadata", {}).get("kept", True))


def _with_roles(description: str, roles: tuple[Role, ...]) -> str:
    return f"{description} Roles: {', '.join(roles)}." if roles else description


def _described(made: StrawberryField) -> StrawberryField:
    for argument in made.arguments:
        if argument.description is None:
            argument.description = ARGUMENTS.get(argument.python_name)
    return made
