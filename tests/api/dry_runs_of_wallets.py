"""More of tests/api/dry_runs.py: what differs for holds, balances by hand and orders that go on."""

from domain import database
from schema.node import encode
from tests.api.dry_runs import (
    REVERSE,
    Make,
    Scene,
    hold_capture,
    order_advance,
    order_refund,
    wallet_adjust,
    wallet_hold,
    wallet_transfer,
)
from tests.factories.holds import CARE
from tests.factories.orders import a_line, an_order, reported
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
    """What was completed is not cancelled."""
    scene = await order_advance()
    await database.rows("update orders set state = 'COMPLETED'")
    scene.input["stage"] = "CANCELLED"
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
    )
}
