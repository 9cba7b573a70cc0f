"""Orders in other currencies: judged at the programme's rate, refunded at their own."""

import random
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain import database
from domain.actor import SYSTEM
from domain.errors import InvalidInput
from domain.orders import converting, operations
from domain.orders.commands import AMOUNT_MAX, Line, OrderCommand
from domain.orders.converting import Rate
from domain.orders.price import facts
from domain.programme import document
from domain.programme import operations as programmes
from domain.programme.review import problems
from domain.programme.templates import contents
from tests.counts import count, seed
from tests.documents import document as sent_document
from tests.factories.access import token_of
from tests.factories.orders import SHOP, a_line, an_order, reported, sent
from tests.factories.refunds import counted, refunded
from tests.factories.rewards import a_buyer
from tests.processes import Server

RATES = [("JPY", 162, 100), ("KWD", 1000, 282), ("USD", 100, 86)]
"""Without decimals, with three, with two: 162 yen, or 0.282 dinars, are a euro."""

AGO = datetime(2020, 1, 1, tzinfo=UTC)


def a_programme(*rates: tuple[str, int, int]) -> dict[str, Any]:
    """The café, which knows these currencies."""
    listed = [{"code": code, "minor": minor, "worthMinor": worth} for code, minor, worth in rates]
    return {**contents("cafe"), "currencies": listed}


async def published(*rates: tuple[str, int, int], at: datetime = AGO) -> None:
    """The café with these currencies is in force."""
    await programmes.publish(SYSTEM, a_programme(*rates), at)


async def a_member(*rates: tuple[str, int, int]) -> UUID:
    await published(*(rates or RATES))
    member_id = (await a_buyer(0)).member_id
    assert member_id
    return member_id


@pytest.mark.parametrize(
    ("currency", "amount", "points"),
    [("EUR", 1240, 12), ("JPY", 1620, 10), ("JPY", 1619, 9), ("KWD", 2820, 7), ("USD", 1000, 8)],
)
@pytest.mark.usefixtures("database")
async def test_semantics_22_amounts_are_converted_at_the_declared_rate(
    currency: str, amount: int, points: int
) -> None:
    member_id = await a_member()

    await reported(an_order(a_line(amount), member=member_id, currency=currency))

    assert (await counted(member_id))["points"] == {"POINTS": points}
    row = await database.row("select currency, total, document from orders")
    assert row and (row["currency"], row["total"]) == (currency, amount)
    assert ("rate" in row["document"]) == (currency != "EUR")


@pytest.mark.usefixtures("database")
async def test_semantics_22_a_refund_uses_the_rate_of_its_order() -> None:
    member_id = await a_member(("JPY", 100, 100))
    order = an_order(a_line(500, quantity=4), member=member_id, currency="JPY")
    await reported(order)
    await published(("JPY", 1000, 1), at=datetime(2021, 1, 1, tzinfo=UTC))
    await reported(an_order(a_line(500_000), member=member_id, currency="JPY"))
    assert (await counted(member_id))["points"] == {"POINTS": 20 + 5}

    await refunded(order, (1, 3))
    assert (await counted(member_id))["points"] == {"POINTS": 5 + 5}
    await refunded(order)
    assert (await counted(member_id))["points"] == {"POINTS": 5}


@pytest.mark.usefixtures("database")
async def test_a_quote_is_in_the_order_s_currency_and_binds_its_rate() -> None:
    member_id = await a_member(("JPY", 100, 100))
    order = an_order(a_line(2000), member=member_id, currency="JPY")
    quote = await operations.quote(SHOP, order)
    assert quote.judged.price.total.currency == "JPY"
    assert quote.judged.accrual.totals() == {"POINTS": 20}
    await published(at=datetime(2021, 1, 1, tzinfo=UTC))

    await reported(order, quote_id=quote.key)

    assert (await counted(member_id))["points"] == {"POINTS": 20}


@pytest.mark.usefixtures("database")
async def test_a_currency_nobody_declared_is_refused_with_those_that_are_known() -> None:
    member_id = await a_member(*RATES)
    order = an_order(a_line(1000), member=member_id, currency="CHF")

    for asked in (reported(order), operations.quote(SHOP, order)):
        with pytest.raises(InvalidInput, match="EUR, JPY, KWD, USD") as refused:
            await asked
        assert refused.value.path[-1] == "currency"


