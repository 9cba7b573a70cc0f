"""A life of two members over real HTTP, and the same in memory: what is asked, and what is so."""

import asyncio
from collections import Counter
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar, TypeVar
from uuid import UUID, uuid4

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant

from domain import cache, clock, database, schedule
from domain.access import access_keys, keys
from domain.actor import SYSTEM, ActorKind, Role
from domain.programme import operations as programmes
from domain.rewards import operations as rewards
from domain.rewards.commands import CreateReward
from domain.rewards.kinds import RewardKind
from schema.node import encode
from tests.client import Client
from tests.databases import Cleaner
from tests.documents import document
from tests.factories.access import token_of
from tests.factories.programme import in_three_languages
from tests.factories.rewards import a_buyer
from tests.stories import life_invariants
from tests.stories.life_model import TIERS, Account, Person
from tests.stories.life_terms import Terms, reached
from tests.wallets.model import DAY

NOON = datetime(2027, 1, 14, 12, tzinfo=UTC)
DAYS_MAX = 300  # nobody's window of a year is over by then
PRICES = (15, 80)
MEMBERS = (0, 1)
WHO = st.sampled_from(MEMBERS)
WHICH = st.integers(0, 1000)

Value = TypeVar("Value")

WALLETS = """query ($one: ID!, $other: ID!) {
  one: member(by: {id: $one}) { ...Had } other: member(by: {id: $other}) { ...Had } }
fragment Had on Member {
  standing { tier { name } }
  wallets { unit { code } balance pending held debt } }"""
REVERSE = """mutation ($input: TransactionReverseInput!) {
  transactionReverse(input: $input) {
    transaction { id } replayed userErrors { code message path } } }"""


MERGED = "merge { id } replayed userErrors { code message path }"
TEXTS = {
    "reverse": REVERSE,
    "merge": f"""mutation ($input: MemberMergeInput!) {{
      memberMerge(input: $input) {{ {MERGED} }} }}""",
    "unmerge": f"""mutation ($input: MemberUnmergeInput!) {{
      memberUnmerge(input: $input) {{ {MERGED} }} }}""",
}


@dataclass(frozen=True)
class World:
    """A server, this process on its database, and the loop that both are used from."""

    loop: asyncio.AbstractEventLoop
    http: Client
    cleaner: Cleaner
    answers: Counter[tuple[str, str]] = field(default_factory=Counter)

    def do(self, deed: Coroutine[Any, Any, Value]) -> Value:
        """Wait for it, from the thread in which Hypothesis runs."""
        return asyncio.run_coroutine_threadsafe(deed, self.loop).result(120)


@dataclass(frozen=True)
class Sent:
    """A request that did something, its answer, and another body for the same key."""

    name: str
    token: str
    asked: Mapping[str, Any]
    told: Any
    other: Mapping[str, Any]


class Life(RuleBasedStateMachine):
    """What rules have in common. `account`: the model; a wrong one must be found out."""

    world: ClassVar[World]
    account: ClassVar[type[Account]] = Account

    def start(self, terms: Terms) -> None:
        """An empty book, a programme, two rewards, two members."""
        self.terms = terms
        self.sent: list[Sent] = []
        self.days = 0
        self.merge: tuple[str, int, int, dict[str, Any]] | None = None
        self.world.do(self._start())
        self.people = [Person(self.account(NOON)) for _ in MEMBERS]

    async def _start(self) -> None:
        await self.world.cleaner.clean()
        await cache.client().flushdb()
        keys.forget()
        await database.rows(
            "update clock set ahead_seconds = extract(epoch from $1 - now())::bigint", NOON
        )
        await programmes.publish(SYSTEM, self.terms.document(), datetime(2020, 1, 1, tzinfo=UTC))
        self.rewards = [
            await rewards.create(
                SYSTEM,
                CreateReward(in_three_languages("A gift"), RewardKind.GIFT, "POINTS", price,
                             voucher_days=DAYS_MAX + 60),
            )
            for price in PRICES
        ]  # fmt: skip
        members = [await a_buyer(0, tier=TIERS[0]) for _ in MEMBERS]
        self.ids: list[UUID] = [each.member_id for each in members if each.member_id]
        self.tokens = [await token_of(each) for each in members]
        self.numbers = [
            await database.value("select number from members where id = $1", id) for id in self.ids
        ]
        self.shop = await access_keys.make(ActorKind.SERVICE, "shop", {Role.SHOP})
        self.care = await access_keys.make(ActorKind.STAFF, "care", {Role.CARE})

    def now(self) -> datetime:
        """The product's clock; the members in memory come to it."""
        now = self.world.do(database.now())
        for person in self.people:
            person.account.settle(now)
        return now

    def ask(self, name: str, token: str, asked: dict[str, Any], **other: Any) -> Any:
        """Send a document with a key of its own; `other` is what another body would say."""
        asked = {**asked, "idempotencyKey": uuid4().hex}
        answer = self.world.do(self._answer(name, token, asked))
        note(f"{name} {asked}: {told(answer)}")
        if not answer["userErrors"]:
            assert answer["replayed"] is False
            self.sent.append(Sent(name, token, asked, told(answer), {**asked, **other}))
        return answer

    def again(self, sent: Sent, asked: Mapping[str, Any]) -> Any:
        """The answer to that key once more."""
        return self.world.do(self._answer(sent.name, sent.token, asked))

    async def _answer(self, name: str, token: str, asked: Mapping[str, Any]) -> Any:
        text = TEXTS.get(name) or document(name)
        (answer,) = (await self.world.http.ask(text, token, input=asked)).values()
        outcome = "replayed" if answer["replayed"] else ", ".join(codes(answer)) or "done"
        self.world.answers[name.rpartition("/")[2], outcome] += 1
        return answer

    def member(self, who: int) -> dict[str, str]:
        """How a request names a member."""
        return {"id": encode("Member", self.ids[who])}

    def pass_days(self, days: int, *, in_peace: bool) -> None:
        """The clock goes on; in peace every duty is done on its day, else nobody looks."""
        self.days += days
        self.world.do(self._pass(days, in_peace))
        now = self.now()
        for person in self.people:
            person.review(now, reached)

    async def _pass(self, days: int, in_peace: bool) -> None:
        if in_peace:
            async for _ in schedule.pass_time(days * DAY):
                pass
        else:
            await clock.advance(days * DAY)

    @invariant()
    def the_book_fits(self) -> None:
        """Whatever happened."""
        assert self.world.do(life_invariants.problems()) == []

    @invariant()
    def members_see_what_they_have(self) -> None:
        """Over HTTP it is as in memory."""
        one, other = (encode("Member", id) for id in self.ids)
        seen = self.world.do(self.world.http.ask(WALLETS, self.care, one=one, other=other))
        self.now()
        for found, person in zip((seen["one"], seen["other"]), self.people, strict=True):
            assert found["standing"]["tier"]["name"] == person.tier.title()
            points = next(w for w in found["wallets"] if w["unit"]["code"] == "POINTS")
            del points["unit"]
            assert points == person.account.parts()

    def teardown(self) -> None:
        """At last the chain too."""
        assert self.world.do(life_invariants.problems_at_last()) == []


def codes(answer: Any) -> list[str]:
    """Why not."""
    return [error["code"] for error in answer["userErrors"]]


def told(answer: Any) -> Any:
    # What is for good in an answer: a wallet or a state in it is that of the moment.
    things = {
        name: answer[name]["id"]
        for name in ("hold", "voucher", "order", "transaction", "merge")
        if answer.get(name)
    }
    sums = {name: answer[name] for name in ("earnings", "takenBack") if name in answer}
    return codes(answer), things, sums
