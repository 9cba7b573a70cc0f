"""Every contract document, sent in the order in which an app, a shop and a team would."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from api.graphiql.operations import ReadyOperation, demo_variables, ready_operations
from tests.client import Client
from tests.processes import Server

# Somebody has bought a coffee and has not said who it was.
A_RECEIPT = f"""mutation {{ orderReport(input: {{ idempotencyKey: "{uuid4()}", order: {{
  source: "cafe", reference: "receipt-{uuid4().hex[:6]}", currency: "EUR",
  occurredAt: "{datetime.now(UTC).isoformat()}",
  lines: [{{ sku: "FLAT-WHITE", category: "coffee", quantity: 2, unitPrice: 380 }}] }} }}) {{
  claim {{ code }} }} }}"""

# What stands in the demo for a placeholder of variables.json: who asks, what, where in the answer.
LOOKUPS = {
    "memberNumber": ("member", "{ me { number } }", "me.number"),
    "referralCode": ("member", "{ me { referralLink { code } } }", "me.referralLink.code"),
    "termsVersion": (
        "member",
        "{ programme { current { termsVersion } } }",
        "programme.current.termsVersion",
    ),
    "rewardId": ("member", "{ rewards(first: 1) { nodes { id } } }", "rewards.nodes.0.id"),
    "voucherId": (
        "member",
        "{ me { vouchers(state: ISSUED, first: 1) { nodes { id } } } }",
        "me.vouchers.nodes.0.id",
    ),
    "voucherCode": (
        "member",
        "{ me { vouchers(state: ISSUED, first: 1) { nodes { code } } } }",
        "me.vouchers.nodes.0.code",
    ),
    "holdId": (
        "member",
        '{ me { wallet(unit: "POINTS") { holds(first: 1) { nodes { id } } } } }',
        "me.wallet.holds.nodes.0.id",
    ),
    "surveyId": (
        "member",
        "{ me { surveys(first: 1) { nodes { id } } } }",
        "me.surveys.nodes.0.id",
    ),
    "questionId": (
        "member",
        "{ me { surveys(first: 1) { nodes { questions { id } } } } }",
        "me.surveys.nodes.0.questions.0.id",
    ),
    "latestCursor": (
        "member",
        "{ me { notifications(first: 5) { edges { cursor } } } }",
        "me.notifications.edges.0.cursor",
    ),
    "earlierCursor": (
        "member",
        "{ me { notifications(first: 5) { edges { cursor } } } }",
        "me.notifications.edges.4.cursor",
    ),
    "mergeId": (
        "staff",
        '{ member(by: {externalId: "demo-14"}) { merges(first: 1) { nodes { id } } } }',
        "member.merges.nodes.0.id",
    ),
    "poolId": ("member", "{ me { pools { pool { id } } } }", "me.pools.0.pool.id"),
    "placeId": ("member", "{ me { pools { id } } }", "me.pools.0.id"),
    "otherPlaceId": (
        "member",
        "{ me { pools { pool { people(first: 2) { nodes { id } } } } } }",
        "me.pools.0.pool.people.nodes.1.id",
    ),
    "invitationId": ("member", "{ me { poolInvitations { id } } }", "me.poolInvitations.0.id"),
    "otherInvitationId": (
        "member",
        "{ me { poolInvitations { id } } }",
        "me.poolInvitations.-1.id",
    ),
    "companyId": (
        "staff",
        '{ member(by: {externalId: "demo-5"}) { pools { pool { id } } } }',
        "member.pools.0.pool.id",
    ),
    "joinedPoolId": ("member", "{ me { pools { pool { id } } } }", "me.pools.1.pool.id"),
    "claimCode": ("shop", A_RECEIPT, "orderReport.claim.code"),
    "myCaseId": ("member", "{ me { cases(first: 1) { nodes { id } } } }", "me.cases.nodes.0.id"),
    "adjustedId": (
        "staff",
        "{ adjustments(state: POSTED, first: 1) { nodes { transaction { id } } } }",
        "adjustments.nodes.0.transaction.id",
    ),
    "expiredId": (
        "staff",
        """{ member(by: {externalId: "demo-2"}) { wallet(unit: "POINTS") {
          transactions(first: 1) { nodes { id } } } } }""",
        "member.wallet.transactions.nodes.0.id",
    ),
    "adjustmentId": (
        "staff",
        "{ adjustments(state: ASKED, first: 1) { nodes { id } } }",
        "adjustments.nodes.0.id",
    ),
    # The one that the demo has; the newest is what was drafted just before.
    "draftId": (
        "staff",
        "{ programme { versions(first: 2) { nodes { id } } } }",
        "programme.versions.nodes.1.id",
    ),
    "newestDraftId": (
        "staff",
        "{ programme { versions(first: 1) { nodes { id } } } }",
        "programme.versions.nodes.0.id",
    ),
    "stopId": ("staff", "{ programme { stops { id } } }", "programme.stops.0.id"),
    "caseId": ("staff", "{ cases(state: OPEN, first: 1) { nodes { id } } }", "cases.nodes.0.id"),
}


def at(answer: Any, path: str) -> Any:
    """What stands at a dotted path: "me.wallets.0.balance"; * is the first that has the rest."""
    step, _, rest = path.partition(".")
    if step == "*":
        for each in answer:
            with suppress(LookupError):
                return at(each, rest)
        raise IndexError(f"none has {rest}")
    answer = answer[int(step)] if isinstance(answer, list) else answer[step]
    return at(answer, rest) if rest else answer


def in_days(days: int) -> str:
    """So many days from now, as an app writes it."""
    return (datetime.now(UTC) + timedelta(days=days)).isoformat().replace("+00:00", "Z")


@dataclass
class Story:
    """Goes through the documents; `answers` by name, an exception where there was no data."""

    server: Server
    client: Client
    answers: dict[str, Any] = field(default_factory=dict)
    known: dict[str, Any] = field(default_factory=dict)
    session: str = ""

    async def tell(self) -> None:
        """Send all of them."""
        for operation in ready_operations():
            try:
                self.answers[operation.name] = await self._asked(operation)
            except (AssertionError, LookupError, TypeError, TimeoutError) as error:
                self.answers[operation.name] = error

    async def _asked(self, operation: ReadyOperation) -> dict[str, Any]:
        if operation.kind == "subscription":
            return await self._told(operation)
        variables = await self._variables(operation.name)
        if operation.name == "MemberErase":
            variables["input"]["confirm"] = await self._newcomer()
        if operation.name == "LoginVerifyCode":
            variables["input"]["code"] = await self._code()
        token = self._token(operation.identity)
        answer = await self.client.ask(operation.document, token, **variables)
        self._remember(answer)
        return answer

    async def _told(self, operation: ReadyOperation) -> dict[str, Any]:
        order = next(each for each in ready_operations() if each.name == "OrderReport")
        token = self._token("member")
        async with self.client.subscribe(operation.document, token) as events:
            await self._asked(order)
            async with asyncio.timeout(10):
                return await anext(events)

    def _token(self, identity: str) -> str | None:
        if identity in ("nobody", "session"):
            return self.session if identity == "session" else None
        return self.server.token(identity)

    async def _variables(self, name: str) -> dict[str, Any]:
        unfilled = str(demo_variables({})[name])
        key = str(uuid4())
        known = {**self.known, "uuid": key, "short": key[:6], "now": in_days(0)}
        known |= {"monthAgo": in_days(-30), "yearAgo": in_days(-365)[:10]}
        known |= {"tomorrow": in_days(1)[:10], "nextQuarter": in_days(91)}
        known["inFourMonths"] = in_days(122)[:10]
        for placeholder, (identity, document, path) in LOOKUPS.items():
            if "{{" + placeholder + "}}" in unfilled:
                found = await self.client.ask(document, self._token(identity))
                known[placeholder] = at(found, path)
        variables: dict[str, Any] = demo_variables(known)[name]
        return variables

    async def _newcomer(self) -> str:
        # Who signed up before has signed out since.
        for name in ("LoginRequestCode", "LoginVerifyCode", "MemberEnrol"):
            await self._asked(next(each for each in ready_operations() if each.name == name))
        return str(at(await self.client.ask("{ me { number } }", self.session), "me.number"))

    async def _code(self) -> str:
        printed = await self.server.log.line(r"sign-in code for friend-\S+: (\d{6})")
        return printed[1]

    def _remember(self, answer: Mapping[str, Any]) -> None:
        for payload in answer.values():
            if not isinstance(payload, dict):
                continue
            if payload.get("challengeId"):
                self.known["challengeId"] = payload["challengeId"]
            if session := payload.get("session"):
                self.session = session["accessToken"]
                self.known["refreshToken"] = session["refreshToken"]
