"""A pool is nobody: its people are told of their statements, and it of none."""

from datetime import timedelta

import pytest

from domain import database
from domain.wallets import statement_rounds
from tests.factories.pools import a_household, earns

pytestmark = pytest.mark.usefixtures("database")


async def test_only_people_are_told_of_statements() -> None:
    _, (owner,), _ = await a_household(5000)
    await earns(owner, 100)
    now = await database.now()
    month = now.date().replace(day=1)
    await statement_rounds.tell_of(month, now - timedelta(days=1), now, 10)
    found = await database.rows(
        "select member_id from notifications where kind = 'STATEMENT_READY'"
    )
    assert [row["member_id"] for row in found] == [owner.member_id]
