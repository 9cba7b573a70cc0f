"""Some members say who they are, and the team has segments of them."""

import random
from collections.abc import Sequence
from typing import Any

from api.demo.people import Person
from domain import database
from domain.actor import Actor
from domain.members import operations
from domain.members.commands import Place, UpdateMember
from domain.members.fields import Birthday
from domain.members.kinds import Sex
from domain.offers import segments
from domain.offers.segments import SaveSegment

PLACES = (
    Place("GR", "Attica", "105 58"),
    Place("GR", "Attica", "116 35"),
    Place("GR", "Crete", "712 02"),
    Place("CY", None, None),
)
REGULARS = "Regulars of the last month"
SEGMENTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("Women of Attica who love coffee", {"all": [
        {"memberSex": {"in": ["FEMALE"]}},
        {"memberAge": {"atLeast": 25}},
        {"memberRegion": {"in": ["Attica"]}},
        {"memberOrders": {"category": ["coffee"], "atLeast": 2}},
    ]}),
    ("Not seen for two months", {"memberDaysSinceOrder": {"atLeast": 60}}),
    ("Would not recommend us", {"memberNps": {"atMost": 6}}),
    (REGULARS, {"memberOrders": {"atLeast": 2, "withinDays": 30}}),
)  # fmt: skip


async def told(chance: random.Random, eleni: Person, members: Sequence[Person]) -> None:
    """Every other member tells its sex, its place and its year of birth; Eleni does."""
    for person in [eleni, *members[1::2]]:
        is_eleni = person is eleni
        said = UpdateMember(
            sex=Sex.FEMALE if is_eleni else chance.choice((Sex.FEMALE, Sex.FEMALE, Sex.MALE)),
            place=PLACES[0] if is_eleni else chance.choice(PLACES),
        )
        await operations.update(person.actor, said)
        if not is_eleni and chance.random() < 0.7:
            await operations.update(person.actor, await _with_year(person, chance))


async def saved(staff: Actor) -> None:
    """The team's segments; who the regulars are was thought over once."""
    for name, where in SEGMENTS:
        await segments.save(staff, SaveSegment(name, where))
    regulars = await database.value("select id from segments where name = $1", REGULARS)
    where = {"memberOrders": {"atLeast": 4, "withinDays": 30}}
    await segments.save(staff, SaveSegment(REGULARS, where, regulars))


async def _with_year(person: Person, chance: random.Random) -> UpdateMember:
    row = await database.row(
        "select birth_month, birth_day from profiles where member_id = $1", person.id
    )
    assert row is not None
    year = chance.randint(1945, 2005)
    return UpdateMember(birthday=Birthday(row["birth_month"], row["birth_day"], year))
