"""Erased: nothing personal is left anywhere, the books still add up, and nobody is new twice."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import websockets
from hypothesis import given
from hypothesis import strategies as st

from domain import database, reactions
from domain.access import access_keys
from domain.actor import SYSTEM, Actor, ActorKind, Role
from domain.errors import NotAllowed
from domain.feedback import case_operations
from domain.feedback.case_operations import SendFeedback
from domain.feedback.kinds import FeedbackKind
from domain.members import operations, remembered
from domain.members.commands import Place, UpdateMember
from domain.members.devices import RegisterDevice, register
from domain.members.fields import Birthday
from domain.members.kinds import DevicePlatform
from domain.members.queries import MemberRef
from domain.membership import telling
from domain.programme.attributes import AttributeValue
from domain.referrals import enrolment
from domain.wallets import adjusting
from domain.wallets import operations as wallets
from domain.wallets.adjusting import AdjustWallet
from domain.wallets.kinds import TransactionKind
from domain.wallets.posting import Move, Posting
from domain.wallets.proof import proof
from tests.client import Client, Refused
from tests.documents import document
from tests.factories.access import token_of
from tests.factories.holds import CARE, a_hold
from tests.factories.members import a_guest, a_member, joining
from tests.factories.orders import an_order, reported, sent
from tests.factories.referrals import code_of
from tests.processes import Server

pytestmark = pytest.mark.usefixtures("database")

SECRETS = ("Anastasia", "Kyriakou", "anastasia", "+306900000001", "crm-7731", "apns-secret",
           "Xylokastro", "kombucha")  # fmt: skip
ERASE = "app/profile/MemberErase"
LISTEN = "subscription { memberNotified { cursor } }"


@pytest.fixture
async def http(served: Server) -> AsyncIterator[Client]:
    async with served.client() as client:
        yield client


async def somebody(**more: Any) -> Actor:
    """A member about whom much is known."""
    member = await a_member(
        "anastasia@example.org",
        first_name="Anastasia",
        last_name="Kyriakou",
        external_id="crm-7731",
        birthday=Birthday(2, 29, 1988),
        **more,
    )
    lives = Place("GR", "Xylokastro", "20400")
    drinks = AttributeValue("favouriteDrink", "tea")
    await telling.update(member, UpdateMember(place=lives, attributes=(drinks,)))
    await database.rows(
        """update profiles set phone = '+306900000001',
             attributes = attributes || '{"before": "kombucha"}' where member_id = $1""",
        member.member_id,
    )
    await register(member, RegisterDevice(DevicePlatform.IOS, "apns-secret", "Anastasia's phone"))
    said = SendFeedback(FeedbackKind.IDEA, "From Anastasia", "I am Anastasia.", uuid4().hex)
    await case_operations.send(member, said)
    assert member.member_id
    await reported(an_order(member=member.member_id))
    return member


async def erase(http: Client, member: Actor, token: str, confirm: str = "") -> Any:
    number = await database.value("select number from members where id = $1", member.member_id)
    given = {"confirm": confirm or f"{number[:5]} {number[5:]}"}
    return (await http.ask(document(ERASE), token, input=given))["memberErase"]


async def everything() -> str:
    """All rows of all tables, as text."""
    tables = await database.rows(
        "select tablename from pg_tables where schemaname = 'public' order by 1"
    )
    said = [
        await database.value(f'select string_agg(x::text, chr(10)) from "{row[0]}" x')
        for row in tables
    ]
    return "\n".join(text for text in said if text)


async def test_nothing_personal_is_left_in_any_table(http: Client) -> None:
    guest = await a_guest("anastasia@example.org")
    member = await somebody()
    before = await everything()
    assert [word for word in SECRETS if word not in before] == []
    answer = await erase(http, member, await token_of(member))
    assert (answer["userErrors"], answer["erasedAt"] is not None) == ([], True)
    after = await everything()
    assert [word for word in SECRETS if word in after] == []
    assert await database.value("select count(*) from profile_questions") == 0
    assert guest.session_id


async def test_the_books_add_up_and_the_points_are_given_up_by_a_posting(http: Client) -> None:
    member = await somebody()
    rows = (
        "select kind, points, title from transactions where member_id = $1 order by unit, version"
    )
    before = await database.rows(rows, member.member_id)
    await erase(http, member, await token_of(member))
    after = await database.rows(rows, member.member_id)
    given_up = [row for row in after if row["kind"] == "ADJUST"]
    assert [row["title"] for row in given_up] == [{"key": "erased"}] * len(given_up)
    assert len(after) == len(before) + len(given_up)
    assert sum(row["points"] for row in after) == 0
    assert await database.value("select sum(available) from wallets") == 0
    proved = await proof(SYSTEM)
    assert (proved.balanced, list(proved.problems)) == (True, [])


async def test_what_is_held_and_what_waits_goes_too(http: Client) -> None:
    member = await somebody()
    assert member.member_id
    hold_id = await a_hold(member, 5)
    later = await database.now() + timedelta(days=9)
    waits = Move("POINTS", TransactionKind.PEND, 40, "issuance", {"key": "order_pending",
                 "reference": "R"}, releases_at=later)  # fmt: skip
    await wallets.post_one(Posting(member.member_id, moves=(waits,)))
    await adjusting.adjust(
        CARE, AdjustWallet(MemberRef(id=member.member_id), "POINTS", 3, "For Anastasia", "a")
    )
    assert (await erase(http, member, await token_of(member)))["userErrors"] == []
    row = await database.row(
        "select available, pending, held, debt from wallets where unit = 'POINTS'"
    )
    assert row
    assert tuple(row) == (0, 0, 0, 0)
    assert await database.value("select state from holds where id = $1", hold_id) == "RELEASED"
    assert [word for word in SECRETS if word in await everything()] == []
    assert list((await proof(SYSTEM)).problems) == []


async def test_what_was_on_its_way_is_cleaned_up_after(http: Client) -> None:
    member = await somebody()
    await erase(http, member, await token_of(member))
    said = SendFeedback(FeedbackKind.IDEA, "Anastasia again", "Anastasia", uuid4().hex)
    await case_operations.send(member, said)
    for late in (
        register(member, RegisterDevice(DevicePlatform.IOS, "apns-secret", "x")),
        operations.update(member, UpdateMember(first_name="Anastasia")),
    ):
        with pytest.raises(NotAllowed):
            await late
    while await reactions.react():
        pass
    assert [word for word in SECRETS if word in await everything()] == []


async def test_sessions_end_and_sockets_close(http: Client) -> None:
    member = await somebody()
    here, elsewhere = await token_of(member), await token_of(member)
    async with http.subscribe(LISTEN, elsewhere) as events:
        assert (await erase(http, member, here))["erasedAt"]
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await asyncio.wait_for(anext(events), 10)
    assert closed.value.rcvd
    assert closed.value.rcvd.code == 4403
    for token in (here, elsewhere):
        with pytest.raises(Refused) as raised:
            await http.ask("{ me { number } }", token)
        assert raised.value.codes == ["UNAUTHENTICATED"]


async def test_nobody_finds_it_any_more(http: Client) -> None:
    member = await somebody()
    number = await database.value("select number from members where id = $1", member.member_id)
    await erase(http, member, await token_of(member))
    shop = await access_keys.make(ActorKind.SERVICE, "shop", {Role.SHOP})
    asked = "query ($by: MemberRefInput!) { member(by: $by) { state } }"
    report = """mutation ($input: OrderReportInput!) { orderReport(input: $input) {
      claim { code } member { number } userErrors { code } } }"""
    for by in (
        {"number": number}, {"card": number}, {"email": "anastasia@example.org"},
        {"phone": "+306900000001"}, {"externalId": "crm-7731"},
    ):  # fmt: skip
        assert (await http.ask(asked, shop, by=by))["member"] is None
        order = {"order": {**sent(an_order()), "member": by}, "idempotencyKey": uuid4().hex}
        kept = (await http.ask(report, shop, input=order))["orderReport"]
        assert (kept["member"], kept["claim"] is not None) == (None, True)


async def test_another_number_erases_nobody(http: Client) -> None:
    member = await somebody()
    token = await token_of(member)
    answer = await erase(http, member, token, "1234567897")
    assert answer["erasedAt"] is None
    assert [(e["code"], e["path"]) for e in answer["userErrors"]] == [
        ("INVALID_INPUT", ["input", "confirm"])
    ]
    assert (await http.ask("{ me { firstName } }", token))["me"]["firstName"] == "Anastasia"


async def test_who_comes_back_is_welcome_and_is_not_new(http: Client) -> None:
    member, friend = await somebody(), await a_member(first_name="Boris")
    await erase(http, member, await token_of(member))
    alias = "anastasia+again@example.org"
    back = await enrolment.enrol(SYSTEM, joining(email=alias, referral_code=await code_of(friend)))
    assert back.refusal is not None
    assert back.refusal.path == ("referralCode",)
    assert await points_of(back.member_id) == 0
    fresh = await enrolment.enrol(SYSTEM, joining(email="somebody@example.org"))
    assert await points_of(fresh.member_id) > 0
    by_id = await enrolment.enrol(SYSTEM, joining(external_id="crm-7731"))
    assert by_id.member_id not in (member.member_id, back.member_id)
    assert await points_of(by_id.member_id) == 0


async def test_five_times_there_and_back_bring_one_welcome(http: Client) -> None:
    welcomed = 0
    for _ in range(5):
        member = await a_member("anna@example.org")
        welcomed += await points_of(member.member_id)
        await erase(http, member, await token_of(member))
    new = await a_member("nobody@example.org")
    assert welcomed == await points_of(new.member_id) > 0


async def test_erasing_while_others_enrol_the_same_address(http: Client) -> None:
    member = await a_member("anna@example.org")
    tills = [enrolment.enrol(SYSTEM, joining(email="anna@example.org")) for _ in range(4)]
    answers = await asyncio.gather(
        erase(http, member, await token_of(member)), *tills, return_exceptions=True
    )
    assert not isinstance(answers[0], BaseException)
    made = [each for each in answers[1:] if not isinstance(each, BaseException)]
    assert len(made) <= 1, "one address, one member"
    assert await database.value(
        "select count(*) from profiles where email = 'anna@example.org'"
    ) == len(made)
    for each in made:
        assert await points_of(each.member_id) == 0


async def test_erasing_while_orders_come_leaves_no_points(http: Client) -> None:
    member = await somebody()
    assert member.member_id
    orders = [reported(an_order(member=member.member_id)) for _ in range(6)]
    token = await token_of(member)
    twice = [erase(http, member, token) for _ in range(2)]
    answers = await asyncio.gather(*orders[:3], *twice, *orders[3:], return_exceptions=True)
    erased = [each for each in answers if isinstance(each, dict) and each.get("erasedAt")]
    assert len(erased) == 1
    assert await points_of(member.member_id) == 0
    assert await database.value("select count(*) from state_changes") == 1
    assert list((await proof(SYSTEM)).problems) == []


@given(name=st.text("abc.", min_size=1, max_size=8), tag=st.text("xyz", max_size=4))
def test_an_alias_is_the_same_person(name: str, tag: str) -> None:
    plain = remembered._hash("email", f"{name}@example.org")
    assert remembered._hash("email", f"{name}+{tag}@example.org") == plain
    assert remembered._hash("phone", f"{name}@example.org") != plain
    assert name not in plain or len(name) < 4
    without = name.replace(".", "")
    assert remembered._hash("email", f"{name}@gmail.com") == remembered._hash(
        "email", f"{without}@gmail.com"
    )


async def points_of(member_id: Any) -> int:
    found: int = await database.value(
        "select coalesce(sum(available), 0)::bigint from wallets where member_id = $1", member_id
    )
    return found
