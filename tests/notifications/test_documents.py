"""The documents that apps send about notifications, answered over HTTP and WebSocket."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain import database, reactions
from domain.actor import Actor
from domain.feedback import case_operations as cases
from domain.feedback.case_operations import AnswerCase, SendFeedback
from domain.feedback.kinds import FeedbackKind
from domain.rewards import operations as rewards
from domain.rewards.commands import RedeemReward
from domain.wallets.expiring import expire_due
from schema.node import encode
from tests.client import Client, Refused
from tests.documents import document
from tests.factories.access import token_of
from tests.factories.feedback import a_carer
from tests.factories.notifications import tell
from tests.factories.offers import an_offer
from tests.factories.orders import SHOP, a_line, an_order, reported
from tests.factories.referrals import a_friend
from tests.factories.rewards import a_buyer, a_programme, a_reward, credit
from tests.processes import Server

pytestmark = pytest.mark.usefixtures("database")

LIVE = document("app/notifications/MemberNotified")
NODE = "query ($id: ID!) { node(id: $id) { id ... on Notification { kind title readAt } } }"
TOTAL = "{ me { notifications(first: 1) { totalCount nodes { id } } } }"


class App:
    """A member's app."""

    def __init__(self, client: Client, token: str, member_id: UUID) -> None:
        self.client = client
        self.token = token
        self.member_id = member_id

    async def ask(self, text: str, language: str | None = None, **variables: Any) -> Any:
        return await self.client.ask(text, self.token, language, **variables)

    async def inbox(self, first: int = 20, after: str | None = None) -> Any:
        text = document("app/notifications/Inbox")
        return (await self.ask(text, first=first, after=after))["me"]

    async def since(self, after: str) -> Any:
        text = document("app/notifications/NotificationsSince")
        return (await self.ask(text, after=after))["me"]["notifications"]

    async def read(self, up_to: str) -> Any:
        text = document("app/notifications/NotificationsRead")
        return (await self.ask(text, input={"upTo": up_to}))["notificationsRead"]

    @asynccontextmanager
    async def listening(
        self, after: str | None = None, language: str | None = None
    ) -> AsyncIterator[Callable[[], Awaitable[Any]]]:
        """Entering gives what answers the next edge."""
        async with self.client.subscribe(LIVE, self.token, language, after=after) as events:

            async def heard() -> Any:
                return (await anext(events))["memberNotified"]

            yield heard


@pytest.fixture
async def http(served: Server) -> AsyncIterator[Client]:
    async with served.client() as client:
        yield client


async def app_of(client: Client, member: Actor | None = None) -> App:
    await a_programme()
    member = member or await a_buyer(0)
    assert member.member_id
    return App(client, await token_of(member), member.member_id)


def titles(edges: list[Any]) -> list[str]:
    return [edge["node"]["title"] for edge in edges]


async def test_an_inbox_newest_first_page_by_page(http: Client) -> None:
    app = await app_of(http)
    await tell(app.member_id, 1, 2, 3, 4, 5)
    first = await app.inbox(2)
    assert first["unreadNotificationCount"] == 5
    assert titles(first["notifications"]["edges"]) == ["+5 points", "+4 points"]
    assert first["notifications"]["edges"][0]["node"]["readAt"] is None
    page = first["notifications"]["pageInfo"]
    assert page == {
        "hasNextPage": True,
        "endCursor": first["notifications"]["edges"][1]["cursor"],
    }
    rest = (await app.inbox(3, page["endCursor"]))["notifications"]
    assert titles(rest["edges"]) == ["+3 points", "+2 points", "+1 point"]
    assert not rest["pageInfo"]["hasNextPage"]
    assert (await app.ask(TOTAL))["me"]["notifications"]["totalCount"] == 5


async def test_one_cursor_is_good_everywhere(http: Client) -> None:
    app = await app_of(http)
    await tell(app.member_id, 1, 2, 3, 4)
    edges = (await app.inbox())["notifications"]["edges"]
    of_two = edges[2]["cursor"]
    assert titles((await app.inbox(after=of_two))["notifications"]["edges"]) == ["+1 point"]
    missed = await app.since(of_two)
    assert titles(missed["edges"]) == ["+3 points", "+4 points"]
    assert [edge["cursor"] for edge in missed["edges"]] == [edges[1]["cursor"], edges[0]["cursor"]]
    async with app.listening(after=of_two) as heard:
        assert titles([await heard(), await heard()]) == ["+3 points", "+4 points"]
        await tell(app.member_id, 5)
        fifth = await heard()
    assert titles([fifth]) == ["+5 points"]
    assert (await app.since(fifth["cursor"]))["edges"] == []
    assert (await app.read(fifth["cursor"]))["unreadNotificationCount"] == 0


async def test_read_up_to_a_cursor_and_never_back(http: Client) -> None:
    app = await app_of(http)
    await tell(app.member_id, 1, 2, 3)
    edges = (await app.inbox())["notifications"]["edges"]
    read = await app.read(edges[1]["cursor"])
    assert read == {"unreadNotificationCount": 1, "userErrors": []}
    seen = await app.inbox()
    assert seen["unreadNotificationCount"] == 1
    assert [edge["node"]["readAt"] is None for edge in seen["notifications"]["edges"]] == [
        True,
        False,
        False,
    ]
    assert (await app.read(edges[2]["cursor"]))["unreadNotificationCount"] == 1
    assert await app.inbox() == seen


