"""The ready operations of GraphiQL: the contract's documents, each with variables that fit."""

from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLSchema, OperationDefinitionNode, build_schema, parse
from graphql.execution.values import get_variable_values

from api.graphiql import operations

ROOT = Path(__file__).parents[2]
TEXTS = (
    "uuid", "short", "memberNumber", "referralCode", "rewardId", "voucherId", "voucherCode",
    "surveyId", "questionId", "holdId", "mergeId", "latestCursor", "earlierCursor", "myCaseId",
    "caseId", "challengeId", "refreshToken", "adjustedId", "adjustmentId", "poolId", "placeId",
    "otherPlaceId", "invitationId", "otherInvitationId", "companyId", "joinedPoolId",
    "claimCode", "expiredId", "draftId", "newestDraftId", "stopId",
)  # fmt: skip
KNOWN = dict.fromkeys(TEXTS, "x") | {
    "now": "2026-03-01T10:00:00Z",
    "monthAgo": "2026-01-30T10:00:00Z",
    "yearAgo": "2025-03-01",
    "tomorrow": "2026-03-02",
    "nextQuarter": "2026-05-31T10:00:00Z",
    "inFourMonths": "2026-07-01",
    "termsVersion": 1,
}


@pytest.fixture(scope="module")
def sdl() -> GraphQLSchema:
    return build_schema((ROOT / "schema" / "schema.graphql").read_text())


def names() -> list[str]:
    return [operation.name for operation in operations.ready_operations()]


def test_every_document_is_in_the_menu_once_and_has_its_variables_written() -> None:
    files = sorted(file.stem for file in operations.DOCUMENTS.rglob("*.graphql"))

    assert sorted(names()) == files
    assert set(operations.demo_variables({})) == set(files)


def test_the_menu_says_who_asks() -> None:
    by_name = {operation.name: operation for operation in operations.ready_operations()}

    assert by_name["Home"].identity == "member"
    assert by_name["Join"].identity == "nobody"
    assert by_name["MemberEnrol"].identity == "session"
    assert by_name["OrderReport"].identity == "shop"
    assert by_name["Cases"].identity == "staff"
    assert {*operations.ASKED_BY_NOBODY, *operations.ASKED_BY_WHO_SIGNED_IN} <= set(by_name)


def test_what_a_document_expects_is_not_mixed_into_what_it_is_for() -> None:
    by_name = {operation.name: operation for operation in operations.ready_operations()}

    assert by_name["VoucherUse"].about == ""
    assert by_name["Quote"].about.startswith("Before paying: the whole price")
    assert by_name["MemberNotified"].kind == "subscription"


@pytest.mark.parametrize("name", names())
def test_variables_fit_the_schema(name: str, sdl: GraphQLSchema) -> None:
    operation = next(each for each in operations.ready_operations() if each.name == name)
    definition = parse(operation.document).definitions[0]
    variables: dict[str, Any] = operations.demo_variables(KNOWN)[name]

    assert isinstance(definition, OperationDefinitionNode)
    coerced = get_variable_values(sdl, list(definition.variable_definitions or ()), variables)
    assert not isinstance(coerced, list), [error.message for error in coerced]
    assert "{{" not in str(variables)
