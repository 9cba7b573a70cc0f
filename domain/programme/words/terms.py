"""What one agrees to: the programme's own text, and what its terms say by themselves."""

from collections.abc import Iterator
from datetime import timedelta

from domain.language import in_language, money, rendered, said, unit_name
from domain.money import Money
from domain.programme.terms import Ending, ForeignCurrency, Programme
from domain.programme.words import lifetimes, payments, rules
from domain.programme.words import tiers as tiers_in_words
from domain.programme.words.transfers import transfers

_TIERS = said(
    en="Tiers, by {points} earned in {window}, extras aside: {tiers}.",
    ru="Уровни, по числу {points} за {window} без надбавок: {tiers}.",
    el="Επίπεδα ({points} σε {window}, χωρίς προσαυξήσεις): {tiers}.",
)
_TIER = said("{tier} from {threshold}", "{tier} — {threshold}", "{tier} από {threshold}")
_BIRTHDAY = said(
    "For your birthday: {points}.", "Ко дню рождения: {points}.", "Για τα γενέθλιά σας: {points}."
)
_ANNIVERSARY = said(
    en="For each year with us: {points}.",
    ru="За каждый год с нами: {points}.",
    el="Για κάθε χρόνο μαζί μας: {points}.",
)
_END = said(
    en="The programme ends: points are earned through {earning} and can be spent through"
    " {spending}; none expires before.",
    ru="Программа завершается: баллы начисляются по {earning}, тратить их можно по {spending};"
    " до тех пор ничего не сгорит.",
    el="Το πρόγραμμα λήγει: πόντοι κερδίζονται έως {earning} και ξοδεύονται έως {spending}·"
    " κανείς δεν λήγει νωρίτερα.",
)
_RATE = said("{theirs} count as {ours}", "{theirs} — как {ours}", "{theirs} μετρούν ως {ours}")
_WELCOME = said("For joining: {points}.", "За вступление: {points}.", "Για την εγγραφή: {points}.")


def terms(programme: Programme, language: str) -> str:
    """The terms of use, a paragraph each: at most a phone screen. Rules stand apart (`rule`)."""
    paragraphs = [in_language(programme.terms, language)] if programme.terms else []
    paragraphs.append("\n".join(_own(programme, language)))
    return "\n\n".join(paragraphs)


def _own(programme: Programme, language: str) -> Iterator[str]:
    for unit in programme.units:
        yield lifetimes.expiry(unit, language)
        yield from lifetimes.capped(unit, language)
        if (sent := transfers(unit, language)) is not None:
            yield sent
        if (paying := payments.pay_with_points(programme, unit, language)) is not None:
            yield paying
    if len(programme.tiers) > 1:
        qualifying = programme.unit(programme.qualifying_unit)
        tiers = ", ".join(
            rendered(_TIER, language, tier=tier.name, threshold=tier.threshold)
            for tier in programme.tiers
        )
        # The form that goes with many: in Russian the genitive.
        points = unit_name(qualifying.names, 5, language) if qualifying else ""
        window = tiers_in_words.window(programme, language)
        policy = tiers_in_words.policy(programme, language)
        said_of_all = rendered(_TIERS, language, points=points, window=window, tiers=tiers)
        yield f"{said_of_all} {policy}".rstrip()
    if programme.welcome is not None:
        gift = rules.counted(programme, programme.welcome.unit, programme.welcome.points)
        yield rendered(_WELCOME, language, points=gift)
    for text, greeting in ((_BIRTHDAY, programme.birthday), (_ANNIVERSARY, programme.anniversary)):
        if greeting is not None and greeting.unit is not None:
            gift = rules.counted(programme, greeting.unit, greeting.points)
            yield rendered(text, language, points=gift)
    if programme.referral is not None:
        yield in_language(programme.referral.text, language)
    if programme.ending is not None:
        yield end(programme.ending, language)


def end(ending: Ending, language: str) -> str:
    """Until when points are earned, and can be spent."""
    days = {"earning": ending.earning_until, "spending": ending.spending_until}
    last = {name: day - timedelta(days=1) for name, day in days.items()}
    return rendered(_END, language, **last)


def rate(programme: Programme, currency: ForeignCurrency, language: str) -> str:
    """At which rate orders in another currency are judged: "JPY 162 count as €1"."""
    theirs = money(Money(currency.minor, currency.code), language)
    ours = money(Money(currency.worth_minor, programme.currency), language)
    return rendered(_RATE, language, theirs=theirs, ours=ours)
