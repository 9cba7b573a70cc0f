"""Every place in the schema that takes an id, and what each caller is answered there: the table.

A place is a path: `Mutation.caseReply.input.caseId`. An id names a thing of the member, of the
other member, one that there is not (`missing`), or nothing at all (`malformed`).
"""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from graphql import (
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
)

from domain.actor import Role
from tests.access import care_inputs, pool_inputs
from tests.access.care_inputs import HELD, of
from tests.access.scene import OWNERS, Scene, a_challenge, a_key, encoded
from tests.factories.orders import MORNING

CLASSES = ("member", "other", "missing", "malformed")
NOT_FOUND, DONE = "NOT_FOUND", "DONE"
# Names one act of the caller's, and no thing.
NO_OBJECT = "idempotencyKey"

Sees = Callable[[str, str], bool]
Input = Callable[[Scene, str, str], Awaitable[dict[str, Any]]]


def anybody(_caller: str, _whose: str) -> bool:
    """Public, as far as one may ask at all."""
    return True


def nobody(_caller: str, _whose: str) -> bool:
    """Refused like what is not there."""
    return False


def owner_and(*roles: Role) -> Sees:
    """Whose it is, and who holds one of these roles."""
    return lambda caller, whose: caller == whose or not HELD[caller].isdisjoint(roles)


owner = owner_and()
company = owner_and(Role.TILL, Role.CARE, Role.LOYALTY)
team = owner_and(Role.CARE, Role.LOYALTY)
care = owner_and(Role.CARE)

# Who is shown a thing by `node` and `nodes`.
NODES: dict[str, Sees] = {
    "AccessKey": lambda caller, _: Role.ADMIN in HELD[caller],
    "Activity": company,
    "Adjustment": lambda caller, _: not HELD[caller].isdisjoint({Role.CARE, Role.LOYALTY}),
    "Case": care,
    "CaseMessage": care,
    "EarningRule": anybody,
    "Gift": team,
    "Hold": company,
    "Member": company,
    "MemberBadge": company,
    "MemberMerge": lambda caller, _: Role.CARE in HELD[caller],
    "Offer": company,
    "Order": company,
    "Pool": team,
    "PoolInvitation": owner,
    "PoolPlace": team,
    "Programme": anybody,
    "ProgrammeVersion": anybody,
    "Referral": team,
    "Reward": anybody,
    "Standing": company,
    "Survey": lambda caller, whose: caller in OWNERS or team(caller, whose),
    "Tier": anybody,
    "Transaction": company,
    "Voucher": company,
    "Wallet": company,
    **{
        f"{kind}Notification": company
        for kind in (
            "Badge",
            "Case",
            "Gift",
            "Expiry",
            "Greeting",
            "Membership",
            "Offer",
            "Points",
            "Pool",
            "Programme",
            "Referral",
            "Session",
            "Statement",
            "Survey",
            "Tier",
            "Voucher",
        )
    },
}


@dataclass(frozen=True)
class Place:
    """One that takes the id of a thing of this type.

    `sees`: for whom, of those who may call at all, the thing is there; `done` is answered then,
    else `none`. `but` has what an id of a class is answered instead, to those who may call.
    """

    type: str
    input: Input
    sees: Sees = owner
    done: str = DONE
    none: str = NOT_FOUND
    but: dict[str, str] = field(default_factory=dict)

    def expected(self, roles: frozenset[Role], caller: str, of: str) -> str:
        """What this caller is answered to an id of this class."""
        if roles and caller == "anonymous":
            return "UNAUTHENTICATED"
        if roles and HELD[caller].isdisjoint(roles):
            return "FORBIDDEN"
        if of in self.but:
            return self.but[of]
        return self.done if of in OWNERS and self.sees(caller, of) else self.none


def asks(**said: Any) -> Input:
    """An input that says this; "ID" stands for the id."""

    async def made(_scene: Scene, _caller: str, id_: str) -> dict[str, Any]:
        given: dict[str, Any] = _filled(said, id_)
        return given

    return made


