"""Rules and offers that look at segments: for who is in one as the order comes."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain import database
from domain.actor import SYSTEM
from domain.errors import InvalidInput
from domain.offers import operations as offers
from domain.offers.operations import CreateOffer
from domain.programme import operations as programmes
from tests.factories.offers import TITLE, an_offer
from tests.factories.orders import an_order, reported
from tests.factories.programme import a_programme, a_rule
from tests.factories.segments import a_segment, somebody

pytestmark = pytest.mark.usefixtures("database")

WOMEN = {"memberSex": {"in": ["FEMALE"]}}
IN_IT = {"memberSegment": {"in": ["women"]}}


async def published(*rules: dict[str, Any]) -> None:
    contents = a_programme(rules=[a_rule(), *rules])
    await programmes.publish(SYSTEM, contents, datetime.now(UTC) - timedelta(minutes=1))


async def earned(member_id: UUID) -> int:
    """Points of any unit by one more order."""
    before = await all_earned(member_id)
    await reported(an_order(member=member_id, occurred_at=await database.now()))
    return await all_earned(member_id) - before


async def all_earned(member_id: UUID) -> int:
    found: int = await database.value(
        """select coalesce(sum(points), 0)::bigint from transactions
           where member_id = $1 and order_id is not null""",
        member_id,
    )
    return found


async def test_a_rule_is_for_who_is_in_the_segment() -> None:
    she, he = await somebody(sex="FEMALE"), await somebody(sex="MALE")
    await a_segment("Women", WOMEN)
    more = {"kind": "PER_ORDER", "points": 7}
    await published(a_rule("women", effect=more, group="CAMPAIGN", when=IN_IT))
    assert (await earned(she), await earned(he)) == (17, 10)


async def test_an_offer_is_for_who_is_in_the_segment() -> None:
    she, he = await somebody(sex="FEMALE"), await somebody(sex="MALE")
    await a_segment("Women", WOMEN)
    before = await earned(he)
    await an_offer(when={"not": IN_IT})
    assert await earned(he) == before + 5
    assert await earned(she) == before


async def test_a_segment_that_there_is_not_is_refused() -> None:
    await somebody()
    await a_segment("Women", WOMEN)
    wrong = {"any": [IN_IT, {"memberSegment": {"in": ["women", "woman"]}}]}
    with pytest.raises(InvalidInput) as refused:
        await published(a_rule("women", when=wrong))
    assert refused.value.path == ("rules", "1", "when", "any", "1", "memberSegment", "in", "1")
    assert "Did you mean women?" in refused.value.message
    now = await database.now()
    with pytest.raises(InvalidInput) as refused:
        await offers.create(
            SYSTEM, CreateOffer(TITLE, "STARS", 5, now, now + timedelta(days=1), when=wrong)
        )
    assert refused.value.path == ("when", "any", "1", "memberSegment", "in", "1")
