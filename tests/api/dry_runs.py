"""Each mutation that moves value, ready to be sent: first dry, then in earnest."""

from datetime import timedelta
from uuid import UUID, uuid4

from domain import database
from domain.actor import Actor, ActorKind, Role, expanded
from domain.feedback import case_operations as cases
from domain.feedback.case_operations import SendFeedback
from domain.feedback.kinds import FeedbackKind
from domain.orders.kinds import OrderStage
from domain.rewards import operations as rewards
from domain.rewards.commands import RedeemReward
from schema.node import encode
from tests.api import dry_merges, dry_pools, dry_programme
from tests.api.dry_scenes import ERRORS, STANDING, WALLET, Make, Scene, number_of
from tests.factories.holds import a_dated_lot, a_hold, an_adjustment, an_expiry
from tests.factories.orders import SHOP, a_line, an_order, reported, sent
from tests.factories.rewards import TILL, a_buyer, a_programme, a_reward

CARE = Actor(ActorKind.STAFF, "care", expanded({Role.CARE}))
LEAD = Actor(ActorKind.STAFF, "lead", expanded({Role.LOYALTY}))

EARNINGS = "earnings { points availableAt unit { code } explanation { points text rule { id } } }"

ORDER_REPORT = f"""mutation ($input: OrderReportInput!) {{ orderReport(input: $input) {{
  order {{ reference state total {{ amount }} earnings {{ points }} }} {EARNINGS}
  spent {{ points }} claim {{ code points }}
  member {{ id {STANDING} unreadNotificationCount orders {{ totalCount }} wallets {WALLET} }}
  {ERRORS} }} }}"""
ORDER_BATCH = f"""mutation ($input: OrderReportBatchInput!) {{ orderReportBatch(input: $input) {{
  results {{ source reference order {{ reference }} userErrors {{ code message path }} }}
  {ERRORS} }} }}"""
ORDER_CLAIM = f"""mutation ($input: OrderClaimInput!) {{ orderClaim(input: $input) {{
  order {{ id reference total {{ amount }} earnings {{ points }} }} {EARNINGS} {ERRORS} }} }}"""
REDEEM = f"""mutation ($input: RewardRedeemInput!) {{ rewardRedeem(input: $input) {{
  voucher {{ state reward {{ id stockLeft }} price {{ points }} }} wallet {WALLET} {ERRORS} }} }}"""
USE = f"""mutation ($input: VoucherUseInput!) {{ voucherUse(input: $input) {{
  voucher {{ id state cancelledAt reward {{ id stockLeft }} }} {ERRORS} }} }}"""
CANCEL = f"""mutation ($input: VoucherCancelInput!) {{ voucherCancel(input: $input) {{
  voucher {{ id state usedAt reward {{ stockLeft }} }} wallet {WALLET} {ERRORS} }} }}"""
ANSWER = f"""mutation ($input: CaseAnswerInput!) {{ caseAnswer(input: $input) {{
  case {{ id state owner {{ name }} messages {{ totalCount nodes {{ text fromMember }} }}
         member {{ unreadNotificationCount }} }} {ERRORS} }} }}"""


HOLD = f"hold {{ points capturedPoints state }} wallet {WALLET} {ERRORS}"
WALLET_HOLD = f"mutation ($input: WalletHoldInput!) {{ walletHold(input: $input) {{ {HOLD} }} }}"
HOLD_CAPTURE = f"mutation ($input: HoldCaptureInput!) {{ holdCapture(input: $input) {{ {HOLD} }} }}"
HOLD_RELEASE = f"mutation ($input: HoldReleaseInput!) {{ holdRelease(input: $input) {{ {HOLD} }} }}"
ADJUSTMENT = f"adjustment {{ state points }} transaction {{ points }} wallet {WALLET} {ERRORS}"
ADJUST = f"""mutation ($input: WalletAdjustInput!) {{
  walletAdjust(input: $input) {{ {ADJUSTMENT} }} }}"""
REVERSE = f"""mutation ($input: TransactionReverseInput!) {{
  transactionReverse(input: $input) {{ {ADJUSTMENT} }} }}"""
DECIDE = f"""mutation ($input: AdjustmentDecideInput!) {{
  adjustmentDecide(input: $input) {{ {ADJUSTMENT} }} }}"""
