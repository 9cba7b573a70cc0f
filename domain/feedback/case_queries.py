"""What can be read of cases and of what was written in them: by the member, and by the team."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any
from uuid import UUID

from domain import database
from domain.actor import Actor, Role
from domain.feedback.kinds import CaseKind, CaseState
from domain.feedback.pages import counts, page, place
from domain.paging import Page


@dataclass(frozen=True, slots=True)
class OwnerRow:
    """Who on the team has taken a case."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case. `subject` may be personal."""

    id: UUID
    member_id: UUID
    kind: CaseKind
    subject: str
    state: CaseState
    order_id: UUID | None
    survey_id: UUID | None
    opened_at: datetime
    due_at: datetime
    owner: OwnerRow | None


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One message of a case. `text` may be personal."""

    id: UUID
    case_id: UUID
    from_member: bool
    text: str
    at: datetime


_CASES = """select c.id, c.member_id, c.kind, c.subject, c.state, c.order_id, c.survey_id,
  c.opened_at, c.due_at, c.owner_id, k.name as owner_name
from cases c left join access_keys k on k.id = c.owner_id"""


def hears(actor: Actor, member_id: UUID) -> bool:
    """May read what this member wrote: the member itself, and those whose work it is."""
    return actor.member_id == member_id or actor.has(Role.CARE)


async def cases_of(
    actor: Actor, member_ids: Sequence[UUID], first: int, after: str | None = None
) -> list[Page[CaseRow]]:
    """Each member's cases, newest first."""
    at, below = place("own cases", after)
    found = await database.rows(
        f"""select c.* from unnest($1::uuid[]) as wanted (member_id)
            cross join lateral (
              {_CASES} where c.member_id = wanted.member_id
                and ($2::timestamptz is null or (c.opened_at, c.id) < ($2, $3::uuid))
              order by c.opened_at desc, c.id desc limit $4) c""",
        *(_heard(actor, member_ids), at, below, first + 1),
    )
    return [
        page(
            [_case(row) for row in found if row["member_id"] == member_id],
            *(first, "own cases", _opened_at),
        )
        for member_id in member_ids
    ]


async def case_counts_of(actor: Actor, member_ids: Sequence[UUID]) -> list[int]:
    """How many cases each member has had."""
    return await counts(
        "select member_id, count(*) from cases where member_id = any($1) group by 1",
        *(member_ids, _heard(actor, member_ids)),
    )


async def cases(
    actor: Actor, state: CaseState, first: int, after: str | None = None
) -> Page[CaseRow]:
    """Everybody's cases in a state, for those whose work it is; the most urgent first."""
    actor.require(Role.CARE)
    at, beyond = place(f"cases {state}", after)
    found = await database.rows(
        f"""{_CASES} where c.state = $1
              and ($2::timestamptz is null or (c.due_at, c.id) > ($2, $3::uuid))
            order by c.due_at, c.id limit $4""",
        *(state, at, beyond, first + 1),
    )
    return page([_case(row) for row in found], first, f"cases {state}", _due_at)


async def case_count(actor: Actor, state: CaseState) -> int:
    """How many cases are in a state."""
    actor.require(Role.CARE)
    return int(await database.value("select count(*) from cases where state = $1", state))


async def case_rows(actor: Actor, ids: Sequence[UUID]) -> list[CaseRow | None]:
    """The cases with these ids, in their order; None where the actor may not see one."""
    found = await database.rows(f"{_CASES} where c.id = any($1)", list(ids))
    rows = {row["id"]: _case(row) for row in found if hears(actor, row["member_id"])}
    return [rows.get(wanted) for wanted in ids]


async def messages_of(
    actor: Actor, case_ids: Sequence[UUID], first: int, after: str | None = None
) -> list[Page[MessageRow]]:
    """Each case's messages, newest first."""
    heard = [case.id for case in await case_rows(actor, case_ids) if case]
    at, below = place("messages", after)
    found = await database.rows(
        """select m.* from unnest($1::uuid[]) as wanted (case_id)
           cross join lateral (
             select id, case_id, from_member, text, at from case_messages
             where case_id = wanted.case_id
               and ($2::timestamptz is null or (at, id) < ($2, $3::uuid))
             order by at desc, id desc limit $4) m""",
        *(heard, at, below, first + 1),
    )
    return [
        page(
            [MessageRow(**dict(row)) for row in found if row["case_id"] == case_id],
            *(first, "messages", _said_at),
        )
        for case_id in case_ids
    ]


async def message_counts_of(actor: Actor, case_ids: Sequence[UUID]) -> list[int]:
    """How many messages each case has."""
    return await counts(
        "select case_id, count(*) from case_messages where case_id = any($1) group by 1",
        *(case_ids, [case.id for case in await case_rows(actor, case_ids) if case]),
    )


async def message_rows(actor: Actor, ids: Sequence[UUID]) -> list[MessageRow | None]:
    """The messages with these ids, in their order; None where the actor may not see one."""
    found = await database.rows(
        """select m.id, m.case_id, m.from_member, m.text, m.at, c.member_id
           from case_messages m join cases c on c.id = m.case_id where m.id = any($1)""",
        list(ids),
    )
    rows: dict[UUID, MessageRow] = {}
    for row in found:
        values = dict(row)
        if hears(actor, values.pop("member_id")):
            rows[row["id"]] = MessageRow(**values)
    return [rows.get(wanted) for wanted in ids]


_opened_at = attrgetter("opened_at")
_due_at = attrgetter("due_at")
_said_at = attrgetter("at")


def _heard(actor: Actor, member_ids: Sequence[UUID]) -> list[UUID]:
    return [i for i in member_ids if hears(actor, i)]


def _case(row: Any) -> CaseRow:
    values = dict(row)
    owner_id, owner_name = values.pop("owner_id"), values.pop("owner_name")
    values["owner"] = OwnerRow(owner_id, owner_name or "") if owner_id else None
    values["kind"], values["state"] = CaseKind(values["kind"]), CaseState(values["state"])
    return CaseRow(**values)
