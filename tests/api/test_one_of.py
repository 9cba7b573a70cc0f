"""Inputs of which one field is given: the SDL says so, and a fault is told with its path."""

from graphql import OperationDefinitionNode, parse
from graphql.execution.values import get_variable_values

from schema.root import schema, sdl


def test_the_sdl_says_which_inputs_take_just_one_field() -> None:
    text = sdl()
    for name in ("ConditionInput", "RuleEffectInput", "StopSubjectInput", "MemberRefInput"):
        assert f"input {name} @oneOf {{" in text


def test_a_fault_deep_in_a_programme_is_told_with_its_path() -> None:
    (asked,) = parse("query ($when: ConditionInput!) { __typename }").definitions
    assert isinstance(asked, OperationDefinitionNode)
    when = {"all": [{"timeHour": {"below": 9}}, {}]}
    told = get_variable_values(schema._schema, asked.variable_definitions or (), {"when": when})
    assert isinstance(told, list)
    assert [error.message.partition(":")[0] for error in told] == [
        "Variable '$when' has invalid value at .all[1]"
    ]
