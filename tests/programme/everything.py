"""Programmes that say all that can be said, and members of whom all of it may be known: by chance.

Values are few, so that tests are met as often as missed; what is near a border comes often.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from hypothesis import strategies as st

from domain.programme.accruals import BALANCE
from domain.programme.caps import key_of
from domain.programme.compiling import Compiled
from domain.programme.conditions import (
    LINE_SUBJECTS,
    OPS,
    ORDER_SUBJECTS,
    AllOf,
    AnyOf,
    Condition,
    Not,
    Test,
    figures,
    to_json,
)
from domain.programme.conditions.history import EVERY, Figure, Goods, Over
from domain.programme.conditions.leaves import LEAVES, Kind, Leaf, Subject
from domain.programme.facts import (
    Birthday,
    LineFacts,
    OfferFacts,
    OrderFacts,
    Person,
    Standing,
)
from domain.programme.periods import period_of
from domain.programme.terms import LimitPeriod
from tests.factories.programme import a_programme, a_rule, in_three_languages
from tests.programme.strategies import amount_effects, limits, multipliers, order_effects

WORDS = ("a", "b", "c")
ZONES = ("Europe/Athens", "America/St_Johns", "Pacific/Auckland", "UTC")
NUMBERS = {"hour": (0, 23), "line.amount_minor": (0, 3000), "amount_minor": (0, 6000),
           "line.unit_price_minor": (0, 3000), "age": (0, 70), "membership_months": (0, 30),
           "spent": (0, 3000), "average": (0, 3000)}  # fmt: skip
BEGIN = datetime(2024, 2, 25, tzinfo=UTC)
# Leap days, ends of months and years, and nights in which clocks change.
INSTANTS = [
    datetime.fromisoformat(f"{at}+00:00")
    for at in (
        "2024-02-28T22:00:00", "2024-02-29T12:00:00", "2024-03-31T00:59:59", "2024-03-31T01:00:00",
        "2024-10-27T00:59:59", "2024-10-27T01:00:00", "2024-12-31T22:00:00", "2025-02-28T12:00:00",
    )
]  # fmt: skip

words = st.sampled_from(WORDS)
maybe_words = st.none() | words
instants = st.sampled_from(INSTANTS) | st.integers(0, 500 * 86_400).map(
    lambda seconds: BEGIN + timedelta(seconds=seconds)
)
overs = st.just(EVERY) | st.builds(
    lambda goods, days: Over(goods, ("a",) if goods else (), days),
    st.none() | st.sampled_from(Goods),
    st.sampled_from((None, 30)),
)
birthdays = st.builds(
    lambda born, told: Birthday(born.month, born.day, born.year if told else None),
    st.sampled_from((date(1960, 2, 29), date(2000, 3, 1), date(1990, 12, 31)))
    | st.dates(date(1950, 1, 1), date(2010, 1, 1)),
    st.booleans(),
)


def tests_of(leaf: Leaf) -> st.SearchStrategy[Condition]:
    """Any test of a leaf, with a value that is met now and then."""
    ops = st.sampled_from(OPS[leaf.kind])
    values: st.SearchStrategy[Any]
    match leaf.kind:
        case Kind.INT:
            values = st.integers(*NUMBERS.get(leaf.column, (0, 4)))
        case Kind.FLAG:
            values = st.booleans()
        case Kind.DATE:
            values = st.sampled_from((date(2024, 2, 29), date(2024, 10, 27), date(2025, 1, 1)))
        case _:
            known = sorted(leaf.values or WORDS)
            if leaf.column == "standing.tier":
                known = ["bronze", "silver"]
            # More names than are looked for one by one.
            values = st.lists(st.sampled_from(known), min_size=1, max_size=5, unique=True).map(
                tuple
            )
    over = overs if leaf.subject is Subject.HISTORY else st.just(EVERY)
    return st.builds(Test, st.just(leaf.name), ops, values, over)


def trees(parts: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    """Conditions of any shape."""

    def compound(inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
        several = st.lists(inner, min_size=1, max_size=3).map(tuple)
        return st.builds(AllOf, several) | st.builds(AnyOf, several) | st.builds(Not, inner)

    return st.recursive(parts, compound, max_leaves=5)


@lru_cache
def conditions_on(subjects: frozenset[Subject]) -> st.SearchStrategy[Condition]:
    """Conditions that look at these."""
    leaves = [leaf for leaf in LEAVES.values() if leaf.subject in subjects]
    return trees(st.one_of(*map(tests_of, leaves)))


@st.composite
def lines(draw: st.DrawFn, number: int) -> LineFacts:
    amount = draw(st.integers(0, 4000))
    return LineFacts(
        number, draw(words), amount, draw(st.integers(1, 4)),
        draw(st.none() | st.just(amount)), draw(maybe_words), draw(maybe_words),
        amount // 6, draw(st.integers(0, 5)) == 0,
    )  # fmt: skip


@st.composite
def orders(draw: st.DrawFn) -> OrderFacts:
    """Of no line that counts, too, and now and then in another currency."""
    count = draw(st.integers(1, 4))
    return OrderFacts(
        draw(instants),
        draw(st.sampled_from(("EUR",) * 9 + ("USD",))),
        tuple(draw(lines(number)) for number in range(1, count + 1)),
        draw(maybe_words), draw(maybe_words), draw(maybe_words),
    )  # fmt: skip


people = st.builds(
    Person,
    sex=st.sampled_from((None, "FEMALE", "MALE", "OTHER")),
    country=maybe_words,
    region=maybe_words,
    postcode=maybe_words,
    income_band=maybe_words,
    interests=st.none() | st.frozensets(words),
    source=st.sampled_from((None, "FRIEND", "ITSELF")),
    nps=st.none() | st.integers(0, 4),
)
offers = st.lists(
    st.builds(
        OfferFacts,
        st.sampled_from(("offer-1", "offer-2", "offer-3")),
        st.just({"en": "Offer"}),
        st.sampled_from(("POINTS", "STARS")),
        st.integers(1, 20),
        st.none() | conditions_on(ORDER_SUBJECTS),
        st.none() | st.sampled_from(INSTANTS),
        st.none() | st.sampled_from(INSTANTS),
    ),
    max_size=3,
    unique_by=lambda offer: offer.id,
)


@st.composite
def standings(
    draw: st.DrawFn, programme: Compiled, order: OrderFacts, known: Sequence[OfferFacts]
) -> Standing:
    """A member before the order: what it has used up of limits, and some of these offers."""
    asked = programme.figures | figures(offer.when for offer in known if offer.when)
    numbers = st.none() | st.integers(0, 4) | st.integers(0, 3000)
    held = draw(st.lists(st.sampled_from(range(len(known))), unique=True)) if known else []
    return Standing(
        draw(st.sampled_from(("bronze", "silver", "gold", "gone"))),
        draw(st.integers(0, 4)),
        draw(st.integers(0, 3)),
        draw(st.none() | instants.map(lambda at: at - timedelta(days=200))),
        draw(maybe_words),
        draw(st.none() | birthdays),
        draw(uses(programme, order)),
        tuple(known[place] for place in sorted(held)),
        draw(people),
        draw(st.frozensets(words)),
        {figure: draw(numbers) for figure in sorted(asked, key=_key) if draw(st.booleans())},
    )


@st.composite
def uses(draw: st.DrawFn, programme: Compiled, order: OrderFacts) -> dict[tuple[str, str], int]:
    """What counts already, of every limit and cap of the programme."""
    day = order.occurred_at.astimezone(programme.zone).date()
    found = {}
    limited = [(rule.code, rule.limit.per) for rule in programme.programme.rules if rule.limit]
    for unit in programme.capped:
        limited += [(key_of(unit.code), cap.per) for cap in unit.caps]
        found[key_of(unit.code), BALANCE] = draw(st.integers(0, 120))
    for key, per in limited:
        if per is not LimitPeriod.ORDER:
            found[key, period_of(per, day)] = draw(st.integers(0, 70))
    return found


@st.composite
def rules(draw: st.DrawFn, code: str) -> dict[str, Any]:
    on_order, on_lines = conditions_on(ORDER_SUBJECTS), conditions_on(LINE_SUBJECTS)
    dates = st.none() | st.sampled_from(("2024-02-29", "2024-10-27", "2025-01-01"))
    said = {
        "when": draw(st.none() | on_order.map(to_json)),
        "lines": draw(st.none() | on_lines.map(to_json)),
        "limit": draw(limits),
        "validFrom": draw(dates),
        "validUntil": draw(dates),
    }
    return a_rule(
        code,
        unit=draw(st.sampled_from(("POINTS", "STARS"))),
        effect=draw(amount_effects | order_effects | multipliers),
        group=draw(st.sampled_from(("BASE", "CAMPAIGN"))),
        **{name: value for name, value in said.items() if value is not None},
    )


wallet_caps = st.lists(
    st.builds(
        lambda points, per, refuses: {"points": points, "per": per, "refuses": refuses},
        st.integers(1, 100),
        st.sampled_from(("ORDER", "DAY", "WEEK", "MONTH", "YEAR", "EVER")),
        st.booleans(),
    ),
    max_size=2,
)
full = st.none() | st.builds(
    lambda points, refuses: {"points": points, "refuses": refuses},
    st.integers(1, 150),
    st.booleans(),
)


@st.composite
def programmes(draw: st.DrawFn, most: int = 5) -> dict[str, Any]:
    """A document; not all of them would pass review, all of them can be judged by."""
    document = a_programme(
        rules=[draw(rules(f"rule-{n}")) for n in range(draw(st.integers(1, most)))],
        basePolicy=draw(st.sampled_from(("BEST_OF", "SUM"))),
        tax=draw(st.sampled_from(("TAX_EARNS", "BEFORE_TAX"))),
        timeZone=draw(st.sampled_from(ZONES)),
    )
    for unit in document["units"]:
        unit["caps"] = draw(wallet_caps)
        if (most_held := draw(full)) is not None:
            unit["maxBalance"] = most_held
    if (until := draw(st.sampled_from((None, None, None, "2024-10-27")))) is not None:
        reason = in_three_languages("We close.")
        document["ending"] = {"earningUntil": until, "spendingUntil": until, "reason": reason}
    return document


def _key(figure: Figure) -> str:
    return repr(figure)
