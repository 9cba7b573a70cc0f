"""Members who joined as people do: with a proved address, or at a till."""

from typing import Any
from uuid import UUID, uuid4

from domain import database
from domain.access import codes, operations, tokens
from domain.access.addresses import address
from domain.access.operations import SignedIn, VerifyCode
from domain.actor import ANONYMOUS, SYSTEM, Actor, ActorKind, Role
from domain.members.commands import EnrolMember
from domain.referrals import enrolment
from domain.referrals.enrolment import Enrolled
from tests.factories.rewards import a_programme

DEVICE = "a phone"


class Letters:
    """Where codes go in tests: the newest for each address."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, str, str]] = []

    async def send(self, channel: str, address: str, code: str, language: str) -> None:
        self.sent.append((channel, address, code, language))

    def code_for(self, text: str) -> str:
        return next(code for _, known, code, _ in reversed(self.sent) if known == text)


async def signed_in(email: str = "guest@example.org", device_id: str | None = DEVICE) -> SignedIn:
    """A session for who reads the mail of this address."""
    letters = Letters()
    codes.install(letters)
    challenge = await operations.request_code(ANONYMOUS, address(email_text=email))
    code = letters.code_for(email)
    return await operations.verify_code(ANONYMOUS, VerifyCode(challenge.id, code, device_id))


async def a_guest(email: str = "guest@example.org") -> Actor:
    """Somebody with a proved address, who is not enrolled."""
    return await tokens.actor_of((await signed_in(email)).tokens.access_token)


def joining(key: str = "", **values: Any) -> EnrolMember:
    """A form that is filled in right; `key` is a new one, unless said otherwise."""
    return EnrolMember(key or uuid4().hex, values.pop("accepted_terms_version", 1), **values)


async def enrolled(actor: Actor, command: EnrolMember | None = None) -> Enrolled:
    """What comes of joining the café's programme."""
    await a_programme()
    return await enrolment.enrol(actor, command or joining())


async def a_member(email: str | None = None, **values: Any) -> Actor:
    """A member whom somebody enrolled, signed in."""
    member_id = (await enrolled(SYSTEM, joining(email=email, **values))).member_id
    return as_member(member_id)


def as_member(member_id: UUID) -> Actor:
    """That member, signed in."""
    return Actor(ActorKind.MEMBER, str(member_id), frozenset({Role.MEMBER}), member_id)


async def written() -> dict[str, int]:
    """How many rows there are of all that joining writes, and the members' versions together."""
    tables = ("members", "profiles", "consents", "preferences", "referrals", "transactions")
    more = ("transfers", "notifications", "outbox", "sessions", "refresh_tokens")
    counts = {
        table: await database.value(f"select count(*) from {table}") for table in (*tables, *more)
    }
    return {**counts, "versions": await database.value("select sum(version) from members") or 0}
