"""A subscription as a plan: many events answered at once, for all who asked for the same."""

from collections.abc import Mapping, Sequence
from typing import Any

from graphql import DocumentNode, FieldNode, FragmentDefinitionNode, Node, Visitor, visit
from graphql.execution.values import VariableValues

from api.compiled.sources import Run
from api.compiled.values import Completion


class EventPlan:
    """Answers events. `types_in` are those whose fields it asks for, by what kind of thing it is
    that is told, where there are several.
    """

    def __init__(
        self,
        key: str,
        completion: Completion,
        types_in: Mapping[str, set[str]],
        names: tuple[str, ...],
    ) -> None:
        self.types_in = types_in
        self._key = key
        self._completion = completion
        self._names = names

    def depends_on(self, variables: VariableValues) -> tuple[tuple[str, str], ...]:
        """What of the variables the answers depend on: not where the events begin, for one."""
        return tuple((name, repr(variables.coerced.get(name))) for name in self._names)

    async def run(
        self, context: Any, variables: VariableValues, events: Sequence[Any]
    ) -> list[dict[str, Any]]:
        """The data of each event's answer, as graphql-core would give it; raises if one fails."""
        run = Run(context, variables)
        if self._completion.now is not None:
            complete = self._completion.now
            return [{self._key: complete(event, run)} for event in events]
        assert self._completion.later is not None
        return [{self._key: part} for part in await self._completion.later(events, run)]


def variables_below(document: DocumentNode, nodes: Sequence[FieldNode]) -> tuple[str, ...]:
    """The variables that are used below these fields, or in fragments."""
    below: list[Node] = [node.selection_set for node in nodes if node.selection_set]
    below += [node for node in document.definitions if isinstance(node, FragmentDefinitionNode)]
    found = _Variables()
    for part in below:
        visit(part, found)
    return tuple(found.names)


class _Variables(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: dict[str, None] = {}

    def enter_variable(self, node: Any, *_: object) -> None:
        self.names[node.name.value] = None
