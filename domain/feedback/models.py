"""Tables of surveys, their answers, and the cases in which members are heard.

What members write may be personal: it stands in `survey_texts`, `cases` and `case_messages` only.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from domain.ids import uuid7
from domain.members.models import Member


class Survey(Model):
    """Questions to members. `questions`: id, kind, text by language, required, scale, choices."""

    id: UUID = fields.UUIDField(primary_key=True, default=uuid7)
    code: str = fields.CharField(max_length=40)
    title: Any = fields.JSONField()
    text: Any = fields.JSONField(null=True)
    questions: Any = fields.JSONField()
    thanks: Any = fields.JSONField()
    thanks_unit: str | None = fields.CharField(max_length=40, null=True)
    thanks_points: int | None = fields.BigIntField(null=True)
    starts_at: datetime = fields.DatetimeField()
    ends_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "surveys"
        constraints = [
            UniqueConstraint(fields=("code",), name="one_survey_a_code"),
            CheckConstraint(
                check="(thanks_unit is null) = (thanks_points is null)", name="thanks_in_a_unit"
            ),
        ]


class SurveyAnswer(Model):
    """One member's answers to one survey: scores and choices. `nps` is the NPS score, 0 to 10."""

    id: UUID = fields.UUIDField(primary_key=True, default=uuid7)
    survey: fields.ForeignKeyRelation[Survey] = fields.ForeignKeyField(
        "pistis.Survey", related_name="answers", on_delete=fields.RESTRICT
    )
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "pistis.Member", related_name="answers", on_delete=fields.RESTRICT
    )
    answers: Any = fields.JSONField()
    nps: int | None = fields.SmallIntField(null=True)
    at: datetime = fields.DatetimeField()

    class Meta:
        table = "survey_answers"
        constraints = [
            UniqueConstraint(fields=("survey_id", "member_id"), name="one_answer_a_member"),
            CheckConstraint(check="nps between 0 and 10", name="nps_from_0_to_10"),
        ]


class SurveyText(Model):
    """What a member wrote in a survey."""

    id: UUID = fields.UUIDField(primary_key=True, default=uuid7)
    answer: fields.ForeignKeyRelation[SurveyAnswer] = fields.ForeignKeyField(
        "pistis.SurveyAnswer", related_name="texts", on_delete=fields.RESTRICT
    )
    question: str = fields.CharField(max_length=40)
    text: str = fields.TextField()

    class Meta:
        table = "survey_texts"


class Case(Model):
    """A member has something to say and somebody answers. WAITING is for the member to reply."""

    id: UUID = fields.UUIDField(primary_key=True, default=uuid7)
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "pistis.Member", related_name="cases", on_delete=fields.RESTRICT
    )
    kind: str = fields.CharField(max_length=10)
    subject: str = fields.CharField(max_length=200)
    state: str = fields.CharField(max_length=10, default="OPEN")
    order_id: UUID | None = fields.UUIDField(null=True)
    survey_id: UUID | None = fields.UUIDField(null=True)
    owner_id: UUID | None = fields.UUIDField(null=True)
    opened_at: datetime = fields.DatetimeField()
    due_at: datetime = fields.DatetimeField()

    class Meta:
        table = "cases"
        indexes = [("state", "due_at", "id"), ("member_id", "opened_at", "id")]
        constraints = [
            CheckConstraint(
                check="state in ('OPEN', 'WAITING', 'ANSWERED', 'CLOSED')", name="case_state"
            ),
            CheckConstraint(
                check="kind in ('COMPLAINT', 'PRAISE', 'IDEA', 'QUESTION', 'DETRACTOR')",
                name="case_kind",
            ),
        ]


class CaseMessage(Model):
    """One message of a case; from the member, or from the team (`author_id`: whose key)."""

    id: UUID = fields.UUIDField(primary_key=True, default=uuid7)
    case: fields.ForeignKeyRelation[Case] = fields.ForeignKeyField(
        "pistis.Case", related_name="messages", on_delete=fields.RESTRICT
    )
    from_member: bool = fields.BooleanField()
    author_id: UUID | None = fields.UUIDField(null=True)
    text: str = fields.TextField()
    at: datetime = fields.DatetimeField()

    class Meta:
        table = "case_messages"
        indexes = [("case_id", "at", "id")]
