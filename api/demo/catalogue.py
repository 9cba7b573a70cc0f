"""Rewards, and an offer of the week."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from domain.actor import SYSTEM
from domain.offers import operations as offers
from domain.offers.operations import CreateOffer
from domain.rewards import operations as rewards
from domain.rewards.commands import CreateReward
from domain.rewards.kinds import RewardKind

REWARDS = Path(__file__).parent / "rewards.json"


async def fill(today: datetime) -> None:
    """Put the rewards into the catalogue, in the order of the file."""
    for rank, written in enumerate(json.loads(REWARDS.read_text(encoding="utf-8"))):
        await rewards.create(SYSTEM, _reward(written, rank, today))


async def offer(today: datetime) -> None:
    """The offer of the week, told to everybody."""
    await offers.create(
        SYSTEM,
        CreateOffer(
            title={
                "en": "Something extra this week",
                "ru": "Немного больше на этой неделе",
                "el": "Κάτι παραπάνω αυτή την εβδομάδα",
            },
            text={
                "en": "25 points more for one order of €8 or more.",
                "ru": "25 баллов сверху за один заказ от 8 €.",
                "el": "25 πόντοι επιπλέον για μία παραγγελία από 8 € και πάνω.",
            },
            unit="POINTS",
            points=25,
            starts_at=today - timedelta(days=1),  # `today` is seven o'clock, even at five
            ends_at=today + timedelta(days=7),
            code="extra-week",
            when={"orderAmount": {"atLeast": 800}},
        ),
    )


def _reward(written: dict[str, Any], rank: int, today: datetime) -> CreateReward:
    days = written.pop("starts_in_days", None)
    written["kind"] = RewardKind(written["kind"])
    if "tiers" in written:
        written["tiers"] = tuple(written["tiers"])
    begins = today + timedelta(days=days) if days is not None else None
    return CreateReward(**written, rank=rank, available_from=begins)