def acts(**said: Any) -> Input:
    """The same, with an idempotency key."""
    return asks(**said, idempotencyKey="KEY")


def an_order(**more: Any) -> dict[str, Any]:
    """An order as a shop sends it."""
    line = {"sku": "A", "quantity": 1, "unitPrice": 100}
    at = MORNING.isoformat()
    return {"source": "till", "reference": "KEY", "occurredAt": at, "currency": "EUR",
            "lines": [line], **more}  # fmt: skip


def an_activity(member: dict[str, str]) -> dict[str, Any]:
    """An activity that members may report of themselves."""
    at = datetime.now(UTC).isoformat()
    return {"source": "app", "reference": "KEY", "kind": "share", "occurredAt": at,
            "attributes": [{"name": "network", "value": {"text": "instagram"}}],
            "member": member}  # fmt: skip


async def _tried_challenge(_scene: Scene, _caller: str, id_: str) -> dict[str, Any]:
    # Each cell its own, as five tries are all that one has. The code is wrong.
    if id_ in ("member", "other"):
        challenge_id, code = await a_challenge()
        wrong = f"{(int(code) + 1) % 10**6:06d}"
        return {"challengeId": encoded("Challenge", challenge_id), "code": wrong}
    return {"challengeId": id_, "code": "123456"}


async def _revoked_key(_scene: Scene, _caller: str, id_: str) -> dict[str, Any]:
    return {"accessKeyId": await a_key() if id_ in ("member", "other") else id_}


async def _answered_survey(scene: Scene, _caller: str, id_: str) -> dict[str, Any]:
    whose = next((who for who in OWNERS if scene.ids[who]["Survey"] == id_), "member")
    score = {"questionId": scene.ids[whose]["Score"], "score": 9}
    return {"surveyId": id_, "answers": [score], "idempotencyKey": uuid4().hex}


def _answered(name: str) -> Input:
    """The member's survey, whose questions and choices alone are good in it."""

    async def made(scene: Scene, _caller: str, id_: str) -> dict[str, Any]:
        good = scene.ids["member"]
        parts = {"Question": good["Question"], "QuestionChoice": good["QuestionChoice"], name: id_}
        score = {"questionId": good["Score"], "score": 9}
        answer = {"questionId": parts["Question"], "choiceIds": [parts["QuestionChoice"]]}
        given = {"surveyId": good["Survey"], "answers": [score, answer]}
        return given | {"idempotencyKey": uuid4().hex}

    return made


async def _of_case(scene: Scene, _caller: str, id_: str) -> dict[str, Any]:
    asked = {"unit": "POINTS", "points": 1, "reason": "A wrong till", "caseId": id_}
    return asked | of(scene, "member") | {"idempotencyKey": uuid4().hex}


async def _quoted(scene: Scene, _caller: str, id_: str) -> dict[str, Any]:
    # A quote for the member or the other, for an order of the member.
    order = _filled(an_order(), "")
    given = {"order": order | of(scene, "member"), "idempotencyKey": uuid4().hex}
    if id_ in OWNERS:
        asked = "query($order: OrderInput!) { orderQuote(order: $order) { id } }"
        wanted = order | of(scene, id_)
        quote = await scene.client.ask(asked, scene.tokens["shop"], order=wanted)
        return {**given, "quoteId": quote["orderQuote"]["id"]}
    return {**given, "quoteId": id_}


def of_the_member(_caller: str, whose: str) -> bool:
    """Good with what the input has beside it, which is the member's."""
    return whose == "member"


def _filled(said: Any, id_: str) -> Any:
    if isinstance(said, dict):
        return {name: _filled(value, id_) for name, value in said.items()}
    if isinstance(said, list):
        return [_filled(value, id_) for value in said]
    return {"ID": id_, "KEY": uuid4().hex}.get(said, said) if isinstance(said, str) else said


_BY = {"id": "ID"}
_MALFORMED = {"malformed": NOT_FOUND}
_WRONG = "INVALID_INPUT"

