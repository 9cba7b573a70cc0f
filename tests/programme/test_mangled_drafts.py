"""Whatever a team sends is answered: kept with problems, or refused by type, and never a bug."""

import copy
import random
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from domain import database
from domain.access import access_keys
from domain.actor import SYSTEM, ActorKind, Role
from domain.programme import document, operations, templates
from schema.programme_inputs import ProgrammeInput
from schema.written import sent
from tests.client import Client
from tests.counts import count
from tests.processes import Server

pytestmark = pytest.mark.usefixtures("database")

DRAFT = """mutation ($input: ProgrammeDraftInput!) { programmeDraft(input: $input) {
  version {
    terms termsVersion asInput problems { severity path message hint }
    units { name lifetime caps payWithPoints { minPoints money { amount } } }
    tiers { name benefits { title text } } earningRules { name text unit { code } }
    currencies { text } discounts { name text } changes { text effect }
    impact { better worse unchanged }
  }
  userErrors { code message path } } }"""
NUMBERS = (-1, 0, 1, 7, 99, 10_000, 2**31 - 1, 2**31, 2**53 - 1)
TEXTS = ("", "x", "x" * 3000, "POINTS", "gold", "2026-02-30", "2026-02-28", "é{days}", "MONDAY")


@pytest.fixture
async def http(served: Server) -> AsyncIterator[Client]:
    async with served.client() as client:
        yield client


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Each container of a JSON value with one of its keys."""
    keys = value if isinstance(value, dict) else range(len(value))
    for key in keys:
        yield value, key
        if isinstance(value[key], dict | list):
            yield from places(value[key])


def mangled(programme: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """The programme with one to three of its values changed, doubled or gone."""
    programme = copy.deepcopy(programme)
    for _ in range(chance.randint(1, 3)):
        container, key = chance.choice([*places(programme)])
        value = container[key]
        if chance.random() < 0.1:
            del container[key]
        elif isinstance(value, bool):
            container[key] = not value
        elif isinstance(value, int):
            container[key] = chance.choice(NUMBERS)
        elif isinstance(value, str):
            container[key] = chance.choice(TEXTS)
        elif isinstance(value, list):
            container[key] = chance.choice(([], value * 2, value[1:], value[::-1]))
    return programme


@pytest.mark.parametrize("seed", range(count(2, 200)))
async def test_a_mangled_programme_is_answered(http: Client, seed: int) -> None:
    await operations.publish(SYSTEM, templates.contents("cafe"), await database.now())
    team = await access_keys.make(ActorKind.STAFF, "Lia", {Role.LOYALTY})
    cafe = document.encoded(document.decoded(templates.contents("cafe")))
    chance = random.Random(seed)
    kept = 0
    for _ in range(20):
        programme = mangled(sent(ProgrammeInput, cafe), chance)
        variables = {"input": {"programme": programme}}
        answer = (await http.raw(team, json={"query": DRAFT, "variables": variables})).json()
        errors = answer.get("errors", [])
        assert {error["extensions"]["code"] for error in errors} <= {"VALIDATION"}, errors
        kept += bool(not errors and answer["data"]["programmeDraft"]["version"])
    assert kept
