"""What a member bought is what its orders say, whatever becomes of them."""

import random
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from typing import Any
from uuid import uuid4

import orjson
import pytest

from domain import database
from domain.actor import Actor
from domain.canonical import canonical
from domain.errors import DomainError
from domain.language import said
from domain.orders import advancing, discounts, discounts_left, judging, operations
from domain.orders.advancing import AdvanceOrder
from domain.orders.commands import ClaimOrder, OrderCommand, Points
from domain.orders.converting import Rate
from domain.orders.kinds import OrderStage
from domain.orders.payments import MONEY_ALONE, PaidPoints, Payment, TakenVoucher
from domain.orders.price import before_points
from domain.programme.terms import EarnOn
from tests.counts import count, seed
from tests.factories.carts import a_cart, publish_variant
from tests.factories.merges import merged, unmerged
from tests.factories.orders import SHOP, a_line, an_order, reported
from tests.factories.purchases import bought, kept, modelled
from tests.factories.refunds import bought as ordered
from tests.factories.refunds import refunded
from tests.factories.rewards import a_buyer, a_programme
from tests.orders.test_discounts_by_chance import a_version

pytestmark = pytest.mark.usefixtures("database")

_ALL = """
select b.* from jsonb_array_elements($1) with ordinality as listed (one, n),
  pistis_bought(one -> 'document', nullif(one -> 'back', 'null')) as b order by n
"""


@pytest.mark.counted
async def test_the_database_reckons_as_the_rules_do() -> None:
    chance = random.Random(begin := seed())
    asked = [_asked(chance) for _ in range(count(300, 10_000))]

    found = await database.rows(
        _ALL, [{"document": row["document"], "back": back} for row, back in asked]
    )

    for row, (order, back) in zip(found, asked, strict=True):
        lines = bought(order, back or [])
        assert (row["amounts"] or []) == [line.amount_minor for line in lines], f"seed {begin}"
        assert (row["skus"] or []) == [line.sku for line in lines], f"seed {begin}"
        assert (row["brands"] or []) == [line.brand for line in lines], f"seed {begin}"
        assert (row["amount_minor"] or 0) == sum(line.amount_minor for line in lines)


def _asked(chance: random.Random) -> tuple[dict[str, Any], list[tuple[int, int]] | None]:
    # An order's row, paid in any way, and what has come back of it in steps.
    order = a_cart(chance, None)
    if chance.random() < 0.1:
        order = replace(order, lines=tuple(replace(e, unit_price=10**7) for e in order.lines))
    rate = chance.choice([None, Rate(162, 100, "EUR"), Rate(chance.randint(1, 999), 7, "EUR")])
    document = judging.document_of(order, rate)
    payment = _payment(chance, sum(line.net for line in order.lines) - _off(order))
    if payment != MONEY_ALONE:
        document["payment"] = orjson.loads(canonical(payment))
    pieces = [n for n, line in enumerate(order.lines, 1) for _ in range(line.quantity)]
    chance.shuffle(pieces)
    back = pieces[: chance.randint(0, len(pieces))]
    if rate is None and chance.random() < 0.5:
        document |= _discounted(chance, replace(order, currency="EUR"), Counter(back))
    row = {
        "source": order.source, "reference": order.reference, "occurred_at": order.occurred_at,
        "currency": order.currency, "document": document, "state": "COMPLETED",
    }  # fmt: skip
    return row, [(n, 1) for n in back] or None


def _discounted(chance: random.Random, order: OrderCommand, back: Counter[int]) -> dict[str, Any]:
    # By the rules of a programme, then paid in any way; and what they take off what is left of it.
    version = a_version(chance)
    off, _ = discounts.quoted(order, version, None, {})
    assert off is not None
    earns = version.programme.earn_on is EarnOn.GOODS
    discounted = Payment(rules_off=off, earns=earns)
    paid = _payment(chance, sum(before_points(order, discounted)))
    payment = replace(paid, rules_off=off, earns=earns)
    found = {"payment": orjson.loads(canonical(payment))}
    if back:
        left = discounts_left.judged(order, version, off, None, back, off.left)
        found[discounts_left.LEFT] = orjson.loads(canonical(left))
    return found


def _off(order: OrderCommand) -> int:
    return sum(each.amount for each in order.discounts)


def _payment(chance: random.Random, left: int) -> Payment:
    if chance.random() < 0.5:
        return MONEY_ALONE
    vouchers = []
    for _ in range(chance.randint(0, 2)):
        goods = chance.choice([0, chance.randint(0, left)])
        left -= goods
        vouchers.append(TakenVoucher(uuid4(), said("A", "А", "Α"), goods=goods))
    worth = chance.randint(0, left)
    points = PaidPoints("POINTS", worth, worth) if chance.random() < 0.7 else None
    return Payment(tuple(vouchers), points, earns=chance.random() < 0.3)