PLACES: dict[str, Place] = {
    "Mutation.accessKeyRevoke.input.accessKeyId": Place("AccessKey", _revoked_key, anybody),
    "Mutation.cardReplace.input.member.id": Place(
        "Member", acts(member=_BY, reason="LOST"), company
    ),
    "Mutation.activityReport.input.member.id": Place("Member", acts(**an_activity(_BY)), company),
    "Mutation.adjustmentDecide.input.adjustmentId": Place(
        "Adjustment", care_inputs.asked_for, anybody
    ),
    "Mutation.caseAnswer.input.caseId": Place("Case", acts(caseId="ID", text="Yes."), anybody),
    "Mutation.caseReply.input.caseId": Place("Case", acts(caseId="ID", text="Thanks.")),
    "Mutation.feedbackSend.input.orderId": Place(
        "Order", acts(orderId="ID", kind="QUESTION", subject="Milk", text="Was it oat milk?")
    ),
    "Mutation.holdCapture.input.holdId": Place("Hold", care_inputs.held, anybody),
    "Mutation.holdRelease.input.holdId": Place("Hold", care_inputs.held, anybody),
    "Mutation.loginVerifyCode.input.challengeId": Place(
        "Challenge", _tried_challenge, anybody, "CODE_WRONG", but={"missing": "CODE_EXPIRED"}
    ),
    # There is no such receipt; whom it would be for is looked up before it, and a member, who
    # claims for itself, is not asked.
    "Mutation.memberBlock.input.member.id": Place(
        "Member", acts(member=_BY, reason="Under review"), anybody
    ),
    "Mutation.memberMerge.input.from.id": Place("Member", care_inputs.who_goes, anybody),
    "Mutation.memberMerge.input.member.id": Place("Member", care_inputs.who_stays, anybody),
    "Mutation.memberUnmerge.input.mergeId": Place("MemberMerge", care_inputs.merge, anybody),
    "Mutation.memberUnblock.input.member.id": Place(
        "Member", acts(member=_BY, reason="Reviewed"), anybody
    ),
    "Mutation.orderClaim.input.member.id": Place(
        "Member", acts(member=_BY, receipt={"code": "AAAAAAAAAAAA"}), nobody
    ),
    # Without a member that is found an order waits to be claimed.
    "Mutation.orderReport.input.order.member.id": Place(
        "Member", acts(order=an_order(member=_BY)), anybody, none=DONE, but=_MALFORMED
    ),
    "Mutation.orderReport.input.quoteId": Place(
        "Quote", _quoted, of_the_member, none="QUOTE_MISMATCH"
    ),
    "Mutation.orderReportBatch.input.orders.member.id": Place(
        "Member", acts(orders=[an_order(member=_BY)]), anybody, none=DONE, but=_MALFORMED
    ),
    "Mutation.poolClose.input.poolId": Place("Pool", pool_inputs.closed, team),
    "Mutation.poolContributionSet.input.placeId": Place(
        "PoolPlace", asks(placeId="ID", contributionBasisPoints=1)
    ),
    "Mutation.poolCreate.input.owner.id": Place("Member", pool_inputs.founded, team),
    "Mutation.poolDecline.input.invitationId": Place("PoolInvitation", asks(invitationId="ID")),
    "Mutation.poolInvite.input.poolId": Place("Pool", asks(poolId="ID", number="0"), team),
    "Mutation.poolJoin.input.invitationId": Place("PoolInvitation", asks(invitationId="ID")),
    "Mutation.poolLeave.input.poolId": Place("Pool", acts(poolId="ID"), done="NOT_ALLOWED"),
    "Mutation.poolRemove.input.placeId": Place(
        "PoolPlace", acts(placeId="ID"), team, "NOT_ALLOWED"
    ),
    "Mutation.poolRoleSet.input.placeId": Place("PoolPlace", asks(placeId="ID"), team),
    "Mutation.rewardRedeem.input.poolId": Place(
        "Pool", pool_inputs.redeemed, done="INSUFFICIENT_POINTS"
    ),
    "Mutation.rewardRedeem.input.rewardId": Place("Reward", acts(rewardId="ID"), anybody),
    "Mutation.sessionEndAll.input.member.id": Place("Member", asks(member=_BY), anybody),
    "Mutation.surveyAnswer.input.answers.choiceIds": Place(
        "QuestionChoice", _answered("QuestionChoice"), of_the_member, none=_WRONG
    ),
    "Mutation.surveyAnswer.input.answers.questionId": Place(
        "Question", _answered("Question"), of_the_member, none=_WRONG
    ),
    "Mutation.surveyAnswer.input.surveyId": Place("Survey", _answered_survey, anybody),
    "Mutation.tierSet.input.member.id": Place(
        "Member",
        acts(member=_BY, tier="regular", until="2030-01-01T00:00:00Z", reason="Goodwill."),
        anybody,
    ),
    "Mutation.transactionReverse.input.transactionId": Place(
        "Transaction", care_inputs.given, anybody
    ),
    "Mutation.voucherCancel.input.voucherId": Place("Voucher", acts(voucherId="ID")),
    "Mutation.walletAdjust.input.caseId": Place("Case", _of_case, of_the_member),
    "Mutation.walletAdjust.input.member.id": Place(
        "Member", acts(member=_BY, unit="POINTS", points=1, reason="A wrong till"), anybody
    ),
    "Mutation.walletExtend.input.member.id": Place("Member", care_inputs.extends, anybody),
    "Mutation.walletExtend.input.transactionId": Place(
        "Transaction", care_inputs.dated, of_the_member, none=_WRONG, but=_MALFORMED
    ),
    "Mutation.walletReinstate.input.transactionId": Place(
        "Transaction", care_inputs.expired, anybody
    ),
    "Mutation.walletHold.input.member.id": Place(
        "Member", acts(member=_BY, unit="POINTS", points=1, expiresInSeconds=60), anybody
    ),
    # Whom points are for is said by number or address, so an id says nothing.
    "Mutation.walletTransfer.input.to.id": Place(
        "Member", acts(to=_BY, unit="POINTS", points=10), nobody, none=_WRONG, but=_MALFORMED
    ),
    # A draft that there is no more is as good as one that there never was.
    "Mutation.programmeDraftDiscard.input.versionId": Place(
        "ProgrammeVersion", asks(versionId="ID"), anybody, "NOT_ALLOWED"
    ),
    "Mutation.programmePublish.input.versionId": Place(
        "ProgrammeVersion",
        acts(versionId="ID", withoutForecastReason="Nobody asked for one."),
        anybody,
        "NOT_ALLOWED",
    ),
    "Query.pool.id": Place("Pool", pool_inputs.itself, team),
    "Query.member.by.id": Place("Member", asks(**_BY), anybody),
    # Members ask for themselves, whatever they send; shops for a newcomer when nobody is found.
    "Query.orderQuote.order.member.id": Place(
        "Member", asks(**an_order(member=_BY)), anybody, none=DONE, but=_MALFORMED
    ),
}


def places(schema: GraphQLSchema) -> Iterator[str]:
    """All paths of the schema that take an id, but for those of NODES."""
    for type_ in schema.type_map.values():
        if type_.name.startswith("__"):
            continue
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            for name, asked in type_.fields.items():
                for argument, taken in asked.args.items():
                    path = f"{type_.name}.{name}.{argument}"
                    yield from _ids(taken.type, path, frozenset())


def roles_of(field_: GraphQLField) -> frozenset[Role]:
    """The roles that its description says may call it; none: everybody."""
    said = (field_.description or "").rpartition("Roles: ")[2]
    if said == field_.description:
        return frozenset()
    return frozenset(Role(name) for name in said.rstrip(".").split(", "))


def _ids(type_: Any, path: str, above: frozenset[str]) -> Iterator[str]:
    named = get_named_type(type_)
    if named.name == "ID":
        if not path.endswith(NO_OBJECT):
            yield path
    elif isinstance(named, GraphQLInputObjectType) and named.name not in above:
        for name, part in named.fields.items():
            yield from _ids(part.type, f"{path}.{name}", above | {named.name})
