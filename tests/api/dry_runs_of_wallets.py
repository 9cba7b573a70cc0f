"""More of tests/api/dry_runs.py: holds, balances by hand, orders that go on or come back."""

from uuid import uuid4

from domain import database
from domain.actor import Actor, ActorKind, Role, expanded
from domain.orders.kinds import OrderStage
from schema.node import encode
from tests.api.dry_runs import EARNINGS, ERRORS, WALLET, Make, Scene
from tests.factories.holds import CARE, a_hold, an_adjustment
from tests.factories.orders import MORNING, SHOP, a_line, an_order, reported
from tests.factories.rewards import TILL, a_buyer, a_programme

LEAD = Actor(ActorKind.STAFF, "lead", expanded({Role.LOYALTY}))
ABOVE_THE_LIMIT = 501

ADJUSTED = f"""adjustment {{ points reason state decidedBy }}
  transaction {{ kind points balanceAfter }} wallet {WALLET} {ERRORS}"""
HELD = f"hold {{ points capturedPoints state }} wallet {WALLET} {ERRORS}"
ORDER = "order { id state total { amount } earnings { points } }"


def text(name: str, selection: str) -> str:
    """The mutation of this name."""
    kind = f"{name[0].upper()}{name[1:]}Input!"
    return f"mutation ($input: {kind}) {{ {name}(input: $input) {{ {selection} }} }}"


async def wallet_hold() -> Scene:
    """Some of what there is is set aside."""
    await a_programme()
    member = await a_buyer(100)
    asked = {
        "member": {"id": encode("Member", member.member_id)},
        "unit": "POINTS",
        "points": 40,
        "expiresInSeconds": 600,
    }
    return Scene(text("walletHold", HELD), TILL, asked, member.member_id, ["hold"])


async def hold_capture() -> Scene:
    """A part of it is spent."""
    member = await a_buyer(100)
    asked = {"holdId": encode("Hold", await a_hold(member, 40)), "points": 15}
    return Scene(text("holdCapture", HELD), TILL, asked, member.member_id)


async def hold_release() -> Scene:
    """All of it goes back."""
    member = await a_buyer(100)
    asked = {"holdId": encode("Hold", await a_hold(member, 40))}
    return Scene(text("holdRelease", HELD), TILL, asked, member.member_id)


async def wallet_adjust(points: int = -30) -> Scene:
    """Points are taken by hand."""
    await a_programme()
    member = await a_buyer(100)
    asked = {
        "member": {"id": encode("Member", member.member_id)},
        "unit": "POINTS",
        "points": points,
        "reason": "A wrong till",
    }
    coming = ["adjustment", "transaction"]
    return Scene(text("walletAdjust", ADJUSTED), CARE, asked, member.member_id, coming)


async def wallet_adjust_above() -> Scene:
    """More than one person may give."""
    return await wallet_adjust(ABOVE_THE_LIMIT)


async def transaction_reverse() -> Scene:
    """What was given by hand is taken again."""
    member = await a_buyer(0)
    asked = {
        "transactionId": encode("Transaction", await an_adjustment(member, 50)),
        "reason": "Twice by mistake",
    }
    coming = ["adjustment", "transaction"]
    return Scene(text("transactionReverse", ADJUSTED), CARE, asked, member.member_id, coming)


async def adjustment_decide() -> Scene:
    """A second person agrees."""
    member = await a_buyer(0)
    asked_for = await an_adjustment(member, ABOVE_THE_LIMIT)
    asked = {"adjustmentId": encode("Adjustment", asked_for), "approve": True}
    coming = ["transaction"]
    return Scene(text("adjustmentDecide", ADJUSTED), LEAD, asked, member.member_id, coming)


async def order_advance() -> Scene:
    """What was placed is completed, and earns."""
    await a_programme()
    member = await a_buyer(0)
    order = an_order(a_line(99_900), member=member.member_id, stage=OrderStage.PLACED)
    await reported(order)
    asked = {
        "source": order.source,
        "reference": order.reference,
        "stage": "COMPLETED",
        "occurredAt": MORNING.isoformat(),
    }
    wanted = f"{ORDER} {EARNINGS} spent {{ points }} {ERRORS}"
    return Scene(text("orderAdvance", wanted), SHOP, asked, member.member_id)


async def order_refund() -> Scene:
    """One of two lines comes back."""
    await a_programme()
    member = await a_buyer(0)
    order = an_order(a_line(1000), a_line(700, sku="B"), member=member.member_id)
    await reported(order)
    asked = {
        "source": order.source,
        "reference": order.reference,
        "refundReference": uuid4().hex,
        "occurredAt": MORNING.isoformat(),
        "lines": [{"lineNumber": 1, "quantity": 1}],
    }
    wanted = f"""{ORDER} takenBack {{ points unit {{ code }} }} givenBack {{ points }}
      member {{ unreadNotificationCount standing {{ tier {{ name }} }} wallets {WALLET} }}
      {ERRORS}"""
    return Scene(text("orderRefund", wanted), SHOP, asked, member.member_id)


async def refused_hold() -> Scene:
    """More than there is."""
    scene = await wallet_hold()
    scene.input["points"] = 101
    return scene


async def refused_capture() -> Scene:
    """More than was set aside."""
    scene = await hold_capture()
    scene.input["points"] = 41
    return scene


async def refused_adjustment() -> Scene:
    """More than there is."""
    return await wallet_adjust(-101)


async def refused_reversal() -> Scene:
    """A movement that is undone otherwise."""
    await a_programme()
    member = await a_buyer(0)
    await reported(an_order(a_line(1000), member=member.member_id))
    earned = await database.value("select id from transactions where order_id is not null limit 1")
    asked = {"transactionId": encode("Transaction", earned), "reason": "By mistake"}
    return Scene(text("transactionReverse", ADJUSTED), CARE, asked, member.member_id)


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


DONE_BY_HAND: dict[str, Make] = {
    "walletHold": wallet_hold,
    "holdCapture": hold_capture,
    "holdRelease": hold_release,
    "walletAdjust": wallet_adjust,
    "walletAdjust, above the limit": wallet_adjust_above,
    "transactionReverse": transaction_reverse,
    "adjustmentDecide": adjustment_decide,
    "orderAdvance": order_advance,
    "orderRefund": order_refund,
}
REFUSED_BY_HAND: dict[str, Make] = {
    made.__name__: made
    for made in (
        refused_hold,
        refused_capture,
        refused_adjustment,
        refused_reversal,
        refused_advance,
        refused_refund,
    )
}
