"""What another system knows comes into profiles, row by row, as often as it is run."""

from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO

import pytest

from api.member_imports import rows
from domain import database
from domain.actor import SYSTEM
from domain.membership import importing
from domain.programme import operations as programmes
from domain.programme.templates import contents
from tests.factories.members import a_member
from tests.factories.persons import a_member_attribute, a_question, what_is_asked

pytestmark = pytest.mark.usefixtures("database")

FILE = """member,sex,country,postcode,income_band,attribute.diet,attribute.hasDog,attribute.secret
known,female,GR,105 58,low,vegan,yes,
new,,,,,,,1815
wrong,,,,none,,,
worse,,,,,,perhaps,
"""


@pytest.fixture(autouse=True)
async def programme(database: None) -> None:
    asked = what_is_asked()
    secret = a_member_attribute("secret", setBy=["MEMBER"], seenBy=["MEMBER"])
    asked["memberAttributes"].append(secret)
    document = {**contents("cafe"), **asked, "profileQuestions": [a_question("diet", 5)]}
    await programmes.publish(SYSTEM, document, datetime(2020, 1, 1, tzinfo=UTC))


def read() -> Iterator[importing.Known]:
    return rows(StringIO(FILE))


async def profiles() -> list[tuple[object, ...]]:
    found = await database.rows(
        """select external_id, sex, country, postcode, income_band, attributes from profiles
           order by external_id"""
    )
    return [tuple(row.values()) for row in found]


async def test_profiles_are_written_and_nobody_is_thanked_for_what_others_tell() -> None:
    await a_member(external_id="known")
    before = await database.value("select count(*) from transactions")
    tally = await importing.run(read())
    assert tally.written == 2
    assert [line for line, _ in tally.failed] == [4, 5]
    assert [why.split(":")[0] for _, why in tally.failed] == ["incomeBand", "attribute.hasDog"]
    kept = [row for row in await profiles() if row[0] in ("known", "new")]
    assert kept == [
        ("known", "FEMALE", "GR", "10558", "low", {"diet": "vegan", "hasDog": True}),
        ("new", None, None, None, None, {"secret": "1815"}),
    ]
    assert await database.value("select count(*) from transactions") == before
    assert (await importing.run(read())).written == 2
    assert [row for row in await profiles() if row[0] in ("known", "new")] == kept


async def test_a_dry_run_writes_nothing() -> None:
    tally = await importing.run(read(), dry_run=True)
    assert (tally.written, [line for line, _ in tally.failed]) == (2, [4, 5])
    assert await profiles() == []


def test_a_column_that_means_nothing_stops_it_before_anything_is_written() -> None:
    with pytest.raises(SystemExit, match="shoe"):
        list(rows(StringIO("member,shoe\na,43\n")))
    with pytest.raises(SystemExit, match="member"):
        list(rows(StringIO("sex\nFEMALE\n")))


async def test_a_row_that_names_nobody_fails_alone() -> None:
    table = "member,country\n,GR\n" + "x" * 65 + ",GR\nknown,GR\n"
    tally = await importing.run(rows(StringIO(table)))
    assert [line for line, _ in tally.failed] == [2, 3]
    assert tally.written == 1
    assert [row[0] for row in await profiles()] == ["known"]
