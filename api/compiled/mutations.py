"""A mutation as a plan: its fields one after the other, each done once whatever comes after."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from graphql import FieldNode, GraphQLError, located_error
from graphql.execution.values import VariableValues

from api.compiled.sources import Run
from api.compiled.values import Completion
from api.rehearsing import rehearsed


class Undone(Exception):
    """An answer could not be completed. `done` has what each field has answered, by its key."""

    def __init__(self, done: dict[str, Any]) -> None:
        super().__init__()
        self.done = done


@dataclass(frozen=True, slots=True)
class Act:
    """One field of a mutation: how it is done, and how its payload becomes a dict."""

    key: str
    nodes: list[FieldNode]
    do: Callable[[Run], Awaitable[Any]]
    completion: Completion
    is_dry: Callable[[Run], bool]


class MutationPlan:
    """Answers one mutation."""

    def __init__(self, acts: list[Act]) -> None:
        self._acts = acts

    async def run(
        self, context: Any, variables: VariableValues
    ) -> tuple[dict[str, Any], list[GraphQLError]]:
        """Data and errors, as graphql-core would give them. Raises Undone."""
        run = Run(context, variables)
        data: dict[str, Any] = {}
        errors: list[GraphQLError] = []
        done: dict[str, Any] = {}
        for act in self._acts:
            try:
                if act.is_dry(run):
                    async with rehearsed(context):
                        answer = await _acted(act, run, done, is_dry=True)
                else:
                    answer = await _acted(act, run, done)
            except Undone:
                raise
            except Exception as error:  # noqa: BLE001 - told where it was raised
                answer = None
                errors.append(located_error(error, act.nodes, [act.key]))
            data[act.key] = answer
        return data, errors


async def _acted(act: Act, run: Run, done: dict[str, Any], *, is_dry: bool = False) -> Any:
    # What was dry is not among what is done: graphql-core, if it is asked, rehearses it anew.
    try:
        value = await act.do(run)
    except Exception as error:
        if not is_dry:
            done[act.key] = error
        raise
    if not is_dry:
        done[act.key] = value
    try:
        return await _completed(act.completion, value, run)
    except Exception as error:
        raise Undone(done) from error


async def _completed(completion: Completion, value: Any, run: Run) -> Any:
    if completion.now is not None:
        return completion.now(value, run)
    assert completion.later is not None
    (answer,) = await completion.later([value], run)
    return answer
