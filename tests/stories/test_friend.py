"""A friend joins by a member's code and buys a coffee: both see their points come in."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest

from domain import database
from domain.actor import Actor, ActorKind, Role, expanded
from domain.programme import queries as programmes
from tests.client import Client
from tests.databases import Cleaner
from tests.documents import document
from tests.factories.access import token_of
from tests.factories.rewards import a_programme
from tests.processes import Server, running_server

WITHIN_SECONDS = 20.0
SHOP = Actor(ActorKind.SERVICE, "shop", expanded({Role.SHOP}))

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
async def at_work(connected: Cleaner) -> AsyncIterator[Server]:
    """API processes and the worker, on this process's own database."""
    with running_server(connected.settings) as running:
        yield running


class Phone:
    """Somebody's app."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.token = ""

    async def ask(self, name: str, **variables: Any) -> Any:
        """The one field that a contract document asks for."""
        (answer,) = (await self.client.ask(document(name), self.token, **variables)).values()
        assert not (answer or {}).get("userErrors"), answer
        return answer

    async def join(self, server: Server, email: str, **values: Any) -> Any:
        """Sign in with the code that was sent, and enrol."""
        asked = await self.ask("app/sign-in/LoginRequestCode", input={"address": {"email": email}})
        code = (await server.log.line(rf"sign-in code for {email}: (\d+)"))[1]
        proof = {"challengeId": asked["challengeId"], "code": code}
        signed_in = await self.ask("app/sign-in/LoginVerifyCode", input=proof)
        self.token = signed_in["session"]["accessToken"]
        form = {"acceptedTermsVersion": 1, "consents": [], "idempotencyKey": uuid4().hex, **values}
        enrolled = await self.ask("app/sign-in/MemberEnrol", input=form)
        self.token = enrolled["session"]["accessToken"]
        return enrolled["member"]

    async def balance(self) -> int:
        home = await self.client.ask(document("app/home/Home"), self.token)
        wallets = home["me"]["wallets"]
        points: int = next(w["balance"] for w in wallets if w["unit"]["code"] == "POINTS")
        return points


async def told(events: AsyncIterator[dict[str, Any]], count: int) -> list[tuple[str, Any]]:
    """The next so many notifications: kind, and the referral's state or the points."""
    found: list[tuple[str, Any]] = []
    async with asyncio.timeout(WITHIN_SECONDS):
        while len(found) < count:
            node = (await anext(events))["memberNotified"]["node"]
            about = node.get("referral") or node.get("transaction")
            found.append((node["kind"], about.get("state") or about.get("points")))
    return found


async def an_order(number: str) -> dict[str, Any]:
    return {
        "source": "till",
        "reference": uuid4().hex,
        "occurredAt": (await database.now()).isoformat(),
        "member": {"number": number},
        "currency": "EUR",
        "lines": [{"sku": "COFFEE", "quantity": 1, "unitPrice": 500}],
    }


async def test_a_friend_brings_both_points(at_work: Server) -> None:
    await a_programme()
    terms = (await programmes.in_force()).programme
    assert terms.welcome
    assert terms.referral
    welcome, brought, joined = (
        terms.welcome.points,
        terms.referral.referrer_points,
        terms.referral.friend_points,
    )
    live = document("app/notifications/MemberNotified")
    async with at_work.client() as client:
        anna, ilya = Phone(client), Phone(client)
        await anna.join(at_work, "anna@example.org", firstName="Anna")
        code = (await anna.ask("app/referral/MyReferrals"))["referralLink"]["code"]
        async with client.subscribe(live, anna.token) as annas:
            friend = await ilya.join(
                at_work, "ilya@example.org", firstName="Ilya", referralCode=code
            )
            assert await told(annas, 1) == [("REFERRAL_CHANGED", "JOINED")]
            async with client.subscribe(live, ilya.token) as ilyas:
                till = Phone(client)
                till.token = await token_of(SHOP)
                order = await an_order(friend["number"])
                reported = await till.ask(
                    "shop/orders/OrderReport",
                    input={"order": order, "idempotencyKey": uuid4().hex},
                )
                earned = sum(
                    part["points"]
                    for part in reported["earnings"]
                    if part["unit"]["code"] == "POINTS"
                )

                assert await told(annas, 2) == [
                    ("REFERRAL_CHANGED", "REWARDED"),
                    ("POINTS_EARNED", brought),
                ]
                own = await told(ilyas, len(reported["earnings"]) + 2)
                assert own[0] == ("POINTS_EARNED", earned)
                assert own[-2:] == [("REFERRAL_CHANGED", "REWARDED"), ("POINTS_EARNED", joined)]

        assert await anna.balance() == welcome + brought
        assert await ilya.balance() == welcome + earned + joined
        (listed,) = (await anna.ask("app/referral/MyReferrals"))["referrals"]["nodes"]
        assert (listed["friendFirstName"], listed["state"]) == ("Ilya", "REWARDED")
