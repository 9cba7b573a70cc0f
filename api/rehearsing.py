"""Mutations that are only rehearsed: each with its whole answer, in either executor."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from graphql import GraphQLField, GraphQLInputObjectType, get_named_type
from graphql.execution.values import get_argument_values
from graphql.pyutils import Path
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from domain import database
from schema import dry_runs


@asynccontextmanager
async def rehearsed(context: Any) -> AsyncIterator[None]:
    """What is done and read in the block is undone, and forgotten by the request."""
    context.forget()
    try:
        async with database.rehearsal():
            yield
    finally:
        context.forget()


def can_be_dry(field: GraphQLField) -> bool:
    """Whether a mutation can be rehearsed."""
    given = field.args.get("input")
    taken = get_named_type(given.type) if given else None
    return isinstance(taken, GraphQLInputObjectType) and dry_runs.NAME in taken.fields


class RehearsingExecutor(StrawberryGraphQLCoreExecutionContext):
    """graphql-core's way through a mutation; completes a dry run's answer before it is undone."""

    def execute_field(
        self, parent_type: Any, source: Any, field_details_list: Any, path: Path, position: Any
    ) -> Any:
        """The field's answer, as graphql-core has it."""
        if path.prev is None and self._is_dry(parent_type, field_details_list[0]):
            return self._rehearsed(parent_type, source, field_details_list, path, position)
        return super().execute_field(parent_type, source, field_details_list, path, position)

    def _is_dry(self, parent_type: Any, details: Any) -> bool:
        field = self.schema.get_field(parent_type, details.node.name.value)
        if field is None or not can_be_dry(field):
            return False
        try:
            given = get_argument_values(
                field, details.node, self.variable_values, details.fragment_variable_values
            )
        except Exception:  # noqa: BLE001 - graphql-core will meet it, and tell of it
            return False
        return given["input"].get(dry_runs.NAME) is True

    async def _rehearsed(
        self, parent_type: Any, source: Any, field_details_list: Any, path: Path, position: Any
    ) -> Any:
        try:
            async with rehearsed(self.context_value):
                answer = super().execute_field(
                    parent_type, source, field_details_list, path, position
                )
                if self.is_awaitable(answer):
                    answer = await answer
        except Exception as error:  # noqa: BLE001 - told where it was raised
            field = self.schema.get_field(parent_type, field_details_list[0].node.name.value)
            assert field is not None
            self.handle_field_error(error, field.type, field_details_list, path)
            return None
        return answer