TRANSFER = f"""mutation ($input: WalletTransferInput!) {{ walletTransfer(input: $input) {{
  transaction {{ id points balanceAfter }} gift {{ state points }} wallet {WALLET} {ERRORS} }} }}"""
EXTEND = f"""mutation ($input: WalletExtendInput!) {{
  walletExtend(input: $input) {{ {ADJUSTMENT} }} }}"""
REINSTATE = f"""mutation ($input: WalletReinstateInput!) {{
  walletReinstate(input: $input) {{ {ADJUSTMENT} }} }}"""
ADVANCE = f"""mutation ($input: OrderAdvanceInput!) {{ orderAdvance(input: $input) {{
  order {{ state reference }} {EARNINGS} spent {{ points }} {ERRORS} }} }}"""
TIER_SET = f"""mutation ($input: TierSetInput!) {{ tierSet(input: $input) {{
  member {{ {STANDING} unreadNotificationCount }} {ERRORS} }} }}"""
ACTIVITY = f"""mutation ($input: ActivityReportInput!) {{ activityReport(input: $input) {{
  {EARNINGS} {ERRORS} }} }}"""
REFUND = f"""mutation ($input: OrderRefundInput!) {{ orderRefund(input: $input) {{
  order {{ state reference }} takenBack {{ points }} givenBack {{ points }}
  member {{ {STANDING} wallets {WALLET} }} {ERRORS} }} }}"""


async def order_report() -> Scene:
    """An order that lifts its member to another tier."""
    await a_programme()
    member = (await a_buyer(100)).member_id
    order = sent(an_order(a_line(99_900), a_line(250, sku="B")), number=await number_of(member))
    return Scene(ORDER_REPORT, SHOP, {"order": order}, member, ["order", "claim"])


async def order_of_nobody() -> Scene:
    """An order that waits to be claimed."""
    await a_programme()
    order = sent(an_order(a_line(1240)))
    return Scene(ORDER_REPORT, SHOP, {"order": order}, None, ["order", "claim"])


async def order_that_is_there() -> Scene:
    """An order that has come before, under another key: there it is."""
    await a_programme()
    order = an_order(a_line(1240))
    await reported(order)
    return Scene(ORDER_REPORT, SHOP, {"order": sent(order)}, None)


async def order_batch() -> Scene:
    """A good one, one that is there, one that cannot be right, and one more of the first member."""
    await a_programme()
    member = (await a_buyer(100)).member_id
    number = await number_of(member)
    known = an_order(a_line(500))
    await reported(known)
    orders = [
        sent(an_order(a_line(1240)), number=number),
        sent(known),
        sent(an_order(a_line(-1))),
        sent(an_order(a_line(700)), number=number),
    ]
    coming = ["results.0.order", "results.3.order"]
    return Scene(ORDER_BATCH, SHOP, {"orders": orders}, member, coming)


async def order_claim() -> Scene:
    """The code on somebody's receipt."""
    await a_programme()
    done = await reported(an_order(a_line(2500)))
    member = await a_buyer(0)
    receipt = {"receipt": {"code": done.result["claim"]}}
    return Scene(ORDER_CLAIM, member, receipt, member.member_id)


async def reward_redeem() -> Scene:
    """The last piece of a reward."""
    member = await a_buyer(100)
    reward_id = await a_reward(stock=1, per_member_limit=1)
    asked = {"rewardId": encode("Reward", reward_id)}
    return Scene(REDEEM, member, asked, member.member_id, ["voucher"])


async def voucher_use() -> Scene:
    """A code at the till."""
    member, voucher_id = await _voucher()
    code = await database.value("select code from vouchers where id = $1", voucher_id)
    return Scene(USE, TILL, {"code": code, "orderReference": "7"}, member.member_id)


async def voucher_cancel() -> Scene:
    """A member changes its mind."""
    member, voucher_id = await _voucher()
    asked = {"voucherId": encode("Voucher", voucher_id)}
    return Scene(CANCEL, member, asked, member.member_id)


async def case_answer() -> Scene:
    """An answer that closes the case."""
    await a_programme()
    member = await a_buyer(0)
    said = SendFeedback(FeedbackKind.COMPLAINT, "Cold", "The coffee was cold.", uuid4().hex)
    case_id = (await cases.send(member, said)).case_id
    asked = {"caseId": encode("Case", case_id), "text": "So sorry.", "close": True}
    return Scene(ANSWER, CARE, asked, member.member_id)


