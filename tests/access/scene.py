"""Two members who each have one of everything, and tokens of all kinds of callers."""

import base64
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from domain.access import access_keys, codes, operations
from domain.access.addresses import address
from domain.access.operations import VerifyCode
from domain.actor import ANONYMOUS, Actor, ActorKind, Role
from domain.feedback import case_operations
from domain.feedback.case_operations import SendFeedback
from domain.feedback.kinds import FeedbackKind
from domain.ids import uuid7
from domain.language import said
from domain.members.queries import MemberRef
from domain.notifications.kinds import NotificationKind
from domain.pools.queries import places_of
from domain.programme import queries as programmes
from domain.programme import stops
from domain.programme.stops import DeclareStop
from domain.programme.terms.pools import PoolKind
from domain.rewards import operations as rewards
from domain.rewards.commands import RedeemReward
from domain.wallets import operations as wallets
from domain.wallets.posting import Notice, Posting
from tests.client import Client
from tests.factories.access import token_of
from tests.factories.activities import did
from tests.factories.feedback import a_survey
from tests.factories.gifts import sent
from tests.factories.holds import CARE, a_hold, an_adjustment
from tests.factories.members import Letters
from tests.factories.merges import merged
from tests.factories.offers import an_offer
from tests.factories.orders import a_line, an_order, reported
from tests.factories.pools import a_pool, invited
from tests.factories.referrals import a_friend
from tests.factories.rewards import a_buyer, a_reward
from tests.factories.segments import a_segment

# Callers that act for the company, with what they hold; the rest are people.
COMPANY = {
    "till": (ActorKind.SERVICE, {Role.TILL}),
    "shop": (ActorKind.SERVICE, {Role.SHOP}),
    "care": (ActorKind.STAFF, {Role.CARE}),
    "loyalty": (ActorKind.STAFF, {Role.LOYALTY}),
    "admin": (ActorKind.STAFF, {Role.ADMIN}),
}
OWNERS = ("member", "other")
TEAM = Actor(ActorKind.STAFF, "team", frozenset({Role.LOYALTY}))
CALLERS = ("anonymous", "guest", *OWNERS, *COMPANY)

_EVERYTHING = """{ me { __typename id standing { __typename id tier { __typename id } }
  wallets { __typename id transactions(first: 1) { nodes { __typename id } } }
  activities(first: 1) { nodes { __typename id } } badges(first: 1) { nodes { __typename id } }
  orders(first: 1) { nodes { __typename id } } vouchers(first: 1) { nodes { __typename id } }
  gifts(first: 1) { nodes { __typename id } }
  cases(first: 1) { nodes { __typename id messages(first: 1) { nodes { __typename id } } } }
  referrals(first: 1) { nodes { __typename id } }
  notifications(first: 40) { nodes { __typename id } } }
  programme { __typename id current { __typename id } } }"""


@dataclass
class Scene:
    """`ids`: by owner and type, the id of one that this member has."""

    client: Client
    tokens: dict[str, str | None]
    members: dict[str, Actor]
    ids: dict[str, dict[str, str]]


async def a_scene(client: Client) -> Scene:
    """Set it up; the callers are strangers to each other."""
    reward, offer = await a_reward(price=10), await an_offer()
    members = {who: await a_buyer(1000) for who in OWNERS}
    tokens: dict[str, str | None] = {"anonymous": None, "guest": await _guest_s_token()}
    for who, member in members.items():
        tokens[who] = await token_of(member)
        await _has_everything(member, reward)
    for who, (kind, roles) in COMPANY.items():
        tokens[who] = await access_keys.make(kind, who, roles)
    version = await programmes.in_force()
    rule = f"{version.number}:{version.programme.rules[0].code}"
    discount = f"{version.number}:{version.programme.discounts[0].code}"
    ids: dict[str, dict[str, str]] = {}
    for who, member in members.items():
        found = dict(_named(await client.ask(_EVERYTHING, tokens[who])))
        ids[who] = found | {
            "AccessKey": await a_key(),
            "Discount": encoded("Discount", discount),
            "EarningRule": encoded("EarningRule", rule),
            "Adjustment": encoded("Adjustment", await an_adjustment(member, 501)),
            "Hold": encoded("Hold", await a_hold(member)),
            "MemberMerge": encoded("MemberMerge", await merged(member, await a_buyer(0))),
            "Offer": encoded("Offer", f"{member.member_id}:{offer}"),
            "Reward": encoded("Reward", reward),
            "Stop": await a_stop(),
            "Segment": encoded("Segment", await a_segment(who, {"memberMonths": {"atLeast": 0}})),
            **await _a_pool_s_ids(member),
            **await _a_survey_s_ids(client, str(tokens[who])),
            # Of no kind yet; and the type's name is no way round.
            "SurveyNotification": encoded("SurveyNotification", _key(found["TierNotification"])),
        }
    return Scene(client, tokens, members, ids)


async def _a_survey_s_ids(client: Client, token: str) -> dict[str, str]:
    survey = encoded("Survey", await a_survey())
    asked = (
        "query($id: ID!) { node(id: $id) { ... on Survey { questions { id choices { id } } } } }"
    )
    questions = (await client.ask(asked, token, id=survey))["node"]["questions"]
    return {
        "Survey": survey,
        "Score": questions[0]["id"],
        "Question": questions[2]["id"],
        "QuestionChoice": questions[2]["choices"][0]["id"],
    }


