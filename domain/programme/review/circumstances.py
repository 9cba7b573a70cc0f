"""What a programme is looked over with: its catalogue, a year of buying, what it would replace."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from domain.programme.terms import Programme, Unit


@dataclass(frozen=True, slots=True)
class RewardFacts:
    """A reward on offer. `cost_minor`: what it costs us; `off_minor`: what it takes off an order;
    `is_price_cut`: it gives nothing but money off.
    """

    code: str
    unit: str
    price: int
    cost_minor: int | None = None
    off_minor: int | None = None
    is_price_cut: bool = True


@dataclass(frozen=True, slots=True)
class Buyer:
    """What somebody's purchases of 12 months come to by a programme: money, points by unit."""

    spent_minor: int
    points: Mapping[str, int]
    qualifying: int = 0


@dataclass(frozen=True, slots=True)
class Year:
    """A year of buying, judged by a programme. `buyers`: some, or all; `assumed`: in which words it
    was assumed, None where they have bought so.
    """

    buyers: Sequence[Buyer]
    assumed: str | None = None

    @property
    def typical(self) -> Buyer:
        """The middle half of them by what they spend, on average."""
        ordered = sorted(self.buyers, key=lambda buyer: buyer.spent_minor)
        quarter = len(ordered) // 4
        middle = ordered[quarter : len(ordered) - quarter]
        units = sorted({unit for buyer in middle for unit in buyer.points})
        return Buyer(
            sum(buyer.spent_minor for buyer in middle) // len(middle),
            {
                unit: sum(buyer.points.get(unit, 0) for buyer in middle) // len(middle)
                for unit in units
            },
            sum(buyer.qualifying for buyer in middle) // len(middle),
        )

    def most(self, unit: str) -> int:
        """What one of them gets of the unit at the most."""
        return max(buyer.points.get(unit, 0) for buyer in self.buyers)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """All that is known beside the document. `personal`: offers and segments that there are;
    `before`: the programme that it would replace.
    """

    today: date
    rewards: Sequence[RewardFacts] = ()
    year: Year | None = None
    personal: int = 0
    before: Programme | None = None
    causes: int = 0


def value_of(unit: Unit, rewards: Sequence[RewardFacts]) -> int:
    """What 100 of the unit are worth to a member, in minor units; 0: nothing says it."""
    if unit.value_minor:
        return unit.value_minor
    if unit.pay_with_points is not None:
        return unit.pay_with_points.minor * 100 // unit.pay_with_points.points
    off = [
        reward.off_minor * 100 // reward.price
        for reward in rewards
        if reward.unit == unit.code and reward.off_minor
    ]
    return max(off, default=0)


def cheapest(unit: Unit, rewards: Sequence[RewardFacts]) -> int | None:
    """The fewest points that buy something; None: nothing costs this unit."""
    prices = [reward.price for reward in rewards if reward.unit == unit.code]
    if unit.pay_with_points is not None:
        prices.append(unit.pay_with_points.least)
    return min(prices, default=None)
