"""All that is kept of a member, for the member: behind an address that is signed and soon over."""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from domain import database, idempotency, secrets
from domain.actor import Actor
from domain.errors import NotAllowed, NotFound
from domain.members import merged
from domain.members.kinds import MemberState

LIFETIME = timedelta(hours=1)
_MAC_BYTES = 20
# Who was merged is exported with whom it lives on in.
_GONE = (MemberState.ERASED, MemberState.MERGED)

# What stands in each part, oldest first where there is an order to it.
_PARTS = {
    "member": """select m.id, m.number, m.state, m.joined_at, m.language, m.time_zone,
        m.terms_version, m.terms_accepted_at, m.referral_code, m.tier, m.tier_since, m.order_count
        from members m where m.id = $1""",
    "profile": """select first_name, last_name, email, phone, external_id, birth_year, birth_month,
        birth_day, sex, interests, country, region, postcode, income_band, attributes, quiet_from,
        quiet_until from profiles where member_id = $1""",
    "profile_questions": """select name, skipped_at, thanked_at, transaction_id
        from profile_questions where member_id = $1 order by id""",
    "profile_changes": """select names, at from profile_changes where member_id = $1
        order by at""",
    "consents": """select channel, purpose, given, at from consents where member_id = $1
        order by at""",
    "preferences": "select topic, channels from preferences where member_id = $1 order by topic",
    "devices": """select device_id, platform, push_token, at from devices where member_id = $1
        order by at""",
    "sessions": """select device_id, created_at, used_at, expires_at, ended_at from sessions
        where member_id = $1 order by created_at""",
    "identities": """select issuer, subject, created_at from identities where member_id = $1
        order by created_at""",
    "state_changes": """select before, state, reason, at from state_changes where member_id = $1
        order by at""",
    "lost_cards": "select number, reason, at from lost_cards where member_id = $1 order by at",
    "tiers": "select tier, cause, at from tier_moves where member_id = $1 order by at",
    "wallets": """select unit, available, pending, held, debt from wallets where member_id = $1
        order by unit""",
    "transactions": """select id, unit, kind, points, balance_after, occurred_at, recorded_at,
        title, explanation, order_id, voucher_id from transactions where member_id = $1
        order by unit, version""",
    "pending_points": """select id, unit, points, remaining, order_id, releases_at, cancels_at
        from pending_points where member_id = $1 order by id""",
    "holds": """select id, unit, points, captured, state, expires_at, ended_at from holds
        where member_id = $1 order by id""",
    "gifts": """select id, unit, points, message, sent_at, case when sender_id = $1 then 'SENT'
          else 'RECEIVED' end as direction, case when state = 'RETURNED' then state
          when sender_id = $1 and (state = 'WAITING' or returns_at > pistis_now()) then 'SENT'
          else state end as state
        from gifts where sender_id = $1 or (receiver_id = $1 and state = 'ARRIVED')
        order by sent_at""",
    "adjustments": """select id, unit, points, reason, state, asked_at, decided_at from adjustments
        where member_id = $1 order by asked_at""",
    "orders": """select id, source, reference, state, occurred_at, recorded_at, currency, total,
        document from orders where member_id = $1 order by occurred_at""",
    "vouchers": """select v.id, v.code, v.state, v.unit, v.price, v.issued_at, v.expires_at,
        v.used_at, v.cancelled_at, r.title as reward from vouchers v
        join rewards r on r.id = v.reward_id where v.member_id = $1 order by v.issued_at""",
    "referrals": """select id, state, joined_at, rewarded_at,
        case when referrer_id = $1 then 'BROUGHT' else 'WAS_BROUGHT' end as role
        from referrals where referrer_id = $1 or friend_id = $1 order by joined_at""",
    "survey_answers": """select s.code as survey, a.answers, a.nps, a.at, array(
          select t.text from survey_texts t where t.answer_id = a.id) as texts
        from survey_answers a join surveys s on s.id = a.survey_id where a.member_id = $1
        order by a.at""",
    "cases": """select c.id, c.kind, c.subject, c.state, c.opened_at, (
          select jsonb_agg(jsonb_build_object('from_member', m.from_member, 'text', m.text,
            'at', m.at) order by m.at) from case_messages m where m.case_id = c.id) as messages
        from cases c where c.member_id = $1 order by c.opened_at""",
    "activities": """select source, reference, kind, occurred_at, attributes from activities
        where member_id = $1 order by occurred_at""",
    "badges": """select badge, earned_at from badges where member_id = $1 order by earned_at""",
    "birthday": "select set_at, changed_at from birthday_dates where member_id = $1",
    "greetings": """select occasion, year, given_on from greetings where member_id = $1
        order by given_on""",
    "merges": """select at, undone_at,
          case when member_id = $1 then 'STAYED' else 'WENT' end as role
        from merges where $1 in (member_id, gone_id) order by at""",
    "pools": """select p.kind, p.title, x.role, x.may_redeem, x.contribution, x.state, x.invited_at,
        x.joined_at, x.ended_at from pool_places x join pools p on p.id = x.pool_id
        where x.member_id = $1 order by x.id""",
    "pool_contributions": """select unit, earned, points, returned, at from pool_contributions
        where member_id = $1 order by at, id""",
    "notifications": """select kind, args, created_at, read_at from notifications
        where member_id = $1 order by sequence""",
}


