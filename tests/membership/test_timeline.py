"""The timeline: everything once, newest first, page by page, in the reader's language."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from domain import database
from domain.access import access_keys
from domain.actor import Actor, ActorKind, Role
from domain.feedback import case_operations
from domain.feedback.case_operations import SendFeedback
from domain.feedback.kinds import FeedbackKind
from domain.members.card_replacing import ReplaceCard, replace
from domain.members.kinds import CardReason
from domain.members.queries import MemberRef
from domain.membership import states
from domain.membership.states import Leave
from domain.rewards import operations as rewards
from domain.rewards.commands import RedeemReward
from domain.wallets import extending
from domain.wallets.extending import ExtendWallet
from schema.node import encode
from tests.client import Client, Refused
from tests.factories.access import token_of
from tests.factories.members import a_member
from tests.factories.merges import CARE
from tests.factories.orders import a_line, an_order, reported
from tests.factories.rewards import a_reward
from tests.processes import Server

pytestmark = pytest.mark.usefixtures("database")

ASKED = """query ($by: MemberRefInput!, $first: Int!, $after: String) { member(by: $by) {
  timeline(first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor }
    nodes { at kind text } } } }"""


@pytest.fixture
async def http(served: Server) -> AsyncIterator[Client]:
    async with served.client() as client:
        yield client


@pytest.fixture
async def care() -> str:
    return await access_keys.make(ActorKind.STAFF, "Dora", {Role.CARE})


async def a_life() -> Actor:
    member = await a_member("anna@example.org", first_name="Anna")
    assert member.member_id
    await reported(an_order(a_line(2000), member=member.member_id, reference="R-1"))
    reward = await a_reward(price=10)
    await rewards.redeem(member, RedeemReward(reward, uuid4().hex))
    said = SendFeedback(FeedbackKind.QUESTION, "Oat milk?", "Is there any?", uuid4().hex)
    await case_operations.send(member, said)
    await replace(member, ReplaceCard(CardReason.LOST, uuid4().hex))
    await states.opt_out(member, Leave(uuid4().hex))
    return member


async def read(http: Client, token: str, member: Actor, first: int = 100, **more: Any) -> Any:
    by = {"id": encode("Member", member.member_id)}
    answer = await http.ask(ASKED, token, by=by, first=first, **more)
    return answer["member"]["timeline"]


async def test_everything_stands_there_once_newest_first(http: Client, care: str) -> None:
    member = await a_life()
    found = await read(http, care, member)
    nodes = found["nodes"]
    assert [node["at"] for node in nodes] == sorted((n["at"] for n in nodes), reverse=True)
    texts = [node["text"] for node in nodes]
    assert {"Order R-1 of €20", "Wrote: Oat milk?", "Opted out", "Joined"} <= set(texts)
    assert any(text.startswith("Voucher for") for text in texts)
    assert any(text.startswith("-10 ") for text in texts)
    kinds = {node["kind"] for node in nodes}
    assert kinds >= {"ORDER", "POINTS", "VOUCHER", "CASE", "MEMBERSHIP"}
    assert found["totalCount"] == len(nodes)


async def test_what_changed_no_balance_is_told_without_points(http: Client, care: str) -> None:
    member = await a_life()
    now = await database.now()
    ref, until = MemberRef(id=member.member_id), now + timedelta(days=3000)
    asked = ExtendWallet(ref, "POINTS", until, "Closed for months", uuid4().hex)
    await extending.extend(CARE, asked)

    newest = (await read(http, care, member))["nodes"][0]["text"]
    assert newest.startswith("Good for longer: through ")


async def test_pages_add_up_to_the_whole(http: Client, care: str) -> None:
    member = await a_life()
    whole = (await read(http, care, member))["nodes"]
    for first in (1, 2, 3):
        pages, after = [], None
        while True:
            page = await read(http, care, member, first, after=after)
            pages += page["nodes"]
            after = page["pageInfo"]["endCursor"]
            if not page["pageInfo"]["hasNextPage"]:
                break
        assert pages == whole


async def test_it_is_said_in_the_reader_s_language(http: Client, care: str) -> None:
    member = await a_life()
    for language, joined in (("ru", "Вступление в программу"), ("el", "Εγγραφή")):
        by = {"id": encode("Member", member.member_id)}
        answer = await http.ask(ASKED, care, language, by=by, first=100)
        assert joined in [node["text"] for node in answer["member"]["timeline"]["nodes"]]


async def test_it_is_for_the_team_alone(http: Client) -> None:
    member = await a_life()
    with pytest.raises(Refused) as raised:
        await http.ask("{ me { timeline(first: 1) { nodes { text } } } }", await token_of(member))
    assert raised.value.codes == ["FORBIDDEN"]


async def test_it_goes_by_what_is_so_now(http: Client, care: str) -> None:
    member = await a_member()
    before = len((await read(http, care, member))["nodes"])
    assert member.member_id
    await reported(an_order(member=member.member_id))
    assert len((await read(http, care, member))["nodes"]) > before
    assert await database.value("select count(*) from orders") == 1
