"""What two members can do in a life: send points, become one, and be two again."""

from copy import deepcopy
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from domain.actor import Actor, ActorKind, Role
from tests.factories.access import token_of
from tests.stories.life import WHO, Life, codes
from tests.stories.life_model import TIERS
from tests.stories.life_terms import reached


def _are_two(life: Any) -> bool:
    return life.merge is None


def _tiers_are_earned(life: Any) -> bool:
    return all(person.fixed_until is None for person in life.people)


class Sending(Life):
    """Points that go from one to the other."""

    @precondition(_are_two)
    @rule(who=WHO, points=st.integers(1, 99))
    def send(self, who: int, points: int) -> None:
        """At once, with their dates."""
        self.now()
        sender, receiver = self.people[who].account, self.people[1 - who].account
        asked = {"unit": "POINTS", "to": {"number": self.numbers[1 - who]}, "points": points}
        answer = self.ask("app/wallet/WalletTransfer", self.tokens[who], asked, points=points + 1)
        if points > sender.balance:
            assert codes(answer) == ["INSUFFICIENT_POINTS"]
        else:
            assert not codes(answer)
            receiver.receive(sender.take(points))


class Merging(Life):
    """Two who are one person."""

    @precondition(lambda self: _are_two(self) and _tiers_are_earned(self))
    @rule(who=WHO)
    def merge_members(self, who: int) -> None:
        """The other lives on in this one, unless a till holds points of it."""
        self.now()
        stayer, gone = self.people[who], self.people[1 - who]
        asked = {"member": self.member(who), "from": self.member(1 - who), "reason": "Twice here"}
        answer = self.ask("merge", self.care, asked, reason="One person")
        if any(hold.state == "OPEN" for hold in gone.account.holds.values()):
            assert codes(answer) == ["NOT_ALLOWED"]
            return
        assert not codes(answer)
        # Its session has ended: it cannot ask again what it has asked.
        self.sent = [sent for sent in self.sent if sent.token != self.tokens[1 - who]]
        self.merge = answer["merge"]["id"], who, len(self.sent), deepcopy(self.kept())
        account = stayer.account
        account.receive(gone.account.take(gone.account.balance))
        account.claw_back(gone.account.debt, "", None)
        account.waiting += gone.account.waiting
        account.gone += gone.account.gone
        account.holds |= gone.account.holds
        stayer.qualifying += gone.qualifying
        stayer.used += gone.used
        best = max(stayer.tier, gone.tier, reached(stayer.qualifying), key=TIERS.index)
        stayer.tier = stayer.earned_tier = best
        self.people[1 - who] = stayer
        self.tokens[1 - who] = self.tokens[who]

    @precondition(lambda self: self.merge is not None and _tiers_are_earned(self))
    @rule()
    def unmerge(self) -> None:
        """If nothing but time has come between, both are as they would be now."""
        assert self.merge is not None
        id, who, sent, kept = self.merge
        owes = any(person.account.debt for person in kept["people"])
        if sent != len(self.sent) or owes:
            return
        answer = self.ask("unmerge", self.care, {"mergeId": id, "reason": "Two"}, reason="2")
        assert not codes(answer)
        self.merge = None
        self.restore(kept)
        gone = self.ids[1 - who]
        actor = Actor(ActorKind.MEMBER, str(gone), frozenset({Role.MEMBER}), gone)
        self.tokens[1 - who] = self.world.do(token_of(actor))
        self.now()

    def kept(self) -> dict[str, Any]:
        """All that rules remember of members, together, for they share lots."""
        names = ("people", "orders", "vouchers", "holds", "adjustments")
        return {name: getattr(self, name) for name in names}

    def restore(self, kept: dict[str, Any]) -> None:
        """As it was kept."""
        for name, value in kept.items():
            setattr(self, name, value)