@dataclass(frozen=True, slots=True)
class RequestExport:
    """A member wants to have what is kept of it."""

    idempotency_key: str


@dataclass(frozen=True, slots=True, repr=False)
class Export:
    """What leads to it. `token` is all that is needed, until `expires_at`."""

    token: str
    expires_at: datetime
    replayed: bool


async def request(actor: Actor, command: RequestExport) -> Export:
    """Let the caller fetch what is kept of it, as it is when it is fetched."""
    member_id = actor.member_id
    if member_id is None:
        raise NotAllowed("Only a member does this, for itself.")
    claim = idempotency.claim(actor, "memberExport", command.idempotency_key, command)

    async def effect() -> dict[str, Any]:
        until = await database.now() + LIFETIME
        return {"expires_at": int(until.timestamp())}

    result, replayed = await idempotency.once(claim, effect)
    until = datetime.fromtimestamp(result["expires_at"], UTC)
    return Export(_token(member_id, result["expires_at"]), until, replayed)


async def contents(token: str) -> dict[str, Any]:
    """All that is kept of whom the token names, by part, and of who lives on in it since a merge.

    Raises NotFound when it is no good. Of one instant. Personal, all of it.
    """
    member_id, until = _read(token)
    async with database.transaction():
        await database.rows("set transaction isolation level repeatable read, read only")
        row = await database.row(
            "select state, pistis_now() as now from members where id = $1", member_id
        )
        if row is None or row["state"] in _GONE or row["now"] >= until:
            raise NotFound("This address is no longer good; ask `memberExport` for another.")
        kept = await _kept(member_id)
        others = [await _kept(gone) for gone in await merged.gone_into(member_id)]
    return {"exported_at": row["now"], **kept, "merged_members": others}


async def _kept(member_id: UUID) -> dict[str, Any]:
    parts = {
        name: [dict(each) for each in await database.rows(sql, member_id)]
        for name, sql in _PARTS.items()
    }
    return {
        "member": parts.pop("member")[0],
        "profile": next(iter(parts.pop("profile")), None),
        **parts,
    }


def _token(member_id: UUID, expires_at: int) -> str:
    body = member_id.bytes + expires_at.to_bytes(6)
    return base64.urlsafe_b64encode(body + _mac(body)).decode().rstrip("=")


def _read(token: str) -> tuple[UUID, datetime]:
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except ValueError:
        raw = b""
    body, mac = raw[:22], raw[22:]
    if len(raw) != 22 + _MAC_BYTES or not hmac.compare_digest(mac, _mac(body)):
        raise NotFound("There is no such export; ask `memberExport` for one.")
    return UUID(bytes=body[:16]), datetime.fromtimestamp(int.from_bytes(body[16:]), UTC)


def _mac(body: bytes) -> bytes:
    return hmac.digest(secrets.key("exports"), body, hashlib.sha256)[:_MAC_BYTES]
