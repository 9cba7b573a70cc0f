"""What can be read of surveys: those that wait for a member; for the team all, and their scores."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any
from uuid import UUID

from domain import database
from domain.actor import Actor, Role
from domain.feedback import rules
from domain.feedback.pages import counts, page, place
from domain.feedback.questions import Question, decoded
from domain.feedback.rules import Nps
from domain.language import Text
from domain.paging import Page


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


_SURVEY = """s.id, s.code, s.title, s.text, s.questions, s.thanks, s.thanks_unit, s.thanks_points,
  s.starts_at, s.ends_at"""
_WAITS = """s.starts_at <= pistis_now() and (s.ends_at is null or s.ends_at > pistis_now())
  and not exists (select 1 from survey_answers a
                  where a.survey_id = s.id and a.member_id = wanted.member_id)"""


async def surveys_of(
    actor: Actor, member_ids: Sequence[UUID], first: int, after: str | None = None
) -> list[Page[SurveyRow]]:
    """The open surveys that each member has not answered yet, newest first."""
    at, below = place("surveys to answer", after)
    found = await database.rows(
        f"""select wanted.member_id, s.* from unnest($1::uuid[]) as wanted (member_id)
            cross join lateral (
              select {_SURVEY} from surveys s
              where {_WAITS} and ($2::timestamptz is null or (s.starts_at, s.id) < ($2, $3::uuid))
              order by s.starts_at desc, s.id desc limit $4) s""",
        *(_asked(actor, member_ids), at, below, first + 1),
    )
    return [
        page(
            [_survey(row) for row in found if row["member_id"] == member_id],
            *(first, "surveys to answer", _starts_at),
        )
        for member_id in member_ids
    ]


async def survey_counts_of(actor: Actor, member_ids: Sequence[UUID]) -> list[int]:
    """How many surveys wait for each member."""
    return await counts(
        f"""select wanted.member_id, count(*) from unnest($1::uuid[]) as wanted (member_id)
            cross join surveys s where {_WAITS} group by wanted.member_id""",
        *(member_ids, _asked(actor, member_ids)),
    )


async def surveys(actor: Actor, first: int, after: str | None = None) -> Page[SurveyRow]:
    """All surveys, for the team, newest first."""
    actor.require(Role.LOYALTY, Role.CARE)
    at, below = place("surveys", after)
    found = await database.rows(
        f"""select {_SURVEY} from surveys s
            where $1::timestamptz is null or (s.starts_at, s.id) < ($1, $2::uuid)
            order by s.starts_at desc, s.id desc limit $3""",
        *(at, below, first + 1),
    )
    return page([_survey(row) for row in found], first, "surveys", _starts_at)


async def survey_count(actor: Actor) -> int:
    """How many surveys there are."""
    actor.require(Role.LOYALTY, Role.CARE)
    return int(await database.value("select count(*) from surveys"))


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
    given: dict[UUID, dict[int | None, int]] = {survey_id: {} for survey_id in survey_ids}
    for row in found:
        given[row["survey_id"]][row["nps"]] = row["count"]
    return [
        ScoreRow(
            sum(given[survey_id].values()),
            rules.nps({score: n for score, n in given[survey_id].items() if score is not None}),
        )
        for survey_id in survey_ids
    ]


_starts_at = attrgetter("starts_at")


def _asked(actor: Actor, member_ids: Sequence[UUID]) -> list[UUID]:
    return [i for i in member_ids if actor.member_id == i or actor.has(Role.CARE, Role.LOYALTY)]


def _survey(row: Any) -> SurveyRow:
    values = {name: value for name, value in row.items() if name != "member_id"}
    return SurveyRow(**{**values, "questions": decoded(values["questions"])})
