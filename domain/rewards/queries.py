"""What can be read of rewards (by anybody) and of vouchers (by their member and who serves it)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from domain import database, secrets
from domain.actor import Actor
from domain.language import Text
from domain.paging import Page, instant
from domain.rewards.kinds import RewardKind, VoucherState
from domain.rewards.rules import RewardTerms
from domain.together import shared


class RewardRow(RewardTerms, frozen=True):
    """A reward with its texts by language."""

    id: UUID
    code: str
    kind: RewardKind
    title: Text
    text: Text | None
    image_url: str | None
    unit: str
    voucher_days: int
    rank: int


@dataclass(frozen=True, slots=True)
class VoucherRow:
    """A voucher, in the state that it is in now. `price` is what was paid, in points of `unit`."""

    id: UUID
    member_id: UUID
    reward_id: UUID
    code: str
    state: VoucherState
    unit: str
    price: int
    issued_at: datetime
    expires_at: datetime
    used_at: datetime | None
    cancelled_at: datetime | None


REWARD_COLUMNS = """r.price, r.stock, r.per_member_limit, r.tiers, r.available_from,
  r.available_until, pistis_is_stopped(r.id) as stopped, r.id, r.code, r.kind, r.title, r.text,
  r.image_url, r.unit, r.voucher_days, r.rank"""

# A voucher whose time is over is expired, whether anybody has looked or not.
VOUCHER_COLUMNS = """v.id, v.member_id, v.reward_id, v.code,
  case when v.state = 'ISSUED' and v.expires_at <= pistis_now() then 'EXPIRED' else v.state end
    as state,
  v.unit, v.price, v.issued_at, v.expires_at, v.used_at, v.cancelled_at"""

_LISTED = "(r.available_until is null or r.available_until > pistis_now())"

RewardKey = tuple[UUID, UUID]
"""(member, reward)"""


async def page(_actor: Actor, first: int, after: str | None = None) -> Page[RewardRow]:
    """The catalogue in its order: what can be had now or later, nothing that is over."""
    beyond = secrets.cursors().decode("rewards", after) if after else (None, None)
    (found,) = await _pages([(first, *beyond)])
    return found


@shared
async def _pages(wanted: Sequence[tuple[int, Any, Any]]) -> list[Page[RewardRow]]:
    return [await _page(*each) for each in wanted]


async def _page(first: int, rank: int | None, beyond: str | None) -> Page[RewardRow]:
    found = await database.rows(
        f"""select {REWARD_COLUMNS} from rewards r
            where {_LISTED} and ($1::int is null or (r.rank, r.id) > ($1, $2::text::uuid))
            order by r.rank, r.id limit $3""",
        *(rank, beyond, first + 1),
    )
    rows = [reward_row(row) for row in found]
    return secrets.cursors().page(rows, first, "rewards", lambda r: (r.rank, str(r.id)))


async def count(_actor: Actor) -> int:
    """How many rewards the catalogue lists."""
    listed: int = await database.value(f"select count(*) from rewards r where {_LISTED}")
    return listed


async def rewards(_actor: Actor, ids: Sequence[UUID]) -> list[RewardRow | None]:
    """The rewards with these ids, in their order; those that are over too."""
    found = await database.rows(
        f"select {REWARD_COLUMNS} from rewards r where r.id = any($1)", list(ids)
    )
    rows = {row["id"]: reward_row(row) for row in found}
    return [rows.get(wanted) for wanted in ids]


async def had_of(actor: Actor, keys: Sequence[RewardKey]) -> list[int]:
    """How often each member had each reward: vouchers that were not cancelled."""
    seen = [key for key in keys if actor.sees(key[0])]
    had = dict(zip(seen, await _had(seen), strict=True))
    return [had.get(key, 0) for key in keys]


@shared
async def _had(keys: Sequence[RewardKey]) -> list[int]:
    found = await database.rows(
        """select v.member_id, v.reward_id, count(*) as had from vouchers v
           join unnest($1::uuid[], $2::uuid[]) as wanted (member_id, reward_id)
             using (member_id, reward_id)
           where v.state <> 'CANCELLED' group by v.member_id, v.reward_id""",
        *([key[0] for key in keys], [key[1] for key in keys]),
    )
    had = {(row["member_id"], row["reward_id"]): row["had"] for row in found}
    return [had.get(key, 0) for key in keys]


async def vouchers_of(
    actor: Actor,
    member_ids: Sequence[UUID],
    first: int,
    after: str | None = None,
    state: VoucherState | None = None,
) -> list[Page[VoucherRow]]:
    """A page of each member's vouchers, newest first; of one state, when said."""
    cursors = secrets.cursors()
    at, below = cursors.decode("vouchers", after) if after else (None, None)
    seen = [member_id for member_id in member_ids if actor.sees(member_id)]
    found = await database.rows(
        f"""select v.* from unnest($1::uuid[]) as wanted (member_id)
            cross join lateral (
              select {VOUCHER_COLUMNS} from vouchers v
              where v.member_id = wanted.member_id and {_in_state(state)}
                and ($2::timestamptz is null or (v.issued_at, v.id) < ($2, $3::text::uuid))
              order by v.issued_at desc, v.id desc limit $4) v""",
        *(seen, instant(at) if at else None, below, first + 1),
    )
    pages: dict[UUID, list[VoucherRow]] = {member_id: [] for member_id in member_ids}
    for row in found:
        pages[row["member_id"]].append(voucher_row(row))
    return [
        cursors.page(
            pages[member_id], first, "vouchers", lambda v: (v.issued_at.isoformat(), str(v.id))
        )
        for member_id in member_ids
    ]


