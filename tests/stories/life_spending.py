"""What can be done with points in a life: rewards, vouchers and holds."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from schema.node import encode
from tests.stories.life import PRICES, WHICH, WHO, Life, codes
from tests.stories.life_model import Account, Held, Parts, split
from tests.wallets.model import DAY


@dataclass
class Spent:
    """A voucher: whose, and of which points."""

    who: int
    id: str
    parts: Parts | None


class Spending(Life):
    """Rewards, vouchers and holds."""

    def __init__(self) -> None:
        super().__init__()
        self.vouchers: list[Spent] = []
        self.holds: list[tuple[int, str]] = []

    @precondition(lambda self: any(person.account.balance for person in self.people))
    @rule(who=WHO, which=WHICH)
    def redeem(self, who: int, which: int) -> None:
        """A reward for points, if there are enough."""
        self.now()
        place = which % len(PRICES)
        asked = {"rewardId": encode("Reward", self.rewards[place])}
        another = encode("Reward", self.rewards[place - 1])
        answer = self.ask("app/rewards/RewardRedeem", self.tokens[who], asked, rewardId=another)
        account = self.people[who].account
        if PRICES[place] > account.balance:
            assert codes(answer) == ["INSUFFICIENT_POINTS"]
        else:
            assert not codes(answer)
            parts = account.take(PRICES[place])
            self.vouchers.append(Spent(who, answer["voucher"]["id"], parts))

    @precondition(lambda self: self.vouchers)
    @rule(which=WHICH)
    def cancel(self, which: int) -> None:
        """A voucher is given back, once."""
        self.now()
        voucher = self.vouchers[which % len(self.vouchers)]
        another = next((v.id for v in self.vouchers if v.id != voucher.id), voucher.id)
        answer = self.ask(
            "app/rewards/VoucherCancel", self.tokens[voucher.who], {"voucherId": voucher.id},
            voucherId=another,
        )  # fmt: skip
        if voucher.parts is None:
            assert codes(answer) == ["VOUCHER_UNUSABLE"]
        else:
            assert not codes(answer)
            self.people[voucher.who].account.give_back(voucher.parts)
            voucher.parts = None

    @precondition(lambda self: any(person.account.balance for person in self.people))
    @rule(who=WHO, points=st.integers(1, 99), days=st.integers(1, 4))
    def hold(self, who: int, points: int, days: int) -> None:
        """A till sets points aside, if there are enough."""
        now, account = self.now(), self.people[who].account
        seconds = int((days * DAY).total_seconds())
        asked = {"member": self.member(who), "unit": "POINTS", "points": points}
        answer = self.ask(
            "shop/till/WalletHold", self.shop, {**asked, "expiresInSeconds": seconds},
            points=points + 1,
        )  # fmt: skip
        if points > account.balance:
            assert codes(answer) == ["INSUFFICIENT_POINTS"]
        else:
            assert not codes(answer)
            id = answer["hold"]["id"]
            account.holds[id] = Held(account.take(points), now + timedelta(seconds=seconds))
            self.holds.append((who, id))

    @precondition(lambda self: self.holds)
    @rule(which=WHICH, points=st.none() | st.integers(1, 99))
    def capture(self, which: int, points: int | None) -> None:
        """All of a hold, a part, or more than it keeps."""

        def taken(account: Account, hold: Held) -> None:
            account.free(split(hold.parts, hold.points if points is None else points)[1])
            hold.state = "CAPTURED"

        self._end(which, "shop/till/HoldCapture", {"points": points}, taken)

    @precondition(lambda self: self.holds)
    @rule(which=WHICH)
    def release(self, which: int) -> None:
        """All of a hold goes back."""

        def freed(account: Account, hold: Held) -> None:
            account.free(hold.parts)
            hold.state = "RELEASED"

        self._end(which, "shop/till/HoldRelease", {}, freed)

    def _end(
        self, which: int, name: str, asked: dict[str, Any], done: Callable[[Account, Held], None]
    ) -> None:
        now = self.now()
        who, id = self.holds[which % len(self.holds)]
        account = self.people[who].account
        hold = account.holds[id]
        another = next((other for _, other in self.holds if other != id), id)
        answer = self.ask(name, self.shop, {"holdId": id, **asked}, holdId=another)
        if hold.state != "OPEN":
            code = "HOLD_EXPIRED" if hold.state == "EXPIRED" else "HOLD_ENDED"
            assert codes(answer) == [code]
        elif (asked.get("points") or 0) > hold.points:
            assert codes(answer) == ["OVER_CAPTURE"]
        else:
            assert not codes(answer)
            done(account, hold)
            account.settle(now)  # what came back may be due