async def _a_pool_s_ids(member: Actor) -> dict[str, str]:
    # A household of its own, and a company that asks it in.
    assert member.member_id
    owner = await a_buyer(0)
    household = await a_pool(member)
    company = await a_pool(CARE, kind=PoolKind.COMPANY, owner=MemberRef(id=owner.member_id))
    invitation = await invited(owner, member, company)
    ((place,),) = await places_of(member, [member.member_id])
    return {
        "Pool": encoded("Pool", household),
        "PoolPlace": encoded("PoolPlace", place.id),
        "PoolInvitation": encoded("PoolInvitation", invitation),
    }


async def a_stop() -> str:
    """The id of a stop of some reward."""
    command = DeclareStop(said("So", "Так", "Έτσι"), uuid4().hex, reward_id=await a_reward())
    return encoded("Stop", (await stops.declare(TEAM, command)).stop_id)


async def a_key() -> str:
    """The id of a key of some shop."""
    key = await access_keys.make(ActorKind.SERVICE, "The Corner", {Role.SHOP})
    holder = await access_keys.holder(key)
    assert holder
    return encoded("AccessKey", holder.key_id)


async def a_challenge() -> tuple[UUID, str]:
    """A code that was sent to somebody, and for what."""
    letters = Letters()
    codes.install(letters)
    email = f"{uuid4().hex}@example.org"
    challenge = await operations.request_code(ANONYMOUS, address(email_text=email))
    return challenge.id, letters.code_for(email)


def encoded(kind: str, key: object) -> str:
    """The id of a thing."""
    return base64.b64encode(f"{kind}:{key}".encode()).decode()


def missing(kind: str) -> str:
    """An id as such things have it, of none that there is."""
    keys = {
        "Discount": "1:nothing",
        "EarningRule": "1:nothing",
        "MemberBadge": f"{uuid7()}:critic",
        "Tier": "nothing",
        "Wallet": f"{uuid7()}:POINTS",
        "Offer": f"{uuid7()}:{uuid7()}",
    }
    return encoded(kind, keys.get(kind, uuid7()))


async def _guest_s_token() -> str:
    challenge_id, code = await a_challenge()
    signed_in = await operations.verify_code(ANONYMOUS, VerifyCode(challenge_id, code))
    return signed_in.tokens.access_token


async def _has_everything(member: Actor, reward: UUID) -> None:
    assert member.member_id
    await reported(an_order(a_line(2000), member=member.member_id))
    await did(member)
    await sent(member, 10, phone="+302101234567")
    await a_friend(member)
    await rewards.redeem(member, RedeemReward(reward, uuid4().hex))
    said = SendFeedback(FeedbackKind.QUESTION, "Oat milk?", "Is there any?", uuid4().hex)
    await case_operations.send(member, said)
    args: dict[str, dict[str, Any]] = {
        "MEMBERSHIP_CHANGED": {"state": "ACTIVE"},
        "PROGRAMME_ENDS": {"earning_until": "2027-03-01", "spending_until": "2027-06-01"},
        "STATEMENT_READY": {"month": "2026-10-01"},
        "POINTS_EARNED": {"transaction": str(uuid7()), "unit": "POINTS", "points": 1},
        "POINTS_EXPIRED": {"transaction": str(uuid7()), "unit": "POINTS", "points": 1},
        "GIFT_SENT": {"gift": str(uuid7()), "unit": "POINTS", "points": 1},
        "GIFT_RECEIVED": {"gift": str(uuid7()), "unit": "POINTS", "points": 1},
        "GIFT_RETURNED": {"gift": str(uuid7()), "unit": "POINTS", "points": 1},
        "POINTS_EXPIRE_SOON": {"unit": "POINTS", "points": 1, "day": "2026-12-31"},
        "TIER_UP": {"tier": "friend"},
        "PROGRAMME_CHANGES": {"version": 1, "day": "2026-12-31"},
        "BADGE_EARNED": {"badge": "critic"},
        "BIRTHDAY": {"transaction": str(uuid7()), "unit": "POINTS", "points": 1},
        "ANNIVERSARY": {"transaction": None, "unit": None, "points": 0, "years": 2},
        "REFERRAL_CHANGED": {"referral": str(uuid7()), "state": "JOINED"},
    }
    others = {name: str(uuid7()) for name in ("voucher", "offer", "case", "session", "pool")}
    for kind in NotificationKind:
        notices = (Notice(kind, args.get(kind, others)),)
        await wallets.tell(Posting(member.member_id, notices=notices))


def _key(id_: str) -> str:
    return base64.b64decode(id_).decode().partition(":")[2]


def _named(answer: Any) -> list[tuple[str, str]]:
    if isinstance(answer, list):
        return [pair for each in answer for pair in _named(each)]
    if not isinstance(answer, dict):
        return []
    own = [(answer["__typename"], answer["id"])] if "__typename" in answer else []
    return own + [pair for each in answer.values() for pair in _named(each)]
