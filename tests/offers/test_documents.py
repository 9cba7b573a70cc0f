"""A member's offers over HTTP, as a home screen and an offers screen ask for them."""

from collections.abc import AsyncIterator

import pytest

from schema.node import encode
from tests.client import Client, Refused
from tests.documents import document
from tests.factories.access import token_of
from tests.factories.offers import TITLE, an_offer, used
from tests.factories.rewards import TILL, a_buyer, a_reward
from tests.processes import Server

pytestmark = pytest.mark.usefixtures("database")

OFFERS = """query ($first: Int!, $after: String) {
  me { id offers(first: $first, after: $after) { totalCount
    nodes { id title text imageUrl kind startsAt endsAt state why
            progress { done target } worth { points unit { code name } } }
    pageInfo { hasNextPage endCursor } } }
}"""
HOME = """query Home {
  me { id offers(first: 5) { nodes { id title endsAt state } } }
  rewards(first: 20) { nodes { id title imageUrl price { points unit { code } }
                               redeemability { possible reason pointsMissing } } }
}"""
NODE = "query ($id: ID!) { node(id: $id) { id ... on Offer { state progress { done } } } }"


@pytest.fixture
async def http(served: Server) -> AsyncIterator[Client]:
    async with served.client() as client:
        yield client


async def test_an_offer_says_all_that_a_screen_shows(http: Client) -> None:
    member = await a_buyer(0)
    offer_id = await an_offer(
        text=TITLE, image_url="/stars.png", tiers=("friend",), per_member_limit=3
    )
    await used(offer_id, member.member_id)
    found = (await http.ask(OFFERS, await token_of(member), "ru", first=20))["me"]["offers"]
    (offer,) = found["nodes"]
    assert offer.pop("startsAt") < offer.pop("endsAt")
    assert offer == {
        "id": encode("Offer", f"{member.member_id}:{offer_id}"),
        "title": TITLE["ru"],
        "text": TITLE["ru"],
        "imageUrl": "/stars.png",
        "kind": "BONUS",
        "state": "ACTIVE",
        "why": "Для участников на уровне Друг.",
        "progress": {"done": 1, "target": 3},
        "worth": {"points": 5, "unit": {"code": "STARS", "name": "Звёзды"}},
    }
    assert found["totalCount"] == 1


async def test_pages_join(http: Client) -> None:
    token = await token_of(await a_buyer(0))
    for days in (3, 1, 2):
        await an_offer(ends=days)
    ends, after = [], None
    for _ in range(3):
        page = (await http.ask(OFFERS, token, first=1, after=after))["me"]["offers"]
        ends.append(page["nodes"][0]["endsAt"])
        after = page["pageInfo"]["endCursor"]
    assert ends == sorted(ends)
    assert page["pageInfo"]["hasNextPage"] is False
    with pytest.raises(Refused) as refused:
        await http.ask(OFFERS, token, first=101)
    assert refused.value.codes == ["PAGE_TOO_LARGE"]


async def test_an_offer_is_found_by_its_id_by_its_member_and_who_serves(http: Client) -> None:
    member, stranger = await a_buyer(0), await a_buyer(0)
    offer_id = await an_offer()
    await used(offer_id, member.member_id)
    wanted = encode("Offer", f"{member.member_id}:{offer_id}")
    for actor, state in ((member, "COMPLETED"), (TILL, "COMPLETED"), (stranger, None)):
        node = (await http.ask(NODE, await token_of(actor), id=wanted))["node"]
        assert (node and node["state"]) == state
    for nothing in (encode("Offer", offer_id), encode("Offer", "x:y"), encode("Offer", ":")):
        assert (await http.ask(NODE, await token_of(member), id=nothing))["node"] is None


async def test_home_shows_offers_and_rewards_and_join_needs_no_token(http: Client) -> None:
    member = await a_buyer(100)
    await an_offer()
    await a_reward(price=100)
    await a_reward(price=101, rank=1)
    home = await http.ask(HOME, await token_of(member))
    assert [offer["state"] for offer in home["me"]["offers"]["nodes"]] == ["ACTIVE"]
    told = [reward["redeemability"] for reward in home["rewards"]["nodes"]]
    assert told == [
        {"possible": True, "reason": None, "pointsMissing": 0},
        {"possible": False, "reason": "NOT_ENOUGH_POINTS", "pointsMissing": 1},
    ]
    join = await http.ask(document("app/join/Join"))
    assert len(join["rewards"]["nodes"]) == 2
