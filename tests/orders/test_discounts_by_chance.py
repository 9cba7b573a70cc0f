"""Of any cart: the price adds up, quoted is applied, and what came back is as if never bought."""

import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest

from domain import database
from domain.actor import SYSTEM
from domain.canonical import canonical
from domain.errors import DomainError
from domain.members.queries import MemberRef
from domain.orders import discounts, discounts_left, operations, paying
from domain.orders.commands import Charge, OrderCommand
from domain.orders.kinds import ChargeKind
from domain.orders.payments import RulesOff, payment_of
from domain.orders.price import facts, price
from domain.orders.reducing import Returned, reduced
from domain.orders.standings import Chain, newcomer
from domain.programme import document
from domain.programme import operations as programmes
from domain.programme.discounting import Off
from domain.programme.queries import Version
from domain.programme.rules import compiled
from domain.programme.templates import contents
from domain.wallets.proof import proof
from tests.counts import count, seed
from tests.factories.discounts import by_chance, spent_of
from tests.factories.orders import MORNING, SHOP, a_line, an_order, reported
from tests.factories.programme import a_programme
from tests.factories.refunds import counted, refunded
from tests.factories.rewards import a_buyer
from tests.orders.test_price_by_chance import MEMBER, a_cart, adds_up


@pytest.mark.counted
def test_the_price_of_any_cart_adds_up_and_what_was_quoted_is_applied() -> None:
    chance, taken = random.Random(begin := seed()), 0
    for n in range(count(300, 10_000)):
        where = f"seed {begin}, cart {n}"
        version, spent = a_version(chance), {f"d{k}": chance.choice([0, 90]) for k in range(5)}
        order, vouchers = a_cart(chance)
        chain = a_chain(version, chance)
        rules_off, _ = discounts.quoted(order, version, chain, spent)
        assert rules_off is not None
        try:
            payment = paying.judged(order, version, chain, vouchers, rules_off)
        except DomainError:
            order = replace(order, voucher_codes=())  # nothing is left for one to take off
            rules_off, _ = discounts.quoted(order, version, chain, spent)
            payment = paying.judged(order, version, chain, {}, rules_off)
        assert rules_off is not None
        block = price(order, payment)
        assert adds_up(block), where
        assert block.total.amount >= 0, where
        taken += bool(payment.by_rules)
        earning = facts(order, payment).lines
        assert all(0 <= line.included_tax_minor <= line.amount_minor for line in earning), where

        promised = orjson.loads(orjson.dumps(discounts.promised_form(rules_off)))
        again = discounts.bound(order, version, chain, promised, spent)
        assert again.taken == rules_off.taken, where
        kept = payment_of({"payment": orjson.loads(canonical(replace(payment, rules_off=again)))})
        assert kept == replace(payment, rules_off=again), where
        assert price(order, kept) == block, where
        for off in rules_off.taken:
            assert sum(share for _, share in off.lines) == off.goods, where
    assert taken > 50, f"seed {begin}"


@pytest.mark.counted
def test_what_is_left_is_the_order_that_never_had_the_rest() -> None:
    chance, less = random.Random(begin := seed()), 0
    for n in range(count(300, 10_000)):
        where = f"seed {begin}, cart {n}"
        version, spent = a_version(chance), {f"d{k}": chance.choice([0, 90]) for k in range(5)}
        order, _ = a_cart(chance)
        order = replace(order, voucher_codes=())
        chain = a_chain(version, chance)
        off, _ = discounts.quoted(order, version, chain, spent)
        assert off is not None
        payment = paying.judged(order, version, chain, {}, off)
        assert left(order, version, off, chain, {}) == off.taken, where
        pieces = [n for n, line in enumerate(order.lines, 1) for _ in range(line.quantity)]
        back = Counter(chance.sample(pieces, chance.randint(1, len(pieces))))
        offs = left(order, version, off, chain, back)
        if sum(back.values()) == len(pieces):
            assert offs == (), where
            continue
        never = never_had(order, back)
        fresh, _ = discounts.quoted(never, version, chain, spent)
        assert fresh is not None
        assert [o.amount for o in offs] == fresh.amounts, where
        less += sum(o.minor for o in offs) < sum(o.minor for o in off.taken)
        rest = discounts_left.facts_left(order, payment, back, offs).lines
        assert [each.amount_minor for each in rest] == [
            each.amount_minor
            for each in facts(never, paying.judged(never, version, chain, {}, fresh)).lines
        ], where
    assert less > 50, f"seed {begin}"


def left(
    order: OrderCommand, version: Version, off: RulesOff, chain: Chain, back: Returned
) -> tuple[Off, ...]:
    standing = chain.standing(version, order.occurred_at)
    return discounts_left.judged(order, version, off, standing, back, off.left)


