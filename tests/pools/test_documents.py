"""The documents about pools, answered over HTTP; and who is shown what of them."""

from typing import Any
from uuid import uuid4

import pytest

from domain import database, reactions
from domain.actor import Actor
from schema.node import encode
from tests.client import Client
from tests.documents import document
from tests.factories.access import token_of
from tests.factories.orders import SHOP
from tests.factories.pools import ALL, a_household, earns, has
from tests.factories.rewards import a_buyer, a_reward
from tests.processes import Server
from tests.test_reactions import read_all

pytestmark = pytest.mark.usefixtures("database")

MINE = document("app/pools/MyPools")
INVITE, JOIN = document("app/pools/PoolInvite"), document("app/pools/PoolJoin")
LEAVE, REMOVE = document("app/pools/PoolLeave"), document("app/pools/PoolRemove")
ERRORS = "userErrors { code path }"
CREATE = f"""mutation ($input: PoolCreateInput!) {{ poolCreate(input: $input) {{
  pool {{ id number kind title leavingText wallets {{ balance }} }} replayed {ERRORS} }} }}"""
DECLINE = f"""mutation ($input: PoolDeclineInput!) {{ poolDecline(input: $input) {{
  member {{ poolInvitations {{ id }} }} {ERRORS} }} }}"""
ROLE = f"""mutation ($input: PoolRoleSetInput!) {{ poolRoleSet(input: $input) {{
  place {{ role mayRedeem }} {ERRORS} }} }}"""
CLOSE = f"""mutation ($input: PoolCloseInput!) {{ poolClose(input: $input) {{
  returned {{ points }} replayed {ERRORS} }} }}"""
REDEEM = f"""mutation ($input: RewardRedeemInput!) {{ rewardRedeem(input: $input) {{
  voucher {{ id code state }} wallet {{ balance transactions(first: 1) {{ nodes {{ title }} }} }}
  {ERRORS} }} }}"""
CANCEL = f"""mutation ($input: VoucherCancelInput!) {{ voucherCancel(input: $input) {{
  voucher {{ state }} wallet {{ balance }} {ERRORS} }} }}"""
POOL = """query ($id: ID!) { pool(id: $id) { title people(first: 5) { nodes { firstName } }
  wallets { balance transactions(first: 2) { nodes { title explanation { text } } } }
  vouchers(first: 1) { nodes { code } } } }"""
TOLD = """{ me { notifications(first: 1) { nodes { kind title body
  ... on PoolNotification { pool { id } } } } } }"""
TERMS = """{ programme { pools { kinds peopleMax contributionBasisPoints leastBasisPoints
  mostBasisPoints leavingRule leavingText } } }"""


async def test_a_pool_from_its_making_to_its_end(served: Server) -> None:
    await a_reward()
    owner, member = await a_buyer(0), await a_buyer(0)
    async with served.client() as client:
        own, other = await token_of(owner), await token_of(member)
        made = await ask(client, own, CREATE, kind="HOUSEHOLD", title="Number 7")
        pool = made["pool"]
        assert pool["leavingText"].startswith("Who leaves takes along")
        await ask(client, own, INVITE, key=False, poolId=pool["id"], number=await number(member))
        await read_all(reactions.react, "reactions")
        (told,) = (await client.ask(TOLD, other))["me"]["notifications"]["nodes"]
        assert (told["kind"], told["pool"]) == ("POOL_INVITED", None)
        (asked,) = (await client.ask(MINE, other))["me"]["poolInvitations"]
        assert (asked["title"], asked["leavingText"]) == ("Number 7", pool["leavingText"])
        joined = await ask(client, other, JOIN, key=False, invitationId=asked["id"])
        assert joined["place"]["pool"]["id"] == pool["id"]
        await earns(member, 40)
        (mine,) = (await client.ask(MINE, other))["me"]["pools"]
        assert [each["points"] for each in mine["given"] if each["unit"]["code"] == "POINTS"] == [
            20
        ]
        assert mine["takes"] == mine["given"]
        assert mine["pool"]["wallets"][0]["balance"] == 20
        (movement,) = mine["pool"]["movements"]["nodes"]
        assert movement["by"]["id"] == mine["id"]
        place = mine["id"]
        done = await ask(client, own, ROLE, key=False, placeId=place, mayRedeem=True)
        assert done["place"] == {"role": "MEMBER", "mayRedeem": True}
        would = await ask(client, other, LEAVE, poolId=pool["id"], dryRun=True)
        done = await ask(client, own, CLOSE, poolId=pool["id"])
        assert done["returned"][0] == {"points": would["returned"][0]["points"]}
        assert (await client.ask(MINE, other))["me"]["pools"] == []
        assert (await client.ask(POOL, other, id=pool["id"]))["pool"] is None


