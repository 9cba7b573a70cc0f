"""A member in memory, so simple that it is seen to be right: its points and its tier."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.wallets.model import DAY, Lot

Parts = list[tuple["Earned", int]]
"""So many points out of this lot."""

TIERS = ("bronze", "silver", "gold")


@dataclass(slots=True)
class Earned(Lot):
    """A lot, since when, and of which order or adjustment its points are."""

    since: datetime
    of: str | None = None


@dataclass(slots=True)
class Waiting:
    """Points of an order that are released `at` an instant with an end, or cancelled then."""

    left: int
    at: datetime | None
    ends: datetime | None
    of: str
    is_cancelled: bool


@dataclass(slots=True)
class Held:
    """A hold: what it keeps, and until when."""

    parts: Parts
    ends: datetime
    state: str = "OPEN"

    @property
    def points(self) -> int:
        """All that it keeps."""
        return sum(part for _, part in self.parts)


@dataclass
class Account:
    """A wallet. Every act first settles what has come due."""

    now: datetime
    debt: int = 0
    lots: list[Earned] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)
    holds: dict[str, Held] = field(default_factory=dict)
    gone: Counter[str] = field(default_factory=Counter)  # of an order, by itself

    def parts(self) -> dict[str, int]:
        """As the app shows them."""
        kept = [hold.points for hold in self.holds.values() if hold.state == "OPEN"]
        return {
            "balance": self.balance,
            "pending": sum(each.left for each in self.waiting),
            "held": sum(kept),
            "debt": self.debt,
        }

    @property
    def balance(self) -> int:
        """What can be spent."""
        return sum(lot.left for lot in self.lots)

    def add(
        self,
        points: int,
        ends: datetime | None,
        of: str | None = None,
        since: datetime | None = None,
    ) -> None:
        """A lot of its own; what is owed is paid first."""
        left = points - self._repaid(points)
        if left:
            self._put(left, ends, since or self.now, of)

    def take(self, points: int, first: str | None = None) -> Parts:
        """Out of lots: what is of `first`, then what ends soonest, then the oldest."""
        taken = []
        for lot in sorted(self.lots, key=lambda x: (x.of != first, *_order(x))):
            part = min(lot.left, points)
            if part:
                lot.left -= part
                points -= part
                taken.append((lot, part))
        assert points == 0
        return taken

    def give_back(self, parts: Parts) -> None:
        """Into the lots that they came from, or into one of thirty days; then debts are paid."""
        late = 0
        for lot, part in parts:
            if all(lot is not mine for mine in self.lots):  # it was another's, who is me now
                self._put(part, lot.expires_at, lot.since, lot.of)
            elif lot.expires_at is not None and lot.expires_at <= self.now:
                late += part
            else:
                lot.left += part
        if late:
            self._put(late, self.now + 30 * DAY, self.now)
        self.take(self._repaid(sum(part for _, part in parts)))

    def receive(self, parts: Parts) -> None:
        """From somebody else, with their dates; then debts are paid."""
        for lot, part in parts:
            self._put(part, lot.expires_at, lot.since, lot.of)
        self.take(self._repaid(sum(part for _, part in parts)))

    def free(self, parts: Parts) -> None:
        """Out of a hold into its lots, ended or not; debts are paid before those go."""
        for lot, part in parts:
            lot.left += part
        self.take(self._repaid(sum(part for _, part in parts)))

    def claw_back(self, points: int, of: str, most: int | None) -> int:
        """What waits of it, its own lots, others, then debt up to `most`: how much it came to."""
        taken = 0
        for each in self.waiting:
            if each.of == of:
                part = min(each.left, points - taken)
                each.left -= part
                taken += part
        paid = min(points - taken, self.balance)
        self.take(paid, of)
        owed = points - taken - paid
        if most is not None:
            owed = min(owed, max(0, most - self.debt))
        self.debt += owed
        return taken + paid + owed

    def release(self, of: str, ends: datetime | None) -> None:
        """What waits of it is there now."""
        for each in [each for each in self.waiting if each.of == of]:
            self.waiting.remove(each)
            if each.left:
                self.add(each.left, ends, of)

    def settle(self, now: datetime) -> None:
        """All that is due, instant by instant: holds end, what waits comes or goes, lots go."""
        self.now = now
        while (due := self._next_due()) is not None and due <= now:
            for hold in self.holds.values():
                if hold.state == "OPEN" and hold.ends <= due:
                    hold.state = "EXPIRED"
                    self.free(hold.parts)
            for each in [each for each in self.waiting if each.at is not None and each.at <= due]:
                self.waiting.remove(each)
                if each.is_cancelled:
                    self.gone[each.of] += each.left
                elif each.left:
                    self.add(each.left, each.ends, each.of, each.at)
            self._expire(due)

    def _put(
        self, points: int, ends: datetime | None, since: datetime, of: str | None = None
    ) -> None:
        self.lots.append(Earned(points, ends, len(self.lots), since, of))

    def _repaid(self, points: int) -> int:
        repaid = min(self.debt, points)
        self.debt -= repaid
        return repaid

    def _expire(self, due: datetime) -> None:
        for lot in self.lots:
            if lot.expires_at is not None and lot.expires_at <= due and lot.left:
                if lot.of is not None:
                    self.gone[lot.of] += lot.left
                lot.left = 0

    def _next_due(self) -> datetime | None:
        ends = [hold.ends for hold in self.holds.values() if hold.state == "OPEN"]
        ends += [each.at for each in self.waiting if each.at is not None]
        ends += [lot.expires_at for lot in self.lots if lot.left and lot.expires_at is not None]
        return min(ends, default=None)


@dataclass
class Person:
    """A member: an account, a tier, and what counts for it and against limits."""

    account: Account
    tier: str = TIERS[0]
    earned_tier: str = TIERS[0]
    fixed_until: datetime | None = None
    qualifying: int = 0
    used: Counter[str] = field(default_factory=Counter)

    def count(self, points: int, reached: Callable[[int], str]) -> None:
        """An order counts for the tier, and leads up at once unless that is set by hand."""
        self.qualifying += points
        if self.fixed_until is None:
            self.tier = self.earned_tier = max(self.tier, reached(self.qualifying), key=TIERS.index)

    def set_tier(self, tier: str, until: datetime) -> None:
        """By hand."""
        self.tier, self.fixed_until = tier, until

    def review(self, now: datetime, reached: Callable[[int], str]) -> None:
        """A tier by hand is over: as it was earned before, or is now."""
        if self.fixed_until is not None and self.fixed_until <= now:
            self.fixed_until = None
            now_earned = reached(self.qualifying)
            self.tier = self.earned_tier = max(self.earned_tier, now_earned, key=TIERS.index)


def split(parts: Parts, points: int) -> tuple[Parts, Parts]:
    """The first so many points of it, and the rest."""
    first, rest = [], []
    for lot, part in parts:
        taken = min(part, points)
        points -= taken
        if taken:
            first.append((lot, taken))
        if part > taken:
            rest.append((lot, part - taken))
    return first, rest


def _order(lot: Earned) -> tuple[bool, datetime | None, datetime, int]:
    # In which lots are spent: what ends soonest, then the oldest; what never ends at last.
    return lot.expires_at is None, lot.expires_at, lot.since, lot.born


def midnight_after(instant: datetime, months: int) -> datetime:
    """The first instant after the local day that is so many months later; days are UTC's here."""
    year, month = divmod(instant.year * 12 + instant.month - 1 + months, 12)
    first = datetime(year, month + 1, 1, tzinfo=instant.tzinfo)
    following = (first + 31 * DAY).replace(day=1)
    day = first + timedelta(days=instant.day - 1)
    return min(day, following - DAY) + DAY
