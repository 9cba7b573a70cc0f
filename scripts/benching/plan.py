"""What lies in the database that is measured, as a function of a member's number: so answers can
be checked against what was put in, and not against what comes out.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.programme.templates import contents

UNITS = ("POINTS", "STARS")
BLOCK = 5  # four orders, then a reward: the shape of a history
WELCOME = {"POINTS": 100_000, "STARS": 120}
EARNED = 30
REWARDS, OFFERS, LISTED = 20, 5, 10
UNREAD = 3
TIER = "regular"
NAMES = ("Eleni", "Nikos", "Maria", "Anna", "Ivan", "Grace")
LANGUAGES = ("el", "en", "ru")


@dataclass(frozen=True)
class Plan:
    """So many members, each with two wallets of `history` transactions."""

    members: int
    history: int

    def active(self, most: int) -> list[int]:
        """The numbers of at most so many members who call, from all over the table."""
        return list(range(1, self.members + 1, max(1, self.members // most)))[:most]

    def balance(self, unit: str) -> int:
        """Points of the unit at the end of the history."""
        left = (self.history - 2) % BLOCK + 1
        return WELCOME[unit] + (EARNED * left if left < BLOCK else 0)

    def newest_points(self) -> list[int]:
        """The points of the newest transactions of either wallet, newest first."""
        return [self._points(version) for version in range(self.history, 1, -1)][: LISTED - 1]

    def _points(self, version: int) -> int:
        place = (version - 2) % BLOCK
        return EARNED if place < BLOCK - 1 else -EARNED * (BLOCK - 1)

    def problem(self) -> str | None:
        """What is wrong with the plan: Home must be full, and end in the middle of a block."""
        if self.members < 1:
            return "--members is 1 or more"
        if self.history < LISTED or self.history % BLOCK:
            return f"--history is a multiple of {BLOCK}, {LISTED} or more"
        return None


def member_id(number: int) -> UUID:
    """The id of the member with this number."""
    return UUID(f"01900000-0000-7000-8000-{number:012x}")


def transaction_id(wallet: int, version: int, number: int) -> UUID:
    """The id of a transaction in the member's first or second wallet."""
    return UUID(f"0190000{wallet}-{version:04x}-7000-8000-{number:012x}")


def member_number(number: int) -> str:
    """What the member's card says."""
    return f"{number:010d}"


def node_id(kind: str, key: object) -> str:
    """A global id, made here once more: the answer is not checked against its own code."""
    return base64.b64encode(f"{kind}:{key}".encode()).decode()


def programme() -> dict[str, Any]:
    """The café's, with tiers that no order of the bench moves anybody out of."""
    document = contents("cafe")
    for tier, threshold in zip(document["tiers"], (0, 1, 10**9), strict=True):
        tier["threshold"] = threshold
    return document


def rewards() -> list[dict[str, Any]]:
    """The catalogue: some that can be had, some too dear, of another tier, limited, in stock."""
    made = []
    for n in range(1, REWARDS + 1):
        title = {"en": f"Reward {n}", "ru": f"Награда {n}", "el": f"Δώρο {n}"}
        made.append(
            {
                "code": f"reward-{n}",
                "title": title,
                "unit": "STARS" if n % 4 == 0 else "POINTS",
                "price": 10 if n == 1 else 400_000 if n % 6 == 5 else 50 * n,
                "image_url": f"https://example.org/rewards/{n}.webp",
                "stock": 10**6 if n % 5 == 3 else None,
                "per_member_limit": 2 if n % 5 == 4 else None,
                "tiers": ("family",) if n % 10 == 7 else None,
                "rank": n,
            }
        )
    return made


def redeemability(reward: dict[str, Any], balances: dict[str, int]) -> dict[str, Any]:
    """Whether a member with these balances can have it."""
    missing = max(0, reward["price"] - balances[reward["unit"]])
    reason = "NOT_ENOUGH_POINTS" if missing else None
    if reward["tiers"] and TIER not in reward["tiers"]:
        reason = "NOT_YOUR_TIER"
    return {"possible": reason is None, "reason": reason, "pointsMissing": missing}


def offers() -> list[dict[str, Any]]:
    """Offers that everybody sees and that no order of the bench is large enough for."""
    return [
        {
            "code": f"offer-{n}",
            "title": {"en": f"Offer {n}", "ru": f"Предложение {n}", "el": f"Προσφορά {n}"},
            "points": 25,
            "when": {"orderAmount": {"atLeast": 100_000 * n}},
            "days": n,
        }
        for n in range(1, OFFERS + 1)
    ]
