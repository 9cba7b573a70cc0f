"""Answers about the schema: the same for all, worked out once, and beside the event loop.

The standard introspection query takes 0.2 s of graphql-core: in a thread, others are served
meanwhile.
"""

import asyncio
from collections.abc import Callable
from typing import Any

import orjson
from graphql import DocumentNode, ExecutionResult, GraphQLSchema
from graphql.execution import execute_sync

from api.problems import Answer

Told = Callable[[ExecutionResult], Answer]
_KEPT = 8


class Introspection:
    """Of one schema; `told` makes an answer of what graphql-core found."""

    def __init__(self, schema: GraphQLSchema, told: Told) -> None:
        self._schema = schema
        self._told = told
        self._answers: dict[tuple[str, str, bytes], asyncio.Task[Answer]] = {}

    async def answer(
        self, text: str, document: DocumentNode, name: str | None, variables: dict[str, Any]
    ) -> Answer:
        """The answer to an operation that asks for nothing but the schema."""
        key = (text, name or "", orjson.dumps(variables, option=orjson.OPT_SORT_KEYS))
        task = self._answers.get(key)
        if task is None or (task.done() and (task.cancelled() or task.exception() is not None)):
            if len(self._answers) >= _KEPT:
                self._answers.pop(next(iter(self._answers)))
            task = asyncio.create_task(self._found(document, name, variables))
            self._answers[key] = task
        # Shared by all who ask meanwhile: one that goes away must not take it from the others.
        return dict(await asyncio.shield(task))

    async def _found(
        self, document: DocumentNode, name: str | None, variables: dict[str, Any]
    ) -> Answer:
        return self._told(
            await asyncio.to_thread(
                execute_sync,
                self._schema,
                document,
                variable_values=variables,
                operation_name=name,
            )
        )
