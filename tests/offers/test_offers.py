"""Whom an offer is for, how often, how long; what is listed of it, and what counts for an order."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from domain import database
from domain.actor import SYSTEM, Actor
from domain.errors import InvalidInput, NotAllowed
from domain.offers import operations, queries, words
from domain.offers.models import Offer
from domain.offers.operations import CreateOffer
from domain.programme import queries as programmes
from tests.factories.offers import TITLE, an_offer, used
from tests.factories.rewards import a_buyer, a_programme

pytestmark = pytest.mark.usefixtures("database")


async def listed(member: Actor, first: int = 20) -> list[tuple[UUID, str]]:
    """Every page of the member's offers, as (id, state)."""
    assert member.member_id
    found: list[tuple[UUID, str]] = []
    after = None
    while True:
        (page,) = await queries.offers_of(member, [member.member_id], first, after)
        assert len(page.rows) <= first
        found.extend((row.offer_id, row.state.value) for row in page.rows)
        if not page.has_next:
            return found
        after = page.cursors[-1]


@pytest.mark.parametrize("first", [1, 2, 20])
async def test_usable_offers_come_first_then_what_is_done(first: int) -> None:
    member = await a_buyer(0)
    late, soon = await an_offer(ends=9), await an_offer(ends=2)
    over, long_over = await an_offer(-20, -3), await an_offer(-60, -20)
    await an_offer(begins=1, ends=2)  # not begun
    await an_offer(-90, -31)  # forgotten
    await an_offer(tiers=("family",))  # not for this member
    spent, left = await an_offer(ends=5), await an_offer(ends=4, per_member_limit=2)
    await used(spent, member.member_id)
    await used(left, member.member_id)

    assert await listed(member, first) == [
        (soon, "ACTIVE"),
        (left, "ACTIVE"),
        (late, "ACTIVE"),
        (spent, "COMPLETED"),
        (over, "EXPIRED"),
        (long_over, "EXPIRED"),
    ]
    assert member.member_id
    assert await queries.offer_counts_of(member, [member.member_id]) == [6]


async def test_an_offer_is_seen_as_each_member_has_it() -> None:
    one, other, regular = await a_buyer(0), await a_buyer(0), await a_buyer(0, tier="regular")
    offer_id = await an_offer(tiers=("friend",))
    await used(offer_id, one.member_id)
    assert one.member_id
    assert other.member_id
    assert regular.member_id
    keys = [(each.member_id, offer_id) for each in (one, other, regular) if each.member_id]
    found = await queries.offers(SYSTEM, keys)
    assert [row and (row.state, row.progress.done) for row in found] == [
        ("COMPLETED", 1),
        ("ACTIVE", 0),
        None,
    ]
    assert await queries.offers(one, keys[1:]) == [None, None]
    assert (await queries.offers_of(one, [other.member_id], 5))[0].rows == []
    assert await queries.offer_counts_of(one, [other.member_id]) == [0]


async def test_what_counts_for_an_order_is_open_and_has_uses_left() -> None:
    member, regular = await a_buyer(0), await a_buyer(0, tier="regular")
    assert member.member_id
    assert regular.member_id
    now = await database.now()
    when = {"orderAmount": {"atLeast": 1000}}
    open_, spent = await an_offer(when=when, per_member_limit=3), await an_offer(ends=3)
    await an_offer(begins=1)
    over = await an_offer(begins=-4, ends=-2)
    others = await an_offer(tiers=("regular",), ends=20)
    await used(open_, member.member_id)
    await used(spent, member.member_id)

    mine, theirs = await queries.offer_facts_of([member.member_id, regular.member_id], now)

    assert [(each.id, each.uses_left) for each in mine] == [(str(open_), 2)]
    assert (mine[0].title, mine[0].unit, mine[0].points) == (TITLE, "STARS", 5)
    assert mine[0].when is not None
    assert [each.id for each in theirs] == [str(spent), str(open_), str(others)]

    since = now - timedelta(days=3)
    (mine, _) = await queries.offer_facts_of([member.member_id, regular.member_id], now, since)
    assert [each.id for each in mine] == [str(over), str(open_)]
    (edge,) = await queries.offer_facts_of([member.member_id], (await Offer.get(id=over)).ends_at)
    assert str(over) not in [each.id for each in edge]
    (edge,) = await queries.offer_facts_of([member.member_id], (await Offer.get(id=over)).starts_at)
    assert [each.id for each in edge] == [str(over)]


async def test_everybody_whom_it_is_for_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "TOLD_AT_ONCE", 2)
    friends = [await a_buyer(0) for _ in range(5)]
    regular = await a_buyer(0, tier="regular")
    offer_id = await an_offer(tiers=("friend",))
    told = await database.rows("select member_id, kind, args from notifications")
    assert {row["member_id"] for row in told} == {friend.member_id for friend in friends}
    assert len(told) == len(friends)
    assert {row["kind"] for row in told} == {"OFFER_ADDED"}
    assert all(row["args"] == {"offer": str(offer_id)} for row in told)
    assert regular.member_id not in {row["member_id"] for row in told}


@pytest.mark.parametrize(
    ("values", "path"),
    [
        ({"title": {"en": "English alone"}}, ("title",)),
        ({"title": {**TITLE, "en": "x" * 501}}, ("title",)),
        ({"text": {"en": ""}}, ("text",)),
        ({"unit": "MILES"}, ("effect", "points", "unit")),
        ({"points": 0}, ("effect", "points", "points")),
        ({"ends": -1}, ("endsAt",)),
        ({"tiers": ("nobility",)}, ("tiers", "0")),
        ({"tiers": ()}, ("tiers",)),
        ({"per_member_limit": 0}, ("perMemberLimit",)),
        ({"when": {"orderAmont": {"atLeast": 1}}}, ("when", "orderAmont")),
        ({"code": ""}, ("code",)),
        ({"image_url": "x" * 401}, ("imageUrl",)),
    ],
)
async def test_what_does_not_fit_the_programme_is_refused(
    values: dict[str, Any], path: tuple[str, ...]
) -> None:
    with pytest.raises(InvalidInput) as refused:
        await an_offer(**values)
    assert refused.value.path == path
    assert await Offer.all().count() == 0


async def test_a_code_names_one_offer() -> None:
    await an_offer(code="spring")
    with pytest.raises(InvalidInput) as refused:
        await an_offer(code="spring")
    assert refused.value.path == ("code",)


async def test_members_make_no_offers() -> None:
    await a_programme()
    now = await database.now()
    asked = CreateOffer(TITLE, "STARS", 5, now, now + timedelta(days=1))
    with pytest.raises(NotAllowed):
        await operations.create(await a_buyer(0), asked)


async def test_why_is_said_in_three_languages() -> None:
    member = await a_buyer(0)
    assert member.member_id
    plain = await an_offer()
    asked = await an_offer(tiers=("friend", "regular"), when={"orderAmount": {"atLeast": 1000}})
    keys = [(member.member_id, offer_id) for offer_id in (plain, asked)]
    programme = (await programmes.in_force()).programme
    said = [
        [words.why(row, programme, language) for row in await queries.offers(member, keys) if row]
        for language in ("en", "ru", "el")
    ]
    assert said[0][0] == "For every member."
    assert said[0][1].startswith("For members at Friend or Regular, when ")
    assert said[1][0] == "Для всех участников."
    assert said[2][0] == "Για όλα τα μέλη."
    assert len({text for texts in said for text in texts}) == 6
    assert not any("{" in text for texts in said for text in texts)
