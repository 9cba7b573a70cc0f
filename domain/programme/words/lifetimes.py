"""How long points last, what keeps them, and how many a wallet takes: in sentences."""

from datetime import date

from domain.calendar import Period
from domain.language import Counted, Text, day, either, in_language, rendered, said, together
from domain.programme.terms import Expiry, KeptBy, Unit, YearDay
from domain.programme.words import rules

_NEVER = said("{label}: they never expire.", "{label}: не сгорают.", "{label}: δεν λήγουν ποτέ.")
_FOR = said(
    en="{label}: good for {span} from the day {since}{end}.",
    ru="{label}: действуют {span} со дня {since}{end}.",
    el="{label}: ισχύουν {span} από την ημέρα {since}{end}.",
)
_THROUGH = said(
    en="{label}: good through the next {days} from the day {since}.",
    ru="{label}: действуют по ближайшее {days} начиная со дня {since}.",
    el="{label}: ισχύουν έως την επόμενη {days} από την ημέρα {since}.",
)
_MONTHS = said(
    en="{n} {n|month|months}", ru="{n} {n|месяц|месяца|месяцев}", el="{n} {n|μήνα|μήνες}"
)
_DAYS = said(en="{n} {n|day|days}", ru="{n} {n|день|дня|дней}", el="{n} {n|ημέρα|ημέρες}")
_EARNED = said("they are earned", "начисления", "που κερδήθηκαν")
_KEPT: dict[frozenset[KeptBy], Text] = {
    frozenset({KeptBy.EARNING}): said(
        en="you last earned any by what you did",
        ru="последнего начисления за ваши действия",
        el="που κερδίσατε τελευταία φορά με ό,τι κάνατε",
    ),
    frozenset({KeptBy.SPENDING}): said(
        en="you last spent any, or earned these",
        ru="последней траты или их начисления",
        el="που ξοδέψατε τελευταία φορά ή που κερδήθηκαν",
    ),
    frozenset(KeptBy): said(
        en="you last earned or spent any",
        ru="последнего начисления или последней траты",
        el="που κερδίσατε ή ξοδέψατε τελευταία φορά",
    ),
}
_ROUNDED = {
    Period.WEEK: said(
        ", to the end of that week", ", до конца той недели", ", έως το τέλος εκείνης της εβδομάδας"
    ),
    Period.MONTH: said(
        ", to the end of that month", ", до конца того месяца", ", έως το τέλος εκείνου του μήνα"
    ),
    Period.QUARTER: said(
        ", to the end of that quarter",
        ", до конца того квартала",
        ", έως το τέλος εκείνου του τριμήνου",
    ),
    Period.YEAR: said(
        ", to the end of that year", ", до конца того года", ", έως το τέλος εκείνου του έτους"
    ),
}
_THEN = said(
    ", then through the next {days}",
    ", затем по ближайшее {days}",
    ", και έπειτα έως την επόμενη {days}",
)
_WARNED = said(
    en=" We tell you {span} before.", ru=" Сообщим за {span}.", el=" Σας ειδοποιούμε {span} πριν."
)
_CUT = said(
    en="{label}: at most {caps}; what is over it is not given.",
    ru="{label}: не более чем {caps}; остальное не начисляется.",
    el="{label}: το πολύ {caps}· ό,τι περισσεύει δεν δίνεται.",
)
_REFUSED = said(
    en="{label}: at most {caps}; what would go over it gives none.",
    ru="{label}: не более чем {caps}; что превышает это, не даёт ничего.",
    el="{label}: το πολύ {caps}· ό,τι το ξεπερνά δεν δίνει τίποτα.",
)
_IN_WALLET = said("{points} in the wallet", "{points} в кошельке", "{points} στο πορτοφόλι")


def expiry(unit: Unit, language: str) -> str:
    """Until when points of the unit are good: "Points: good for 12 months from the day they are
    earned, to the end of that month."
    """
    terms = unit.expiry
    if terms is None:
        return rendered(_NEVER, language, label=unit.label)
    since = in_language(_KEPT.get(frozenset(terms.kept_by), _EARNED), language)
    days = either([_year_day(each, language) for each in terms.on], language) if terms.on else ""
    if terms.months or terms.days:
        span, end = _span(terms, language), _end(terms, days, language)
        text = rendered(_FOR, language, label=unit.label, span=span, since=since, end=end)
    else:
        text = rendered(_THROUGH, language, label=unit.label, days=days, since=since)
    if terms.warn_days:
        span = rendered(_DAYS, language, n=terms.warn_days)
        text += rendered(_WARNED, language, span=span)
    return text


def _span(terms: Expiry, language: str) -> str:
    if terms.months:
        return rendered(_MONTHS, language, n=terms.months)
    return rendered(_DAYS, language, n=terms.days)


def _end(terms: Expiry, days: str, language: str) -> str:
    if days:
        return rendered(_THEN, language, days=days)
    return in_language(_ROUNDED[terms.rounded_to], language) if terms.rounded_to in _ROUNDED else ""


def _year_day(each: YearDay, language: str) -> str:
    # A leap year: each day of a year is in it.
    return day(date(2024, each.month, each.day), language).rpartition(" ")[0]


def caps(unit: Unit, language: str) -> list[str]:
    """What a wallet of the unit takes at most: "500 points a day", "900 points in the wallet"."""
    return [text for text, _ in _caps(unit, language)]


def capped(unit: Unit, language: str) -> list[str]:
    """The same as sentences, with what becomes of more."""
    found = _caps(unit, language)
    sentences = []
    for words, refused in ((_CUT, False), (_REFUSED, True)):
        named = [text for text, refuses in found if refuses is refused]
        if named:
            said_of_all = together(named, language)
            sentences.append(rendered(words, language, label=unit.label, caps=said_of_all))
    return sentences


def _caps(unit: Unit, language: str) -> list[tuple[str, bool]]:
    found = [
        (rules.at_most(Counted(cap.points, unit.names), cap.per, language), cap.refuses)
        for cap in unit.caps
    ]
    if unit.max_balance is not None:
        most = Counted(unit.max_balance.points, unit.names)
        found.append((rendered(_IN_WALLET, language, points=most), unit.max_balance.refuses))
    return found
