"""Many at once with one key: one effect, equal answers. With counts, for tests and torture."""

import asyncio
from typing import Any
from uuid import uuid4

from tests.documents import document
from tests.factories.orders import a_line, an_order, sent
from tests.processes import Server

REPORT = document("shop/orders/OrderReport")
BALANCE = """query ($number: String!) {
  member(by: { number: $number }) { wallet(unit: "POINTS") { balance } }
}"""


async def one_effect_a_key(server: Server, number: str, rounds: int, parallel: int) -> int:
    """Report an order `parallel` times at once under one key, `rounds` times: points earned.

    Asserts one effect each round, answers equal but for `replayed`, and that the key with another
    input is refused and changes nothing.
    """
    shop = server.token("shop")
    earned = 0
    async with server.client() as client:

        async def balance() -> int:
            data = await client.ask(BALANCE, shop, number=number)
            return int(data["member"]["wallet"]["balance"])

        before = await balance()
        for _ in range(rounds):
            input = {
                "order": sent(an_order(a_line(100)), number=number),
                "idempotencyKey": uuid4().hex,
            }
            answers = await asyncio.gather(
                *[client.ask(REPORT, shop, input=input) for _ in range(parallel)]
            )
            payloads = [answer["orderReport"] for answer in answers]
            assert [payload["userErrors"] for payload in payloads] == [[]] * parallel
            assert sorted(payload.pop("replayed") for payload in payloads) == [
                False,
                *[True] * (parallel - 1),
            ]
            assert all(_told(payload) == _told(payloads[0]) for payload in payloads)
            earned += sum(
                each["points"]
                for each in payloads[0]["earnings"]
                if each["unit"]["code"] == "POINTS"
            )
            assert await balance() == before + earned
            await _refused(client, shop, input)
            assert await balance() == before + earned
    return earned


def _told(payload: dict[str, Any]) -> dict[str, Any]:
    return {name: payload[name] for name in ("order", "earnings", "spent", "claim", "member")}


async def _refused(client: Any, shop: str, input: dict[str, Any]) -> None:
    other = {**input, "order": sent(an_order())}
    (error,) = (await client.ask(REPORT, shop, input=other))["orderReport"]["userErrors"]
    assert error["code"] == "IDEMPOTENCY_KEY_REUSED"
    assert error["path"] == ["input", "idempotencyKey"]
