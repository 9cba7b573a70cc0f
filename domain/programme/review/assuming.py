"""A year of buying where none is known: stated, so that whoever reads a warning can weigh it."""

from datetime import UTC, datetime, timedelta

from domain.programme.conditions import LINE_SUBJECTS, Op, parse, tests
from domain.programme.facts import LineFacts, OrderFacts, Standing
from domain.programme.review.circumstances import Buyer, Year
from domain.programme.rules import accrual, compiled
from domain.programme.terms import Programme

ORDERS = 24
ORDER_MINOR = 1_500
TIMES = (1, 2, 4)
_FIRST = datetime(2026, 1, 8, 11, tzinfo=UTC)
_APART = timedelta(days=15)


def assumed(programme: Programme) -> Year:
    """Two orders a month of 15.00 each, half of it of goods that rules name; others buy twice and
    four times as much.
    """
    rules, category = compiled(programme), _category(programme)
    buyers = []
    for times in TIMES:
        points: dict[str, int] = {}
        qualifying, tier = 0, programme.tiers[0].code
        for number in range(ORDERS):
            half = ORDER_MINOR * times // 2
            lines = (LineFacts(1, "any", half), LineFacts(2, "named", half, category=category))
            order = OrderFacts(_FIRST + number * _APART, programme.currency, lines)
            standing = Standing(tier, qualifying, number, joined_at=_FIRST)
            accrued = accrual(rules, order, standing, explain=False)
            qualifying += accrued.qualifying
            reached = [each.code for each in programme.tiers if each.threshold <= qualifying]
            tier = reached[-1] if reached else tier
            for unit, given in accrued.totals().items():
                points[unit] = points.get(unit, 0) + given
        buyers.append(Buyer(ORDER_MINOR * times * ORDERS, points, qualifying))
    # The most buy the least.
    return Year([buyers[0]] * 6 + [buyers[1]] * 3 + [buyers[2]], _said(programme))


def _category(programme: Programme) -> str | None:
    for rule in programme.rules:
        if rule.lines is not None:
            for test in tests(parse(rule.lines, LINE_SUBJECTS)):
                if test.leaf == "lineCategory" and test.op is Op.IN:
                    assert isinstance(test.value, tuple)
                    return test.value[0]
    return None


def _said(programme: Programme) -> str:
    return (
        f"{ORDERS} orders a year of {ORDER_MINOR} minor units in {programme.currency} each, half of"
        " it for goods that rules name"
    )
