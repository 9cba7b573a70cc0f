"""How tiers are won and lost, in words."""

from collections.abc import Iterator

from domain.language import in_language, rendered, said
from domain.programme.terms import Downgrade, Programme, TierPolicy, Upgrade, Window

_WINDOWS = {
    Window.ROLLING: said(
        "{days} {days|day|days}", "{days} {days|день|дня|дней}", "{days} {days|ημέρα|ημέρες}"
    ),
    Window.CALENDAR_YEAR: said("a calendar year", "календарный год", "ένα ημερολογιακό έτος"),
    Window.ANNIVERSARY: said("a year of membership", "год участия", "ένα έτος συμμετοχής"),
}
_LATER = said(
    en="A higher tier begins when the period ends.",
    ru="Более высокий уровень начинается с концом периода.",
    el="Ένα ψηλότερο επίπεδο αρχίζει με το τέλος της περιόδου.",
)
_LOST = {
    Downgrade.ONE_STEP: said(
        en="A tier that is not earned again in the next period goes down by one.",
        ru="Уровень, не подтверждённый за следующий период, снижается на одну ступень.",
        el="Επίπεδο που δεν επιβεβαιώνεται στην επόμενη περίοδο πέφτει κατά ένα.",
    ),
    Downgrade.TO_EARNED: said(
        en="A tier that is not earned again in the next period becomes the one earned in it.",
        ru="Уровень, не подтверждённый за следующий период, меняется на заслуженный за него.",
        el="Επίπεδο που δεν επιβεβαιώνεται στην επόμενη περίοδο γίνεται όποιο κερδήθηκε σε αυτήν.",
    ),
}
_DAYS = said(
    en="Before that there {days|is|are} {days} more {days|day|days}.",
    ru="До этого есть ещё {days} {days|день|дня|дней}.",
    el="Πριν από αυτό υπάρχουν ακόμη {days} {days|ημέρα|ημέρες}.",
)
_TO_MONTH_END = said(
    en="Before that there is time to the end of the month.",
    ru="До этого есть время до конца месяца.",
    el="Πριν από αυτό υπάρχει χρόνος έως το τέλος του μήνα.",
)
_DAYS_AND_TO_MONTH_END = said(
    en="Before that there {days|is|are} {days} more {days|day|days}, and to the end of that month.",
    ru="До этого есть ещё {days} {days|день|дня|дней}, и до конца того месяца.",
    el="Πριν από αυτό υπάρχουν ακόμη {days} {days|ημέρα|ημέρες}, έως το τέλος εκείνου του μήνα.",
)


def window(programme: Programme, language: str) -> str:
    """In what points have to be earned for a tier: goes with "in"."""
    words = _WINDOWS[programme.tier_policy.window]
    return rendered(words, language, days=programme.window_days)


def policy(programme: Programme, language: str) -> str:
    """What is to be known beside the thresholds; empty where tiers come at once and stay."""
    return " ".join(_sentences(programme.tier_policy, language))


def _sentences(terms: TierPolicy, language: str) -> Iterator[str]:
    if terms.upgrade is Upgrade.AT_PERIOD_END:
        yield in_language(_LATER, language)
    if terms.downgrade is Downgrade.NEVER:
        return
    yield in_language(_LOST[terms.downgrade], language)
    if terms.grace_days:
        words = _DAYS_AND_TO_MONTH_END if terms.grace_to_month_end else _DAYS
        yield rendered(words, language, days=terms.grace_days)
    elif terms.grace_to_month_end:
        yield in_language(_TO_MONTH_END, language)
