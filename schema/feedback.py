"""Feedback: surveys that wait for a member, their scores for the team; cases are in cases.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import strawberry
from strawberry import UNSET

from domain.actor import Role
from domain.feedback import case_queries, operations, queries
from domain.feedback.answers import Answer
from domain.feedback.case_queries import CaseRow
from domain.feedback.kinds import QuestionKind
from domain.feedback.operations import Answered, AnswerSurvey
from domain.feedback.queries import ScoreRow, SurveyRow
from domain.feedback.questions import Choice as ChoiceTerms
from domain.feedback.questions import Question as QuestionTerms
from domain.feedback.questions import Scale as ScaleTerms
from domain.language import Text, in_language
from domain.members.queries import MemberRow
from domain.wallets.queries import TransactionRow, transactions
from schema.amounts import PointsAmount, PointsRow
from schema.cases import KEY, Case, CasesMutations, CasesQueries, MemberCases
from schema.context import Context, Info
from schema.enums import enum
from schema.errors import KeyedPayload
from schema.node import Node, decode, encode, fetched_by, rows_by_id, uuid_of
from schema.paging import After, Connection, First, checked, connection
from schema.roles import field, mutation
from schema.wallets import Transaction

enum(
    QuestionKind,
    "How a question is answered.",
    NPS="How likely one is to recommend us, 0 to 10.",
    CSAT="How satisfied one is, on the question's scale.",
    CES="How easy it was, on the question's scale.",
    RATING="Anything else on a scale.",
    SINGLE_CHOICE="Exactly one of the choices.",
    MULTIPLE_CHOICE="One or more of the choices.",
    TEXT="In one's own words.",
)


@dataclass(frozen=True, slots=True)
class _Question:
    survey_id: UUID
    terms: QuestionTerms


@dataclass(frozen=True, slots=True)
class _Choice:
    prefix: str
    terms: ChoiceTerms


@strawberry.type(description="The scale of a question; both ends are allowed.")
class QuestionScale:
    """Read off a questions.Scale."""

    min: int = strawberry.field(description="The least score.")
    max: int = strawberry.field(description="The greatest score.")

    @field(description="What the least means, in the caller's language; null when not said.")
    async def min_label(root: strawberry.Parent[ScaleTerms], info: Info) -> str | None:
        return _said(root.min_label, info)

    @field(description="What the greatest means, in the caller's language; null when not said.")
    async def max_label(root: strawberry.Parent[ScaleTerms], info: Info) -> str | None:
        return _said(root.max_label, info)


@strawberry.type(description="One that can be chosen.")
class QuestionChoice:
    """Read off a _Choice."""

    @field(description="Opaque; what an answer chooses by.")
    def id(root: strawberry.Parent[_Choice]) -> strawberry.ID:
        return encode("QuestionChoice", root.prefix + root.terms.id)

    @field(description="What it says, in the caller's language.")
    def text(root: strawberry.Parent[_Choice], info: Info) -> str:
        return in_language(root.terms.text, info.context.language)


@strawberry.type(description="A question of a survey.")
class Question:
    """Read off a _Question."""

    @field(description="Opaque; what an answer names it by.")
    def id(root: strawberry.Parent[_Question]) -> strawberry.ID:
        return encode("Question", f"{root.survey_id}:{root.terms.id}")

    @field(description="How it is answered.")
    def kind(root: strawberry.Parent[_Question]) -> QuestionKind:
        return root.terms.kind

    @field(description="What is asked, in the caller's language.")
    def text(root: strawberry.Parent[_Question], info: Info) -> str:
        return in_language(root.terms.text, info.context.language)

    @field(description="Without an answer to it the survey is not taken.")
    def required(root: strawberry.Parent[_Question]) -> bool:
        return root.terms.required

    @field(
        description="Of NPS, CSAT, CES and RATING; null for other kinds.",
        graphql_type=QuestionScale | None,
    )
    def scale(root: strawberry.Parent[_Question]) -> ScaleTerms | None:
        return root.terms.scale

    @field(
        description="Of the two kinds of choice, 2 to 50; empty for other kinds.",
        graphql_type=list[QuestionChoice],
    )
    def choices(root: strawberry.Parent[_Question]) -> list[_Choice]:
        prefix = f"{root.survey_id}:{root.terms.id}:"
        return [_Choice(prefix, choice) for choice in root.terms.choices]


@strawberry.type(description="Share of those who would recommend us less those who would not.")
class NetPromoterScore:
    """Read off a rules.Nps."""

    value: float = strawberry.field(
        description="100 * (promoters - detractors) / observations: -100.0 to 100.0, one decimal."
    )
    low: float = strawberry.field(
        description="Lower end of the 95 % interval (adjusted Wald), one decimal."
    )
    high: float = strawberry.field(
        description="Upper end of the 95 % interval (adjusted Wald), one decimal."
    )
    observations: int = strawberry.field(description="How many answers it is made of.")
    promoters: int = strawberry.field(description="Answers of 9 or 10.")
    passives: int = strawberry.field(description="Answers of 7 or 8.")
    detractors: int = strawberry.field(description="Answers of 0 to 6.")


@strawberry.type(description="What came out of a survey; each member counts once.")
class SurveyScore:
    """Read off a ScoreRow."""

    answer_count: int = strawberry.field(description="How many members have answered.")
    nps: NetPromoterScore | None = strawberry.field(
        description="Null while nobody has answered a question of kind NPS."
    )


@strawberry.type(description="Questions to members.")
class Survey(Node):
    """Read off a SurveyRow."""

    @field(description="What it is called, in the caller's language.")
    def title(root: strawberry.Parent[SurveyRow], info: Info) -> str:
        return in_language(root.title, info.context.language)

    @field(description="What it is for, in the caller's language; null when nothing is written.")
    async def text(root: strawberry.Parent[SurveyRow], info: Info) -> str | None:
        return _said(root.text, info)

    @field(description="From when it can be answered.")
    def starts_at(root: strawberry.Parent[SurveyRow]) -> datetime:
        return root.starts_at

    @field(description="From when it cannot be answered any more; null: no end is set.")
    def expires_at(root: strawberry.Parent[SurveyRow]) -> datetime | None:
        return root.ends_at

    @field(description="1 to 30, in the order of asking.", graphql_type=list[Question])
    def questions(root: strawberry.Parent[SurveyRow]) -> list[_Question]:
        return [_Question(root.id, terms) for terms in root.questions]

    @field(
        description="For whoever answers, whatever the answers are; null: nothing.",
        graphql_type=PointsAmount | None,
    )
    def thanks_points(root: strawberry.Parent[SurveyRow]) -> PointsRow | None:
        if root.thanks_points is None or root.thanks_unit is None:
            return None
        return PointsRow(root.thanks_points, root.thanks_unit)

    @field(Role.LOYALTY, Role.CARE, description="What came out of it.", graphql_type=SurveyScore)
    async def score(root: strawberry.Parent[SurveyRow], info: Info) -> ScoreRow:
        return await info.context.load(queries.scores_of, root.id)

    @classmethod
    def is_type_of(cls, obj: Any, _info: Any) -> bool:
        return isinstance(obj, SurveyRow)


@fetched_by("Survey")
async def _surveys(context: Context, keys: Sequence[str]) -> Sequence[SurveyRow | None]:
    return await rows_by_id(context, queries.survey_rows, keys)


@strawberry.type(description="What feedback adds to a member.")
class MemberFeedback(MemberCases):
    """Mixed into Member."""

    @field(
        Role.MEMBER,
        Role.CARE,
        Role.LOYALTY,
        description="Open surveys that the member has not answered yet, newest first.",
        graphql_type=Connection[Survey],
    )
    async def surveys(
        root: strawberry.Parent[MemberRow], info: Info, first: First = 20, after: After = UNSET
    ) -> Any:
        context = info.context
        page = await context.load(
            queries.surveys_of, root.id, first=checked(first), after=after or None
        )
        return connection(page, lambda: context.load(queries.survey_counts_of, root.id))


@strawberry.input(description="An answer to one question: a score, a text or choices.")
class AnswerInput:
    """Checked in the domain."""

    question_id: strawberry.ID = strawberry.field(description="The question.")
    score: int | None = strawberry.field(
        default=UNSET, description="For NPS, CSAT, CES and RATING: on the question's scale."
    )
    text: str | None = strawberry.field(
        default=UNSET, description="For TEXT: 1 to 4,000 characters."
    )
    choice_ids: list[strawberry.ID] | None = strawberry.field(
        default=UNSET, description="For SINGLE_CHOICE one, for MULTIPLE_CHOICE one or more."
    )

    def answer(self, survey_id: UUID) -> Answer:
        """The same, as the domain takes it."""
        question = _within(self.question_id, "Question", f"{survey_id}:")
        prefix = f"{survey_id}:{question}:"
        choices = _given(self.choice_ids)
        return Answer(
            question,
            score=_given(self.score),
            text=_given(self.text),
            choice_ids=None
            if choices is None
            else tuple(_within(choice, "QuestionChoice", prefix) for choice in choices),
        )


@strawberry.input(description="A member's answers to a survey, and the key of this one act.")
class SurveyAnswerInput:
    """Checked in the domain."""

    survey_id: strawberry.ID = strawberry.field(description="The survey.")
    answers: list[AnswerInput] = strawberry.field(
        description="One for each required question at least, and one a question at most."
    )
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)

    def command(self) -> AnswerSurvey:
        """The same, as the domain takes it."""
        survey_id = uuid_of(self.survey_id, "Survey", "surveyId")
        answers = tuple(answer.answer(survey_id) for answer in self.answers)
        return AnswerSurvey(survey_id, answers, self.idempotency_key)


@strawberry.type(description="What answering a survey changed.")
class SurveyAnswerPayload(KeyedPayload):
    """Thanks, and what they are made of."""

    thanks: str | None = strawberry.field(
        default=None, description="A word of thanks, in the caller's language."
    )
    transaction: TransactionRow | None = strawberry.field(
        default=None,
        graphql_type=Transaction | None,
        description="The points given for it; null when none are.",
    )
    case: CaseRow | None = strawberry.field(
        default=None,
        graphql_type=Case | None,
        description="Where a low score is answered; null when there is nothing to answer.",
    )


@strawberry.type(description="What can be read of feedback.")
class FeedbackQueries(CasesQueries):
    """Mixed into Query."""

    @field(
        Role.LOYALTY,
        Role.CARE,
        description="All surveys, newest first.",
        graphql_type=Connection[Survey],
    )
    async def surveys(self, info: Info, first: First = 20, after: After = UNSET) -> Any:
        actor = info.context.actor
        page = await queries.surveys(actor, checked(first), after or None)
        return connection(page, lambda: queries.survey_count(actor))


@strawberry.type(description="What can be done with feedback.")
class FeedbackMutations(CasesMutations):
    """Mixed into Mutation."""

    @mutation(
        Role.MEMBER,
        payload=SurveyAnswerPayload,
        description="Answer a survey, once; a score of 0 to 6 for NPS opens a case.",
    )
    async def survey_answer(self, info: Info, input: SurveyAnswerInput) -> SurveyAnswerPayload:
        return await _payload(info, await operations.answer(info.context.actor, input.command()))


async def _payload(info: Info, answered: Answered) -> SurveyAnswerPayload:
    actor = info.context.actor
    await info.context.settle()
    (survey,) = await queries.survey_rows(actor, [answered.survey_id])
    made = [answered.transaction_id] if answered.transaction_id else []
    opened = [answered.case_id] if answered.case_id else []
    return SurveyAnswerPayload(
        thanks=_said(survey.thanks, info) if survey else None,
        transaction=next(iter(await transactions(actor, made)), None),
        case=next(iter(await case_queries.case_rows(actor, opened)), None),
        replayed=answered.replayed,
    )


def _said(text: Text | None, info: Info) -> str | None:
    return in_language(text, info.context.language) if text else None


def _within(text: str, kind: str, prefix: str) -> str:
    # What is none of this survey's becomes a name that nothing has: refused there with its path.
    found, key = decode(text)
    return key.removeprefix(prefix) if found == kind and key.startswith(prefix) else ""


def _given(value: Any) -> Any:
    return None if value is UNSET else value