async def voucher_expiries_of(actor: Actor, member_ids: Sequence[UUID]) -> list[datetime | None]:
    """When the first of each member's good vouchers expires; None where there is none."""
    found = await database.rows(
        """select member_id, min(expires_at) as expires_at from vouchers
           where member_id = any($1) and state = 'ISSUED' and expires_at > pistis_now()
           group by member_id""",
        [member_id for member_id in member_ids if actor.sees(member_id)],
    )
    expiries = {row["member_id"]: row["expires_at"] for row in found}
    return [expiries.get(member_id) for member_id in member_ids]


async def voucher_counts_of(
    actor: Actor, member_ids: Sequence[UUID], state: VoucherState | None = None
) -> list[int]:
    """How many vouchers, of that state, each member has."""
    found = await database.rows(
        f"""select v.member_id, count(*) as listed from vouchers v
            where v.member_id = any($1) and {_in_state(state)} group by v.member_id""",
        [member_id for member_id in member_ids if actor.sees(member_id)],
    )
    counts = {row["member_id"]: row["listed"] for row in found}
    return [counts.get(member_id, 0) for member_id in member_ids]


async def vouchers(actor: Actor, ids: Sequence[UUID]) -> list[VoucherRow | None]:
    """The vouchers with these ids, in their order; None for those that the actor may not see."""
    found = await database.rows(
        f"select {VOUCHER_COLUMNS} from vouchers v where v.id = any($1)", list(ids)
    )
    rows = {row["id"]: voucher_row(row) for row in found if actor.sees(row["member_id"])}
    return [rows.get(wanted) for wanted in ids]


def reward_row(row: Any) -> RewardRow:
    """A reward out of a row that has its columns."""
    values = {name: row[name] for name in RewardRow.__struct_fields__}
    return RewardRow(**{**values, "kind": RewardKind(values["kind"])})


def voucher_row(row: Any) -> VoucherRow:
    """A voucher out of a row of its columns."""
    values = dict(row)
    return VoucherRow(**{**values, "state": VoucherState(values["state"])})


def _in_state(state: VoucherState | None) -> str:
    match state:
        case None:
            return "true"
        case VoucherState.ISSUED:
            return "v.state = 'ISSUED' and v.expires_at > pistis_now()"
        case VoucherState.EXPIRED:
            return "v.state = 'ISSUED' and v.expires_at <= pistis_now()"
        case _:
            return f"v.state = '{state.value}'"