async def test_a_pool_is_shown_to_its_people_alone(served: Server) -> None:
    pool_id, (owner, member), _ = await a_household(ALL, 0)
    await earns(owner, 30)
    stranger, pool = await a_buyer(0), encode("Pool", pool_id)
    async with served.client() as client:
        seen = (await client.ask(POOL, await token_of(member), id=pool))["pool"]
        assert seen["wallets"][0]["balance"] == 30
        assert seen["wallets"][0]["transactions"]["nodes"] == [
            {
                "title": "From somebody in the pool",
                "explanation": [{"text": "30 points × 1 for the pool: 30 points"}],
            }
        ]
        assert (await client.ask(POOL, await token_of(stranger), id=pool))["pool"] is None
        assert (await client.ask(POOL, await token_of(SHOP), id=pool))["pool"] is None
        # What a pool's people may read they may not do.
        wallet = encode("Wallet", f"{pool_id}:POINTS")
        node = "query ($id: ID!) { node(id: $id) { id } }"
        assert (await client.ask(node, await token_of(member), id=wallet))["node"] is None


async def test_points_of_a_pool_are_redeemed_and_given_back(served: Server) -> None:
    pool_id, (owner, member), (_, place) = await a_household(ALL, 0, redeem=False)
    await earns(owner, 50)
    asked: dict[str, Any] = {
        "rewardId": encode("Reward", await a_reward()),
        "poolId": encode("Pool", pool_id),
    }
    async with served.client() as client:
        token = await token_of(member)
        refused = await ask(client, token, REDEEM, **asked)
        assert refused["userErrors"] == [{"code": "NOT_ALLOWED", "path": ["input", "poolId"]}]
        await database.rows("update pool_places set may_redeem = true where id = $1", place)
        done = await ask(client, token, REDEEM, **asked)
        assert done["wallet"]["balance"] == 20
        assert done["wallet"]["transactions"]["nodes"] == [{"title": "Reward: A cup of coffee"}]
        back = await ask(client, token, CANCEL, voucherId=done["voucher"]["id"])
        assert (back["voucher"], back["wallet"]) == ({"state": "CANCELLED"}, {"balance": 50})
    assert await has(pool_id) == [50]


async def test_what_is_refused_says_where(served: Server) -> None:
    pool_id, (owner, member), (own, _) = await a_household(ALL, 0)
    pool = encode("Pool", pool_id)
    untitled = {"kind": "HOUSEHOLD", "title": ""}
    async with served.client() as client:
        token, other = await token_of(owner), await token_of(member)
        for text, who, given, code, at in (
            (CREATE, token, {"kind": "HOUSEHOLD"}, "LIMIT_REACHED", ["input", "kind"]),
            (CREATE, other, {"kind": "COMPANY"}, "NOT_ALLOWED", ["input", "kind"]),
            (CREATE, other, untitled, "INVALID_INPUT", ["input", "title"]),
            (LEAVE, token, {"poolId": pool}, "NOT_ALLOWED", ["input"]),
            (CLOSE, other, {"poolId": pool}, "NOT_ALLOWED", ["input", "poolId"]),
            (REMOVE, other, {"placeId": encode("PoolPlace", own)}, "NOT_ALLOWED",
             ["input", "placeId"]),
            (REMOVE, token, {"placeId": encode("PoolPlace", uuid4())}, "NOT_FOUND",
             ["input", "placeId"]),
        ):  # fmt: skip
            (error,) = (await ask(client, who, text, **given))["userErrors"]
            assert (error["code"], error["path"]) == (code, at), given
        place = encode("PoolPlace", own)
        done = await ask(client, token, ROLE, key=False, placeId=place, role="MEMBER")
        (error,) = done["userErrors"]
        assert (error["code"], error["path"]) == ("INVALID_INPUT", ["input", "role"])


async def test_the_programme_tells_how_people_collect_together(served: Server) -> None:
    await a_reward()
    async with served.client() as client:
        found = (await client.ask(TERMS, None))["programme"]["pools"]
    assert found == {
        "kinds": ["HOUSEHOLD", "COMPANY"],
        "peopleMax": 6,
        "contributionBasisPoints": 5000,
        "leastBasisPoints": 0,
        "mostBasisPoints": 10_000,
        "leavingRule": "SHARE_BACK",
        "leavingText": "Who leaves takes along what is not yet spent of the points given.",
    }


async def ask(
    client: Client, token: str | None, text: str, *, key: bool = True, **given: Any
) -> dict[str, Any]:
    """The payload of the one mutation of a document."""
    asked = given | ({"idempotencyKey": uuid4().hex} if key else {})
    (payload,) = (await client.ask(text, token, input=asked)).values()
    found: dict[str, Any] = payload
    return found


async def number(member: Actor) -> str:
    """A member's number."""
    found: str = await database.value("select number from members where id = $1", member.member_id)
    return found