@pytest.mark.usefixtures("database")
async def test_what_nobody_has_claimed_is_worth_the_same_to_who_claims_it() -> None:
    await published(*RATES)
    made = await reported(an_order(a_line(1620), currency="JPY"))
    assert made.result["claim_points"] == 10


@pytest.mark.usefixtures("database")
async def test_more_than_can_be_reckoned_with_is_refused() -> None:
    member_id = await a_member(("KWD", 1, 10**9))
    with pytest.raises(InvalidInput) as refused:
        await reported(an_order(a_line(AMOUNT_MAX), member=member_id, currency="KWD"))
    assert refused.value.path == ("order", "lines")


async def test_the_document_answers_in_the_order_s_currency(served: Server) -> None:
    member_id = await a_member(*RATES)
    number = await database.value("select number from members where id = $1", member_id)
    order = sent(an_order(a_line(16200), currency="JPY"), number=number)
    token = await token_of(SHOP)
    async with served.client() as client:
        answer = await client.ask(
            sent_document("shop/orders/OrderReport"),
            token,
            input={"order": order, "idempotencyKey": uuid4().hex},
        )
        refused = await client.ask(
            sent_document("shop/orders/OrderReport"),
            token,
            input={"order": {**order, "currency": "CHF"}, "idempotencyKey": uuid4().hex},
        )
        known = await client.ask(
            "{ programme { current { currencies { text amount { amount currency exponent }"
            " worth { amount currency } } } } }",
            token,
        )
    payload = answer["orderReport"]
    assert payload["order"]["total"] == {"amount": 16200, "currency": "JPY"}
    (earned,) = payload["earnings"]
    assert earned["points"] == 100
    assert "€100" in earned["explanation"][0]["text"]
    (error,) = refused["orderReport"]["userErrors"]
    assert (error["code"], error["path"]) == ("INVALID_INPUT", ["input", "order", "currency"])
    listed = known["programme"]["current"]["currencies"]
    assert [each["amount"]["exponent"] for each in listed] == [0, 3, 2]
    assert listed[0]["worth"] == {"amount": 100, "currency": "EUR"}
    assert listed[1]["text"] == "KWD\N{NO-BREAK SPACE}1 count as €2.82"


@pytest.mark.counted
def test_lines_add_up_to_the_converted_whole_by_chance() -> None:
    chance = random.Random(begin := seed())
    for _ in range(count(300, 10_000)):
        rate = Rate(chance.randint(1, 10**6), chance.randint(1, 10**6), "EUR")
        order = by_chance(chance)
        had = facts(order)
        seen = converting.converted(had, rate)
        whole = rate.into(sum(line.amount_minor for line in had.lines))
        assert sum(line.amount_minor for line in seen.lines) == whole, f"seed {begin}"
        for line in seen.lines:
            assert 0 <= line.included_tax_minor <= line.amount_minor, f"seed {begin}"


def by_chance(chance: random.Random) -> OrderCommand:
    def line() -> Line:
        gross = chance.choice([0, 1, 7, chance.randint(0, 10**6)])
        tax, off = chance.randint(0, gross), chance.randint(0, gross)
        return a_line(gross, included_tax=tax, discount=off)

    return an_order(*[line() for _ in range(chance.randint(1, 12))], currency="JPY")


@pytest.mark.parametrize(
    ("rate", "path"),
    [
        (("JPY", 0, 100), ("currencies", "0", "minor")),
        (("JPY", 100, 0), ("currencies", "0", "worthMinor")),
        (("EUR", 1, 1), ("currencies", "0", "code")),
        (("EURO", 1, 1), ("currencies", "0", "code")),
    ],
)
def test_a_rate_that_is_none_is_a_problem_of_the_programme(
    rate: tuple[str, int, int], path: tuple[str, ...]
) -> None:
    assert [each.path for each in problems(document.decoded(a_programme(rate)))] == [path]
    twice = problems(document.decoded(a_programme(RATES[0], RATES[0])))
    assert [each.path for each in twice] == [("currencies", "1", "code")]


def test_a_document_without_other_currencies_keeps_its_hash() -> None:
    plain = {name: value for name, value in contents("cafe").items() if name != "currencies"}
    programme = document.decoded(plain)
    assert "currencies" not in document.encoded(programme)
    assert document.hashed(document.decoded(a_programme())) == document.hashed(programme)
