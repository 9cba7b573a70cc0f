"""graphql-core's results and errors as a response: code and hint each, values of nobody."""

from collections.abc import Collection

import orjson
from graphql import ExecutionResult, GraphQLError
from strawberry.exceptions import StrawberryInputCoercionError

from api.problems import Answer, Code, Entry, Problem, entry, explained
from api.wire.wording import discreet

# An answer with hundreds of equal errors helps nobody.
_MOST_ERRORS = 10
MAX_BYTES = 2_000_000


def encoded(answer: Answer) -> bytes:
    """The answer as JSON; Problem QUERY_TOO_COSTLY if it is too long to be sent."""
    text = orjson.dumps(answer)
    if len(text) > MAX_BYTES:
        raise Problem(
            Code.QUERY_TOO_COSTLY,
            f"The answer has {len(text)} bytes; {MAX_BYTES} are sent. What was to be done is done.",
        )
    return text


def answer_of(result: ExecutionResult) -> Answer:
    """A response with data, and the errors of the fields that failed."""
    answer: Answer = {"data": result.data}
    if result.errors:
        answer["errors"] = [_of_field(error) for error in result.errors[:_MOST_ERRORS]]
    return answer


def refusal_of(errors: Collection[GraphQLError], code: Code = Code.VALIDATION) -> Problem:
    """A document or variables that do not fit the schema, or do not parse."""
    if any(" contains more than " in error.message for error in errors):  # of tokens, characters
        code = Code.QUERY_TOO_COSTLY
    told = [_placed(entry(code, discreet(error.message)), error) for error in errors]
    return Problem(code, entries=told)


def failure_of(errors: Collection[GraphQLError]) -> Problem:
    """What kept a subscription from standing: who asked, or its cursor, or an engine."""
    told = [_of_field(error) for error in errors]
    return Problem(told[0]["extensions"]["code"], entries=told)


def _of_field(error: GraphQLError) -> Entry:
    cause: BaseException = error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    return _placed(_explained(cause, ".".join(map(str, error.path or ()))), error)


def _explained(cause: BaseException, where: str) -> Entry:
    # graphql-core's own errors while running are the caller's only if an argument came out wrong;
    # else a resolver returned what its type does not allow.
    of_argument = isinstance(cause, GraphQLError) and cause.message.startswith("Argument '")
    if of_argument or isinstance(cause, StrawberryInputCoercionError):
        return entry(Code.BAD_REQUEST, discreet(str(getattr(cause, "message", ""))))
    return explained(cause, where)


def _placed(told: Entry, error: GraphQLError) -> Entry:
    if error.locations:
        told["locations"] = [location.formatted for location in error.locations[:_MOST_ERRORS]]
    if error.path:
        told["path"] = error.path
    return told
