"""A year of visits to the café, and the last few of Eleni's as they happened."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import groupby

from api.demo.people import Person
from domain import database
from domain.actor import SYSTEM
from domain.calendar import Period, add_months, first_day, midnight
from domain.members.queries import MemberRef
from domain.orders import importing, refunding, reporting
from domain.orders import operations as orders
from domain.orders.asking import Report
from domain.orders.commands import Charge, Discount, Line, OrderCommand, Points, ReportOrder
from domain.orders.importing import Imported
from domain.orders.kinds import ChargeKind, OrderStage
from domain.orders.refund_commands import RefundLine, RefundOrder
from domain.programme import queries as programmes
from domain.rewards import operations as rewards
from domain.rewards.commands import RedeemReward, UseVoucher
from domain.wallets import holds, statement_rounds
from domain.wallets.holds import HoldPoints

# SKU, name, category, brand, price in cents; what is bought often stands often.
GOODS = [
    ("ESP", "Espresso", "coffee", None, 220), ("FRE", "Freddo espresso", "coffee", None, 320),
    ("CAP", "Cappuccino", "coffee", None, 350), ("CAP", "Cappuccino", "coffee", None, 350),
    ("GRK", "Greek coffee", "coffee", None, 250), ("BOU", "Bougatsa", "pastry", None, 380),
    ("SPA", "Spanakopita", "pastry", None, 420), ("KOU", "Koulouri", "pastry", None, 150),
    ("LEM", "Lemonade", "cold-drink", None, 390), ("TOA", "Toast", "sandwich", None, 480),
    ("CLU", "Club sandwich", "sandwich", None, 790), ("BEA", "Coffee beans", "grocery", None, 1290),
    ("HON", "Thyme honey", "grocery", "Meliti", 1150),
]  # fmt: skip
STORES = ("athens-1", "athens-2", "piraeus")
CHANNELS = ("counter", "counter", "counter", "app", "web")


async def past(chance: random.Random, members: list[Person], today: datetime) -> None:
    """Everybody's orders up to yesterday, through the import; a month's when the month is over."""
    orders = sorted(_all(chance, members, today), key=lambda order: order.occurred_at)
    for (year, month), of_month in groupby(orders, key=_month):
        over = min(datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC), today)
        ahead = int((over - timedelta(hours=4) - datetime.now(UTC)).total_seconds())
        await database.rows("update clock set ahead_seconds = $1", ahead)
        numbered = [Imported(line, order) for line, order in enumerate(of_month, start=1)]
        async for tally in importing.run(numbered):
            assert not tally.failed, tally.failed


async def told_of_last_month(today: datetime) -> None:
    """Whoever came in the last whole month is told that its statement is there."""
    _, version = await programmes.present()
    assert version is not None
    zone = version.rules.zone
    turn = first_day(Period.MONTH, today.astimezone(zone).date())
    month = add_months(turn, -1)
    begins_at, ends_at = midnight(month, zone), midnight(turn, zone)
    await statement_rounds.tell_of(month, begins_at, ends_at, statement_rounds.AT_ONCE)


def _month(order: OrderCommand) -> tuple[int, int]:
    return order.occurred_at.year, order.occurred_at.month


async def lately(eleni: Person) -> None:
    """What Eleni did in the last hours: told live, paid for, spent."""
    now = await database.now()
    five_off = await _voucher(eleni, "five-euros")
    for hours, lines in (
        (50, (_line("ESP", quantity=24), _line("KOU", quantity=12))),
        (30, (_line("CAP", quantity=2), _line("BOU"))),
        (6, (_line("HON"), _line("ESP"))),
        (1, (_line("CLU", quantity=2), _line("LEM"), _line("FRE"))),
    ):
        order = OrderCommand(
            source="demo-till",
            reference=f"live-{hours}",
            occurred_at=now - timedelta(hours=hours),
            currency="EUR",
            lines=lines,
            charges=(Charge(ChargeKind.TIP, 100),) if hours == 1 else (),
            discounts=(Discount("Happy hour", 120),) if hours == 1 else (),
            store=STORES[0],
            sales_channel="counter",
            voucher_codes=(five_off,) if hours == 1 else (),
        )
        await reporting.report(Report(order, eleni.id))
        if hours == 50:
            # Some of what the office had ordered came back.
            back = RefundOrder(
                order.source,
                order.reference,
                "return-1",
                now - timedelta(hours=48),
                "demo return",
                (RefundLine(2, 2),),
            )
            await refunding.refund(SYSTEM, back)
    await _quoted(eleni, now - timedelta(hours=3))
    ordered = OrderCommand(
        source="cafe",
        reference="table-12",
        occurred_at=now - timedelta(minutes=5),
        currency="EUR",
        lines=(_line("CAP"), _line("KOU")),
        stage=OrderStage.PLACED,
        pay_with_points=Points("POINTS", 20),
    )
    await reporting.report(Report(ordered, eleni.id))
    espresso, _ = [await _voucher(eleni, reward) for reward in ("espresso", "cake")]
    await rewards.use(SYSTEM, UseVoucher(espresso, "demo use", "live-1"))
    for points in (15, 20):  # a table that is reserved, and a cake that is ordered
        ref = MemberRef(id=eleni.id)
        seconds = int(holds.LIFE_MAX.total_seconds())
        await holds.hold(SYSTEM, HoldPoints(ref, "POINTS", points, seconds, f"demo {points}"))


async def _quoted(eleni: Person, at: datetime) -> None:
    # A tray for the neighbours, whose price was asked for before: the discounts count.
    tray = OrderCommand(
        source="demo-till",
        reference="live-3",
        occurred_at=at,
        currency="EUR",
        lines=(_line("BOU", quantity=4), _line("SPA", quantity=3)),
        charges=(Charge(ChargeKind.DELIVERY, 150),),
        store=STORES[0],
        sales_channel="app",
    )
    quote = await orders.quote(eleni.actor, tray)
    told = replace(tray, member=MemberRef(id=eleni.id))
    await orders.report(SYSTEM, ReportOrder(told, "demo tray", quote.key))


async def _voucher(eleni: Person, reward: str) -> str:
    reward_id = await database.value("select id from rewards where code = $1", reward)
    done = await rewards.redeem(eleni.actor, RedeemReward(reward_id, f"demo {reward}"))
    code: str = await database.value("select code from vouchers where id = $1", done.voucher_id)
    return code


def _all(chance: random.Random, members: list[Person], today: datetime) -> Iterator[OrderCommand]:
    for person in members:
        if person.pace is None:
            continue
        at = person.joined_at + timedelta(hours=chance.uniform(0, 10))
        while at < today - timedelta(days=1):
            yield _order(chance, person, at)
            at += timedelta(days=chance.expovariate(1 / person.pace), minutes=7)
            # Open from seven to nine.
            at = at.replace(hour=5 + chance.randrange(14), minute=chance.randrange(60))


def _order(chance: random.Random, person: Person, at: datetime) -> OrderCommand:
    count = chance.choice((1, 1, 2, 2, 3, 4))
    chosen = {item[0]: item for item in chance.sample(GOODS, count)}
    return OrderCommand(
        source="demo-till",
        reference=str(chance.getrandbits(48)),
        occurred_at=at,
        currency="EUR",
        lines=tuple(_line(sku, chance.choice((1, 1, 1, 2, 3))) for sku in chosen),
        member=importing.reference_of(person.external_id),
        store=chance.choice(STORES),
        sales_channel=chance.choice(CHANNELS),
    )


def _line(sku: str, quantity: int = 1) -> Line:
    _, name, category, brand, price = next(item for item in GOODS if item[0] == sku)
    return Line(
        sku, quantity, price, name, category, brand, included_tax=quantity * price * 24 // 124
    )