@pytest.mark.parametrize("cursor", ["", "nonsense", "AAAA", "ΩΩΩ"])
async def test_what_is_no_cursor_is_refused(http: Client, cursor: str) -> None:
    app = await app_of(http)
    await tell(app.member_id, 1)
    refused = await app.read(cursor)
    assert refused["unreadNotificationCount"] is None
    (error,) = refused["userErrors"]
    assert (error["code"], error["path"]) == ("INVALID_INPUT", ["input", "upTo"])
    assert (await app.inbox())["unreadNotificationCount"] == 1
    with pytest.raises(Refused) as told:
        async with app.listening(after=cursor) as heard:
            await heard()
    assert told.value.codes == ["BAD_REQUEST"]


async def test_a_cursor_of_another_list_is_none_of_this(http: Client) -> None:
    app = await app_of(http, await a_buyer(10))
    text = '{ me { wallet(unit: "POINTS") { transactions(first: 1) { edges { cursor } } } } }'
    (edge,) = (await app.ask(text))["me"]["wallet"]["transactions"]["edges"]
    with pytest.raises(Refused) as told:
        await app.since(edge["cursor"])
    assert told.value.codes == ["BAD_REQUEST"]


async def test_only_members_listen(http: Client) -> None:
    for token in (None, await token_of(SHOP)):
        with pytest.raises(Refused) as told:
            async with http.subscribe(LIVE, token) as events:
                await anext(events)
        assert told.value.codes == ["FORBIDDEN" if token else "UNAUTHENTICATED"]


async def test_a_notification_has_an_id_that_leads_back_for_its_member_only(http: Client) -> None:
    app, other = await app_of(http), await app_of(http)
    await tell(app.member_id, 7)
    (edge,) = (await app.inbox())["notifications"]["edges"]
    node = (await app.ask(NODE, id=edge["node"]["id"]))["node"]
    assert node == {name: edge["node"][name] for name in ("id", "kind", "title", "readAt")}
    assert (await other.ask(NODE, id=edge["node"]["id"]))["node"] is None


async def test_an_order_is_told_with_the_balance_that_it_left(http: Client) -> None:
    buyer = await a_buyer(5)
    app = await app_of(http, buyer)
    async with app.listening() as heard:
        await reported(an_order(a_line(1200), member=app.member_id))
        await reported(an_order(a_line(800), member=app.member_id))
        for earned, balance in ((12, 17), (8, 25)):
            node = (await heard())["node"]
            assert (node["kind"], node["title"]) == ("POINTS_EARNED", f"+{earned} points")
            assert (node["transaction"]["points"], node["transaction"]["kind"]) == (earned, "EARN")
            wallet = node["transaction"]["wallet"]
            assert wallet["unit"] == {"code": "POINTS", "name": "Points", "symbol": "●"}
            assert wallet["balance"] in (balance, 25)  # as it is when it is told
        assert wallet["balance"] == 25


async def test_a_tier_is_told_in_the_language_asked_for(http: Client) -> None:
    app = await app_of(http)
    async with app.listening(language="ru") as heard:
        await reported(an_order(a_line(20000), member=app.member_id))
        assert (await heard())["node"]["title"] == "+200 баллов"
        node = (await heard())["node"]
    assert (node["kind"], node["title"]) == ("TIER_UP", "Ваш новый уровень: Завсегдатай")
    assert node["standing"]["tier"]["name"] == "Завсегдатай"


async def test_vouchers_offers_referrals_and_cases_are_told_with_what_they_are(
    http: Client,
) -> None:
    buyer = await a_buyer(100)
    app, carer = await app_of(http, buyer), await a_carer()
    async with app.listening() as heard:
        await rewards.redeem(buyer, RedeemReward(await a_reward(), uuid4().hex))
        node = (await heard())["node"]
        assert node["kind"] == "VOUCHER_ISSUED"
        assert len(node["voucher"]["code"]) >= 8

        offer_id = await an_offer()
        node = (await heard())["node"]
        assert node["offer"] == {
            "id": encode("Offer", f"{app.member_id}:{offer_id}"),
            "title": "Stars for the week",
        }

        _, referral_id = await a_friend(buyer)
        node = (await heard())["node"]
        assert node["referral"] == {"id": encode("Referral", referral_id), "state": "JOINED"}

        asked = SendFeedback(FeedbackKind.QUESTION, "Sundays", "When do you open?", uuid4().hex)
        case_id = (await cases.send(buyer, asked)).case_id
        await cases.answer(carer, AnswerCase(case_id, "From nine.", uuid4().hex))
        node = (await heard())["node"]
        assert node["case"] == {"id": encode("Case", case_id), "state": "ANSWERED"}


async def test_what_has_expired_is_told(http: Client) -> None:
    buyer = await a_buyer(100)
    app = await app_of(http, buyer)
    async with app.listening() as heard:
        await credit(app.member_id, 40, (await database.now()) - timedelta(days=1))
        assert await expire_due() == 1
        while not await reactions.react():
            pass
        node = (await heard())["node"]
    assert (node["kind"], node["title"]) == ("POINTS_EXPIRED", "Expired: 40 points")
    assert node["transaction"]["points"] == -40
    assert node["transaction"]["wallet"]["balance"] == 100
