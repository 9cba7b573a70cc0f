"""What can be read of feedback: surveys and their scores; cases and what was written in them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any, TypeVar
from uuid import UUID

from domain import database, secrets
from domain.actor import Actor, Role
from domain.feedback import rules
from domain.feedback.kinds import CaseKind, CaseState
from domain.feedback.questions import Question, decoded
from domain.feedback.rules import Nps
from domain.language import Text
from domain.paging import Page, instant

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class SurveyRow:
    """A survey. `thanks_points` (points of `thanks_unit`) are for whoever answers it."""

    id: UUID
    code: str
    title: Text
    text: Text | None
    questions: tuple[Question, ...]
    thanks: Text
    thanks_unit: str | None
    thanks_points: int | None
    starts_at: datetime
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """What came out of a survey. `nps` is None while nobody has answered such a question."""

    answer_count: int
    nps: Nps | None


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


_SURVEY = """s.id, s.code, s.title, s.text, s.questions, s.thanks, s.thanks_unit, s.thanks_points,
  s.starts_at, s.ends_at"""
_WAITS = """s.starts_at <= pistis_now() and (s.ends_at is null or s.ends_at > pistis_now())
  and not exists (select 1 from survey_answers a
                  where a.survey_id = s.id and a.member_id = wanted.member_id)"""
_CASES = """select c.id, c.member_id, c.kind, c.subject, c.state, c.order_id, c.survey_id,
  c.opened_at, c.due_at, c.owner_id, k.name as owner_name
from cases c left join access_keys k on k.id = c.owner_id"""


def hears(actor: Actor, member_id: UUID) -> bool:
    """May read what this member wrote: the member itself, and those whose work it is."""
    return actor.member_id == member_id or actor.has(Role.CARE)


async def surveys_of(
    actor: Actor, member_ids: Sequence[UUID], first: int, after: str | None, total: bool
) -> list[Page[SurveyRow]]:
    """The open surveys that each member has not answered yet, newest first."""
    asked = [i for i in member_ids if hears(actor, i) or actor.has(Role.LOYALTY)]
    at, below = _place("surveys to answer", after)
    found = await database.rows(
        f"""select wanted.member_id, s.* from unnest($1::uuid[]) as wanted (member_id)
            cross join lateral (
              select {_SURVEY} from surveys s
              where {_WAITS} and ($2::timestamptz is null or (s.starts_at, s.id) < ($2, $3::uuid))
              order by s.starts_at desc, s.id desc limit $4) s""",
        *(asked, at, below, first + 1),
    )
    count = f"""select wanted.member_id, count(*) from unnest($1::uuid[]) as wanted (member_id)
                cross join surveys s where {_WAITS} group by wanted.member_id"""
    counts = await _counts(count, asked) if total else None
    return [
        _page(
            [_survey(row) for row in found if row["member_id"] == member_id],
            *(first, "surveys to answer", _starts_at, _of(counts, member_id)),
        )
        for member_id in member_ids
    ]


async def surveys(actor: Actor, first: int, after: str | None, total: bool) -> Page[SurveyRow]:
    """All surveys, for the team, newest first."""
    actor.require(Role.LOYALTY, Role.CARE)
    at, below = _place("surveys", after)
    found = await database.rows(
        f"""select {_SURVEY} from surveys s
            where $1::timestamptz is null or (s.starts_at, s.id) < ($1, $2::uuid)
            order by s.starts_at desc, s.id desc limit $3""",
        *(at, below, first + 1),
    )
    count = await database.value("select count(*) from surveys") if total else None
    return _page([_survey(row) for row in found], first, "surveys", _starts_at, count)


async def survey_rows(actor: Actor, ids: Sequence[UUID]) -> list[SurveyRow | None]:
    """The surveys with these ids, in their order; members see those that have begun."""
    found = await database.rows(
        f"""select {_SURVEY} from surveys s
            where s.id = any($1) and ($2 or ($3 and s.starts_at <= pistis_now()))""",
        *(list(ids), actor.has(Role.LOYALTY, Role.CARE), actor.member_id is not None),
    )
    rows = {row["id"]: _survey(row) for row in found}
    return [rows.get(wanted) for wanted in ids]


async def scores_of(actor: Actor, survey_ids: Sequence[UUID]) -> list[ScoreRow]:
    """What came out of each survey; a member answers a survey once, so counts once."""
    actor.require(Role.LOYALTY, Role.CARE)
    found = await database.rows(
        """select survey_id, nps, count(*) as count from survey_answers
           where survey_id = any($1) group by survey_id, nps""",
        list(survey_ids),
    )
    counts: dict[UUID, dict[int | None, int]] = {survey_id: {} for survey_id in survey_ids}
    for row in found:
        counts[row["survey_id"]][row["nps"]] = row["count"]
    return [
        ScoreRow(
            sum(counts[survey_id].values()),
            rules.nps({score: n for score, n in counts[survey_id].items() if score is not None}),
        )
        for survey_id in survey_ids
    ]


async def cases_of(
    actor: Actor, member_ids: Sequence[UUID], first: int, after: str | None, total: bool
) -> list[Page[CaseRow]]:
    """Each member's cases, newest first."""
    heard = [member_id for member_id in member_ids if hears(actor, member_id)]
    at, below = _place("own cases", after)
    found = await database.rows(
        f"""select c.* from unnest($1::uuid[]) as wanted (member_id)
            cross join lateral (
              {_CASES} where c.member_id = wanted.member_id
                and ($2::timestamptz is null or (c.opened_at, c.id) < ($2, $3::uuid))
              order by c.opened_at desc, c.id desc limit $4) c""",
        *(heard, at, below, first + 1),
    )
    count = "select member_id, count(*) from cases where member_id = any($1) group by 1"
    counts = await _counts(count, heard) if total else None
    return [
        _page(
            [_case(row) for row in found if row["member_id"] == member_id],
            *(first, "own cases", _opened_at, _of(counts, member_id)),
        )
        for member_id in member_ids
    ]


