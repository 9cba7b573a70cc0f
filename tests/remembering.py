"""Answers as they are remembered beside answers as they are read: for tests of what is kept."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from api.known import documents
from api.known.documents import Document
from domain import cache, database
from domain.actor import Actor
from tests.client import Client
from tests.factories.access import token_of

KNOWN = {each.name: each for each in reversed(documents.known())}

SCREENS: dict[str, dict[str, Any]] = {
    "Home": {},
    "BalanceAt": {"unit": "POINTS", "at": "2026-01-31T10:00:00Z"},
    "Inbox": {"first": 20},
    "Join": {},
    "MonthlyStatements": {"unit": "POINTS"},
    "MyActivities": {},
    "MyBenefit": {"period": {"from": "2026-01-01", "until": "2029-01-01"}},
    "MyReferrals": {},
    "MySurveys": {},
    "Orders": {},
    "Profile": {},
    "Statement": {"unit": "POINTS", "first": 20},
    "Vouchers, good": {"state": "ISSUED"},
    "Vouchers, used": {"state": "USED"},
    "Vouchers, over": {"state": "EXPIRED"},
    "Vouchers, given back": {"state": "CANCELLED"},
}


def document(screen: str) -> Document:
    """The document of a screen, in its plain form."""
    return KNOWN[screen.partition(",")[0]]


@dataclass
class Onlooker:
    """A member, or nobody in particular, who looks at screens over any of several processes."""

    clients: Sequence[Client]
    token: str | None
    variables: dict[str, dict[str, Any]] = field(default_factory=lambda: dict(SCREENS))

    async def remembered(self, name: str, client: Client) -> dict[str, Any]:
        """The answer by the document's id: out of Redis where it is there."""
        body = {"documentId": document(name).id, "variables": self.variables[name]}
        answer: dict[str, Any] = (await client.raw(self.token, json=body)).json()
        assert "errors" not in answer, answer
        return answer

    async def fresh(self, name: str, client: Client) -> dict[str, Any]:
        """The same screen by a text that nobody knows."""
        body = {"query": f"{document(name).text} #", "variables": self.variables[name]}
        answer: dict[str, Any] = (await client.raw(self.token, json=body)).json()
        assert "errors" not in answer, answer
        return answer

    async def warm(self) -> dict[str, dict[str, Any]]:
        """Look at every screen until it is remembered, if it ever is: the answers by name."""
        seen = {}
        for name in self.variables:
            for client in self.clients:
                seen[name] = await self.remembered(name, client)
        return seen

    async def check(self) -> dict[str, dict[str, Any]]:
        """Every screen, on every process, shows what is read there anew: the answers by name."""
        seen = {}
        for name in self.variables:
            for client in self.clients:
                told = await self.remembered(name, client)
                assert told["data"] == (await self.fresh(name, client))["data"], name
            seen[name] = told
        return seen


async def an_onlooker(clients: Sequence[Client], member: Actor | None) -> Onlooker:
    """This member, or nobody in particular, with a token of its own."""
    token = await token_of(member) if member else None
    mine = {} if member else {"Join": SCREENS["Join"]}
    return Onlooker(clients, token, dict(mine or SCREENS))


async def until(instant: Any) -> None:
    """Return once the business clock has passed it."""
    while await database.now() <= instant:
        pass


async def prolonged(member: Actor) -> None:
    """A fault: what Redis has of the member does not end when it should."""
    assert member.member_id
    key = cache.key_of(member.member_id)
    held: Any = await cache.client().hgetall(key)
    late = {name: int(value) + 10**9 for name, value in held.items() if name.endswith(b"u")}
    await cache.client().hset(key, mapping=late)
