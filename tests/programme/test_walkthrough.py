"""The walk-through of schema/README.md, block by block over HTTP, with the answers it shows."""

import json
import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from domain import database
from domain.access import access_keys
from domain.actor import SYSTEM, ActorKind, Role
from domain.programme import operations, templates
from tests.client import Client
from tests.factories.members import a_member
from tests.processes import ROOT, Server

pytestmark = pytest.mark.usefixtures("database")

SECTION = "## A programme, drafted in GraphiQL"
BLOCK = re.compile(r"^```(graphql|json)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
STEPS = 7


@dataclass
class Step:
    """A document that is sent, with its variables, and what is answered of it."""

    document: str
    variables: dict[str, Any] = field(default_factory=dict)
    answer: dict[str, Any] = field(default_factory=dict)


def steps() -> list[Step]:
    """What the README sends, in its order; variables without a document go with the last one."""
    section = (ROOT / "schema" / "README.md").read_text(encoding="utf-8").split(SECTION)[1]
    told: list[Step] = []
    for language, text in BLOCK.findall(section):
        if language == "graphql":
            told.append(Step(text))
            continue
        block = json.loads(text)
        if "problems" in block:
            told[-1].answer = block
        elif told[-1].variables:
            told.append(Step(told[-1].document, block))
        else:
            told[-1].variables = block
    return told


@pytest.fixture
async def answers(served: Server) -> list[dict[str, Any]]:
    """What each step was answered with, on the café as it is."""
    now = await database.now()
    await operations.publish(SYSTEM, templates.contents("cafe"), now)
    await a_member()
    team = await access_keys.make(ActorKind.STAFF, "Lia", {Role.LOYALTY})
    known = {
        "uuid": uuid4().hex,
        "inSixtyDays": (now + timedelta(days=60)).isoformat(),
    }
    told: list[dict[str, Any]] = []
    async with served.client() as client:
        for step in steps():
            told.append(await sent(client, team, step, known))
            for payload in told[-1].values():
                if isinstance(payload, dict) and payload.get("version"):
                    known["draftId"] = payload["version"]["id"]
    return told


async def sent(client: Client, token: str, step: Step, known: dict[str, str]) -> dict[str, Any]:
    text = json.dumps(step.variables)
    for name, value in known.items():
        text = text.replace("{{" + name + "}}", value)
    assert "{{" not in text
    return await client.ask(step.document, token, **json.loads(text))


async def test_every_block_is_answered_as_it_says(answers: list[dict[str, Any]]) -> None:
    told = steps()
    assert len(told) == len(answers) == STEPS
    for step, answer in zip(told, answers, strict=True):
        for payload in answer.values():
            assert not (isinstance(payload, dict) and payload.get("userErrors")), payload
        if step.answer:
            shown = step.answer["problems"]
            found = answer["programmeDraft"]["version"]["problems"]
            assert found[: len(shown)] == shown
            assert all(each["severity"] == "WARNING" for each in found[len(shown) :])


async def test_what_it_leads_to_is_a_programme_of_five_kinds_that_is_published(
    answers: list[dict[str, Any]],
) -> None:
    *_, drafted, diff, published = answers
    terms = drafted["programmeDraft"]["version"]["terms"]
    changes = diff["node"]["changes"]
    impact = diff["node"]["impact"]
    version = published["programmePublish"]["version"]

    assert "Gold" in terms
    assert {change["effect"] for change in changes} >= {"BETTER", "WORSE"}
    assert all(change["text"] for change in changes)
    assert impact["better"] + impact["worse"] + impact["unchanged"] == 1
    assert version["state"] == "PUBLISHED"
    assert version["number"] == drafted["programmeDraft"]["version"]["number"]


async def test_what_can_be_said_is_told_by_the_schema(answers: list[dict[str, Any]]) -> None:
    inputs, leaves, programme, *_ = answers
    fields = {each["name"]: each for each in inputs["__type"]["inputFields"]}

    assert fields["basePolicy"]["defaultValue"] == "BEST_OF"
    assert fields["rules"]["type"]["kind"] == "NON_NULL"
    assert all(each["description"] for each in fields.values())
    assert {"memberSpent", "lineCategory"} <= {leaf["name"] for leaf in leaves["ruleLeaves"]}
    assert programme["programme"]["current"]["asInput"]["input"]["programme"]["tiers"]
