"""Conditions as they are sent: what can be asked, what becomes of it, and where faults are."""

from typing import Any

import pytest
import strawberry
from graphql import GraphQLInputObjectType
from hypothesis import given, settings
from strawberry.schema.config import StrawberryConfig

from domain.errors import InvalidInput
from domain.programme.conditions import Condition, parse, to_json
from domain.programme.conditions.leaves import LEAVES, Leaf, Subject
from domain.programme.problems import Invalid
from schema.condition_inputs import ConditionInput, condition_at, condition_path
from schema.scalars import SCALARS
from tests.programme.strategies import conditions

read: list[dict[str, Any]] = []


@strawberry.type
class Query:
    @strawberry.field
    def read(self, where: ConditionInput) -> bool:
        read.append(where.as_json())
        return True


schema = strawberry.Schema(query=Query, config=StrawberryConfig(scalar_map=SCALARS))


def sent(where: object) -> dict[str, Any]:
    """What the domain is given when this is sent as a variable."""
    answer = schema.execute_sync(
        "query ($where: ConditionInput!) { read(where: $where) }", {"where": where}
    )
    assert answer.errors is None, answer.errors
    return read.pop()


@pytest.mark.parametrize("leaf", LEAVES.values(), ids=str)
def test_every_leaf_of_the_table_can_be_sent_and_read(leaf: Leaf) -> None:
    written = {leaf.name: dict(leaf.example)}

    assert sent(written) == written
    assert parse(written, frozenset(Subject))


def test_every_field_says_in_words_what_it_looks_at() -> None:
    kind = schema._schema.type_map["ConditionInput"]
    assert isinstance(kind, GraphQLInputObjectType)

    assert "input ConditionInput @oneOf" in schema.as_str()
    assert set(kind.fields) >= {"all", "any", "not", *LEAVES}
    assert kind.fields["memberSpent"].description == (
        "What was spent before is …. In minor units. Looks at the history."
    )
    assert "One of MONDAY, TUESDAY" in (kind.fields["timeWeekday"].description or "")


@settings(max_examples=100, deadline=None)
@given(conditions)
def test_a_condition_that_is_sent_as_it_was_kept_is_the_same(condition: Condition) -> None:
    kept = to_json(condition)

    assert sent(ConditionInput.of_json(kept)) == kept


def test_money_beyond_32_bits_is_an_amount() -> None:
    where = {"memberSpent": {"atLeast": 3_000_000_000, "category": ["coffee"], "withinDays": 90}}

    assert sent(where) == where


def test_attributes_are_named_as_the_programme_names_them() -> None:
    kept = {"all": [{"member.pets": {"in": ["cat"]}}, {"stars": {"atLeast": 4}}]}
    where = {
        "all": [
            {"memberAttribute": {"name": "pets", "in": ["cat"]}},
            {"activityAttribute": {"name": "stars", "atLeast": 4}},
        ]
    }

    assert ConditionInput.of_json(kept) == where
    assert sent(where) == kept


@pytest.mark.parametrize("name", ["memberAge", "any", "member.age"])
def test_an_attribute_cannot_pass_for_something_else(name: str) -> None:
    answer = schema.execute_sync(
        "query ($name: String!) { read(where: {activityAttribute: {name: $name, is: true}}) }",
        {"name": name},
    )

    assert answer.errors
    refused = answer.errors[0].original_error
    assert isinstance(refused, InvalidInput)
    assert refused.path == ("activityAttribute", "name")


@pytest.mark.parametrize(
    ("kept", "path"),
    [
        ({"all": [{"memberOrders": {"atLeast": "two"}}]}, ("all", "0", "memberOrders", "atLeast")),
        ({"not": {"timeWeekday": {"in": ["TODAY"]}}}, ("not", "timeWeekday", "in", "0")),
        ({"any": []}, ("any",)),
        ({"all": [{"member.pets": {"is": True}}]}, ("all", "0", "memberAttribute", "name")),
        ({"stars": {"atLeast": 4}}, ("activityAttribute", "name")),
        ({"memberTier": {}}, ("memberTier",)),
    ],
)
def test_a_fault_is_found_where_it_was_sent(kept: dict[str, Any], path: tuple[str, ...]) -> None:
    with pytest.raises(InvalidInput) as refused, condition_at("where"):
        parse(kept)

    assert refused.value.path == ("where", *path)


def test_a_fault_that_the_domain_refused_has_its_path_through_the_input_too() -> None:
    with pytest.raises(InvalidInput) as refused, condition_at("where"):
        raise InvalidInput("No.", ("where", "not", "member.pets", "in"))
    assert refused.value.path == ("where", "not", "memberAttribute", "in")

    with pytest.raises(InvalidInput) as refused, condition_at("where"):
        raise InvalidInput("No.", ("name",))
    assert refused.value.path == ("name",)


def test_a_path_of_a_leaf_is_what_it_was() -> None:
    assert condition_path(("memberOrders", "category", "0")) == ("memberOrders", "category", "0")
    assert condition_path(()) == ()


def test_too_deep_is_a_typed_refusal() -> None:
    where: dict[str, Any] = {"memberAge": {"atLeast": 1}}
    for _ in range(8):
        where = {"not": where}

    with pytest.raises(Invalid, match="more than 8 levels deep"):
        parse(sent(where))
