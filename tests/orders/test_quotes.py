"""A quote says what the order would earn, and binds."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain import database
from domain.actor import SYSTEM, Actor
from domain.errors import KeyReused, QuoteExpired, QuoteMismatch
from domain.orders import operations, quotes
from domain.orders.commands import OrderCommand
from domain.orders.reporting import Reported
from domain.programme import operations as programmes
from domain.programme.accruals import Why
from domain.programme.templates import contents
from tests.factories.orders import SHOP, a_line, an_order, reported, written
from tests.factories.rewards import a_buyer, a_programme
from tests.orders.test_reporting import balance

pytestmark = pytest.mark.usefixtures("database")


async def a_quoted_order(member: Actor) -> tuple[operations.Quote, OrderCommand]:
    await a_programme()
    order = an_order(a_line(1240), member=member.member_id)
    return await operations.quote(SHOP, order), order


async def test_a_quote_gives_price_points_and_reasons_and_writes_nothing() -> None:
    member = await a_buyer(0)
    await a_programme()
    before = await written()

    quote = await operations.quote(member, an_order(a_line(1240)))

    assert quote.judged.price.total.amount == 1240
    assert quote.judged.accrual.totals() == {"POINTS": 12}
    reasons = {reason.rule: reason.why for reason in quote.judged.accrual.reasons}
    assert reasons["coffee-star"] is Why.NO_LINE
    assert quote.judged.tier_after == "friend"
    assert await written() == before


async def test_what_was_quoted_is_earned_though_the_programme_changed_meanwhile() -> None:
    member = await a_buyer(0)
    quote, order = await a_quoted_order(member)
    worse = contents("cafe")
    worse["rules"][0]["effect"] = {"kind": "PER_AMOUNT", "points": 1, "eachMinor": 1000}
    await programmes.publish(SYSTEM, worse, datetime(2021, 1, 1, tzinfo=UTC))

    await reported(order, quote_id=quote.key)
    await reported(replace(order, reference="without"))

    assert await balance(member.member_id) == 12 + 1


async def test_a_quote_is_good_for_its_order_and_its_member_alone() -> None:
    member, other = await a_buyer(0), await a_buyer(0)
    quote, order = await a_quoted_order(member)
    before = await written()

    for wrong, key in (
        (replace(order, lines=(a_line(1250),)), quote.key),
        (an_order(a_line(1240), member=other.member_id), quote.key),
        (order, "no-quote-of-ours"),
        (order, quote.key[:-2] + "AA"),
    ):
        with pytest.raises(QuoteMismatch) as refused:
            await reported(wrong, quote_id=key)
        assert refused.value.path == ("quoteId",)
    assert await written() == before


async def test_a_quote_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quotes, "LIFETIME", timedelta(seconds=0))
    quote, order = await a_quoted_order(await a_buyer(0))
    before = await written()

    with pytest.raises(QuoteExpired) as refused:
        await reported(order, quote_id=quote.key)

    assert refused.value.path == ("quoteId",)
    assert await written() == before


async def test_a_newcomer_is_quoted_as_at_the_entry_tier() -> None:
    await a_programme()

    quote = await operations.quote(SHOP, an_order(a_line(9999)))

    assert quote.judged.accrual.totals() == {"POINTS": 99}
    assert await database.value("select count(*) from members") == 0


async def test_an_order_that_comes_again_after_its_quote_gets_the_first_answer() -> None:
    member = await a_buyer(0)
    quote, order = await a_quoted_order(member)
    first = await reported(order, "key", quote_id=quote.key)
    await database.rows("update clock set ahead_seconds = 7200")
    before = await written()

    again = await reported(order, "key", quote_id=quote.key)
    with pytest.raises(QuoteExpired):
        await reported(order, "another key", quote_id=quote.key)
    with pytest.raises(KeyReused):
        await reported(replace(order, store="elsewhere"), "key", quote_id=quote.key)

    assert again == Reported(first.result, replayed=True)
    assert await written() == before
