"""Rows of the table of fields about gifts, friends, pools, and what the team may do by hand."""

from domain.programme.changes.directions import exchanged, given, more, neither, ranked, wider
from domain.programme.changes.field import Field, Shown, named, row
from domain.programme.terms import LeavingRule


def _greeting(of: str, en: str, ru: str, el: str) -> tuple[Field, ...]:
    return (
        row(of, given, Shown.THING, en, ru, el),
        named(f"{of}.name", "the name", "название", "το όνομα"),
        row(f"{of}.unit", exchanged, Shown.CODE, "what it gives", "что даётся", "τι δίνει"),
        row(f"{of}.points", more, Shown.POINTS, en, ru, el),
        row(f"{of}.daysBefore", neither, Shown.DAYS,
            "how long before the day it comes", "за сколько дней он приходит",
            "πόσες ημέρες πριν έρχεται"),
        row(f"{of}.windowDays", more, Shown.DAYS,
            "how long it is made up for", "сколько его можно получить позже",
            "για πόσο αναπληρώνεται"),
    )  # fmt: skip


ROWS = (
    row("welcome", given, Shown.THING, "for joining", "за вступление", "για την εγγραφή"),
    named("welcome.name", "the name", "название", "το όνομα"),
    row("welcome.unit", neither, Shown.CODE,
        "what joining gives", "что даётся за вступление", "τι δίνει η εγγραφή"),
    row("welcome.points", more, Shown.POINTS, "for joining", "за вступление", "για την εγγραφή"),
    row("referral", given, Shown.THING, "for a friend", "за друга", "για έναν φίλο"),
    named("referral.text", "the text", "текст", "το κείμενο"),
    row("referral.unit", exchanged, Shown.CODE,
        "what a friend gives", "что даётся за друга", "τι δίνει ένας φίλος"),
    row("referral.referrerPoints", more, Shown.POINTS,
        "for a friend", "за друга", "για έναν φίλο"),
    row("referral.friendPoints", more, Shown.POINTS,
        "for a friend's first order", "другу за первый заказ",
        "στον φίλο για την πρώτη παραγγελία"),
    *_greeting("birthday", "for a birthday", "ко дню рождения", "για τα γενέθλια"),
    *_greeting("anniversary", "for a year with us", "за год с нами", "για έναν χρόνο μαζί μας"),
    row("pools", given, Shown.THING,
        "collecting together", "общий счёт", "κοινή συλλογή"),
    row("pools.kinds", wider, Shown.CODE,
        "who collects together", "кто копит вместе", "ποιοι μαζεύουν μαζί"),
    row("pools.peopleMax", more, Shown.NUMBER,
        "how many collect together", "сколько человек копят вместе", "πόσοι μαζεύουν μαζί"),
    row("pools.contribution", neither, Shown.SHARE,
        "how much goes to the pool", "какая доля идёт в общий счёт", "τι μέρος πάει στα κοινά"),
    row("pools.contributionMin", neither, Shown.SHARE,
        "the least that goes to the pool", "наименьшая доля в общий счёт",
        "το λιγότερο που πάει στα κοινά"),
    row("pools.contributionMax", neither, Shown.SHARE,
        "the most that goes to the pool", "наибольшая доля в общий счёт",
        "το περισσότερο που πάει στα κοινά"),
    row("pools.leaving", ranked(LeavingRule.FORFEIT, LeavingRule.SHARE_BACK), Shown.CODE,
        "what one takes along who leaves", "что забирает тот, кто уходит",
        "τι παίρνει όποιος φεύγει"),
    row("pools.invitationDays", more, Shown.DAYS,
        "how long an invitation is good", "срок приглашения", "διάρκεια πρόσκλησης"),
    row("adjustments.care", neither, Shown.NUMBER,
        "what the team may add by hand", "сколько команда может начислить вручную",
        "πόσα μπορεί να προσθέσει η ομάδα"),
    row("adjustments.loyalty", neither, Shown.NUMBER,
        "what the team may add by hand", "сколько команда может начислить вручную",
        "πόσα μπορεί να προσθέσει η ομάδα"),
    row("adjustments.reinstateDays", more, Shown.DAYS,
        "how long what has expired can be brought back", "сколько можно вернуть сгоревшее",
        "για πόσο επαναφέρονται όσα έληξαν"),
)  # fmt: skip
