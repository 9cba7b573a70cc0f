"""The members of a segment are the same by SQL, judged live, and by a plain model of all words."""

import random
from calendar import isleap, monthrange
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from domain import database
from domain.offers.segment_refreshing import AT_REST, marks
from domain.programme.conditions import SEGMENT_LEAVES, SEGMENT_SUBJECTS, Condition, figures, parse
from domain.programme.conditions.history import Bought, Purchase
from domain.programme.conditions.history import figures as figures_of
from domain.programme.conditions.live import compiled as check_of
from domain.programme.conditions.sql import reading
from domain.programme.facts import Birthday, OrderFacts, Person, Scene, Standing
from domain.programme.rules import compiled
from domain.programme.terms import Programme
from domain.tiers.rules import between, counted_from, named
from tests.counts import count, seed
from tests.factories import members_by_chance as by_chance
from tests.factories.members_by_chance import Someone, kept, someone
from tests.factories.programme import a_tier, terms_of

pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.counted]

NOWS = (
    by_chance.NOW,
    datetime(2028, 2, 29, 21, 59, tzinfo=UTC),
    datetime(2027, 3, 31, 22, 30, tzinfo=UTC),
    datetime(2027, 1, 1, 5, tzinfo=UTC),
)
TIERS = [
    a_tier("bronze", 1, 0),
    a_tier("silver", 2, 100),
    a_tier("gold", 3, 300, replaces=["old-gold"]),
]
ZONE = ZoneInfo("Europe/Athens")
Written = dict[str, Any]


@pytest.mark.parametrize("window", ["ROLLING", "CALENDAR_YEAR", "ANNIVERSARY"])
async def test_any_condition_holds_for_the_same_members(window: str) -> None:
    chance = random.Random(begin := seed())
    programme = terms_of(tiers=TIERS, tierPolicy={"window": window}, windowDays=200)
    now = chance.choice(NOWS)
    people = [someone(chance, now) for _ in range(count(150, 1000))]
    await kept(people)
    written = [a_condition(chance) for _ in range(count(60, 400))]
    conditions = [read(each) for each in written]
    by_sql = await members_by_sql(conditions, programme, now)
    some = 0
    for n, condition in enumerate(conditions):
        where = f"seed {begin}, {now}, {written[n]}"
        live = {p.id for p in people if holds_live(condition, p, programme, now)}
        plain = {p.id for p in people if plainly(written[n], p, programme, now)}
        assert by_sql[n] == live, where
        assert live == plain, where
        some += 0 < len(live) < len(people)
    assert some > len(conditions) // 5, f"seed {begin}: most conditions tell members apart"


async def test_who_has_not_told_is_never_in_it() -> None:
    chance = random.Random(begin := seed())
    programme, now = terms_of(tiers=TIERS), by_chance.NOW
    people = [someone(chance, now) for _ in range(count(600, 5000))]
    await kept(people)
    tests: list[Written] = [
        {"memberSex": {"in": ["FEMALE", "OTHER"]}},
        {"memberAge": {"atLeast": 30, "below": 80}},
        {"memberCountry": {"in": ["GR", "CY"]}},
        {"memberIncomeBand": {"in": ["middle", "high"]}},
        {"memberOrders": {"atLeast": 2, "category": ["coffee"]}},
    ]
    written: list[Written] = [{"all": tests}, {"all": [*tests[:4], {"not": tests[4]}]}]
    written += [{"all": tests[:k]} for k in range(1, 5)] + [{"not": each} for each in tests]
    conditions = [read(each) for each in written]
    by_sql = await members_by_sql(conditions, programme, now)
    for n, condition in enumerate(conditions):
        live = {p.id for p in people if holds_live(condition, p, programme, now)}
        plain = {p.id for p in people if plainly(written[n], p, programme, now)}
        assert by_sql[n] == live == plain, f"seed {begin}, {written[n]}"
    known = {p.id for p in people if told(p)}
    assert by_sql[0] | by_sql[1], f"seed {begin}"
    assert by_sql[0] | by_sql[1] <= known
    assert len(known) < len(people)


def told(who: Someone) -> bool:
    """All that the segment looks at is known."""
    profile = who.profile
    has_age = who.birth is not None and who.birth[0] is not None
    return has_age and None not in (profile["sex"], profile["country"], profile["income_band"])


def read(written: Written) -> Condition:
    return parse(written, SEGMENT_SUBJECTS, leaves=SEGMENT_LEAVES)


async def members_by_sql(
    conditions: list[Condition], programme: Programme, now: datetime
) -> list[set[UUID]]:
    """Who is in each, asked in one statement."""
    asked = reading(conditions, programme, now)
    found = await database.rows(
        f"""select m.id, array_remove(array[{marks(asked)}]::int[], null) as held
            from {asked.members} where {AT_REST}""",
        *asked.args,
    )
    members: list[set[UUID]] = [set() for _ in conditions]
    for row in found:
        for n in row["held"]:
            members[n - 1].add(row["id"])
    return members


