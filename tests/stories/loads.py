"""Clients that change things and do not give up: each sends its key until it knows what became."""

import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import httpx

from domain.actor import Actor
from schema.node import encode
from tests.client import Client
from tests.elsewhere import pause
from tests.factories.orders import a_line, an_order, sent

GIVE_UP_SECONDS = 60.0
AGAIN = {"UNAVAILABLE", "TIMEOUT", "RATE_LIMITED"}
ERRORS = "userErrors { code message path }"

# Only what stays as it is answered: a replay must tell the same.
DOCUMENTS = {
    "orderReport": "order { id reference total { amount } } earnings { points unit { code } }",
    "rewardRedeem": "voucher { id code expiresAt }",
    "voucherUse": "voucher { id code }",
    "voucherCancel": "voucher { id code }",
    "memberEnrol": "member { id number }",
    "surveyAnswer": "thanks transaction { id points }",
    "memberUpdate": "member { id }",
}


@dataclass(frozen=True)
class Said:
    """A mutation that was acknowledged: what was sent, by whose token, the first payload."""

    name: str
    token: str
    input: dict[str, Any]
    payload: dict[str, Any]


@dataclass
class Diary:
    """What all clients were told, and what went wrong on the way."""

    said: list[Said] = field(default_factory=list)
    hitches: Counter[str] = field(default_factory=Counter)

    def of(self, name: str) -> list[Said]:
        """The acknowledged mutations of this name."""
        return [each for each in self.said if each.name == name]


async def ask(
    client: Client, name: str, token: str, input: dict[str, Any], hitches: Counter[str]
) -> dict[str, Any]:
    """Send a mutation until its outcome is known: the payload, without `replayed`."""
    head = f"mutation($input: {name[0].upper()}{name[1:]}Input!)"
    text = f"{head} {{ {name}(input: $input) {{ {DOCUMENTS[name]} {ERRORS} }} }}"
    body = {"query": text, "variables": {"input": input}}
    deadline = time.monotonic() + GIVE_UP_SECONDS
    while True:
        try:
            answer = (await client.raw(token, json=body)).json()
        except httpx.TransportError as error:
            hitches[type(error).__name__] += 1
        else:
            if not answer.get("errors"):
                payload: dict[str, Any] = answer["data"][name]
                codes = {error["code"] for error in payload["userErrors"]}
                if codes != {"IDEMPOTENCY_IN_PROGRESS"}:
                    assert not codes, (name, payload["userErrors"])
                    return payload
                hitches["IN_PROGRESS"] += 1
            else:
                codes = {error["extensions"]["code"] for error in answer["errors"]}
                hitches.update(codes)
                assert codes <= AGAIN, (name, answer["errors"])
        assert time.monotonic() < deadline, f"{name} has no outcome: {dict(hitches)}"
        await pause(0.05)


class Customer:
    """One member and the shop that serves it, doing one thing after the other by chance."""

    def __init__(
        self,
        number: str,
        tokens: tuple[str, str],
        reward_id: UUID,
        surveys: Sequence[UUID],
        choose: random.Random,
    ) -> None:
        self._number = number
        self._member, self._shop = tokens
        self._reward = encode("Reward", reward_id)
        self._surveys = list(surveys)
        self._choose = choose
        self._vouchers: list[dict[str, Any]] = []
        self.name = ""

    async def act(self, client: Client, diary: Diary) -> None:
        """Do one more thing, until it is acknowledged."""
        name, token, input = self._next()
        if name != "memberUpdate":
            input["idempotencyKey"] = uuid4().hex
        payload = await ask(client, name, token, input, diary.hitches)
        diary.said.append(Said(name, token, input, payload))
        if name == "rewardRedeem":
            self._vouchers.append(payload["voucher"])
        if name == "memberUpdate":
            self.name = input["firstName"]

    def _next(self) -> tuple[str, str, dict[str, Any]]:
        name = self._choose.choice(list(DOCUMENTS))
        if name in ("voucherUse", "voucherCancel") and not self._vouchers:
            name = "rewardRedeem"
        if name == "surveyAnswer" and not self._surveys:
            name = "orderReport"
        if name == "rewardRedeem":
            return name, self._member, {"rewardId": self._reward}
        if name == "voucherUse":
            return name, self._shop, {"code": self._vouchers.pop()["code"]}
        if name == "voucherCancel":
            return name, self._member, {"voucherId": self._vouchers.pop()["id"]}
        if name == "memberEnrol":
            return name, self._shop, {"acceptedTermsVersion": 1, "externalId": uuid4().hex}
        if name == "surveyAnswer":
            survey = self._surveys.pop()
            score = self._choose.randrange(7, 11)
            answer = {"questionId": encode("Question", f"{survey}:likely"), "score": score}
            return name, self._member, {"surveyId": encode("Survey", survey), "answers": [answer]}
        if name == "memberUpdate":
            return name, self._member, {"firstName": uuid4().hex[:12]}
        order = an_order(a_line(self._choose.randrange(100, 3000)), source="storm")
        return "orderReport", self._shop, {"order": sent(order, number=self._number)}


def member_id(actor: Actor) -> UUID:
    """Whose wallet it is."""
    assert actor.member_id is not None
    return actor.member_id