async def wallet_hold() -> Scene:
    """Points for a purchase."""
    await a_programme()
    member = (await a_buyer(100)).member_id
    asked = {"member": {"number": await number_of(member)}, "unit": "POINTS", "points": 60}
    return Scene(WALLET_HOLD, TILL, {**asked, "expiresInSeconds": 60}, member, ["hold"])


async def hold_capture() -> Scene:
    """A part of what was held."""
    member = await a_buyer(100)
    asked = {"holdId": encode("Hold", await a_hold(member, 60)), "points": 25}
    return Scene(HOLD_CAPTURE, TILL, asked, member.member_id)


async def hold_release() -> Scene:
    """All of it goes back."""
    member = await a_buyer(100)
    asked = {"holdId": encode("Hold", await a_hold(member, 60))}
    return Scene(HOLD_RELEASE, TILL, asked, member.member_id)


async def wallet_adjust() -> Scene:
    """A balance that is put right."""
    await a_programme()
    member = (await a_buyer(100)).member_id
    asked = {"member": {"number": await number_of(member)}, "unit": "POINTS", "points": -30}
    coming = ["adjustment", "transaction"]
    return Scene(ADJUST, CARE, {**asked, "reason": "Twice"}, member, coming)


async def transaction_reverse() -> Scene:
    """An adjustment that was wrong."""
    member = await a_buyer(100)
    given = encode("Transaction", await an_adjustment(member, 40))
    asked = {"transactionId": given, "reason": "Twice"}
    return Scene(REVERSE, CARE, asked, member.member_id, ["adjustment", "transaction"])


async def wallet_extend() -> Scene:
    """Points that would end soon."""
    member = await a_buyer(100)
    await a_programme()
    await a_dated_lot(member, 40)
    who = {"member": {"id": encode("Member", str(member.member_id))}, "unit": "POINTS"}
    asked = {**who, "until": "2031-01-01T00:00:00Z", "reason": "A gesture"}
    return Scene(EXTEND, CARE, asked, member.member_id, ["adjustment", "transaction"])


async def wallet_reinstate() -> Scene:
    """Points that went a day too early."""
    member = await a_buyer(100)
    await a_programme()
    gone = encode("Transaction", await an_expiry(member, 40))
    asked = {"transactionId": gone, "reason": "A gesture"}
    return Scene(REINSTATE, CARE, asked, member.member_id, ["adjustment", "transaction"])


async def adjustment_decide() -> Scene:
    """A second person agrees."""
    member = await a_buyer(100)
    asked = {"adjustmentId": encode("Adjustment", await an_adjustment(member, 501))}
    return Scene(DECIDE, LEAD, {**asked, "approve": True}, member.member_id, ["transaction"])


async def wallet_transfer() -> Scene:
    """Points for somebody, who has them at once."""
    await a_programme()
    member, other = await a_buyer(100), (await a_buyer(0)).member_id
    asked = {"unit": "POINTS", "to": {"number": await number_of(other)}, "points": 30}
    coming = ["transaction", "gift"]
    return Scene(TRANSFER, member, {**asked, "message": "Hello"}, member.member_id, coming)


async def order_advance() -> Scene:
    """A table that pays."""
    await a_programme()
    member = (await a_buyer(100)).member_id
    order = an_order(a_line(2500), member=member, stage=OrderStage.PLACED)
    await reported(order)
    asked = {"source": order.source, "reference": order.reference, "stage": "COMPLETED"}
    at = order.occurred_at.isoformat()
    return Scene(ADVANCE, SHOP, {**asked, "occurredAt": at}, member)


async def order_refund() -> Scene:
    """A whole order comes back."""
    await a_programme()
    member = (await a_buyer(100)).member_id
    order = an_order(a_line(2500), member=member)
    await reported(order)
    asked = {"source": order.source, "reference": order.reference, "refundReference": "r"}
    return Scene(REFUND, SHOP, {**asked, "occurredAt": order.occurred_at.isoformat()}, member)


async def tier_set() -> Scene:
    """A tier by hand."""
    await a_programme()
    member = (await a_buyer(100)).member_id
    until = (await database.now() + timedelta(days=30)).isoformat()
    asked = {"member": {"number": await number_of(member)}, "tier": "regular", "until": until}
    return Scene(TIER_SET, CARE, {**asked, "reason": "A good neighbour"}, member)