async def cases(
    actor: Actor, state: CaseState, first: int, after: str | None, total: bool
) -> Page[CaseRow]:
    """Everybody's cases in a state, for those whose work it is; the most urgent first."""
    actor.require(Role.CARE)
    at, beyond = _place(f"cases {state}", after)
    found = await database.rows(
        f"""{_CASES} where c.state = $1
              and ($2::timestamptz is null or (c.due_at, c.id) > ($2, $3::uuid))
            order by c.due_at, c.id limit $4""",
        *(state, at, beyond, first + 1),
    )
    count = "select count(*) from cases where state = $1"
    counted = await database.value(count, state) if total else None
    return _page([_case(row) for row in found], first, f"cases {state}", _due_at, counted)


async def case_rows(actor: Actor, ids: Sequence[UUID]) -> list[CaseRow | None]:
    """The cases with these ids, in their order; None where the actor may not see one."""
    found = await database.rows(f"{_CASES} where c.id = any($1)", list(ids))
    rows = {row["id"]: _case(row) for row in found if hears(actor, row["member_id"])}
    return [rows.get(wanted) for wanted in ids]


async def messages_of(
    actor: Actor, case_ids: Sequence[UUID], first: int, after: str | None, total: bool
) -> list[Page[MessageRow]]:
    """Each case's messages, newest first."""
    heard = [case.id for case in await case_rows(actor, case_ids) if case]
    at, below = _place("messages", after)
    found = await database.rows(
        """select m.* from unnest($1::uuid[]) as wanted (case_id)
           cross join lateral (
             select id, case_id, from_member, text, at from case_messages
             where case_id = wanted.case_id
               and ($2::timestamptz is null or (at, id) < ($2, $3::uuid))
             order by at desc, id desc limit $4) m""",
        *(heard, at, below, first + 1),
    )
    count = "select case_id, count(*) from case_messages where case_id = any($1) group by 1"
    counts = await _counts(count, heard) if total else None
    return [
        _page(
            [MessageRow(**dict(row)) for row in found if row["case_id"] == case_id],
            *(first, "messages", _said_at, _of(counts, case_id)),
        )
        for case_id in case_ids
    ]


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


_starts_at = attrgetter("starts_at")
_opened_at = attrgetter("opened_at")
_due_at = attrgetter("due_at")
_said_at = attrgetter("at")


def _place(sort: str, after: str | None) -> tuple[datetime | None, UUID | None]:
    if after is None:
        return None, None
    at, key = secrets.cursors().decode(sort, after)
    return instant(at), UUID(key)


def _page(
    found: list[Row], first: int, sort: str, at: Callable[[Any], datetime], total: int | None
) -> Page[Row]:
    def place(row: Any) -> tuple[str, str]:
        return at(row).isoformat(), str(row.id)

    return secrets.cursors().page(found, first, sort, place, total=total)


async def _counts(sql: str, ids: Sequence[UUID]) -> dict[UUID, int]:
    return {row[0]: row[1] for row in await database.rows(sql, list(ids))}


def _of(counts: dict[UUID, int] | None, key: UUID) -> int | None:
    return None if counts is None else counts.get(key, 0)


def _survey(row: Any) -> SurveyRow:
    values = {name: value for name, value in row.items() if name != "member_id"}
    return SurveyRow(**{**values, "questions": decoded(values["questions"])})


def _case(row: Any) -> CaseRow:
    values = dict(row)
    owner_id, owner_name = values.pop("owner_id"), values.pop("owner_name")
    values["owner"] = OwnerRow(owner_id, owner_name or "") if owner_id else None
    values["kind"], values["state"] = CaseKind(values["kind"]), CaseState(values["state"])
    return CaseRow(**values)