def holds_live(condition: Condition, who: Someone, programme: Programme, now: datetime) -> bool:
    """As rules ask it."""
    local = now.astimezone(ZONE)
    scene = Scene(
        OrderFacts(now, "EUR", ()),
        standing(condition, who, programme, local),
        local,
        compiled(programme).ranks,
    )
    return check_of(condition)(scene) is True


def standing(condition: Condition, who: Someone, programme: Programme, local: datetime) -> Standing:
    """Where the member stands."""
    day, joined_on = local.date(), who.joined_at.astimezone(ZONE).date()
    first = counted_from(programme, joined_on, day)
    purchases = [
        Purchase(
            bought.at.astimezone(ZONE).toordinal(),
            tuple(Bought(amount, sku, cat, brand) for sku, cat, brand, amount in bought.lines),
        )
        for bought in who.bought
    ]
    return Standing(
        named(programme, who.tier),
        qualifying=between(list(who.days.items()), first, day),
        joined_at=who.joined_at,
        language=who.language,
        birthday=Birthday(who.birth[1], who.birth[2], who.birth[0]) if who.birth else None,
        person=Person(
            **who.profile,
            interests=frozenset(who.interests) or None,
            source="FRIEND" if who.by_friend else "ITSELF",
            nps=max(who.scores)[1] if who.scores else None,
        ),
        history=figures_of(figures([condition]), purchases, day.toordinal()),
    )


# The plain model: what the words of each leaf say, and nothing else.


def plainly(written: Written, who: Someone, programme: Programme, now: datetime) -> bool | None:
    """True, false, or None where it is not known."""
    ((name, inner),) = written.items()
    match name:
        case "not":
            verdict = plainly(inner, who, programme, now)
            return None if verdict is None else not verdict
        case "all" | "any":
            verdicts = [plainly(each, who, programme, now) for each in inner]
            decides = name == "any"
            if decides in verdicts:
                return decides
            return None if None in verdicts else not decides
        case _:
            value = value_of(name, inner, who, programme, now.astimezone(ZONE))
            return (
                None
                if value is None
                else all(test(op, value, asked) for op, asked in inner.items() if op in OPS)
            )


OPS = ("atLeast", "atMost", "below", "above", "equals", "in", "is", "from", "until")


def test(op: str, value: Any, asked: Any) -> bool:
    match op:
        case "in":
            return any(each in asked for each in (value if isinstance(value, list) else [value]))
        case "atLeast":
            return bool(value >= asked)
        case "from":
            return bool(value >= date.fromisoformat(asked))
        case "until":
            return bool(value < date.fromisoformat(asked))
        case "atMost":
            return bool(value <= asked)
        case "below":
            return bool(value < asked)
        case "above":
            return bool(value > asked)
        case _:
            return bool(value == asked)


test.__test__ = False  # type: ignore[attr-defined]


def value_of(name: str, asked: Written, who: Someone, programme: Programme, local: datetime) -> Any:
    today = local.date()
    match name:
        case "memberLanguage":
            return who.language
        case "memberMonths":
            return months(who.joined_at.astimezone(ZONE).date(), today)
        case "memberAge" if who.birth is None or who.birth[0] is None:
            return None
        case "memberAge":
            assert who.birth and who.birth[0]
            return sum(born_day(who.birth, year) <= today for year in range(who.birth[0] + 1, 2100))
        case "memberBirthdayMonth":
            return f"{date(2000, who.birth[1], 1):%B}".upper() if who.birth else None
        case "memberBirthdayToday":
            return born_day(who.birth, today.year) == today if who.birth else None
        case "memberInterests":
            return list(who.interests) or None
        case "memberSource":
            return "FRIEND" if who.by_friend else "ITSELF"
        case "memberNps":
            return sorted(who.scores)[-1][1] if who.scores else None
        case "memberTier":
            return "gold" if who.tier == "old-gold" else who.tier
        case "memberTierRank":
            return {"bronze": 1, "silver": 2, "gold": 3, "old-gold": 3}.get(who.tier)
        case "memberQualifying":
            return sum(p for day, p in who.days.items() if counts(programme, who, day, today))
        case "timeWeekday":
            return f"{today:%A}".upper()
        case "timeHour":
            return local.hour
        case "timeDate":
            return today
        case "memberOrders" | "memberSpent" | "memberAverageOrder" | "memberDaysSinceOrder":
            return bought_by(name, asked, who, today)
        case _:
            column = name.removeprefix("member")
            return who.profile["income_band" if column == "IncomeBand" else column.lower()]


def months(joined_on: date, today: date) -> int:
    done = 0
    while True:
        year, month = divmod(joined_on.year * 12 + joined_on.month + done, 12)
        last = monthrange(year, month + 1)[1]
        if date(year, month + 1, min(joined_on.day, last)) > today:
            return done
        done += 1