def never_had(order: OrderCommand, back: Returned) -> OrderCommand:
    """The order of what is left, at the prices that it had; what a line cost less is its own."""
    lines = []
    for each in reduced(facts(order), back).lines:
        line = replace(order.lines[each.number - 1], quantity=each.quantity)
        lines.append(replace(line, discount=line.gross - each.amount_minor, included_tax=0))
    return replace(order, lines=tuple(lines), discounts=(), reference=uuid4().hex)


def a_version(chance: random.Random) -> Version:
    contents: dict[str, Any] = a_programme(
        **by_chance(chance), earnOn=chance.choice(["MONEY", "MONEY", "GOODS"])
    )
    programme = document.decoded(contents)
    return Version(uuid4(), 1, programme, compiled(programme), datetime(2020, 1, 1, tzinfo=UTC))


def a_chain(version: Version, chance: random.Random) -> Chain:
    used = {
        (f"d{n}", period): chance.choice([0, 100])
        for n in range(5)
        for period in ("DAY 2026-11-24", "MONTH 2026-11-01", "EVER")
    }
    orders = chance.randint(0, 5)
    return replace(newcomer(version, MORNING), member_id=MEMBER, used=used, order_count=orders)


@pytest.mark.counted
@pytest.mark.usefixtures("database")
async def test_refunds_in_any_steps_leave_points_limits_and_budgets_as_never_bought() -> None:
    chance = random.Random(begin := seed())
    for n in range(count(8, 300)):
        where = f"seed {begin}, order {n}"
        names = {f"d{k}": f"r{n}d{k}" for k in range(5)}
        await programmes.publish(
            SYSTEM, renamed(by_chance(chance, "friend"), names), MORNING.replace(year=2020)
        )
        one, other = [(await a_buyer(0)).member_id for _ in range(2)]
        assert one and other
        order = bought_by(chance, one)
        quote = await operations.quote(SHOP, order)
        done = await reported(order, quote_id=quote.key)
        row = await database.row(
            "select total, document from orders where id = $1", UUID(done.result["order"])
        )
        assert row is not None
        assert row["total"] == quote.judged.price.total.amount, where
        assert payment_of(row["document"]).by_rules == quote.judged.payment.by_rules, where
        pieces = [n for n, line in enumerate(order.lines, 1) for _ in range(line.quantity)]
        chance.shuffle(pieces)
        back = pieces[: chance.randint(1, len(pieces))]
        never, returned = never_had(order, Counter(back)), Counter(back)
        while back:
            step = back[: chance.randint(1, len(back))]
            back = back[len(step) :]
            await refunded(order, *[(n, step.count(n)) for n in sorted(set(step))])
        assert await remembered(order) == await reckoned(order, returned), where
        had, spent = await counted(one), [await spent_of(code) for code in names.values()]
        if not never.lines:
            assert had["uses"] == {}, where
            assert had["points"] == {}, where
            assert spent == [0] * 5, where
            continue
        whose = replace(never, member=MemberRef(id=other))
        await reported(whose, quote_id=(await operations.quote(SHOP, whose)).key)
        both = [await spent_of(code) for code in names.values()]
        # A tier that was reached is kept.
        assert await counted(other) | {"tier": had["tier"]} == had, where
        assert both == [2 * minor for minor in spent], where
    assert (await proof(SYSTEM)).problems == [], f"seed {begin}"


async def remembered(order: OrderCommand) -> list[int]:
    """What conditions find that was bought of each line, as the database keeps it."""
    found = await database.value(
        """select amounts from purchases join orders on id = order_id where reference = $1""",
        order.reference,
    )
    return found or []


async def reckoned(order: OrderCommand, back: Returned) -> list[int]:
    """The same by the rules."""
    kept = await database.value("select document from orders where reference = $1", order.reference)
    offs, payment = discounts_left.kept(kept), payment_of(kept)
    return [e.amount_minor for e in discounts_left.facts_left(order, payment, back, offs).lines]


def renamed(terms: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    """The café with these discounts under new codes, and budgets that are enough for two."""
    for each in terms["discounts"]:
        each["code"] = names[each["code"]]
        if "budgetMinor" in each:
            each["budgetMinor"] = 10**9
    return contents("cafe") | terms


def bought_by(chance: random.Random, member_id: UUID) -> OrderCommand:
    lines = [
        a_line(
            chance.choice([99, 1240, 3333]),
            quantity=chance.randint(1, 4),
            category=chance.choice([None, "coffee", "pastry"]),
            brand=chance.choice([None, "Meliti"]),
            excluded=chance.random() < 0.1,
        )
        for _ in range(chance.randint(1, 5))
    ]
    delivery = Charge(ChargeKind.DELIVERY, chance.choice([0, 350]))
    return an_order(*lines, member=member_id, charges=(delivery,))
