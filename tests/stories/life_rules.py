"""A whole life: orders, spending, what is put right by hand, time, and requests that come again."""

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from tests.stories.life import DAYS_MAX, WHICH, WHO, Life, codes, told
from tests.stories.life_model import TIERS, Parts
from tests.stories.life_orders import LINES, Buying
from tests.stories.life_spending import Spending
from tests.stories.life_terms import PROGRAMMES, Terms
from tests.stories.life_together import Merging, Sending
from tests.wallets.model import DAY


@dataclass
class Adjusted:
    """Points by hand: whose, how many, out of which lots if they were taken."""

    who: int
    id: str
    points: int
    parts: Parts
    is_reversed: bool = False


class PuttingRight(Life):
    """Balances and tiers by hand."""

    def __init__(self) -> None:
        super().__init__()
        self.adjustments: list[Adjusted] = []

    @rule(who=WHO, points=st.integers(-150, 60).filter(bool))
    def adjust(self, who: int, points: int) -> None:
        """Care adds, or takes what there is."""
        self.now()
        account = self.people[who].account
        asked = {"member": self.member(who), "unit": "POINTS", "points": points}
        answer = self.ask(
            "staff/care/WalletAdjust", self.care, {**asked, "reason": "A wrong till"},
            points=points * 2,
        )  # fmt: skip
        if points < 0 and -points > account.balance:
            assert codes(answer) == ["INSUFFICIENT_POINTS"]
            return
        assert not codes(answer)
        id = answer["transaction"]["id"]
        if points > 0:
            account.add(points, None, id)
        parts = account.take(-points) if points < 0 else []
        self.adjustments.append(Adjusted(who, id, points, parts))

    @precondition(lambda self: self.adjustments)
    @rule(which=WHICH)
    def reverse(self, which: int) -> None:
        """One of them is undone; a second time it is not."""
        self.now()
        done = self.adjustments[which % len(self.adjustments)]
        asked = {"transactionId": done.id, "reason": "It was right"}
        answer = self.ask("reverse", self.care, asked, reason="It was wrong")
        if done.is_reversed:
            assert codes(answer) == ["ALREADY_REVERSED"]
            return
        assert not codes(answer)
        done.is_reversed = True
        account = self.people[done.who].account
        if done.points > 0:
            account.claw_back(done.points, done.id, None)
        else:
            account.give_back(done.parts)

    @precondition(lambda self: all(person.fixed_until is None for person in self.people))
    @rule(who=WHO, tier=st.sampled_from(TIERS), days=st.integers(1, 6))
    def set_tier(self, who: int, tier: str, days: int) -> None:
        """A tier by hand, until a date."""
        until = self.now() + days * DAY
        asked = {"member": self.member(who), "tier": tier, "until": until.isoformat()}
        answer = self.ask(
            "staff/care/TierSet", self.care, {**asked, "reason": "As promised"}, reason="A gift"
        )
        assert not codes(answer)
        self.people[who].set_tier(tier, until)


class Living(Buying, Spending, PuttingRight, Sending, Merging):
    """All of it, time that passes, and requests that come again."""

    @initialize(terms=st.sampled_from(PROGRAMMES), lines=LINES, others=LINES)
    def begin(self, terms: Terms, lines: Any, others: Any) -> None:
        """Nobody begins with nothing."""
        self.start(terms)
        self.earn(0, lines)
        self.earn(1, others)

    @rule(days=st.integers(1, 12))
    def live(self, days: int) -> None:
        """Days pass, and on each is done what falls due."""
        if self.days + days <= DAYS_MAX:
            self.pass_days(days, in_peace=True)

    @rule(days=st.integers(1, 12))
    def sleep(self, days: int) -> None:
        """Days pass, and nobody looks."""
        tiers_end = any(person.fixed_until is not None for person in self.people)
        if self.days + days <= DAYS_MAX and not tiers_end:
            self.pass_days(days, in_peace=False)

    @precondition(lambda self: self.sent)
    @rule(which=WHICH)
    def repeat(self, which: int) -> None:
        """The same key answers the same, and does nothing."""
        sent = self.sent[which % len(self.sent)]
        answer = self.again(sent, sent.asked)
        assert answer["replayed"] is True
        assert told(answer) == sent.told

    @precondition(lambda self: self.sent)
    @rule(which=WHICH)
    def confuse(self, which: int) -> None:
        """The same key with another body is refused."""
        sent = self.sent[which % len(self.sent)]
        if sent.other != sent.asked:
            assert codes(self.again(sent, sent.other)) == ["IDEMPOTENCY_KEY_REUSED"]
