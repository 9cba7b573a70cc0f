"""Tables of the programme: versions, which never change; what limits count; what was stopped."""

from datetime import datetime
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from domain.ids import uuid7


class ProgrammeVersion(Model):
    """One document. In force from `effective_from` until the next published one is.

    A draft is published or discarded, once; what it says never changes. `worse_for`: how many
    members it was worse for when it was published; null: nobody looked.
    """

    id: UUID = fields.UUIDField(primary_key=True, default=uuid7)
    number: int = fields.IntField()
    document: Any = fields.JSONField()
    document_hash: str = fields.CharField(max_length=64)
    created_at: datetime = fields.DatetimeField(db_default=fields.Now())
    published_at: datetime | None = fields.DatetimeField(null=True)
    effective_from: datetime | None = fields.DatetimeField(null=True)
    based_on: UUID | None = fields.UUIDField(null=True)
    drafted_at: datetime | None = fields.DatetimeField(null=True)
    drafted_by: str | None = fields.CharField(max_length=80, null=True)
    published_by: str | None = fields.CharField(max_length=80, null=True)
    without_forecast_reason: str | None = fields.CharField(max_length=500, null=True)
    worse_for: int | None = fields.BigIntField(null=True)
    discarded_at: datetime | None = fields.DatetimeField(null=True)
    discarded_by: str | None = fields.CharField(max_length=80, null=True)

    class Meta:
        table = "programme_versions"
        constraints = [
            UniqueConstraint(fields=("number",), name="one_version_a_number"),
            CheckConstraint(
                check="(published_at is null) = (effective_from is null)",
                name="published_means_dated",
            ),
            CheckConstraint(
                check="(discarded_at is null) = (discarded_by is null)",
                name="discarded_by_somebody",
            ),
            CheckConstraint(
                check="published_at is null or discarded_at is null",
                name="published_or_discarded",
            ),
            CheckConstraint(check="worse_for >= 0", name="worse_for_nobody_at_least"),
            UniqueConstraint(
                fields=("document_hash", "based_on"),
                name="one_draft_a_document",
                condition="published_at is null and discarded_at is null",
            ),
        ]


class RuleUse(Model):
    """What a rule with a limit has given a member in one of the limit's periods."""

    id: int = fields.BigIntField(primary_key=True, generated=True)
    member_id: UUID = fields.UUIDField()
    rule: str = fields.CharField(max_length=40)
    period: str = fields.CharField(max_length=20)
    points: int = fields.BigIntField()

    class Meta:
        table = "rule_uses"
        constraints = [
            UniqueConstraint(fields=("member_id", "rule", "period"), name="one_count_a_period")
        ]


class ProgrammeStop(Model):
    """A rule (by its code), a reward, or all spending. Members are shown the `reason`, by language.

    In force from `stopped_at` until `lifted_at`, once at a time.
    """

    id: UUID = fields.UUIDField(primary_key=True, default=uuid7)
    subject: str = fields.CharField(max_length=10)
    rule: str | None = fields.CharField(max_length=40, null=True)
    reward_id: UUID | None = fields.UUIDField(null=True)
    reason: Any = fields.JSONField()
    stopped_at: datetime = fields.DatetimeField()
    stopped_by: str = fields.CharField(max_length=80)
    lifted_at: datetime | None = fields.DatetimeField(null=True)
    lifted_by: str | None = fields.CharField(max_length=80, null=True)

    class Meta:
        table = "programme_stops"
        constraints = [
            CheckConstraint(
                check="subject in ('RULE', 'REWARD', 'SPENDING')"
                " and (rule is not null) = (subject = 'RULE')"
                " and (reward_id is not null) = (subject = 'REWARD')",
                name="stop_of_one_thing",
            ),
            CheckConstraint(
                check="(lifted_at is null) = (lifted_by is null)", name="stop_lifted_by_somebody"
            ),
            UniqueConstraint(
                fields=("rule",), name="one_stop_of_a_rule", condition="lifted_at is null"
            ),
            UniqueConstraint(
                fields=("reward_id",), name="one_stop_of_a_reward", condition="lifted_at is null"
            ),
            UniqueConstraint(
                fields=("subject",),
                name="one_stop_of_spending",
                condition="lifted_at is null and subject = 'SPENDING'",
            ),
        ]


class ProgrammeEnd(Model):
    """How far members have been told of an end, those up to `told_to`, and whether it is done.

    `version`: the first that said this end.
    """

    version: int = fields.IntField(primary_key=True, generated=False)
    told_to: UUID | None = fields.UUIDField(null=True)
    told: bool = fields.BooleanField(default=False)

    class Meta:
        table = "programme_ends"


class ProgrammeTelling(Model):
    """How far members have been told what a version changes for them: those up to `member_id`."""

    version: int = fields.IntField(primary_key=True, generated=False)
    member_id: UUID | None = fields.UUIDField(null=True)
    done: bool = fields.BooleanField(default=False)

    class Meta:
        table = "programme_tellings"
