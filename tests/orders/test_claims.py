"""An order of nobody in particular waits for the one whose it is, once."""

import asyncio
from typing import Any

import pytest

from domain import database
from domain.actor import SYSTEM, Actor
from domain.errors import InvalidInput, NotAllowed, NotFound, OrderConflict, TooManyTries
from domain.members.queries import MemberRef
from domain.orders import operations
from domain.orders.advancing import AdvanceOrder, advance
from domain.orders.commands import ClaimOrder, OrderCommand
from domain.orders.kinds import OrderStage
from domain.orders.reporting import Reported
from domain.wallets.proof import proof
from tests.factories.offers import an_offer
from tests.factories.orders import SHOP, a_line, an_order, reported, written
from tests.factories.rewards import a_buyer, a_programme
from tests.orders.test_reporting import balance

pytestmark = pytest.mark.usefixtures("database")


async def nobodys(order: OrderCommand | None = None) -> Reported:
    await a_programme()
    return await reported(order or an_order(a_line(2500)))


async def test_the_receipt_says_what_it_is_worth() -> None:
    done = await nobodys()

    assert done.result["claim_points"] == 25
    assert len(done.result["claim"]) == 12
    assert await database.value("select count(*) from transactions") == 0


async def test_a_receipt_is_claimed_once() -> None:
    done = await nobodys()
    first, second = await a_buyer(0), await a_buyer(0)
    code = done.result["claim"]

    claimed = await operations.claim(first, ClaimOrder("mine", code=code.lower()))
    again = await operations.claim(first, ClaimOrder("mine", code=code.lower()))
    with pytest.raises(NotFound):
        await operations.claim(second, ClaimOrder("his", code=code))

    assert (claimed.replayed, again.replayed) == (False, True)
    assert await balance(first.member_id) == 25
    assert await balance(second.member_id) == 0
    assert (await proof(SYSTEM)).problems == []


async def test_two_who_claim_at_the_same_moment_do_not_both_get_it() -> None:
    done = await nobodys()
    members = [await a_buyer(0) for _ in range(5)]

    async def attempt(member: Actor) -> bool:
        try:
            await operations.claim(member, ClaimOrder("mine", code=done.result["claim"]))
        except (NotFound, OrderConflict):
            return False
        return True

    won = await asyncio.gather(*[attempt(member) for member in members])

    assert won.count(True) == 1
    assert await database.value("select count(*) from transactions") == 1


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"total": 2499}, NotFound),
        ({"reference": "another"}, NotFound),
        ({"code": "NOSUCHCODE22", "source": None}, NotFound),
    ],
)
async def test_a_receipt_that_does_not_fit_finds_nothing(
    change: dict[str, Any], error: type[Exception]
) -> None:
    await nobodys(an_order(a_line(2500), reference="r1"))
    member = await a_buyer(0)
    receipt = {"source": "till", "reference": "r1", "total": 2500, **change}
    before = await written()

    with pytest.raises(error):
        await operations.claim(member, ClaimOrder("mine", **receipt))

    after = await written()
    assert {**after, "idempotency_keys": 0} == {**before, "idempotency_keys": 0}


async def test_a_shop_claims_for_a_member_by_number_and_total() -> None:
    await nobodys(an_order(a_line(2500), reference="r1"))
    member = await a_buyer(0)

    receipt: dict[str, Any] = {"source": "till", "reference": "r1", "total": 2500}
    with pytest.raises(InvalidInput) as refused:
        await operations.claim(SHOP, ClaimOrder("nobody", **receipt))
    await operations.claim(
        SHOP, ClaimOrder("his", member=MemberRef(id=member.member_id), **receipt)
    )

    assert refused.value.path == ("member",)
    assert await balance(member.member_id) == 25


@pytest.mark.parametrize("claims_itself", [True, False])
async def test_who_takes_no_part_claims_nothing_and_the_receipt_stays(claims_itself: bool) -> None:
    done = await nobodys()
    blocked, other = await a_buyer(0), await a_buyer(0)
    await database.rows("update members set state = 'BLOCKED' where id = $1", blocked.member_id)
    actor, member = (blocked, None) if claims_itself else (SHOP, MemberRef(id=blocked.member_id))
    before = await written()

    with pytest.raises(NotAllowed):
        await operations.claim(actor, ClaimOrder("his", code=done.result["claim"], member=member))

    assert await written() == before
    await operations.claim(other, ClaimOrder("mine", code=done.result["claim"]))
    assert await balance(other.member_id) == 25


async def test_nobody_finds_out_a_receipt_by_trying() -> None:
    await nobodys(an_order(a_line(2500), reference="r1"))
    member = await a_buyer(0)

    async def guess(total: int) -> type[Exception] | None:
        receipt = ClaimOrder(f"key {total}", source="till", reference="r1", total=total)
        try:
            await operations.claim(member, receipt)
        except (NotFound, TooManyTries) as error:
            return type(error)
        return None

    guesses = [await guess(total) for total in range(15)]

    assert guesses == [NotFound] * 10 + [TooManyTries] * 5
    # Even the right one is not looked at any more, today; a shop can still help.
    assert await guess(2500) is TooManyTries
    assert await database.value("select count(*) from transactions") == 0


async def test_of_guesses_that_come_at_once_ten_are_judged() -> None:
    await nobodys()
    member = await a_buyer(0)
    guesses = (
        operations.claim(
            member, ClaimOrder(f"key {total}", source="till", reference="r1", total=total)
        )
        for total in range(40)
    )
    answers = await asyncio.gather(*guesses, return_exceptions=True)

    kinds = [type(answer) for answer in answers]
    assert (kinds.count(NotFound), kinds.count(TooManyTries)) == (10, 30)


async def test_what_was_called_off_is_nobodys_to_claim() -> None:
    born_so = await nobodys(an_order(stage=OrderStage.CANCELLED))
    assert "claim" not in born_so.result

    order = an_order(stage=OrderStage.PLACED)
    done = await nobodys(order)
    named = order.source, order.reference
    await advance(SHOP, AdvanceOrder(*named, OrderStage.CANCELLED, order.occurred_at, "off"))
    with pytest.raises(OrderConflict):
        await operations.claim(await a_buyer(0), ClaimOrder("his", code=done.result["claim"]))
    assert "claim" not in (await reported(order)).result


async def test_a_claimed_order_meets_the_offers_of_its_day() -> None:
    now = await database.now()
    done = await nobodys(an_order(occurred_at=now))
    member = await a_buyer(0)
    await an_offer(points=5, unit="STARS")

    await operations.claim(member, ClaimOrder("mine", code=done.result["claim"]))

    assert await balance(member.member_id, "STARS") == 5
    used = await database.rows("select member_id, order_id from offer_uses")
    assert [(row["member_id"], str(row["order_id"])) for row in used] == [
        (member.member_id, done.result["order"])
    ]
