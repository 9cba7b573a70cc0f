"""What can be done with surveys: make one, answer one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from domain import database, idempotency, ids, shared_versions
from domain.actor import Actor, Role
from domain.errors import InvalidInput, LimitReached, NotAllowed, NotFound
from domain.events import SurveyAnswered
from domain.feedback import case_operations, rules
from domain.feedback.answers import Answer, Answers, checked
from domain.feedback.kinds import CaseKind
from domain.feedback.questions import ID_LENGTH_MAX, Question, check, decoded, encoded
from domain.feedback.texts import SUBJECT_LENGTH_MAX
from domain.language import in_language
from domain.programme import checks
from domain.programme import queries as programme
from domain.programme.accruals import Part, PartKind
from domain.programme.terms import KeptBy
from domain.wallets import operations as wallets
from domain.wallets.posting import Move, Posting
from domain.wallets.rules import keeping
from domain.wallets.unbought import earned, unbought


@dataclass(frozen=True, slots=True)
class CreateSurvey:
    """A survey to be put to members. Texts by language; `code` names it for good.

    `thanks_points` (of `thanks_unit`) are for whoever answers, whatever the answers are.
    """

    code: str
    title: dict[str, str]
    questions: tuple[Question, ...]
    thanks: dict[str, str]
    text: dict[str, str] | None = None
    thanks_unit: str | None = None
    thanks_points: int | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AnswerSurvey:
    """What a member says to a survey."""

    survey_id: UUID
    answers: tuple[Answer, ...]
    idempotency_key: str


@dataclass(frozen=True, slots=True)
class Answered:
    """A survey was answered, now or when this key came first."""

    survey_id: UUID
    transaction_id: UUID | None
    case_id: UUID | None
    replayed: bool


async def create_survey(actor: Actor, command: CreateSurvey) -> UUID:
    """Make a survey, open from `starts_at` (now, unless said). Raises InvalidInput."""
    actor.require(Role.LOYALTY)
    await _check(command)
    survey_id: UUID | None = await database.value(
        """insert into surveys (id, code, title, text, questions, thanks, thanks_unit,
             thanks_points, starts_at, ends_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, coalesce($9, pistis_now()), $10)
           on conflict (code) do nothing returning id""",
        *(ids.uuid7(), command.code, command.title, command.text, encoded(command.questions)),
        *(command.thanks, command.thanks_unit, command.thanks_points),
        *(command.starts_at, command.ends_at),
    )
    if survey_id is None:
        raise InvalidInput("A survey has this code already; choose another.", ("code",))
    await database.after_commit(shared_versions.make_known)
    return survey_id


async def answer(actor: Actor, command: AnswerSurvey) -> Answered:
    """Keep the calling member's answers, once for each survey, and give the thanks for them.

    A detractor's score opens a case. Raises InvalidInput, NotFound, NotAllowed, LimitReached.
    """
    actor.require(Role.MEMBER)
    claim = idempotency.claim(actor, "surveyAnswer", command.idempotency_key, command)
    result, replayed = await idempotency.once(claim, lambda: _answer(actor, command))
    made = {name: UUID(value) if value else None for name, value in result.items()}
    return Answered(command.survey_id, made["transaction"], made["case"], replayed)


async def _check(command: CreateSurvey) -> None:
    terms = (await programme.in_force()).programme
    if not 1 <= len(command.code) <= ID_LENGTH_MAX:
        raise InvalidInput(f"A code has 1 to {ID_LENGTH_MAX} characters.", ("code",))
    checks.texts(terms, command.title, ("title",))
    if command.text is not None:
        checks.texts(terms, command.text, ("text",))
    checks.texts(terms, command.thanks, ("thanks",))
    if command.thanks_unit is not None or command.thanks_points is not None:
        unit, points = command.thanks_unit or "", command.thanks_points or 0
        checks.points(terms, unit, points, ("thanksPoints",))
    checks.window(command.starts_at, command.ends_at, ("endsAt",))
    check(terms, command.questions)


async def _answer(actor: Actor, command: AnswerSurvey) -> idempotency.Result:
    survey = await database.row(
        """select s.*, m.id as member_id, m.language, m.state, pistis_now() as now
           from surveys s cross join members m where s.id = $1 and m.id = $2
             and s.starts_at <= pistis_now() and (s.ends_at is null or s.ends_at > pistis_now())""",
        *(command.survey_id, actor.member_id),
    )
    if survey is None:
        raise NotFound("There is no such survey, or it is over; read `surveys`.", ("surveyId",))
    if survey["state"] != "ACTIVE":
        raise NotAllowed("Only an active member is asked; the programme's team can help.")
    answers = checked(decoded(survey["questions"]), command.answers)
    await _keep(survey, answers)
    case_id = await _hear(survey, answers)
    moves = await _thanks(survey)
    posting = Posting(
        survey["member_id"],
        moves=moves,
        notices=tuple(map(earned, moves)),
        event=SurveyAnswered(survey["member_id"], survey["id"]),
    )
    await wallets.post_one(posting)
    return {
        "transaction": str(moves[0].id) if moves else None,
        "case": str(case_id) if case_id else None,
    }


async def _keep(survey: Any, answers: Answers) -> None:
    kept = await database.value(
        """insert into survey_answers (id, survey_id, member_id, answers, nps, at)
           values ($1, $2, $3, $4, $5, $6)
           on conflict (survey_id, member_id) do nothing returning id""",
        *(ids.uuid7(), survey["id"], survey["member_id"], answers.given, answers.nps),
        survey["now"],
    )
    if kept is None:
        raise LimitReached("You have answered this survey; once is all it takes.", ("surveyId",))
    await database.rows(
        """insert into survey_texts (id, answer_id, question, text)
           select uuidv7(), $1, said.question, said.text
           from unnest($2::text[], $3::text[]) as said (question, text)""",
        *(kept, list(answers.texts), list(answers.texts.values())),
    )


async def _hear(survey: Any, answers: Answers) -> UUID | None:
    # Who would not recommend us has a reason: somebody answers it.
    if answers.nps is None or not rules.is_detractor(answers.nps):
        return None
    return await case_operations.open_case(
        survey["member_id"],
        CaseKind.DETRACTOR,
        in_language(survey["title"], survey["language"])[:SUBJECT_LENGTH_MAX],
        "\n\n".join(answers.texts.values()),
        survey["now"],
        survey_id=survey["id"],
    )


async def _thanks(survey: Any) -> tuple[Move, ...]:
    if survey["thanks_points"] is None:
        return ()
    version = await programme.in_force()
    unit = version.programme.unit(survey["thanks_unit"])
    # The programme may have given the unit up since, or come to its end.
    if unit is None or not version.earns_at(survey["now"]):
        return ()
    part = Part(survey["code"], PartKind.SURVEY, unit.code, survey["thanks_points"], inputs={})
    title = {"key": "survey", "survey": survey["title"]}
    title = keeping(title, unit, KeptBy.EARNING, survey["now"], version.rules.zone)
    return (unbought(version, part, title, f"survey:{survey['id']}", survey["now"]),)
