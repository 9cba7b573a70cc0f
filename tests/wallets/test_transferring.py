"""Points that a member sends to another: what may be sent, and what the sender can find out."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest

from domain import database, reactions
from domain.actor import SYSTEM, Actor, ActorKind, Role
from domain.errors import (
    DomainError,
    InsufficientPoints,
    InvalidInput,
    LimitReached,
    NotAllowed,
    NotFound,
    RateLimited,
)
from domain.wallets.kinds import TransactionKind
from domain.wallets.operations import post_one
from domain.wallets.posting import Move, Posting
from domain.wallets.proof import proof
from tests.client import Client
from tests.documents import document
from tests.factories.access import token_of
from tests.factories.gifts import a_friend, balance_of, gift, number_of, sent
from tests.processes import Server
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("database")

TRANSFER = document("app/wallet/WalletTransfer")
GIFTS = """query ($direction: GiftDirection!) { me { gifts(direction: $direction) {
  totalCount nodes { direction points message state sentAt returnsAt senderFirstName unit { code }
  transaction { kind points title } } } } }"""

_TAKEN = """select points - remaining as points, expires_at, earned_at from lots
  where member_id = $1 and remaining < points order by expires_at"""
_BROUGHT = """select points, expires_at, earned_at from lots
  where member_id = $1 and brought_by is not null order by expires_at"""


@pytest.fixture
async def http(served: Server) -> AsyncIterator[Client]:
    async with served.client() as client:
        yield client


async def transfer(http: Client, sender: Actor, **asked: Any) -> Any:
    given = {"unit": "POINTS", "points": 20, "idempotencyKey": uuid4().hex, **asked}
    return (await http.ask(TRANSFER, await token_of(sender), input=given))["walletTransfer"]


async def test_points_go_to_a_member_with_their_dates(http: Client) -> None:
    anna = await a_friend("anna@example.org", 50, first_name="Anna")
    boris = await a_friend("boris@example.org")
    assert anna.member_id and boris.member_id
    had, there = await balance_of(anna), await balance_of(boris)
    asked = {"to": {"email": " Boris@Example.org"}, "points": 30, "message": "For the coffee"}
    asked |= {"idempotencyKey": "once"}
    done = await transfer(http, anna, **asked)
    assert done["userErrors"] == []
    assert (done["transaction"]["points"], done["replayed"]) == (-30, False)
    assert done["transaction"]["balanceAfter"] == done["wallet"]["balance"] == had - 30
    again = await transfer(http, anna, **asked)
    assert again == {**done, "replayed": True}
    assert await balance_of(boris) == there + 30

    # The welcome, which expires, goes first; the rest never does.
    taken = await database.rows(_TAKEN, anna.member_id)
    brought = await database.rows(_BROUGHT, boris.member_id)
    assert [tuple(row) for row in taken] == [tuple(row) for row in brought]
    assert [row["points"] for row in taken] == [20, 10]
    (out,) = (await http.ask(GIFTS, await token_of(anna), direction="SENT"))["me"]["gifts"]["nodes"]
    assert (out["state"], out["message"], out["senderFirstName"]) == (
        "SENT", "For the coffee", None,
    )  # fmt: skip
    assert out["transaction"] == {
        "kind": "TRANSFER_OUT", "points": -30, "title": "Sent to somebody",
    }  # fmt: skip
    received = await http.ask(GIFTS, await token_of(boris), direction="RECEIVED")
    (into,) = received["me"]["gifts"]["nodes"]
    assert (into["state"], into["message"], into["senderFirstName"]) == (
        "ARRIVED", "For the coffee", "Anna",
    )  # fmt: skip
    assert into["transaction"]["kind"] == "TRANSFER_IN"
    assert (await proof(SYSTEM)).problems == []


async def test_a_number_or_a_phone_will_do() -> None:
    anna, boris = await a_friend("anna@example.org", 100), await a_friend("boris@example.org")
    before = await balance_of(boris)
    await sent(anna, 10, number=await number_of(boris))
    assert await balance_of(boris) == before + 10
    made = await sent(anna, 10, phone="+30 210 1234567")
    assert (await gift(made.gift_id))[0] == "WAITING"


# Who is there under an address, and whether it takes anything.
async def nobody() -> None:
    """Nobody has it."""


async def a_member_there() -> None:
    """A member has it."""
    await a_friend("there@example.org", first_name="Zoe")


async def _in_state(state: str) -> None:
    member = await a_friend("there@example.org")
    await database.rows("update members set state = $2 where id = $1", member.member_id, state)


async def a_blocked_member() -> None:
    """A member has it who is blocked."""
    await _in_state("BLOCKED")


async def one_who_left() -> None:
    """A member has it who has opted out."""
    await _in_state("OPTED_OUT")


async def a_frozen_wallet() -> None:
    """A member has it whose wallet does not add up."""
    member = await a_friend("there@example.org", 5)
    await database.rows("update wallets set frozen = true where member_id = $1", member.member_id)


OTHERS = [a_member_there, a_blocked_member, one_who_left, a_frozen_wallet]


def plain(answer: Any) -> Any:
    """Without ids and instants, which are others each time."""
    if isinstance(answer, dict):
        return {
            key: "..." if key in ("id", "sentAt", "returnsAt") and value else plain(value)
            for key, value in answer.items()
        }
    return [plain(each) for each in answer] if isinstance(answer, list) else answer


async def seen(http: Client, sender: Actor, **asked: Any) -> Any:
    """All that a sender can find out, by asking and by looking afterwards."""
    token = await token_of(sender)
    dry = await transfer(http, sender, **asked, dryRun=True)
    done = await transfer(http, sender, **asked)
    while await reactions.react():
        pass
    told = """{ me { unreadNotificationCount wallet(unit: "POINTS") { balance pending held debt
      transactions { totalCount nodes { kind points balanceAfter title } }
      expirations { nodes { points } } }
      notifications { nodes { kind title body } } } }"""
    gifts = await http.ask(GIFTS, token, direction="SENT")
    return plain([dry, done, gifts, await http.ask(told, token)])


@pytest.mark.parametrize("other", OTHERS)
@pytest.mark.parametrize(
    "asked",
    [{}, {"points": 9}, {"points": 501}, {"points": 130}, {"message": "Hello"}, {"unit": "STARS"}],
    ids=["sent", "too few", "too many", "not there", "with a message", "not to be sent"],
)
async def test_it_is_answered_alike_whoever_has_the_address(
    other: Any, asked: dict[str, Any], http: Client
) -> None:
    senders = [await a_friend(f"anna{n}@example.org", 100) for n in range(2)]
    to = {"to": {"email": "there@example.org"}}
    unknown = await seen(http, senders[0], **to, **asked)
    await other()
    assert await seen(http, senders[1], **to, **asked) == unknown


async def test_whoever_has_the_address_the_same_is_asked_of_postgresql() -> None:
    """As many statements, and as many postings."""
    anna = await a_friend("anna@example.org", 1000)
    counts = []
    for other in (nobody, a_member_there):
        await other()
        await sent(anna, 10, email="there@example.org")  # plans and pools are warm
        before = await database.value("select count(*) from outbox")
        async with statements() as asked:
            await sent(anna, 10, email="there@example.org")
        counts.append((len(asked), await database.value("select count(*) from outbox") - before))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("asked", "error", "path"),
    [
        ({"email": "anna@example.org"}, InvalidInput, ("to",)),
        ({"email": "nonsense"}, InvalidInput, ("to", "email")),
        ({"phone": "12"}, InvalidInput, ("to", "phone")),
        ({"card": "1234567890"}, InvalidInput, ("to",)),
        ({"external_id": "crm-1"}, InvalidInput, ("to",)),
        ({"number": "1234567890"}, NotFound, ("to", "number")),
        ({"points": 0}, InvalidInput, ("points",)),
        ({"points": -5}, InvalidInput, ("points",)),
        ({"points": 10**15 + 1}, InvalidInput, ("points",)),
        ({"points": 9}, LimitReached, ("points",)),
        ({"points": 501}, LimitReached, ("points",)),
        ({"points": 121}, InsufficientPoints, ("points",)),
        ({"message": " "}, InvalidInput, ("message",)),
        ({"message": "x" * 281}, InvalidInput, ("message",)),
    ],
)
async def test_what_cannot_be_sent_is_refused_with_its_path(
    asked: dict[str, Any], error: type[DomainError], path: tuple[str, ...]
) -> None:
    anna = await a_friend("anna@example.org", 100)
    before = await balance_of(anna)
    whom = {"email": "there@example.org"} if {*asked} <= {"points", "message"} else {}
    with pytest.raises(error) as refused:
        await sent(anna, **{**whom, **asked})
    assert refused.value.path == path
    assert await balance_of(anna) == before
    assert await database.value("select count(*) from gifts") == 0


async def test_who_is_in_debt_sends_nothing() -> None:
    anna = await a_friend("anna@example.org", 100)
    assert anna.member_id
    owed = Move("POINTS", TransactionKind.CLAWBACK, -200, "issuance", {"key": "order_refunded"})
    await post_one(Posting(anna.member_id, moves=(owed,)))
    with pytest.raises(InsufficientPoints) as refused:
        await sent(anna, 10, email="there@example.org")
    assert (refused.value.path, refused.value.balance) == (("points",), 0)


async def test_who_takes_no_part_sends_nothing_and_nobody_sends_for_others() -> None:
    anna = await a_friend("anna@example.org", 100)
    await database.rows("update members set state = 'BLOCKED' where id = $1", anna.member_id)
    with pytest.raises(NotAllowed):
        await sent(anna, email="there@example.org")
    with pytest.raises(NotAllowed):
        await sent(Actor(ActorKind.SERVICE, "shop", frozenset({Role.SHOP})), email="a@example.org")


async def test_so_much_a_day_and_a_month() -> None:
    anna = await a_friend("anna@example.org", 5000)
    for _ in range(2):
        await sent(anna, 500, email="there@example.org")
    with pytest.raises(LimitReached) as refused:
        await sent(anna, 10, email="there@example.org")
    assert refused.value.path == ("points",)
    assert "in a day" in refused.value.message
    await database.rows("update gifts set sent_at = sent_at - interval '26 hours'")
    await database.rows("update gifts set points = 1500")
    with pytest.raises(LimitReached, match="in a month"):
        await sent(anna, 10, email="there@example.org")


async def test_one_may_try_so_often_a_day_whatever_comes_of_it(http: Client) -> None:
    """Unknown numbers and rehearsals count as what is sent does; the same key again does not."""
    anna = await a_friend("anna@example.org", 1000)
    done = await sent(anna, 10, key="first", email="there@example.org")
    for n in range(18):
        answer = await transfer(http, anna, to={"number": f"{1234567890 + n}"}, dryRun=bool(n % 2))
        assert answer["userErrors"][0]["code"] == "NOT_FOUND"
    assert (await transfer(http, anna, to={"email": "x@example.org"}, dryRun=True))[
        "userErrors"
    ] == []
    for dry in (True, False):
        refused = await transfer(http, anna, to={"email": "x@example.org"}, dryRun=dry)
        assert refused["userErrors"][0]["code"] == "TOO_MANY_TRIES"
    with pytest.raises(RateLimited):
        await sent(anna, 10, email="there@example.org")
    again = await sent(anna, 10, key="first", email="there@example.org")
    assert (again.gift_id, again.replayed) == (done.gift_id, True)


async def test_a_message_is_kept_nowhere_else() -> None:
    anna, boris = await a_friend("anna@example.org", 100), await a_friend("boris@example.org")
    await sent(anna, 10, email="boris@example.org", message="A secret")
    await sent(anna, 10, email="nobody@example.org", message="A secret")
    tables = await database.rows(
        """select relname from pg_class where relnamespace = 'public'::regnamespace
             and relkind = 'r' and relname <> 'gifts'"""
    )
    for table in tables:
        text = f'select count(*) from "{table["relname"]}" t where t::text ~ $1'
        assert not await database.value(text, "A secret"), table["relname"]
        assert not await database.value(text, "nobody@example.org"), table["relname"]
    assert boris.member_id
    assert not await database.value("select count(*) from gifts t where t::text ~ 'nobody@'")
