"""What a notification says: made of the ids and numbers that it carries (kinds.ARGS)."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from domain.language import in_language, month, rendered
from domain.notifications.kinds import OF_GIFTS, OF_POINTS, NotificationKind
from domain.notifications.texts import (
    BODIES,
    GIFT,
    MEMBERSHIP,
    NO_REFERRAL,
    OF_A_YEAR,
    REFERRALS,
    TITLES,
)
from domain.programme.terms import Programme
from domain.programme.words.rules import counted

WORDED = (
    "unit",
    "points",
    "tier",
    "state",
    "years",
    "badge",
    "month",
    "day",
    "earning_until",
    "spending_until",
)
"""The arguments that a notification's words are made of."""


def notification(
    programme: Programme, kind: NotificationKind, args: Mapping[str, Any], language: str
) -> tuple[str, str]:
    """Title and body. `programme` names units and tiers."""
    title = TITLES.get(kind, {})
    match kind:
        case _ if kind in OF_POINTS | OF_GIFTS:
            points = counted(programme, args["unit"], abs(args["points"]))
            return rendered(title, language, points=points), in_language(BODIES[kind], language)
        case NotificationKind.POINTS_EXPIRE_SOON:
            points = counted(programme, args["unit"], args["points"])
            until = rendered(BODIES[kind], language, day=date.fromisoformat(args["day"]))
            return rendered(title, language, points=points), until
        case NotificationKind.TIER_UP:
            return _tier_up(programme, args["tier"], language)
        case NotificationKind.BADGE_EARNED:
            badge = programme.badge(args["badge"])
            name = badge.name if badge else args["badge"]
            body = badge.text if badge else BODIES[kind]
            return rendered(title, language, badge=name), in_language(body, language)
        case NotificationKind.BIRTHDAY | NotificationKind.ANNIVERSARY:
            years = args.get("years", 0)
            return rendered(title, language, years=years), _gift(programme, kind, args, language)
        case NotificationKind.TIER_DOWN:
            tier = programme.tier(args["tier"])
            named = rendered(title, language, tier=tier.name if tier else args["tier"])
            return named, in_language(BODIES[kind], language)
        case NotificationKind.TIER_AT_RISK:
            tier = programme.tier(args["tier"])
            named = rendered(title, language, tier=tier.name if tier else args["tier"])
            missing = counted(programme, programme.qualifying_unit, args["missing"])
            return named, rendered(BODIES[kind], language, points=missing)
        case NotificationKind.MEMBERSHIP_CHANGED:
            words = MEMBERSHIP.get(args["state"], MEMBERSHIP["ACTIVE"])
            return in_language(words[0], language), in_language(words[1], language)
        case NotificationKind.STATEMENT_READY:
            return _statement(date.fromisoformat(args["month"]), language)
        case NotificationKind.PROGRAMME_ENDS:
            last = {
                f"last_{name}": date.fromisoformat(args[f"{name}_until"]) - timedelta(days=1)
                for name in ("earning", "spending")
            }
            return in_language(title, language), rendered(BODIES[kind], language, **last)
        case NotificationKind.PROGRAMME_CHANGES:
            since = rendered(title, language, day=date.fromisoformat(args["day"]))
            return since, in_language(BODIES[kind], language)
        case NotificationKind.REFERRAL_CHANGED:
            body = REFERRALS.get(args["state"], NO_REFERRAL)
            return in_language(title, language), in_language(body, language)
        case _:
            return in_language(title, language), in_language(BODIES[kind], language)


def _gift(
    programme: Programme, kind: NotificationKind, args: Mapping[str, Any], language: str
) -> str:
    wish = in_language(BODIES[kind], language)
    if args["unit"] is None:
        return wish
    points = counted(programme, args["unit"], args["points"])
    return rendered(GIFT, language, wish=wish, points=points)


def _statement(first: date, language: str) -> tuple[str, str]:
    kind = NotificationKind.STATEMENT_READY
    title = rendered(TITLES[kind], language, month=month(first, language))
    if first.month == _DECEMBER:
        return title, rendered(OF_A_YEAR, language, year=str(first.year))
    return title, in_language(BODIES[kind], language)


_DECEMBER = 12


def _tier_up(programme: Programme, code: str, language: str) -> tuple[str, str]:
    tier = programme.tier(code)
    kind = NotificationKind.TIER_UP
    title = rendered(TITLES[kind], language, tier=tier.name if tier else code)
    if tier is None or not tier.benefits:
        return title, in_language(BODIES[kind], language)
    return title, ". ".join(in_language(one.title, language) for one in tier.benefits) + "."
