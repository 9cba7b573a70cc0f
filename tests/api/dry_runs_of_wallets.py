"""More of tests/api/dry_runs.py: what differs for holds, balances by hand and orders that go on."""

from dataclasses import replace

from domain import database
from schema.node import encode
from tests.api.dry_runs import (
    ADVANCE,
    ORDER_REPORT,
    REVERSE,
    hold_capture,
    order_advance,
    order_refund,
    wallet_adjust,
    wallet_hold,
    wallet_transfer,
)
from tests.api.dry_scenes import Make, Scene
from tests.factories.holds import CARE
from tests.factories.orders import SHOP, a_line, an_order, reported, sent
from tests.factories.rewards import a_buyer, a_programme

ABOVE_THE_LIMIT = 501


async def adjustment_above_the_limit() -> Scene:
    """More than one person may give: it is only asked for."""
    scene = await wallet_adjust()
    scene.input["points"] = ABOVE_THE_LIMIT
    scene.coming = ["adjustment"]
    return scene


async def refund_before_its_sale() -> Scene:
    """It waits."""
    scene = await order_refund()
    scene.input["reference"] = "of tomorrow"
    return scene


async def transfer_to_nobody_yet() -> Scene:
    """It waits for who has the address."""
    scene = await wallet_transfer()
    scene.input["to"] = {"email": "nobody@example.org"}
    return scene


async def refused_transfer() -> Scene:
    """More than there is."""
    scene = await transfer_to_nobody_yet()
    scene.input["points"] = 101
    return scene


async def refused_number() -> Scene:
    """Nobody's."""
    scene = await wallet_transfer()
    scene.input["to"] = {"number": "1234567890"}
    return scene


async def refused_hold() -> Scene:
    """More than there is."""
    scene = await wallet_hold()
    scene.input["points"] = 101
    return scene


async def refused_capture() -> Scene:
    """More than was set aside."""
    scene = await hold_capture()
    scene.input["points"] = 61
    return scene


async def refused_adjustment() -> Scene:
    """More than there is."""
    scene = await wallet_adjust()
    scene.input["points"] = -101
    return scene


async def refused_reversal() -> Scene:
    """A movement that is undone otherwise."""
    await a_programme()
    member = await a_buyer(0)
    await reported(an_order(a_line(1000), member=member.member_id))
    earned = await database.value("select id from transactions where order_id is not null limit 1")
    asked = {"transactionId": encode("Transaction", earned), "reason": "By mistake"}
    return Scene(REVERSE, CARE, asked, member.member_id)


async def refused_advance() -> Scene:
    """What was completed is not placed again."""
    scene = await order_advance()
    await database.rows("update orders set state = 'COMPLETED'")
    scene.input["stage"] = "PLACED"
    return scene


async def order_told_anew() -> Scene:
    """More is bought than was told at first: the order is there, and stays."""
    await a_programme()
    member = (await a_buyer(100)).member_id
    order = an_order(a_line(2500), member=member)
    await reported(order)
    number = await database.value("select number from members where id = $1", member)
    again = sent(replace(order, lines=(a_line(4000),)), number=number) | {"revision": 2}
    return Scene(ORDER_REPORT, SHOP, {"order": again}, member)


async def order_called_off() -> Scene:
    """A table that paid and was called off."""
    scene = await order_refund()
    asked = {name: scene.input[name] for name in ("source", "reference")}
    at = (await database.now()).isoformat()
    return Scene(ADVANCE, SHOP, {**asked, "stage": "CANCELLED", "occurredAt": at}, scene.member)


async def refused_revision() -> Scene:
    """Told anew at another time than it was."""
    scene = await order_told_anew()
    scene.input["order"]["occurredAt"] = "2026-01-01T10:00:00Z"
    return scene


async def refused_refund() -> Scene:
    """More than was bought."""
    scene = await order_refund()
    scene.input["lines"] = [{"lineNumber": 1, "quantity": 2}]
    return scene


MORE_DONE: dict[str, Make] = {
    "walletAdjust, above the limit": adjustment_above_the_limit,
    "orderRefund, before its sale": refund_before_its_sale,
    "walletTransfer, to nobody yet": transfer_to_nobody_yet,
    "orderReport, told anew": order_told_anew,
    "orderAdvance, called off": order_called_off,
}
MORE_REFUSED: dict[str, Make] = {
    made.__name__: made
    for made in (
        refused_transfer,
        refused_number,
        refused_hold,
        refused_capture,
        refused_adjustment,
        refused_reversal,
        refused_advance,
        refused_refund,
        refused_revision,
    )
}