async def activity_report() -> Scene:
    """A review that somebody wrote."""
    await a_programme()
    member = (await a_buyer(100)).member_id
    at = (await database.now()).isoformat()
    asked = {"source": "reviews", "reference": uuid4().hex, "kind": "review", "occurredAt": at}
    attributes = [{"name": "stars", "value": {"number": 5}}]
    number = {"number": await number_of(member)}
    return Scene(ACTIVITY, SHOP, {**asked, "member": number, "attributes": attributes}, member)


async def refused_order() -> Scene:
    """One that cannot be right."""
    await a_programme()
    return Scene(ORDER_REPORT, SHOP, {"order": sent(an_order(a_line(-1)))}, None)


async def refused_conflict() -> Scene:
    """Another order under a reference that is taken."""
    await a_programme()
    order = an_order(a_line(1240), reference="taken")
    await reported(order)
    other = an_order(a_line(1300), reference="taken")
    return Scene(ORDER_REPORT, SHOP, {"order": sent(other)}, None)


async def refused_claim() -> Scene:
    """A receipt that is somebody's already, shown by a shop for another."""
    await a_programme()
    owner, other = await a_buyer(0), await a_buyer(0)
    order = an_order(a_line(500), member=owner.member_id)
    await reported(order)
    receipt = {"source": order.source, "reference": order.reference, "total": 500}
    member = {"number": await number_of(other.member_id)}
    asked = {"receipt": {"order": receipt}, "member": member}
    return Scene(ORDER_CLAIM, SHOP, asked, other.member_id)


async def refused_for_points() -> Scene:
    """Too dear."""
    member, reward_id = await a_buyer(29), await a_reward()
    return Scene(REDEEM, member, {"rewardId": encode("Reward", reward_id)}, member.member_id)


async def refused_for_stock() -> Scene:
    """Nothing is left."""
    member, reward_id = await a_buyer(100), await a_reward(stock=0)
    return Scene(REDEEM, member, {"rewardId": encode("Reward", reward_id)}, member.member_id)


async def refused_voucher() -> Scene:
    """A code that nobody has."""
    await a_programme()
    return Scene(USE, TILL, {"code": "23456789ABCDEFGH"}, None)


async def refused_return() -> Scene:
    """Another member's voucher."""
    _, voucher_id = await _voucher()
    stranger = await a_buyer(0)
    asked = {"voucherId": encode("Voucher", voucher_id)}
    return Scene(CANCEL, stranger, asked, stranger.member_id)


async def refused_answer() -> Scene:
    """A case that is not there."""
    await a_programme()
    asked = {"caseId": encode("Case", uuid4()), "text": "So sorry."}
    return Scene(ANSWER, CARE, asked, None)


DONE: dict[str, Make] = {
    "orderReport": order_report,
    "orderReport, nobody's": order_of_nobody,
    "orderReport, there already": order_that_is_there,
    "orderReportBatch": order_batch,
    "orderClaim": order_claim,
    "rewardRedeem": reward_redeem,
    "voucherUse": voucher_use,
    "voucherCancel": voucher_cancel,
    "caseAnswer": case_answer,
    "walletHold": wallet_hold,
    "holdCapture": hold_capture,
    "holdRelease": hold_release,
    "walletAdjust": wallet_adjust,
    "transactionReverse": transaction_reverse,
    "adjustmentDecide": adjustment_decide,
    "walletTransfer": wallet_transfer,
    "walletExtend": wallet_extend,
    "walletReinstate": wallet_reinstate,
    "orderAdvance": order_advance,
    "orderRefund": order_refund,
    "tierSet": tier_set,
    "activityReport": activity_report,
    **dry_merges.DONE,
    **dry_pools.DONE,
    **dry_programme.DONE,
}
REFUSED: dict[str, Make] = {
    made.__name__: made
    for made in (
        refused_order,
        refused_conflict,
        refused_claim,
        refused_for_points,
        refused_for_stock,
        refused_voucher,
        refused_return,
        refused_answer,
    )
} | dry_programme.REFUSED


async def _voucher() -> tuple[Actor, UUID]:
    member, reward_id = await a_buyer(100), await a_reward(stock=3)
    done = await rewards.redeem(member, RedeemReward(reward_id, uuid4().hex))
    return member, done.voucher_id
