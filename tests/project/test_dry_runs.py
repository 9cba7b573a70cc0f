"""Whatever moves value can be tried without doing it."""

from graphql import GraphQLInputObjectType, GraphQLObjectType, get_named_type

from schema.root import schema
from tests.api.dry_runs import DONE

# Mutations with a key that cannot be dry, and why.
NEED_NONE = {
    "cardReplace": "another number, no value",
    "caseReply": "words, no value",
    "feedbackSend": "words, no value",
    "memberEnrol": "what joining gives is told by `programme.current`; it also opens a session",
    "memberBlock": "a state, undone by memberUnblock",
    "memberExport": "reads what is kept",
    "memberOptIn": "a state of the caller, undone by memberOptOut",
    "memberOptOut": "a state of the caller, undone by memberOptIn",
    "memberUnblock": "a state, undone by memberBlock",
    "programmePublish": "refused with all that speaks against it, and `changes` has the rest",
    "surveyAnswer": "the thanks are told by the survey before it is answered",
}


def test_every_mutation_that_moves_value_can_be_dry() -> None:
    mutations = schema._schema.mutation_type
    assert mutations
    dry, others = set(), set()
    for name, field in mutations.fields.items():
        payload, given = get_named_type(field.type), get_named_type(field.args["input"].type)
        assert isinstance(payload, GraphQLObjectType)
        assert isinstance(given, GraphQLInputObjectType)
        if "dryRun" in given.fields:
            dry.add(name)
            assert str(given.fields["dryRun"].type) == "Boolean", name
            assert "replayed" in payload.fields, name
        elif "replayed" in payload.fields or "idempotencyKey" in given.fields:
            others.add(name)
    assert others == NEED_NONE.keys()
    assert {name.split(",")[0] for name in DONE} == dry
