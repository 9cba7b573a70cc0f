"""A GraphQL request from its text to its answer, on graphql-core; the same gate for all wires."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar, cast

from graphql import (
    ExecutionResult,
    OperationDefinitionNode,
    OperationType,
)
from graphql.execution import (
    Executor,
    create_source_event_stream,
    execute_root_selection_set,
    execute_subscription_event,
    map_source_to_response_event,
)
from graphql.execution.values import VariableValues
from starlette.types import Scope
from strawberry import Schema
from strawberry.execution.is_awaitable import optimized_is_awaitable

from api.bounds.billing import Bill
from api.bounds.introspection import Introspection
from api.bounds.rates import OFF, Rates
from api.compiled.events import EventPlan
from api.compiled.mutations import MutationPlan, Undone
from api.compiled.plans import Plan
from api.gate import MAX_ERRORS, USES_WORTH_A_PLAN, Gate, Reading, chosen
from api.known.keeping import may_be_kept
from api.known.registry import Registry
from api.problems import Answer, Code, Problem
from api.rehearsing import RehearsingExecutor
from api.watching import observation
from api.wire.results import answer_of, failure_of, refusal_of
from domain.actor import Actor, ActorKind

T = TypeVar("T")

QUERY_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Request:
    """What a caller sent: a document, values for its variables, which operation of it to run.

    The document may be empty where it is known by its id.
    """

    document: str
    variables: dict[str, Any] = field(default_factory=dict)
    operation_name: str | None = None
    document_id: str | None = None
    is_known: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """A request that has passed the gate. `kind` is query, mutation or subscription."""

    kind: OperationType
    reading: Reading
    node: OperationDefinitionNode
    request: Request
    bill: Bill


@dataclass(frozen=True, slots=True)
class Subscribed:
    """A subscription that stands: its events, and how each is answered."""

    executor: Executor[Any]
    source: Any
    context: Callable[[], Any]
    plan: EventPlan | None

    @property
    def variables(self) -> VariableValues:
        """Those of its variables that were given, and defaults."""
        return self.executor.variable_values

    async def answers(self) -> AsyncGenerator[Answer, None]:
        """The answers as graphql-core gives them, event by event."""
        results = map_source_to_response_event(self.executor, self.source, self._executed)
        async with aclosing(results):
            async for result in results:
                yield answer_of(result)

    async def answer(self, event: Any) -> Answer:
        """The answer to one event, as graphql-core gives it."""
        return answer_of(await self._executed(self.executor.build_per_event_executor(event)))

    async def _executed(self, event: Executor[Any]) -> ExecutionResult:
        event.context_value = self.context()
        await event.context_value.settle()
        result = execute_subscription_event(event)
        return result if isinstance(result, ExecutionResult) else await result


class Execution:
    """Runs requests against one schema. `locked` hides the schema from all but staff."""

    def __init__(
        self,
        schema: Schema,
        *,
        locked: bool,
        rates: Rates = OFF,
        registry: Registry | None = None,
    ) -> None:
        self._schema = schema._schema
        self._rates = rates
        self._registry = registry
        self._introspection = Introspection(schema._schema, answer_of)
        self._executor_class = schema.execution_context_class
        self.locked = locked
        self._unfinished: set[asyncio.Future[Any]] = set()
        gate = Gate(schema, locked=locked)
        self._read, self._read_in_turn = gate.read, gate.read_in_turn

    def admit(self, request: Request, actor: Actor) -> Operation:
        """The operation to run; Problem if the document is refused."""
        reading = self._read(request.document)
        reading.uses += USES_WORTH_A_PLAN if request.is_known else 1
        if reading.introspective and self.locked and actor.kind is not ActorKind.STAFF:
            raise Problem(Code.FORBIDDEN, "The schema is not told here; the docs have it.")
        operation = chosen(reading.document, request.operation_name)
        bill = reading.billing.bill(operation, request.variables, actor)
        return Operation(operation.operation, reading, operation, request, bill)

    async def admitted(
        self, request: Request, actor: Actor, scope: Scope, *, is_counted: bool = False
    ) -> Operation:
        """The same, once this caller's rates allow it: before it is read, and for what it costs.

        `is_counted`: it has been counted as a request already.
        """
        if not is_counted:
            await self._rates.admit(actor, scope)
        resolved = await self._resolved(request, actor)
        await self._read_in_turn(resolved.document)
        operation = self.admit(resolved, actor)
        await self._rates.charge(actor, scope, operation.bill)
        return operation

    def check(self, document: str) -> None:
        """Problem if the document would be refused."""
        self._read(document)

    def may_be_kept(self, document: str, operation_name: str | None) -> bool:
        """Whether answers may be remembered. Problem if the document is refused."""
        read = self._read(document).document
        return may_be_kept(self._schema, read, chosen(read, operation_name))

    async def run(self, operation: Operation, context: Any) -> Answer:
        """The answer of a query or mutation. Problem if its variables do not fit.

        A query is given up when the caller goes or after five seconds; a mutation runs to its end.
        """
        if operation.bill.tells_the_schema:
            return await self._told(operation)
        work = self._executed(operation, context)
        if operation.kind is OperationType.MUTATION:
            return await self._to_the_end(work)
        try:
            async with asyncio.timeout(QUERY_SECONDS):
                return await work
        except TimeoutError:
            raise Problem(Code.TIMEOUT, f"No answer within {QUERY_SECONDS:.0f} seconds.") from None

    async def execute(self, request: Request, context: Any) -> Answer:
        """The answer of a query or mutation, refusals included."""
        try:
            return await self.run(self.admit(request, context.actor), context)
        except Problem as problem:
            return problem.answer()

    async def subscribe(self, operation: Operation, context: Callable[[], Any]) -> "Subscribed":
        """A subscription, which stands once this returns: no event is missed.

        Each answer has a fresh `context()`, as its loaders remember.
        """
        first = context()
        await first.settle()
        executor = self._executor(operation, first)
        source = create_source_event_stream(executor)
        if isinstance(source, Awaitable):
            source = await source
        if isinstance(source, ExecutionResult):
            raise failure_of(source.errors or [])
        plan = operation.reading.plan(operation.node, executor.variable_values)
        assert plan is None or isinstance(plan, EventPlan)
        return Subscribed(executor, source, context, plan)

    async def finish(self) -> None:
        """Wait for the mutations that are under way."""
        if self._unfinished:
            await asyncio.wait(self._unfinished)

    async def _resolved(self, request: Request, actor: Actor) -> Request:
        if self._registry is None:
            if not request.document:
                raise Problem(Code.PERSISTED_QUERY_NOT_FOUND, "PersistedQueryNotFound")
            return request
        found = await self._registry.resolved(request.document or None, request.document_id, actor)
        if found.name:
            observation.names(found.name)
        known = replace(request, document=found.text, is_known=bool(found.name))
        if found.is_new:
            await self._read_in_turn(known.document)
            self.admit(known, actor)
            await self._registry.take_in(found.text)
        return known

    def _executor(self, operation: Operation, context: Any) -> Executor[Any]:
        is_mutation = operation.kind is OperationType.MUTATION
        executor = (RehearsingExecutor if is_mutation else self._executor_class).build(
            self._schema,
            operation.reading.document,
            context_value=context,
            raw_variable_values=operation.request.variables,
            operation_name=operation.request.operation_name,
            max_coercion_errors=MAX_ERRORS,
            is_awaitable=cast(Any, optimized_is_awaitable),
            hide_suggestions=self.locked,
        )
        if isinstance(executor, list):
            raise refusal_of(executor)
        return executor

    async def _executed(self, operation: Operation, context: Any) -> Answer:
        executor = self._executor(operation, context)
        if operation.kind is OperationType.QUERY:
            await context.settle()  # mutations do so once they have changed what is read
        result = await self._planned(operation, context, executor.variable_values)
        if result is None:
            walked = execute_root_selection_set(executor)
            result = walked if isinstance(walked, ExecutionResult) else await walked
        return self._billed(answer_of(result), operation.bill)

    async def _planned(
        self, operation: Operation, context: Any, variables: VariableValues
    ) -> ExecutionResult | None:
        # None where there is no plan, or something goes wrong: graphql-core knows how to tell it.
        plan = operation.reading.plan(operation.node, variables)
        try:
            if isinstance(plan, MutationPlan):
                return ExecutionResult(*await plan.run(context, variables))
            if isinstance(plan, Plan):
                return ExecutionResult(await plan.run(context, variables))
        except Undone as undone:
            context.forget()
            context.done = undone.done
        except Exception:  # noqa: BLE001 - it will be met again
            context.forget()
        return None

    async def _told(self, operation: Operation) -> Answer:
        wanted = operation.request
        told = self._introspection.answer(
            wanted.document, operation.reading.document, wanted.operation_name, wanted.variables
        )
        return self._billed(await told, operation.bill)

    def _billed(self, answer: Answer, bill: Bill) -> Answer:
        if not self.locked:
            answer["extensions"] = {"cost": bill.told()}
        return answer

    async def _to_the_end(self, work: Any) -> Answer:
        task = asyncio.ensure_future(work)
        self._unfinished.add(task)
        task.add_done_callback(self._unfinished.discard)
        return cast(Answer, await asyncio.shield(task))