def born_day(birth: tuple[int | None, int, int], year: int) -> date:
    _, month, day = birth
    return date(year, month, 28 if (month, day) == (2, 29) and not isleap(year) else day)


def counts(programme: Programme, who: Someone, day: date, today: date) -> bool:
    if day > today:
        return False
    match programme.tier_policy.window.value:
        case "ROLLING":
            return (today - day).days < 200
        case "CALENDAR_YEAR":
            return day.year == today.year
        case _:
            joined_on = who.joined_at.astimezone(ZONE).date()
            years = months(joined_on, today) // 12
            if years == 0:
                return day >= anniversary(joined_on, -1)
            return day >= anniversary(joined_on, years)


def anniversary(joined_on: date, years: int) -> date:
    year = joined_on.year + years
    last = monthrange(year, joined_on.month)[1]
    return date(year, joined_on.month, min(joined_on.day, last))


def bought_by(name: str, asked: Written, who: Someone, today: date) -> int | None:
    amounts, days = [], []
    for bought in who.bought:
        day = bought.at.astimezone(ZONE).date()
        if day > today or (today - day).days >= asked.get("withinDays", 10**6):
            continue
        meant = [
            amount
            for sku, category, brand, amount in bought.lines
            if ("sku" not in asked or sku in asked["sku"])
            and ("category" not in asked or category in asked["category"])
            and ("brand" not in asked or brand in asked["brand"])
        ]
        if meant:
            amounts.append(sum(meant))
            days.append(day)
    match name:
        case "memberOrders":
            return len(amounts)
        case "memberSpent":
            return sum(amounts)
        case "memberAverageOrder":
            return sum(amounts) // len(amounts) if amounts else None
        case _:
            return (today - max(days)).days if days else None


# Conditions by chance.

TEXTS = {
    "memberLanguage": by_chance.LANGUAGES,
    "memberSex": by_chance.SEXES,
    "memberCountry": by_chance.COUNTRIES,
    "memberRegion": by_chance.REGIONS,
    "memberPostcode": by_chance.POSTCODES,
    "memberIncomeBand": by_chance.BANDS,
    "memberInterests": by_chance.INTERESTS,
    "memberSource": ("FRIEND", "ITSELF"),
    "memberTier": ("bronze", "silver", "gold", "forgotten"),
    "memberBirthdayMonth": ("FEBRUARY", "MARCH", "JANUARY"),
    "timeWeekday": ("SUNDAY", "TUESDAY", "THURSDAY", "FRIDAY"),
}
NUMBERS = {
    "memberMonths": 50, "memberAge": 90, "memberNps": 10, "memberTierRank": 4,
    "memberQualifying": 900, "timeHour": 24, "memberOrders": 5, "memberSpent": 9000,
    "memberAverageOrder": 4000, "memberDaysSinceOrder": 120,
}  # fmt: skip
GOODS = {"sku": by_chance.SKUS, "category": by_chance.CATEGORIES, "brand": by_chance.BRANDS}
LEAVES = (*TEXTS, *NUMBERS, *NUMBERS, "memberBirthdayToday", "timeDate")


def a_condition(chance: random.Random, depth: int = 3) -> Written:
    kind = chance.choice(("leaf", "leaf", "all", "any", "not")) if depth else "leaf"
    match kind:
        case "all" | "any":
            parts = [a_condition(chance, depth - 1) for _ in range(chance.randrange(1, 4))]
            return {kind: parts}
        case "not":
            return {"not": a_condition(chance, depth - 1)}
        case _:
            name = chance.choice(LEAVES)
            return {name: a_test(chance, name)}


def a_test(chance: random.Random, name: str) -> Written:
    if name in TEXTS:
        return {"in": chance.sample(TEXTS[name], chance.randrange(1, 3))}
    if name == "memberBirthdayToday":
        return {"is": chance.random() < 0.5}
    if name == "timeDate":
        day = date(2027, 2, 28) + timedelta(days=chance.randrange(-1, 35))
        return {chance.choice(("from", "until")): day.isoformat()}
    most = NUMBERS[name]
    tests: Written = {
        op: chance.randrange(most + 1)
        for op in chance.sample(("atLeast", "atMost", "below", "above"), chance.randrange(1, 3))
    }
    if name in ("memberOrders", "memberSpent", "memberAverageOrder", "memberDaysSinceOrder"):
        if chance.random() < 0.6:
            goods = chance.choice(list(GOODS))
            tests[goods] = chance.sample(GOODS[goods], chance.randrange(1, 3))
        if chance.random() < 0.5:
            tests["withinDays"] = chance.choice((1, 2, 30, 90))
    return tests


def test_chance_knows_every_leaf() -> None:
    assert set(SEGMENT_LEAVES) >= set(LEAVES)
    asked = {name for name, leaf in SEGMENT_LEAVES.items() if leaf.subject in SEGMENT_SUBJECTS}
    assert asked == set(LEAVES)
