"""The programme as an input: field for field what the document is, and back."""

from typing import Any

import msgspec
import pytest
import strawberry
from graphql import (
    GraphQLEnumType,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    Undefined,
    get_named_type,
    get_nullable_type,
)
from msgspec import inspect
from strawberry.schema.config import StrawberryConfig

from domain.programme import document, templates
from domain.programme.terms import Programme, Terms
from schema.programme_inputs import ProgrammeInput
from schema.scalars import SCALARS
from schema.written import sent, through, written
from tests.factories.programme import a_programme

read: list[dict[str, Any]] = []
SCALAR_NAMES: dict[type, set[str]] = {
    inspect.IntType: {"Int", "Points", "MinorUnits"},
    inspect.StrType: {"String", "CurrencyCode"},
    inspect.BoolType: {"Boolean"},
    inspect.DateType: {"Date"},
}


@strawberry.type
class Query:
    @strawberry.field
    def read(self, programme: ProgrammeInput) -> bool:
        read.append(written(programme))
        return True


schema = strawberry.Schema(query=Query, config=StrawberryConfig(scalar_map=SCALARS))


def kept(programme: object) -> dict[str, Any]:
    """The document that is kept when this is sent as a variable."""
    answer = schema.execute_sync(
        "query ($programme: ProgrammeInput!) { read(programme: $programme) }",
        {"programme": programme},
    )
    assert answer.errors is None, answer.errors
    return read.pop()


def test_the_input_has_every_field_of_the_terms_no_other_and_none_otherwise_optional() -> None:
    compared = compare(inspect.type_info(Programme), schema._schema.type_map["ProgrammeInput"])

    assert compared > 100


def compare(terms: inspect.Type, input: Any) -> int:
    """How many fields were compared."""
    if isinstance(terms, inspect.UnionType):  # an effect, told by its tag: one of the input's
        assert isinstance(input, GraphQLInputObjectType)
        assert len(input.fields) == len(terms.types)
        return len(terms.types)
    if isinstance(terms, inspect.StructType):
        assert isinstance(input, GraphQLInputObjectType), terms
        assert {field.encode_name for field in terms.fields} == set(input.fields), input
        return sum(of_field(field, input.fields[field.encode_name]) for field in terms.fields)
    if isinstance(terms, inspect.EnumType):
        assert isinstance(input, GraphQLEnumType)
        assert {each.value for each in terms.cls} == set(input.values)
    elif isinstance(terms, inspect.DictType):
        of = {inspect.StrType: "TextInput", inspect.DictType: "UnitNameInput"}
        assert input.name == of.get(type(terms.value_type), "ConditionInput")
    else:
        assert input.name in SCALAR_NAMES[type(terms)]
    return 0


def of_field(field: inspect.Field, input: GraphQLInputField) -> int:
    terms, default = field.type, field.default
    if isinstance(terms, inspect.UnionType):
        left = [each for each in terms.types if not isinstance(each, inspect.NoneType)]
        terms = left[0] if len(left) == 1 else inspect.UnionType(tuple(left))
    name = f"{field.encode_name}: {input.type}"
    # What is left out and is terms of its own is null: a default could not be read.
    is_nullable = not field.required and (default is None or isinstance(default, Terms))
    assert isinstance(input.type, GraphQLNonNull) is not is_nullable, name
    if field.required or is_nullable:
        assert input.default_value is Undefined, name
    else:
        assert input.default_value == given(field), name
    is_several = isinstance(terms, inspect.VarTupleType) or (
        isinstance(terms, inspect.DictType) and not isinstance(terms.value_type, inspect.AnyType)
    )
    assert isinstance(get_nullable_type(input.type), GraphQLList) is is_several, name
    inner = terms.item_type if isinstance(terms, inspect.VarTupleType) else terms
    return 1 + compare(inner, get_named_type(input.type))


def given(field: inspect.Field) -> Any:
    """What a field is when it is left out, as GraphQL has it."""
    if field.default is msgspec.NODEFAULT:
        return list(field.default_factory())
    return list(field.default) if isinstance(field.default, tuple) else field.default


@pytest.mark.parametrize("name", templates.names())
def test_a_template_that_is_sent_as_it_was_kept_is_the_same_document(name: str) -> None:
    programme = document.decoded(templates.contents(name))

    again = document.decoded(kept(sent(ProgrammeInput, document.encoded(programme))))

    assert again == programme
    assert document.hashed(again) == document.hashed(programme)


def test_what_needs_not_be_said_is_as_the_terms_have_it() -> None:
    plain = document.decoded(a_programme())

    assert document.decoded(kept(sent(ProgrammeInput, document.encoded(plain)))) == plain


@pytest.mark.parametrize(
    ("path", "seen"),
    [
        ("rules.0.effect.points", "rules.0.effect.perAmount.points"),
        ("rules.3.when.all.0.memberTier", "rules.3.when.all.0.memberTier"),
        ("rules.99.code", "rules.99.code"),
        ("units.0.names.ru", "units.0.names.ru"),
        ("name.el", "name.el"),
        ("activityRules.0.when.stars", "activityRules.0.when.activityAttribute.name"),
        ("birthday.daysBefore", "birthday.daysBefore"),
        ("tierPolicy", "tierPolicy"),
        ("", ""),
    ],
)
def test_a_fault_in_a_document_is_found_in_what_was_sent(path: str, seen: str) -> None:
    found = through(ProgrammeInput, templates.contents("cafe"), tuple(path.split(".")))

    assert ".".join(found) == seen


def test_a_multiplier_is_one_number() -> None:
    contents = {"rules": [{"effect": {"kind": "MULTIPLIER", "basisPoints": 1}}]}

    found = through(ProgrammeInput, contents, ("rules", "0", "effect", "basisPoints"))

    assert found == ("rules", "0", "effect", "multiplierBasisPoints")
