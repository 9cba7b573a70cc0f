"""What an order earned is explained by the version that judged it, whatever is published later."""

import json
import re
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from domain.language import LANGUAGES
from domain.programme import document, words
from domain.programme.accruals import Part, PartKind, Reason, Why
from domain.programme.compiling import compiled
from domain.programme.facts import OrderFacts, Standing
from domain.programme.rules import accrual
from domain.programme.terms import Programme
from tests.counts import count
from tests.programme import everything

by_chance = settings(max_examples=count(40, 1_000), deadline=None)
JUDGED_BY, LATER = 1, 2


def numbers(text: str) -> list[Decimal]:
    """All numbers in an English sentence."""
    return [
        Decimal(found.replace(",", ""))
        for found in re.findall(r"\d[\d,]*\d(?:\.\d+)?|\d(?:\.\d+)?", text)
    ]


def euros(minor: int) -> Decimal:
    return Decimal(minor) / 100


def reckoned(
    written: dict[str, Any], part: Part, order: OrderFacts, standing: Standing
) -> tuple[list[Decimal], int]:
    """The numbers that make the part, and what comes of them, by the document as it is written."""
    rule = next((rule for rule in written["rules"] if rule["code"] == part.rule), None)
    mine = [line for line in order.lines if line.number in dict(part.lines)]
    if part.kind is PartKind.OFFER:
        return [], next(offer.points for offer in standing.offers if offer.id == part.rule)
    if part.kind is PartKind.TIER:
        tier = next(tier for tier in written["tiers"] if tier["code"] == standing.tier)
        return times(part.inputs["base"], tier["multiplierBasisPoints"])
    assert rule is not None
    effect = rule["effect"]
    if part.kind is PartKind.PER_AMOUNT:
        before_tax = written["tax"] == "BEFORE_TAX"
        amount = sum(line.amount_minor - before_tax * line.included_tax_minor for line in mine)
        each = [] if effect["eachMinor"] == 100 else [euros(effect["eachMinor"])]
        made = amount // effect["eachMinor"] * effect["points"]
        return [Decimal(effect["points"]), *each, euros(amount)], made
    if part.kind is PartKind.PER_ITEM:
        pieces = sum(line.quantity for line in mine)
        return [Decimal(pieces), Decimal(effect["points"])], pieces * effect["points"]
    if part.kind is PartKind.PER_ORDER:
        return [], effect["points"]
    return times(part.inputs["base"], effect["basisPoints"])


def times(base: int, basis_points: int) -> tuple[list[Decimal], int]:
    factor = Decimal(basis_points) / 10_000
    return [Decimal(base), factor], int(base * (factor - 1))


def cut(written: dict[str, Any], part: Part) -> list[Decimal]:
    if part.desired is None:
        return []
    if "cap" in part.inputs:
        return [Decimal(part.points)]
    limit = next(rule["limit"]["points"] for rule in written["rules"] if rule["code"] == part.rule)
    return [Decimal(limit), Decimal(part.points)]


def refused(written: dict[str, Any], reason: Reason) -> list[Decimal] | None:
    """The numbers of a refusal; None where it is told by conditions and dates."""
    rule = next((rule for rule in written["rules"] if rule["code"] == reason.rule), None)
    if reason.why is Why.LIMIT and rule:
        return [Decimal(rule["limit"]["points"])]
    if reason.why is Why.TOO_LITTLE and reason.had is not None and rule:
        return [euros(rule["effect"]["eachMinor"]), euros(reason.had)]
    return None


def explained(data: st.DataObject, told_by: int) -> None:
    written = data.draw(everything.programmes())
    later = data.draw(everything.programmes())
    later["units"][0]["names"]["en"] = {"one": "bean", "many": "beans"}
    for tier in later["tiers"]:
        tier["multiplierBasisPoints"] += 5_000
    order, offers = data.draw(everything.orders()), data.draw(everything.offers)
    judging = compiled(document.decoded(written))
    standing = data.draw(everything.standings(judging, order, offers))
    judged = accrual(judging, order, standing)
    kept = [(part.unit, json.dumps(part.as_json())) for part in judged.parts]

    versions: dict[int, Programme] = {JUDGED_BY: judging.programme}
    versions[LATER] = document.decoded(later)
    programme = versions[told_by]

    for part, (unit, as_kept) in zip(judged.parts, kept, strict=True):
        told = words.part(programme, json.loads(as_kept), unit, "en")
        of_it, made = reckoned(written, part, order, standing)
        assert made == (part.points if part.desired is None else part.desired)
        assert numbers(told) == [*of_it, Decimal(made), *cut(written, part)], told
        assert "bean" not in told
    for reason in judged.reasons:
        told = words.reason(programme, reason, "en")
        expected = refused(written, reason)
        assert expected is None or numbers(told) == expected, told
    for language in LANGUAGES:
        assert all(
            words.part(programme, json.loads(as_kept), unit, language) for unit, as_kept in kept
        )


@pytest.mark.counted
@by_chance
@given(st.data())
def test_explanations_are_right_after_the_rules_have_changed(data: st.DataObject) -> None:
    explained(data, JUDGED_BY)


def test_an_explanation_by_another_version_is_found() -> None:
    planted = settings(max_examples=1_000, deadline=None, database=None, phases=[Phase.generate])
    with pytest.raises(AssertionError):
        planted(given(st.data())(lambda data: explained(data, LATER)))()
