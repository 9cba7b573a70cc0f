"""One value of the programme read aloud, by what it counts: "12 months", "€1", "×1.5"."""

from datetime import date
from typing import Any

from domain.language import Counted, day, factor, in_language, money, number, rendered, said
from domain.money import Money
from domain.programme.changes.field import Shown
from domain.programme.conditions import LINE_SUBJECTS, parse
from domain.programme.problems import Path
from domain.programme.terms import Programme
from domain.programme.words import rules
from domain.programme.words.choices import CHOICES
from domain.programme.words.conditions import condition

effect = rules.effect

_NONE = said("no limit", "без предела", "χωρίς όριο")
_ALWAYS = said("always", "всегда", "πάντα")
_NO_DAY = said("no date", "без даты", "χωρίς ημερομηνία")
_NOTHING = said("nothing", "ничего", "τίποτα")
_YES = said("yes", "да", "ναι")
_NO = said("no", "нет", "όχι")
_DAYS = said("{n} {n|day|days}", "{n} {n|день|дня|дней}", "{n} {n|ημέρα|ημέρες}")
_MONTHS = said("{n} {n|month|months}", "{n} {n|месяц|месяца|месяцев}", "{n} {n|μήνας|μήνες}")
_SHARE = said("{share}%", "{share}%", "{share}%")
_LEAP_YEAR = 2024


def value(programme: Programme, path: Path, found: Any, shown: Shown, lang: str) -> str:
    """The JSON value that stands at the path, as a clause; None: what it means not to say it."""
    match shown:
        case Shown.LINES | Shown.ORDERS if found is None:
            return in_language(_ALWAYS, lang)
        case Shown.LINES:
            return condition(programme, parse(found, LINE_SUBJECTS), lang)
        case Shown.ORDERS:
            return condition(programme, rules.asked(programme, found), lang)
        case Shown.CODE:
            return _chosen(programme, path[-1], found, lang)
        case Shown.DAY:
            return day(date.fromisoformat(found), lang) if found else in_language(_NO_DAY, lang)
        case Shown.FLAG:
            return in_language(_YES if found else _NO, lang)
        case _ if found is None:
            return in_language(_NONE, lang)
        case Shown.POINTS:
            return rendered({"en": "{n}"}, lang, n=_counted(programme, path, found))
        case Shown.MONEY:
            return money(Money(found, programme.currency), lang)
        case Shown.DAYS:
            return rendered(_DAYS, lang, n=found)
        case Shown.MONTHS:
            return rendered(_MONTHS, lang, n=found)
        case Shown.FACTOR:
            return f"×{factor(found, lang)}"
        case Shown.SHARE:
            return rendered(_SHARE, lang, share=factor(found * 100, lang))
        case _:
            return number(found, lang)


def _counted(programme: Programme, path: Path, points: int) -> Counted:
    return rules.counted(programme, unit_at(programme, path), points)


def unit_at(programme: Programme, path: Path) -> str:
    """Of which unit the points at the path are."""
    match path[0]:
        case "units":
            return path[1]
        case "rules":
            rule = programme.rule(path[1])
            return rule.unit if rule else ""
        case "activityRules":
            given = programme.activity_rule(path[1])
            return given.unit if given else ""
        case "profileQuestions":
            asked = [each for each in programme.profile_questions if each.name == path[1]]
            return asked[0].thanks.unit if asked and asked[0].thanks else ""
        case "welcome":
            return programme.welcome.unit if programme.welcome else ""
        case "referral":
            return programme.referral.unit if programme.referral else ""
        case _:
            greeting = programme.birthday if path[0] == "birthday" else programme.anniversary
            return (greeting.unit if greeting else None) or ""


def _chosen(programme: Programme, name: str, found: Any, lang: str) -> str:
    if not found:
        return in_language(_NOTHING, lang)
    if isinstance(found, list):
        return ", ".join(_chosen(programme, name, each, lang) for each in found)
    if isinstance(found, dict):  # a day of the year
        return day(date(_LEAP_YEAR, found["month"], found["day"]), lang).rpartition(" ")[0]
    words = CHOICES.get(name, {}).get(found)
    if words is None and name in ("unit", "qualifyingUnit"):
        unit = programme.unit(found)
        words = unit.label if unit else None
    elif words is None and name == "tier":
        tier = programme.tier(found)
        words = tier.name if tier else None
    elif words is None and name == "activity":
        kind = programme.activity(found)
        words = kind.name if kind else None
    return in_language(words, lang) if words is not None else str(found)
