"""The documents that apps and tills send about rewards, answered over HTTP."""

from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain import database
from domain.actor import Actor, ActorKind, Role, expanded
from domain.rewards.models import Reward
from schema.node import encode
from tests.client import Client, Refused
from tests.documents import document
from tests.factories.access import token_of
from tests.factories.rewards import TILL, TITLE, a_buyer, a_programme, a_reward, held, written
from tests.processes import Server

pytestmark = pytest.mark.usefixtures("database")

LOYALTY = Actor(ActorKind.STAFF, "team", expanded({Role.LOYALTY}))
CREATE = """mutation ($input: RewardCreateInput!) {
  rewardCreate(input: $input) { reward { id title price { points unit { code } } stockLeft }
                                userErrors { code message path } }
}"""


@pytest.fixture
async def http(served: Server) -> AsyncIterator[Client]:
    async with served.client() as client:
        yield client


class Caller:
    """Somebody with a token, sending documents of the contract."""

    def __init__(self, client: Client, token: str) -> None:
        self.client = client
        self.token = token

    async def send(self, name: str, language: str | None = None, **variables: Any) -> Any:
        return await self.client.ask(document(name), self.token, language, **variables)

    async def redeem(self, reward_id: UUID, key: str = "") -> Any:
        sent = {"rewardId": encode("Reward", reward_id), "idempotencyKey": key or uuid4().hex}
        return (await self.send("app/rewards/RewardRedeem", input=sent))["rewardRedeem"]

    async def cancel(self, voucher_id: str, key: str) -> Any:
        sent = {"voucherId": voucher_id, "idempotencyKey": key}
        return (await self.send("app/rewards/VoucherCancel", input=sent))["voucherCancel"]

    async def use(self, code: str, key: str) -> Any:
        sent = {"code": code, "orderReference": "7", "idempotencyKey": key}
        return (await self.send("shop/till/VoucherUse", input=sent))["voucherUse"]


async def caller(client: Client, actor: Actor) -> Caller:
    return Caller(client, await token_of(actor))


async def test_a_reward_says_all_that_a_screen_shows(http: Client) -> None:
    buyer = await a_buyer(10)
    until = (await database.now()) + timedelta(days=3)
    reward_id = await a_reward(stock=4, text=TITLE, image_url="/cup.png", available_until=until)
    app = await caller(http, buyer)
    found = (await app.send("app/rewards/Reward", "el", id=encode("Reward", reward_id)))["node"]
    assert found == {
        "id": encode("Reward", reward_id),
        "title": "Ένα φλιτζάνι καφέ",
        "text": "Ένα φλιτζάνι καφέ",
        "kind": "GIFT",
        "imageUrl": "/cup.png",
        "stockLeft": 4,
        "availableFrom": None,
        "availableUntil": until.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z",
        "price": {"points": 30, "unit": {"code": "POINTS"}},
        "redeemability": {
            "possible": False,
            "reason": "NOT_ENOUGH_POINTS",
            "pointsMissing": 20,
        },
    }


async def test_from_reward_to_till(http: Client) -> None:
    buyer, reward_id = await a_buyer(100), await a_reward()
    app, till = await caller(http, buyer), await caller(http, TILL)

    redeemed = await app.redeem(reward_id, "once")
    assert redeemed["userErrors"] == []
    voucher = redeemed["voucher"]
    assert (voucher["state"], voucher["reward"]["title"]) == ("ISSUED", TITLE["en"])
    assert voucher["qrSvg"].startswith("<svg")
    assert (redeemed["wallet"]["balance"], redeemed["wallet"]["held"]) == (70, 0)
    again = await app.redeem(reward_id, "once")
    assert again == {**redeemed, "replayed": True}

    member = {"id": encode("Member", buyer.member_id)}
    seen = (await till.send("shop/till/Identify", member=member))["member"]["vouchers"]["nodes"]
    assert [(each["id"], each["code"]) for each in seen] == [(voucher["id"], voucher["code"])]
    used = await till.use(voucher["code"], "use")
    assert (used["voucher"]["state"], used["replayed"], used["userErrors"]) == ("USED", False, [])
    assert used["voucher"]["reward"]["kind"] == "GIFT"
    assert await till.use(voucher["code"], "use") == {**used, "replayed": True}

    listed = (await app.send("app/rewards/Vouchers", state="USED"))["me"]["vouchers"]
    assert [(each["code"], each["usedAt"] is not None) for each in listed["nodes"]] == [
        (voucher["code"], True)
    ]
    for state in ("ISSUED", "RESERVED", "EXPIRED", "CANCELLED"):
        assert (await app.send("app/rewards/Vouchers", state=state))["me"]["vouchers"][
            "nodes"
        ] == []


async def test_a_mind_changed_in_time(http: Client) -> None:
    app, reward_id = await caller(http, await a_buyer(100)), await a_reward(stock=1)
    voucher = (await app.redeem(reward_id))["voucher"]
    back = await app.cancel(voucher["id"], "back")
    assert back["voucher"] == {"id": voucher["id"], "state": "CANCELLED"}
    assert (back["wallet"]["balance"], back["replayed"], back["userErrors"]) == (100, False, [])
    assert await app.cancel(voucher["id"], "back") == {**back, "replayed": True}
    assert (await Reward.get(id=reward_id)).stock == 1


