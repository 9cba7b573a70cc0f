"""What a document has to pass before it runs; and what is kept of those that did."""

import asyncio
import re
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

import graphql
from graphql import (
    DocumentNode,
    GraphQLError,
    OperationDefinitionNode,
    OperationType,
    specified_rules,
)
from graphql.execution.values import VariableValues
from strawberry import Schema
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from api.bounds import limits
from api.bounds.billing import Billing
from api.compiled.events import EventPlan
from api.compiled.mutations import MutationPlan
from api.compiled.plans import Plan, plan
from api.compiled.selections import Unfit, conditions
from api.known.trees import lightened
from api.problems import Code, Problem
from api.wire.results import refusal_of

MAX_ERRORS = 5
USES_WORTH_A_PLAN = 2

_KNOWN_DOCUMENTS = 200
# In all that are kept, which the collector looks through now and then, with everybody waiting.
# The documents of the apps have a third of it.
_KNOWN_NODES = 15_000
_MOST_PLANS = 16  # of one document: by the conditions in it
_RULES = (*specified_rules, MaybeNullValidationRule, OneOfInputValidationRule)
_NUL = re.compile(r"\\u(?:0000|\{0+\})")  # escaped; as it stands the parser refuses it

AnyPlan = Plan | MutationPlan | EventPlan


@dataclass(slots=True)
class Reading:
    """A document that is good, and what has been made of it: plans, by what decides on them."""

    schema: Schema
    document: DocumentNode
    introspective: bool
    billing: Billing
    deciding: tuple[str, ...]
    nodes: int
    uses: int = 0
    _plans: dict[tuple[Any, ...], AnyPlan | None] = field(default_factory=dict)

    def plan(self, operation: OperationDefinitionNode, variables: VariableValues) -> AnyPlan | None:
        """The plan of an operation; None where graphql-core has to walk through the document.

        It also walks through one that comes for the first time, which may be the last; but what
        is subscribed to is answered again and again.
        """
        is_lasting = operation.operation is OperationType.SUBSCRIPTION
        if self.uses < USES_WORTH_A_PLAN and not is_lasting:
            return None
        decided: dict[str, Any] = {name: variables.coerced.get(name) for name in self.deciding}
        if not all(isinstance(value, bool) for value in decided.values()):
            return None
        key = (operation.name and operation.name.value, *decided.values())
        if key not in self._plans and len(self._plans) < _MOST_PLANS:
            try:
                self._plans[key] = plan(self.schema, self.document, operation, decided)
            except Unfit:
                self._plans[key] = None
        return self._plans.get(key)


class Gate:
    """Reads documents of one schema. `locked` says nothing of what is near a wrong name."""

    def __init__(self, schema: Schema, *, locked: bool) -> None:
        self._schema = schema
        self._locked = locked
        self._known: OrderedDict[str, Reading] = OrderedDict()  # the one used longest ago first
        self._nodes = 0
        self._turn = asyncio.Lock()

    def read(self, text: str) -> Reading:
        """The document of this text, if it is good; Problem if not."""
        reading = self._known.get(text)
        if reading is None:
            reading = self._known[text] = self._read(text)
            self._nodes += reading.nodes
            while len(self._known) > _KNOWN_DOCUMENTS or self._nodes > _KNOWN_NODES:
                _, dropped = self._known.popitem(last=False)
                self._nodes -= dropped.nodes
        else:
            self._known.move_to_end(text)
        return reading

    async def read_in_turn(self, text: str) -> Reading:
        """The same. New ones are read one at a time, and between two all others have their turn."""
        if text in self._known:
            return self.read(text)
        async with self._turn:
            try:
                return self.read(text)
            finally:
                await asyncio.sleep(0)

    def _read(self, text: str) -> Reading:
        if _NUL.search(text):
            raise Problem(Code.BAD_REQUEST, "A text holds the character NUL.")
        try:
            document = graphql.parse(
                text,
                max_source_length=limits.MAX_CHARACTERS,
                max_lexical_tokens=limits.MAX_TOKENS,
                max_comments=limits.MAX_COMMENTS,
            )
        except GraphQLError as error:
            raise refusal_of([error], Code.BAD_REQUEST) from None
        introspective = limits.is_introspective(document)
        schema = self._schema._schema
        errors = graphql.validate(
            schema, document, _RULES, MAX_ERRORS, hide_suggestions=self._locked
        )
        if errors:
            raise refusal_of(errors)
        billing = Billing(schema, document)
        deciding, nodes = conditions(document), lightened(document)
        return Reading(self._schema, document, introspective, billing, deciding, nodes)


def chosen(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    """The operation of this name; the only one where none is named. Problem if there is none."""
    operations = [
        node for node in document.definitions if isinstance(node, OperationDefinitionNode)
    ]
    if name is not None:
        operations = [node for node in operations if node.name and node.name.value == name]
    if len(operations) == 1:
        return operations[0]
    if name is not None:
        raise Problem(Code.BAD_REQUEST, "The document has no operation of this operationName.")
    raise Problem(Code.BAD_REQUEST, "The document has several operations: name one, operationName.")
