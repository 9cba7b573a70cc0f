"""Balances put right by hand, movements undone, and the second person."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain import database
from domain.actor import SYSTEM, Actor, ActorKind, Role, expanded
from domain.errors import (
    AlreadyReversed,
    DomainError,
    InsufficientPoints,
    InvalidInput,
    NotAllowed,
    NotFound,
)
from domain.members.queries import MemberRef
from domain.wallets import adjusting, adjustment_queries
from domain.wallets.adjusting import AdjustWallet, DecideAdjustment, Done, ReverseTransaction
from domain.wallets.kinds import AdjustmentState
from domain.wallets.proof import proof
from domain.wallets.queries import wallets_of
from tests.documents import document
from tests.factories.access import token_of
from tests.factories.orders import a_line, an_order, reported
from tests.factories.rewards import a_buyer, a_programme, a_reward
from tests.processes import Server

pytestmark = pytest.mark.usefixtures("database")

CARE = Actor(ActorKind.STAFF, "care", expanded({Role.CARE}))
LEAD = Actor(ActorKind.STAFF, "lead", expanded({Role.LOYALTY}))
OTHER = Actor(ActorKind.STAFF, "other", expanded({Role.LOYALTY}))


async def adjusted(actor: Actor, member: Actor, points: int, **more: Any) -> Done:
    await a_programme()
    asked = {"unit": "POINTS", "reason": "A wrong till", "idempotency_key": uuid4().hex, **more}
    return await adjusting.adjust(
        actor, AdjustWallet(MemberRef(id=member.member_id), points=points, **asked)
    )


async def undone(actor: Actor, transaction_id: UUID) -> Done:
    return await adjusting.reverse(
        actor, ReverseTransaction(transaction_id, "Twice by mistake", uuid4().hex)
    )


async def decided(actor: Actor, done: Done, approve: bool = True) -> Done:
    return await adjusting.decide(actor, DecideAdjustment(done.adjustment_id, approve, uuid4().hex))


async def balance(member: Actor) -> tuple[int, int]:
    assert member.member_id
    (wallets,) = await wallets_of(SYSTEM, [member.member_id])
    return wallets["POINTS"].balance, wallets["POINTS"].debt


async def state(done: Done) -> AdjustmentState:
    (row,) = await adjustment_queries.adjustments(SYSTEM, [done.adjustment_id])
    assert row
    return row.state


async def test_the_document_puts_a_balance_right_and_says_no_more_than_it_should(
    served: Server,
) -> None:
    await a_programme()
    member, token = await a_buyer(100), await token_of(CARE)
    number = await database.value("select number from members where id = $1", member.member_id)
    asked = {"member": {"number": number}, "unit": "POINTS", "points": -30, "reason": "Twice"}
    async with served.client() as client:
        send = document("staff/care/WalletAdjust")
        answer = await client.ask(send, token, input={**asked, "idempotencyKey": "key"})
        again = await client.ask(send, token, input={**asked, "idempotencyKey": "key"})
        seen = await client.ask(
            """{ me { wallet(unit: "POINTS") { transactions(first: 1) { nodes {
                 kind points title } } } } }""",
            await token_of(member),
        )
    made = answer["walletAdjust"]
    assert (made["userErrors"], made["transaction"]["points"]) == ([], -30)
    assert made["transaction"]["balanceAfter"] == 70
    assert (again["walletAdjust"]["replayed"], made["replayed"]) == (True, False)
    assert again["walletAdjust"]["transaction"] == made["transaction"]
    (told,) = seen["me"]["wallet"]["transactions"]["nodes"]
    assert told == {"kind": "ADJUST", "points": -30, "title": "Adjustment"}


async def test_above_the_limit_of_a_role_a_second_person_has_to_agree() -> None:
    member = await a_buyer(10)
    assert await state(await adjusted(CARE, member, 500)) == "POSTED"
    asked = await adjusted(CARE, member, 501)
    assert (await state(asked), await balance(member)) == ("ASKED", (510, 0))
    with pytest.raises(DomainError):
        await decided(CARE, asked)  # care may not decide
    await decided(LEAD, asked)
    assert (await state(asked), await balance(member)) == ("POSTED", (1011, 0))
    with pytest.raises(InvalidInput, match="decided already"):
        await decided(OTHER, asked, approve=False)

    large = await adjusted(LEAD, member, 5001)
    with pytest.raises(NotAllowed, match="Somebody else"):
        await decided(LEAD, large)
    await decided(OTHER, large, approve=False)
    assert (await state(large), await balance(member)) == ("REFUSED", (1011, 0))
    assert (await proof(SYSTEM)).problems == []


async def test_two_persons_who_decide_at_once_decide_once() -> None:
    member = await a_buyer(10)
    asked = await adjusted(CARE, member, 1000)
    tried = await asyncio.gather(
        *(decided(who, asked) for who in (LEAD, OTHER) * 4), return_exceptions=True
    )
    assert sum(isinstance(each, Done) for each in tried) == 1
    assert await balance(member) == (1010, 0)


async def test_a_movement_is_undone_once_and_what_was_spent_of_it_is_owed() -> None:
    member = await a_buyer(0)
    given = await adjusted(CARE, member, 100)
    await adjusted(CARE, member, -70)
    tried = await asyncio.gather(
        *(undone(CARE, given.adjustment_id) for _ in range(6)), return_exceptions=True
    )
    assert sum(isinstance(each, Done) for each in tried) == 1
    assert {type(each) for each in tried} == {Done, AlreadyReversed}
    assert await balance(member) == (0, 70)

    taken = await database.value("select id from transactions where points = -70")
    await undone(CARE, taken)
    assert await balance(member) == (0, 0)
    assert (await proof(SYSTEM)).problems == []


async def test_an_order_and_a_voucher_are_undone_by_their_own_means() -> None:
    await a_reward()
    member = await a_buyer(0)
    await reported(an_order(a_line(5000), member=member.member_id))
    earned = await database.value("select id from transactions where order_id is not null")
    with pytest.raises(InvalidInput, match="refund"):
        await undone(CARE, earned)
    with pytest.raises(NotFound):
        await undone(CARE, uuid4())


async def test_more_than_there_is_cannot_be_taken() -> None:
    member = await a_buyer(10)
    with pytest.raises(InsufficientPoints) as refused:
        await adjusted(CARE, member, -11)
    assert refused.value.path == ("points",)
    assert await database.value("select count(*) from adjustments") == 0
    assert await balance(member) == (10, 0)


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ({"points": 0}, "points"),
        ({"points": 10**15 + 1}, "points"),
        ({"unit": "MILES"}, "unit"),
        ({"reason": "x"}, "reason"),
        ({"reason": "x" * 201}, "reason"),
        ({"case_id": uuid4()}, "caseId"),
    ],
)
async def test_what_cannot_be_right_is_refused_with_its_path(
    wrong: dict[str, Any], path: str
) -> None:
    member = await a_buyer(10)
    with pytest.raises(DomainError) as refused:
        await adjusted(CARE, member, **{"points": 1, **wrong})
    assert refused.value.path == (path,)
    assert await balance(member) == (10, 0)