async def test_refusals_lead_to_the_field_and_change_nothing(http: Client) -> None:
    buyer = await a_buyer(29)
    app, till = await caller(http, buyer), await caller(http, TILL)
    dear, gone = await a_reward(), await a_reward(price=1, stock=0)
    before = await held(buyer.member_id), await written()

    poor = await app.redeem(dear)
    (error,) = poor["userErrors"]
    assert (error["code"], error["path"]) == ("INSUFFICIENT_POINTS", ["input", "rewardId"])
    assert (error["balance"], error["required"]) == (29, 30)
    answers = [
        poor,
        await app.redeem(gone),
        await app.redeem(uuid4()),
        await app.redeem(gone, "k" * 65),
        await app.cancel("no id", "key"),
        await app.cancel(encode("Reward", gone), "key"),
        await till.use("23456789ABCDEFGH", "key"),
    ]
    told = [(a["userErrors"][0]["code"], a["userErrors"][0]["path"][-1]) for a in answers]
    assert told == [
        ("INSUFFICIENT_POINTS", "rewardId"),
        ("REWARD_UNAVAILABLE", "rewardId"),
        ("NOT_FOUND", "rewardId"),
        ("INVALID_INPUT", "idempotencyKey"),
        ("NOT_FOUND", "voucherId"),
        ("NOT_FOUND", "voucherId"),
        ("NOT_FOUND", "code"),
    ]
    assert all(a["voucher"] is None and a["replayed"] is None for a in answers)
    assert (await held(buyer.member_id), await written()) == before


async def test_what_is_coming_says_why_and_from_when(http: Client) -> None:
    opens = (await database.now()) + timedelta(days=1)
    app = await caller(http, await a_buyer())
    coming, gone = await a_reward(available_from=opens), await a_reward(stock=0)
    asked_why = """mutation ($input: RewardRedeemInput!) { rewardRedeem(input: $input) {
      userErrors { ... on RewardUnavailableError { code reason availableAgainAt } } } }"""
    told = {}
    for reward_id in (coming, gone, gone):
        sent = {"rewardId": encode("Reward", reward_id), "idempotencyKey": str(reward_id)}
        answer = await http.ask(asked_why, app.token, input=sent)
        (told[reward_id],) = answer["rewardRedeem"]["userErrors"]
    assert [told[coming]["reason"], told[gone]["reason"]] == ["NOT_YET", "OUT_OF_STOCK"]
    assert told[coming]["availableAgainAt"] == opens.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
    assert told[gone]["availableAgainAt"] is None


async def test_the_wrong_role_is_told_so(http: Client) -> None:
    app, till = await caller(http, await a_buyer()), await caller(http, TILL)
    reward_id = await a_reward()
    for attempt in (
        partial(till.redeem, reward_id),
        partial(till.cancel, "any", "key"),
        partial(app.use, "23456789ABCDEFGH", "key"),
        partial(http.ask, CREATE, app.token, input=asked()),
    ):
        with pytest.raises(Refused) as refused:
            await attempt()
        assert refused.value.codes == ["FORBIDDEN"]


async def test_another_members_voucher_is_null(http: Client) -> None:
    owner, stranger = await caller(http, await a_buyer()), await caller(http, await a_buyer())
    voucher = (await owner.redeem(await a_reward()))["voucher"]
    question = "query ($id: ID!) { node(id: $id) { id ... on Voucher { code } } }"
    till = await token_of(TILL)
    assert (await http.ask(question, stranger.token, id=voucher["id"]))["node"] is None
    assert (await http.ask(question, id=voucher["id"]))["node"] is None
    for token in (owner.token, till):
        assert (await http.ask(question, token, id=voucher["id"]))["node"]["code"]


async def test_the_team_adds_rewards_and_everyone_reads_them(http: Client) -> None:
    await a_programme()
    token = await token_of(LOYALTY)
    made = (await http.ask(CREATE, token, input=asked()))["rewardCreate"]
    assert made["userErrors"] == []
    assert made["reward"]["price"] == {"points": 25, "unit": {"code": "POINTS"}}
    listed = await http.ask("{ rewards { totalCount nodes { id redeemability { possible } } } }")
    assert listed["rewards"] == {
        "totalCount": 1,
        "nodes": [{"id": made["reward"]["id"], "redeemability": None}],
    }
    for changes, path in (
        ({"price": {"unit": "MILES", "points": 1}}, ["price", "unit"]),
        (
            {"title": [*asked()["title"], {"language": "en", "text": "twice"}]},
            ["title", "3", "language"],
        ),
        ({"cost": {"amount": 100, "currency": "USD"}}, ["cost", "currency"]),
        ({"tiers": []}, ["tiers"]),
    ):
        refused = (await http.ask(CREATE, token, input={**asked(), **changes}))["rewardCreate"]
        (error,) = refused["userErrors"]
        assert (error["code"], error["path"]) == ("INVALID_INPUT", ["input", *path])
    assert await Reward.all().count() == 1


async def test_pages_are_bounded(http: Client) -> None:
    for first in (0, 101, -1):
        with pytest.raises(Refused) as refused:
            await http.ask("query ($n: Int!) { rewards(first: $n) { nodes { id } } }", n=first)
        assert refused.value.codes == ["PAGE_TOO_LARGE"]


def asked() -> dict[str, Any]:
    return {
        "title": [{"language": language, "text": text} for language, text in TITLE.items()],
        "kind": "GIFT",
        "price": {"unit": "POINTS", "points": 25},
        "stock": 10,
        "cost": {"amount": 150, "currency": "EUR"},
    }
