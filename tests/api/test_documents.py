"""The documents that apps are built with, as `python -m api documents` lists them."""

import hashlib
import json

import pytest
from graphql import parse, validate

from api.known import documents
from schema.root import schema


def test_each_is_listed_in_both_forms_under_its_hash(capsys: pytest.CaptureFixture[str]) -> None:
    documents.run()

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(lines) == 2 * len(list(documents.FOLDER.rglob("*.graphql")))
    for line in lines:
        digest = hashlib.sha256(line["text"].encode()).hexdigest()
        assert line["id"] == f"sha256:{digest}"
        assert validate(schema._schema, parse(line["text"])) == []


def test_apollo_asks_for_the_type_of_everything_but_the_operation() -> None:
    plain, apollo = documents.forms(parse("{ me { id wallets { balance } } }"))

    assert plain == "{\n  me {\n    id\n    wallets {\n      balance\n    }\n  }\n}"
    assert apollo == (
        "{\n  me {\n    id\n    wallets {\n      balance\n      __typename\n    }\n"
        "    __typename\n  }\n}"
    )
