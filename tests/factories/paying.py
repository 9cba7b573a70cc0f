"""Members who pay with points and vouchers, in a café where 20 points pay one euro."""

from typing import Any
from uuid import UUID, uuid4

from domain import database
from domain.actor import Actor
from domain.orders.commands import OrderCommand
from domain.rewards import operations as rewards
from domain.rewards.commands import RedeemReward
from domain.rewards.kinds import RewardKind
from tests.client import Client
from tests.factories.orders import a_line, an_order, sent
from tests.factories.rewards import a_reward, credit

POINTS = "POINTS"


def a_payment(points: int, unit: str = POINTS) -> dict[str, Any]:
    """So many points, as a shop sends them."""
    return {"unit": unit, "points": points}


async def number_of(member: Actor) -> str:
    """What a till scans."""
    number: str = await database.value("select number from members where id = $1", member.member_id)
    return number


async def a_cart(member: Actor, *lines: Any, **more: Any) -> dict[str, Any]:
    """An order of now as a shop sends it, of one piece for 20.00; `more` in camelCase."""
    order = an_order(*(lines or (a_line(2000),)), occurred_at=await database.now())
    return sent(order, number=await number_of(member)) | more


def naming(cart: dict[str, Any], *names: str) -> dict[str, Any]:
    """What else names the order."""
    return {name: cart[name] for name in ("source", "reference", *names)}


async def a_voucher(member: Actor, **reward: Any) -> str:
    """The code of a voucher that the member has just taken: 5.00 off, unless said otherwise."""
    asked = {"kind": RewardKind.AMOUNT_OFF, "amount_off": 500, "price": 30, **reward}
    if asked["kind"] is not RewardKind.AMOUNT_OFF:
        asked.pop("amount_off")
    reward_id = await a_reward(**asked)
    assert member.member_id
    await credit(member.member_id, asked["price"])
    done = await rewards.redeem(member, RedeemReward(reward_id, uuid4().hex))
    code: str = await database.value("select code from vouchers where id = $1", done.voucher_id)
    return code


async def asked(client: Client, document: str, token: str, **input: Any) -> dict[str, Any]:
    """What becomes of a mutation under a new key."""
    input = {"idempotencyKey": uuid4().hex} | input
    (answer,) = (await client.ask(document, token, language="en", input=input)).values()
    return answer  # type: ignore[no-any-return]


async def wallet(member: Actor, unit: str = POINTS) -> tuple[int, int]:
    """What is available, and what is held."""
    row = await database.row(
        "select available, held from wallets where (member_id, unit) = ($1, $2)",
        *(member.member_id, unit),
    )
    return (row["available"], row["held"]) if row else (0, 0)


async def states() -> list[str]:
    """How far each voucher has come, in the order in which they were taken."""
    return [each["state"] for each in await database.rows("select state from vouchers order by id")]


def owner(order: OrderCommand) -> UUID | None:
    """Whose it is."""
    return order.member.id if order.member else None