@pytest.mark.counted
async def test_whatever_becomes_of_orders_the_table_follows() -> None:
    chance = random.Random(begin := seed())
    await a_programme()
    await publish_variant(chance)
    story = _Story(chance, [await a_buyer(500) for _ in range(4)])
    with suppress(DomainError):
        await story.buy()  # all the others are done to an order that there is
    for _ in range(count(60, 1500)):
        with suppress(DomainError):
            await chance.choice(story.acts)()
        if chance.random() < 0.1:
            assert await kept() == await modelled(), f"seed {begin}"

    assert await kept() == await modelled(), f"seed {begin}"
    assert len(await kept()) > 5, f"seed {begin}"


class _Story:
    """What shops, members and the team may do with orders, each by chance."""

    def __init__(self, chance: random.Random, members: list[Actor]) -> None:
        self.chance = chance
        self.members = members
        self.orders: list[OrderCommand] = []
        self.codes: list[str] = []
        self.merge: Any = None
        self.acts = [self.buy, self.buy, self.buy, self.place, self.pay, self.refund, self.refund,
                     self.advance, self.revise, self.leave, self.claim, self.join]  # fmt: skip

    def cart(self, **values: Any) -> OrderCommand:
        member_id = self.chance.choice(self.members).member_id
        made = replace(a_cart(self.chance, member_id), **values)
        self.orders.append(made)
        return made

    async def buy(self) -> None:
        await reported(self.cart())

    async def place(self) -> None:
        await reported(self.cart(stage=OrderStage.PLACED))

    async def pay(self) -> None:
        await reported(self.cart(currency="EUR", pay_with_points=Points("POINTS", 20)))

    async def refund(self) -> None:
        order = self.chance.choice(self.orders)
        number = self.chance.randint(1, len(order.lines))
        lines = [] if self.chance.random() < 0.2 else [(number, 1)]
        await refunded(order, *lines)

    async def advance(self) -> None:
        order = self.chance.choice(self.orders)
        stage = self.chance.choice(list(OrderStage))
        await advancing.advance(
            SHOP,
            AdvanceOrder(order.source, order.reference, stage, order.occurred_at, uuid4().hex),
        )

    async def revise(self) -> None:
        order = self.chance.choice(self.orders)
        other = a_cart(self.chance, None)
        await reported(
            replace(order, lines=other.lines, discounts=other.discounts, currency=other.currency,
                    revision=order.revision + self.chance.randint(1, 5))
        )  # fmt: skip

    async def leave(self) -> None:
        done = await reported(self.cart(member=None))
        self.codes.append(done.result["claim"])

    async def claim(self) -> None:
        code = self.chance.choice(self.codes or ["NOSUCHCODE22"])
        member = self.chance.choice(self.members)
        await operations.claim(member, ClaimOrder(uuid4().hex, code=code))

    async def join(self) -> None:
        if self.merge is None:
            stayer, gone = self.chance.sample(self.members, 2)
            self.merge = await merged(stayer, gone)
        else:
            merge, self.merge = self.merge, None
            await unmerged(merge)


async def test_an_order_that_is_refused_leaves_nothing() -> None:
    await a_programme()
    member = await a_buyer(0)
    poor = an_order(a_line(500), member=member.member_id, pay_with_points=Points("POINTS", 20))

    with pytest.raises(DomainError):
        await reported(poor)

    assert await kept() == {}


async def test_what_came_back_of_a_receipt_before_it_was_claimed_was_not_bought() -> None:
    await a_programme()
    member = await a_buyer(0)
    order = an_order(a_line(500, sku="cup"), a_line(700, sku="cake", quantity=2))
    done = await reported(order)
    await refunded(order, (1, 1), (2, 1))
    assert await kept() == {}, "it is nobody's yet"

    await operations.claim(member, ClaimOrder("mine", code=done.result["claim"]))

    (row,) = (await kept()).values()
    assert (row[0], row[2:4]) == (member.member_id, (700, ["cake"]))
    await refunded(order)
    assert await kept() == {}


async def test_an_order_that_changes_nothing_of_it_is_left_alone() -> None:
    await a_programme()
    member = await a_buyer(0)
    order = await ordered(a_line(500), member_id=member.member_id)
    before = await database.value("select xmin::text from purchases")

    await reported(order)
    await database.rows("update orders set content_hash = content_hash")

    assert await database.value("select xmin::text from purchases") == before
