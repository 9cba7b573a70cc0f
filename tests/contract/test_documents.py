"""Every document that apps are built against is valid, and answered with what it is for."""

import re
from typing import Any

import pytest
from graphql import GraphQLSchema, build_schema, parse, validate

from api.graphiql.operations import ready_operations
from tests.contract.story import at
from tests.processes import ROOT

Something = re.compile(r".+", re.DOTALL)
Many = range(1, 10**9)

# What a document is for, by path: a value, a pattern, or how many.
EXPECTED: dict[str, dict[str, Any]] = {
    "Join": {
        "programme.current.tiers.0.name": "Friend",
        "programme.current.terms": re.compile("For joining: 20 points"),
        "programme.current.earningRules": Many,
        "rewards.nodes": Many,
    },
    "ReferralPreview": {
        "referralPreview.valid": True,
        "referralPreview.referrerFirstName": "Eleni",
    },
    "LoginRequestCode": {"loginRequestCode.challengeId": Something},
    "LoginVerifyCode": {
        "loginVerifyCode.session.accessToken": Something,
        "loginVerifyCode.member": None,
    },
    "MemberEnrol": {
        "memberEnrol.member.standing.tier.name": "Φίλος",
        "memberEnrol.member.wallets.0.balance": 20,
        "memberEnrol.session.refreshToken": Something,
    },
    "SessionRefresh": {"sessionRefresh.session.refreshToken": Something},
    "SessionEnd": {"sessionEnd.userErrors": []},
    "Home": {
        "me.firstName": "Eleni",
        "me.standing.tier.name": "Family",
        "me.wallets.0.balance": Many,
        "me.wallets.0.transactions.nodes": Many,
        "me.wallets.1.balance": Many,
        "me.offers.nodes": Many,
        "me.unreadNotificationCount": Many,
        "rewards.nodes": Many,
    },
    "MyTier": {
        "me.standing.until": Something,
        "me.standing.progress.missingToKeep": range(10**9),
        "me.standing.progress.projection.tier.name": Something,
        "me.standing.benefits.0.state": "ACTIVE",
        "me.standing.history.nodes.0.cause": "EARNED",
    },
    "MyBenefit": {
        "me.benefit.worth.amount": Many,
        "me.benefit.units.0.sources.0.source": "ORDERS",
        "me.benefit.units.0.tierPoints": Many,
        "me.benefit.units.0.rewardCount": Many,
    },
    "Orders": {"me.orders.nodes": Many, "me.orders.nodes.1.earnings.0.points": Many},
    "OrderClaim": {
        "orderClaim.order.source": "cafe",
        "orderClaim.order.state": "COMPLETED",
        "orderClaim.earnings.0.points": Many,
        "orderClaim.replayed": False,
    },
    "Statement": {
        "me.wallet.balance": Many,
        "me.wallet.expirations.nodes": Many,
        "me.wallet.transactions.edges": range(20, 21),
        "me.wallet.transactions.edges.0.node.balanceAfter": Many,
        "me.wallet.transactions.edges.0.node.explanation": Many,
    },
    "MonthlyStatements": {
        "me.wallet.statements.nodes": range(12, 13),
        "me.wallet.statements.nodes.0.isFinal": False,
        "me.wallet.statements.nodes.1.earned": Many,
        "me.wallet.statements.nodes.1.opening.balance": Many,
    },
    "MyProgrammeChanges": {
        "me.programmeChanges.nodes.0.number": 2,
        "me.programmeChanges.nodes.0.changes.0.effect": "BETTER",
        "me.programmeChanges.nodes.0.changes.0.text": re.compile("60 points instead of 50"),
    },
    "BalanceAt": {"me.wallet.balanceAt.balance": Many},
    "Quote": {
        "orderQuote.price.goods.amount": 1050,
        "orderQuote.price.discounts.0.money.amount": 100,
        "orderQuote.price.charges.0.kind": "DELIVERY",
        "orderQuote.price.paidWithPoints.amount": 100,
        "orderQuote.price.total.amount": 1000,
        "orderQuote.spent.0.points": 20,
        "orderQuote.payable.0.maxPoints": 80,
        "orderQuote.payable.0.maxPointsWorth.amount": 400,
        "orderQuote.earnings.0.points": Many,
        "orderQuote.earnings.0.explanation": Many,
        "orderQuote.notEarned": Many,
    },
    "Discounts": {
        "orderQuote.price.discounts.0.rule.name": "Free delivery",
        "orderQuote.price.discounts.0.text": "Free delivery: €1.50",
        "orderQuote.price.discounts.1.money.amount": 145,
        "orderQuote.price.total.amount": 2755,
        "orderQuote.notDiscounted.0.text": Something,
        "programme.current.discounts": range(3, 4),
    },
    "MyActivities": {
        "me.waysToEarn": Many,
        "me.activities.nodes": Many,
        "me.activities.nodes.0.earnings.0.explanation": Many,
        "me.badges.nodes": range(3, 4),
        "me.badges.nodes.0.progress.target": Many,
    },
    "Reward": {"node.price.points": 60, "node.redeemability.possible": True},
    "RewardRedeem": {
        "rewardRedeem.voucher.state": "ISSUED",
        "rewardRedeem.voucher.qrSvg": re.compile("^<svg"),
        "rewardRedeem.wallet.balance": Many,
    },
    "Vouchers": {"me.vouchers.nodes": Many, "me.vouchers.nodes.0.reward.title": Something},
    "VoucherCancel": {
        "voucherCancel.voucher.state": "CANCELLED",
        "voucherCancel.wallet.balance": Many,
    },
    "MemberNotified": {
        "memberNotified.cursor": Something,
        "memberNotified.node.kind": "POINTS_EARNED",
        "memberNotified.node.transaction.points": Many,
    },
    "Inbox": {"me.notifications.edges": range(20, 21), "me.unreadNotificationCount": Many},
    "NotificationsSince": {"me.notifications.edges": range(4, 5)},
    "NotificationsRead": {"notificationsRead.unreadNotificationCount": 0},
    "MyReferrals": {"me.referralLink.url": re.compile("/r/"), "me.referrals.nodes": Many},
    "MySurveys": {
        "me.surveys.nodes.0.questions.0.kind": "NPS",
        "me.cases.nodes.0.messages.nodes": Many,
    },
    "SurveyAnswer": {"surveyAnswer.thanks": Something, "surveyAnswer.transaction.points": 10},
    "FeedbackSend": {"feedbackSend.case.state": "OPEN"},
    "CaseReply": {"caseReply.case.messages.nodes.0.text": "Thank you, that helps."},
    "Profile": {
        "me.lastName": "Papadaki",
        "me.consents": Many,
        "me.card.qrSvg": re.compile("^<svg"),
        "me.card.refreshAt": Something,
    },
    "MemberUpdate": {"memberUpdate.member.interests": ["espresso", "pastry"]},
    "NextQuestion": {
        "me.nextQuestion.name": "hasDog",
        "me.nextQuestion.thanks.points": 5,
        "me.attributes.0.text": "Freddo",
        "me.incomeBand.code": "middle",
    },
    "ProfileAnswer": {
        "memberUpdate.thanks.0.points": 5,
        "memberUpdate.member.nextQuestion.name": "children",
    },
    "ProfileQuestionSkip": {
        "profileQuestionSkip.member.nextQuestion": None,
        "profileQuestionSkip.userErrors": [],
    },
    "MemberProfileSet": {
        "memberProfileSet.member.place.postcode": "10558",
        "memberProfileSet.member.attributes.0.text": "Espresso",
    },
    "ConsentSet": {"consentSet.consents": Many},
    "PreferenceSet": {
        "preferenceSet.preferences": Many,
        "preferenceSet.quietHours.from": "22:00",
    },
    "DeviceRegister": {"deviceRegister.userErrors": []},
    "CardReplace": {
        "cardReplace.card.number": re.compile(r"^\d{10}$"),
        "cardReplace.card.qrSvg": re.compile("^<svg"),
    },
    "MemberOptOut": {"memberOptOut.member.state": "OPTED_OUT"},
    "MemberOptIn": {"memberOptIn.member.state": "ACTIVE"},
    "MemberExport": {
        "memberExport.url": re.compile("/export/"),
        "memberExport.expiresAt": Something,
        "memberExport.replayed": False,
    },
    "MemberErase": {"memberErase.erasedAt": Something},
    "Identify": {
        "member.firstName": "Eleni",
        "member.wallets.0.balance": Many,
        "member.vouchers.nodes": Many,
    },
    "OrderQuoteForMember": {
        "orderQuote.earnings.0.points": Many,
        "orderQuote.payable.0.unit.code": "POINTS",
        "orderQuote.payable.0.step": 20,
    },
    "OrderReport": {
        "orderReport.order.total.amount": 1910,
        "orderReport.earnings.0.points": Many,
        "orderReport.earnings.0.explanation.0.text": "1 point for each whole euro of €19.10:"
        " 19 points",
    },
    "OrderReportBatch": {
        "orderReportBatch.results": range(2, 3),
        "orderReportBatch.results.1.order.id": Something,
    },
    "MyPools": {
        "me.pools.0.role": "OWNER",
        "me.pools.0.given": Many,
        "me.pools.0.takes.0.points": Many,
        "me.pools.0.pool.leavingRule": "SHARE_BACK",
        "me.pools.0.pool.people.totalCount": 3,
        "me.pools.0.pool.wallets.0.balance": Many,
        "me.pools.0.pool.movements.nodes": Many,
        "me.pools.0.pool.movements.nodes.0.by.firstName": Something,
        "me.pools.0.pool.vouchers.nodes.0.state": "ISSUED",
        "me.poolInvitations.0.title": "Harbour Print",
    },
    "PoolInvite": {"poolInvite.pool.id": Something, "poolInvite.userErrors": []},
    "PoolContributionSet": {"poolContributionSet.place.contributionBasisPoints": 2500},
    "PoolRemove": {"poolRemove.returned.0.points": Many, "poolRemove.userErrors": []},
    "PoolRoleSet": {"poolRoleSet.place.mayRedeem": True},
    "PoolClose": {"poolClose.returned.0.points": Many, "poolClose.userErrors": []},
    "PoolDecline": {"poolDecline.member.poolInvitations.0.title": "Harbour Print"},
    "PoolCreate": {
        "poolCreate.pool.number": Something,
        "poolCreate.pool.people.nodes.0.role": "OWNER",
    },
    "SegmentSave": {
        "segmentSave.segment.memberCount": Many,
        "segmentSave.segment.text": Something,
        "segmentSave.userErrors": [],
    },
    "Segments": {
        "segments.nodes.0.memberCount": Many,
        "segments.nodes.0.movements.nodes.0.member.number": Something,
    },
    "Segment": {
        "segment.memberCount": Many,
        "segment.members.nodes.0.segments.0.code": Something,
    },
    "PoolJoin": {"poolJoin.place.pool.title": "Harbour Print"},
    "PoolLeave": {"poolLeave.returned": [], "poolLeave.userErrors": []},
    "ActivityReport": {
        "activityReport.earnings.0.points": 15,
        "activityReport.earnings.0.explanation.0.text": "For a review: 10 points",
    },
    "OrderAdvance": {
        "orderAdvance.order.state": "COMPLETED",
        "orderAdvance.earnings.0.points": Many,
        "orderAdvance.spent.0.points": 20,
    },
    "OrderRefund": {
        "orderRefund.order.state": "PARTLY_REFUNDED",
        "orderRefund.takenBack.0.points": Many,
        "orderRefund.givenBack": [],
        "orderRefund.member.standing.tier.name": "Family",
    },
    "VoucherUse": {
        "voucherUse.voucher.state": "USED",
        "voucherUse.voucher.reward.title": Something,
    },
    "WalletHold": {"walletHold.hold.state": "OPEN", "walletHold.wallet.held": Many},
    "HoldCapture": {
        "holdCapture.hold.state": "CAPTURED",
        "holdCapture.hold.capturedPoints": 5,
        "holdCapture.wallet.balance": Many,
    },
    "HoldRelease": {"holdRelease.hold.state": "RELEASED", "holdRelease.wallet.balance": Many},
    "MemberCare": {
        "member.firstName": "Eleni",
        "member.standing.history.nodes": Many,
        "member.wallets.0.transactions.nodes": range(20, 21),
        "member.wallets.1.transactions.nodes.0.explanation": Many,
        "member.cases.nodes": Many,
        "member.timeline.nodes": range(30, 31),
        "member.timeline.nodes.0.text": Something,
    },
    "MemberBlock": {"memberBlock.member.state": "BLOCKED"},
    "MemberUnblock": {"memberUnblock.member.state": "ACTIVE"},
    "Cases": {"cases.nodes": Many, "cases.nodes.0.member.number": Something},
    "CaseAnswer": {"caseAnswer.case.state": "ANSWERED"},
    "TierSet": {
        "tierSet.member.standing.tier.name": "Regular",
        "tierSet.member.standing.byHand": True,
        "tierSet.member.standing.history.nodes.0.cause": "BY_HAND",
        "tierSet.member.standing.history.nodes.1.cause": "REVIEW",
    },
    "WalletTransfer": {
        "walletTransfer.transaction.points": -20,
        "walletTransfer.transaction.balanceAfter": Many,
        "walletTransfer.wallet.balance": Many,
    },
    "MyGifts": {
        "programme.current.units.0.transfers.pointsMax": 500,
        "me.gifts.nodes.0.points": 25,
        "me.gifts.nodes.0.message": Something,
        "me.gifts.nodes.0.senderFirstName": Something,
    },
    "MemberMerge": {
        "memberMerge.merge.from.state": "MERGED",
        "memberMerge.merge.points.0.points": Many,
        "memberMerge.member.wallets.0.balance": Many,
        "memberMerge.member.merges.totalCount": 2,
    },
    "MemberUnmerge": {
        "memberUnmerge.merge.undoneReason": Something,
        "memberUnmerge.from.state": "ACTIVE",
        "memberUnmerge.from.wallets.0.balance": Many,
    },
    "WalletAdjust": {
        "walletAdjust.transaction.points": 25,
        "walletAdjust.transaction.balanceAfter": Many,
    },
    "TransactionReverse": {
        "transactionReverse.adjustment.state": "POSTED",
        "transactionReverse.transaction.points": -25,
    },
    "Adjustments": {
        "adjustments.nodes.0.state": "ASKED",
        "adjustments.nodes.0.points": 900,
        "adjustments.nodes.0.member.number": Something,
    },
    "AdjustmentDecide": {
        "adjustmentDecide.adjustment.state": "POSTED",
        "adjustmentDecide.transaction.points": 900,
    },
    "WalletExtend": {
        "walletExtend.adjustment.act": "EXTEND",
        "walletExtend.adjustment.points": Many,
        "walletExtend.wallet.expirations.nodes": Many,
    },
    "WalletReinstate": {
        "walletReinstate.adjustment.state": "POSTED",
        "walletReinstate.transaction.kind": "REINSTATE",
        "walletReinstate.transaction.points": 20,
        "walletReinstate.wallet.balance": Many,
    },
    "LedgerProof": {
        "ledgerProof.balanced": True,
        "ledgerProof.transferCount": Many,
        "ledgerProof.problems": [],
    },
    "Programme": {
        "programme.current.state": "PUBLISHED",
        "programme.current.units": range(2, 3),
        "programme.current.tiers.0.name": "Friend",
        "programme.current.earningRules": Many,
        "programme.current.earningRules.0.text": Something,
        "programme.versions.nodes": Many,
    },
    "RuleLeaves": {"ruleLeaves": Many, "ruleLeaves.0.exampleText": re.compile("^{lineSku: ")},
    "ProgrammeAsInput": {"programme.current.asInput.input.programme.rules": Many},
    "ProgrammeDraft": {
        "programmeDraft.version.state": "DRAFT",
        "programmeDraft.version.number": Many,
        "programmeDraft.version.terms": re.compile("For joining: 20 points"),
    },
    "ProgrammeDiff": {
        "node.number": Many,
        "node.changes.0.path": ["claimDays"],
        "node.changes.0.effect": "BETTER",
        "node.changes.0.text": Something,
        "node.impact.better": Many,
        "node.impact.noticeDays": 0,
    },
    "ProgrammePublish": {
        "programmePublish.version.state": "PUBLISHED",
        "programmePublish.version.effectiveFrom": Something,
        "programmePublish.replayed": False,
    },
}
DOCUMENTS = {operation.name: operation.document for operation in ready_operations()}


@pytest.fixture(scope="module")
def sdl() -> GraphQLSchema:
    return build_schema((ROOT / "schema" / "schema.graphql").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_it_is_valid(name: str, sdl: GraphQLSchema) -> None:
    assert validate(sdl, parse(DOCUMENTS[name])) == []


@pytest.mark.parametrize("name", DOCUMENTS)
async def test_it_is_answered(name: str, answers: dict[str, Any]) -> None:
    answer = answers[name]
    assert isinstance(answer, dict), repr(answer)
    assert [error for payload in answer.values() for error in refusals(payload)] == []
    for path, expected in EXPECTED[name].items():
        found = at(answer, path)
        assert fits(found, expected), f"{path}: {found!r}"


def fits(found: Any, expected: Any) -> bool:
    if isinstance(expected, re.Pattern):
        return bool(expected.search(found))
    if isinstance(expected, range):
        return (len(found) if isinstance(found, list) else found) in expected
    return bool(found == expected)


def refusals(payload: Any) -> list[Any]:
    return payload.get("userErrors", []) if isinstance(payload, dict) else []
