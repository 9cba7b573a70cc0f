"""What notifications say, in every language."""

from typing import Any

import pytest

from domain.language import LANGUAGES
from domain.notifications.kinds import ARGS, NotificationKind
from domain.notifications.words import notification
from domain.programme import document, templates
from domain.referrals.kinds import ReferralState

CAFE = document.decoded(templates.contents("cafe"))
ARGS_FOR: dict[str, Any] = {
    "unit": "STARS",
    "points": 22,
    "missing": 40,
    "tier": "family",
    "state": "JOINED",
    "years": 3,
    "badge": "critic",
    "month": "2026-11-01",
    "day": "2026-12-31",
    "earning_until": "2027-03-01",
    "spending_until": "2027-06-01",
}


def args_of(kind: NotificationKind, **changes: Any) -> dict[str, Any]:
    """What a notice of this kind carries; ids do not show in its text."""
    return {name: ARGS_FOR.get(name, "an id") for name in ARGS[kind]} | changes


@pytest.mark.parametrize("kind", NotificationKind)
def test_every_kind_has_a_title_and_a_body_in_every_language(kind: NotificationKind) -> None:
    said = [notification(CAFE, kind, args_of(kind), language) for language in LANGUAGES]

    assert len({body for _, body in said}) == 3
    for title, body in said:
        assert title
        assert body.endswith(".")
        assert "{" not in title + body
        assert "an id" not in title + body


@pytest.mark.parametrize(
    ("kind", "titles"),
    [
        ("POINTS_EARNED", ["+22 stars", "+22 звезды", "+22 αστέρια"]),
        ("POINTS_EXPIRED", ["Expired: 22 stars", "Сгорело: 22 звезды", "Έληξαν: 22 αστέρια"]),
        ("TIER_UP", ["Your new tier: Family", "Ваш новый уровень: Семья",
                     "Το νέο σας επίπεδο: Οικογένεια"]),
        ("TIER_DOWN", ["Your tier from now on: Family", "Ваш уровень теперь: Семья",
                       "Το επίπεδό σας πλέον: Οικογένεια"]),
        ("STATEMENT_READY", ["Your statement: November 2026", "Ваша выписка: ноябрь 2026",
                             "Οι κινήσεις σας: Νοέμβριος 2026"]),
        ("TIER_AT_RISK", ["Your tier Family ends soon", "Ваш уровень Семья скоро закончится",
                          "Το επίπεδό σας Οικογένεια λήγει σύντομα"]),
    ],
)  # fmt: skip
def test_units_and_tiers_are_named_by_the_programme(kind: str, titles: list[str]) -> None:
    named = NotificationKind(kind)

    said = [notification(CAFE, named, args_of(named), language) for language in LANGUAGES]

    assert [title for title, _ in said] == titles


def test_points_that_left_are_told_without_a_sign() -> None:
    gone = args_of(NotificationKind.POINTS_EXPIRED, points=-5)

    assert notification(CAFE, NotificationKind.POINTS_EXPIRED, gone, "en")[0] == "Expired: 5 stars"


def test_a_new_tier_says_what_it_brings() -> None:
    regular = args_of(NotificationKind.TIER_UP, tier="regular")

    _, body = notification(CAFE, NotificationKind.TIER_UP, regular, "en")

    assert body == "A quarter more points. No queue. A larger cup on Mondays."


def test_what_the_programme_no_longer_has_is_told_by_its_code() -> None:
    gone = args_of(NotificationKind.TIER_UP, tier="platinum")
    miles = args_of(NotificationKind.POINTS_EARNED, unit="MILES")

    assert notification(CAFE, NotificationKind.TIER_UP, gone, "en")[0] == "Your new tier: platinum"
    assert notification(CAFE, NotificationKind.POINTS_EARNED, miles, "ru")[0] == "+22 MILES"


@pytest.mark.parametrize("state", ReferralState)
def test_each_state_of_a_referral_has_words(state: ReferralState) -> None:
    args = args_of(NotificationKind.REFERRAL_CHANGED, state=state)

    said = {
        notification(CAFE, NotificationKind.REFERRAL_CHANGED, args, each)[1] for each in LANGUAGES
    }

    assert len(said) == 3
