"""Conditions over members at rest, by chance."""

import random
from datetime import date, timedelta
from typing import Any

from tests.factories import members_by_chance as by_chance

Written = dict[str, Any]

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
ATTRIBUTES = ("member.pet", "member.kids", "member.vegan", "member.wedding")
LEAVES = (*ATTRIBUTES, *TEXTS, *NUMBERS, *NUMBERS, "memberBirthdayToday", "timeDate")


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
    if name in ATTRIBUTES:
        return of_attribute(chance, name)
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


def of_attribute(chance: random.Random, name: str) -> Written:
    """A test of the type that it is asked for: what is kept may be of another."""
    match name:
        case "member.pet":
            return {"in": chance.sample(by_chance.PETS, 2)}
        case "member.kids":
            return {chance.choice(("atLeast", "below")): chance.randrange(4)}
        case "member.vegan":
            return {"is": chance.random() < 0.5}
        case _:
            return {chance.choice(("from", "until")): "2020-01-01"}
