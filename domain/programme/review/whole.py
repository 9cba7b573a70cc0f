"""What is wrong with a programme: contradictions, gaps, things that could never work."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from domain.money import EXPONENTS, WHOLE_BASIS_POINTS
from domain.programme.conditions import LINE_SUBJECTS, ORDER_SUBJECTS
from domain.programme.problems import Path, Problem, Severity
from domain.programme.review.activities import problems as _activities
from domain.programme.review.currencies import problems as _currencies
from domain.programme.review.discounts import problems as _discounts
from domain.programme.review.faults import bounds as _bounds
from domain.programme.review.faults import codes as _codes
from domain.programme.review.faults import condition as _condition
from domain.programme.review.faults import said as _said
from domain.programme.review.faults import twice as _twice
from domain.programme.review.faults import unit_known as _unit_known
from domain.programme.review.lifetimes import caps as _caps
from domain.programme.review.lifetimes import expiry as _lifetime
from domain.programme.review.payments import problems as _pay_with_points
from domain.programme.review.persons import problems as _persons
from domain.programme.review.pools import problems as _pools
from domain.programme.review.transfers import problems as _transfers
from domain.programme.terms import (
    Effect,
    Group,
    Multiplier,
    Pending,
    PerAmount,
    Programme,
    Unit,
)

POINTS_MAX = 10**9
WINDOW_DAYS_MAX = 36_500
GRACE_DAYS_MAX = 366
GREETING_DAYS_MAX = 60
PENDING_DAYS_MAX = 366
CLAIM_DAYS_MAX = 3_660
NOTICE_DAYS_MAX = 366
_FORMS = {"ru": ("one", "few", "many")}


def problems(programme: Programme) -> list[Problem]:
    """All that is wrong, with path and remedy; only ERRORs keep it from being published."""
    return [
        *_basics(programme),
        *_units(programme),
        *_tiers(programme),
        *_rules(programme),
        *_gifts(programme),
        *_activities(programme),
        *_greetings(programme),
        *_pools(programme),
        *_currencies(programme),
        *_persons(programme),
        *_discounts(programme),
    ]


def errors(programme: Programme) -> list[Problem]:
    """The problems that keep it from being published."""
    return [each for each in problems(programme) if each.severity is Severity.ERROR]


def _basics(programme: Programme) -> Iterator[Problem]:
    try:
        ZoneInfo(programme.time_zone)
    except (KeyError, ValueError, OSError):  # no such zone; no IANA name; a folder
        yield Problem(("timeZone",), "No such time zone.", "Write an IANA name: Europe/Athens.")
    if programme.currency not in EXPONENTS:
        yield Problem(("currency",), "No such currency.", "Write an ISO 4217 code: EUR.")
    if not 1 <= programme.window_days <= WINDOW_DAYS_MAX:
        hint = f"Write 1 to {WINDOW_DAYS_MAX} days: 365."
        yield Problem(("windowDays",), "The window is empty, or endless.", hint)
    if not 0 <= programme.tier_policy.warn_days <= GRACE_DAYS_MAX:
        yield Problem(
            ("tierPolicy", "warnDays"),
            "Who is about to lose a tier is told a year before at the most.",
            f"Say 0 to {GRACE_DAYS_MAX}.",
        )
    if not 0 <= programme.tier_policy.grace_days <= GRACE_DAYS_MAX:
        hint = f"Write 0 to {GRACE_DAYS_MAX} days: 30."
        yield Problem(("tierPolicy", "graceDays"), "This is no time of grace.", hint)
    if programme.claim_days is not None and not 1 <= programme.claim_days <= CLAIM_DAYS_MAX:
        hint = f"Write 1 to {CLAIM_DAYS_MAX} days, or leave it away for no end."
        yield Problem(("claimDays",), "Nobody can claim like that.", hint)
    if not 0 <= programme.notice_days <= NOTICE_DAYS_MAX:
        hint = f"Write 0 to {NOTICE_DAYS_MAX} days: 30."
        yield Problem(("noticeDays",), "Nobody can be told so long before.", hint)
    if programme.terms_version < 1:
        yield Problem(("termsVersion",), "Versions count from 1.", "Write 1 or more.")
    if not programme.languages:
        yield Problem(("languages",), "Nobody is spoken to.", 'Write a language: ["en"].')
    yield from _twice(("languages",), programme.languages)
    yield from _said(programme, programme.name, ("name",))
    yield from _said(programme, programme.terms, ("terms",))


def _units(programme: Programme) -> Iterator[Problem]:
    yield from _codes("units", [unit.code for unit in programme.units])
    yield from _unit_known(programme, programme.qualifying_unit, ("qualifyingUnit",))
    for index, unit in enumerate(programme.units):
        path = ("units", str(index))
        yield from _said(programme, unit.label, (*path, "label"))
        yield from _forms(programme, unit, (*path, "names"))
        yield from _lifetime(unit.expiry, (*path, "expiry"))
        yield from _caps(unit, path)
        yield from _pending(unit.pending, (*path, "pending"))
        yield from _transfers(unit.transfers, (*path, "transfers"))
        yield from _pay_with_points(unit.pay_with_points, (*path, "payWithPoints"))
        for name, amount in (("valueMinor", unit.value_minor), ("costMinor", unit.cost_minor)):
            if amount < 0:
                yield Problem((*path, name), "This is less than nothing.", "Write 0 or more.")


def _pending(pending: Pending | None, path: Path) -> Iterator[Problem]:
    if pending is None:
        return
    if (pending.days is None) != pending.on_delivery:
        hint = "Write `days`, or `onDelivery`: one of them."
        yield Problem(path, "It is not clear what points wait for.", hint)
    for name, days in (("days", pending.days), ("cancelDays", pending.cancel_days)):
        if days is not None and not 1 <= days <= PENDING_DAYS_MAX:
            yield Problem((*path, name), "This is no wait.", f"Write 1 to {PENDING_DAYS_MAX} days.")
    if pending.cancel_days is not None and not pending.on_delivery:
        hint = "Leave `cancelDays` away: days pass by themselves."
        yield Problem((*path, "cancelDays"), "Nothing can be missed here.", hint)


def _forms(programme: Programme, unit: Unit, path: Path) -> Iterator[Problem]:
    for language in programme.languages:
        names = unit.names.get(language, {})
        wanted = _FORMS.get(language, ("one", "many"))
        missing = [form for form in wanted if not names.get(form, "").strip()]
        if missing:
            hint = f"Write {' and '.join(missing)} of what goes with a number."
            yield Problem((*path, language), "A form of the name is missing.", hint)


def _tiers(programme: Programme) -> Iterator[Problem]:
    yield from _codes("tiers", [tier.code for tier in programme.tiers])
    if not programme.tiers or programme.tiers[0].threshold != 0:
        yield Problem(("tiers",), "There is no entry tier.", "Begin with a tier of threshold 0.")
    for index, tier in enumerate(programme.tiers):
        path = ("tiers", str(index))
        yield from _said(programme, tier.name, (*path, "name"))
        for number, benefit in enumerate(tier.benefits):
            where = (*path, "benefits", str(number))
            yield from _said(programme, benefit.title, (*where, "title"))
            yield from _said(programme, benefit.text, (*where, "text"))
        for code in tier.replaces:
            if any(
                code == other.code or code in other.replaces
                for other in programme.tiers
                if other is not tier or code == tier.code
            ):
                hint = "Name codes of earlier versions, each in one tier."
                yield Problem((*path, "replaces"), f"{code} is there, or replaced, already.", hint)
        if tier.multiplier_basis_points < WHOLE_BASIS_POINTS:
            hint = "10000 changes nothing, 15000 is 1.5."
            message = "This takes points away."
            yield Problem((*path, "multiplierBasisPoints"), message, hint)
        if tier.debt_limit is not None and tier.debt_limit < 0:
            hint = "0: nothing is owed; leave it away: whatever it comes to."
            yield Problem((*path, "debtLimit"), "Nobody can owe less than nothing.", hint)
        if index:
            below = programme.tiers[index - 1]
            if tier.threshold <= below.threshold or tier.rank <= below.rank:
                hint = "List tiers from the lowest: rank and threshold of each above the last."
                yield Problem((*path, "threshold"), "Tiers must rise.", hint)


def _rules(programme: Programme) -> Iterator[Problem]:
    yield from _codes("rules", [rule.code for rule in programme.rules])
    for index, rule in enumerate(programme.rules):
        path = ("rules", str(index))
        yield from _unit_known(programme, rule.unit, (*path, "unit"))
        yield from _said(programme, rule.name, (*path, "name"))
        yield from _said(programme, rule.text, (*path, "text"))
        yield from _effect(rule.effect, (*path, "effect"))
        yield from _bounds(rule, path)
        if rule.lines is not None:
            yield from _condition(programme, rule.lines, LINE_SUBJECTS, (*path, "lines"))
        if rule.when is not None:
            yield from _condition(programme, rule.when, ORDER_SUBJECTS, (*path, "when"))
    giving = {
        rule.unit
        for rule in programme.rules
        if rule.group is Group.BASE and not isinstance(rule.effect, Multiplier)
    }
    if not giving:
        yield Problem(("rules",), "Nothing is earned.", "Write a base rule: points per amount.")
    elif programme.qualifying_unit not in giving and len(programme.tiers) > 1:
        hint = "Write a base rule that gives this unit, or qualify by another."
        message = "No base rule gives the unit that tiers are reached with."
        yield Problem(("qualifyingUnit",), message, hint, Severity.WARNING)
    for index, rule in enumerate(programme.rules):
        if isinstance(rule.effect, Multiplier) and giving and rule.unit not in giving:
            hint = "There is nothing to multiply."
            yield Problem(("rules", str(index), "unit"), "No base rule gives this unit.", hint)


def _effect(effect: Effect, path: Path) -> Iterator[Problem]:
    if isinstance(effect, Multiplier):
        if not WHOLE_BASIS_POINTS < effect.basis_points <= 100 * WHOLE_BASIS_POINTS:
            message = "This multiplies by 1 or less, or by over 100."
            yield Problem((*path, "basisPoints"), message, "20000 doubles.")
        return
    if not 1 <= effect.points <= POINTS_MAX:
        message = "The rule gives nothing, or too much."
        yield Problem((*path, "points"), message, f"Write 1 to {POINTS_MAX}.")
    if isinstance(effect, PerAmount) and effect.each_minor < 1:
        yield Problem((*path, "eachMinor"), "For each how much?", "100 is one euro.")


def _gifts(programme: Programme) -> Iterator[Problem]:
    welcome, referral = programme.welcome, programme.referral
    if welcome is not None:
        yield from _unit_known(programme, welcome.unit, ("welcome", "unit"))
        yield from _said(programme, welcome.name, ("welcome", "name"))
        if not 1 <= welcome.points <= POINTS_MAX:
            hint = "Write 1 or more, or leave the welcome away."
            yield Problem(("welcome", "points"), "This welcomes with nothing.", hint)
    if referral is not None:
        yield from _unit_known(programme, referral.unit, ("referral", "unit"))
        yield from _said(programme, referral.text, ("referral", "text"))
        given = (referral.referrer_points, referral.friend_points)
        if min(given) < 0 or not 1 <= max(given) <= POINTS_MAX:
            hint = "Write 0 or more for each, and not 0 for both."
            yield Problem(("referral",), "This rewards nobody.", hint)


def _greetings(programme: Programme) -> Iterator[Problem]:
    for name, greeting in (
        ("birthday", programme.birthday),
        ("anniversary", programme.anniversary),
    ):
        if greeting is None:
            continue
        yield from _said(programme, greeting.name, (name, "name"))
        if (greeting.unit is None) != (greeting.points == 0):
            hint = "Write both, or neither for a greeting without points."
            yield Problem((name, "points"), "Points are of a unit.", hint)
        elif greeting.unit is not None:
            yield from _unit_known(programme, greeting.unit, (name, "unit"))
            if not 1 <= greeting.points <= POINTS_MAX:
                hint = f"Write 1 to {POINTS_MAX}, or leave unit and points away."
                yield Problem((name, "points"), "This gives nothing, or too much.", hint)
        bounds = (("daysBefore", greeting.days_before, 0), ("windowDays", greeting.window_days, 1))
        for field, days, least in bounds:
            if not least <= days <= GREETING_DAYS_MAX:
                hint = f"Write {least} to {GREETING_DAYS_MAX}."
                yield Problem((name, field), "So many days cannot be.", hint)
