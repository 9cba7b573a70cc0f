"""Tables of merges: two memberships that became one, and what moved with that."""

from datetime import datetime
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from domain.ids import uuid7
from domain.members.models import Member


class Merge(Model):
    """`gone` lives on in `member`, until it is undone. Personal: both reasons.

    `before`: the tiers of both, to be restored. `moved`: by unit, the ids of the transactions
    between the two wallets. Rows of other tables that moved stand in `merged_rows`.
    """

    id: UUID = fields.UUIDField(primary_key=True, default=uuid7)
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "pistis.Member", related_name="merges", on_delete=fields.RESTRICT
    )
    gone: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "pistis.Member", related_name="merged_away", on_delete=fields.RESTRICT
    )
    reason: str | None = fields.CharField(max_length=200, null=True)
    actor: str = fields.CharField(max_length=80)
    at: datetime = fields.DatetimeField()
    undone_at: datetime | None = fields.DatetimeField(null=True)
    undone_by: str | None = fields.CharField(max_length=80, null=True)
    undone_reason: str | None = fields.CharField(max_length=200, null=True)
    before: Any = fields.JSONField()
    moved: Any = fields.JSONField()

    class Meta:
        table = "merges"
        indexes = [("member_id", "at", "id")]
        constraints = [
            UniqueConstraint(
                fields=("gone_id",), name="gone_to_one_member", condition="undone_at is null"
            ),
            CheckConstraint(check="member_id <> gone_id", name="merged_with_another"),
            CheckConstraint(
                check="(undone_at is null) = (undone_by is null)", name="merge_undone_by_somebody"
            ),
        ]


class MergedRow(Model):
    """A row that became the other member's; `place` is its table and column (fates.py)."""

    id: int = fields.BigIntField(primary_key=True, generated=True)
    merge: fields.ForeignKeyRelation[Merge] = fields.ForeignKeyField(
        "pistis.Merge", related_name="rows", on_delete=fields.RESTRICT
    )
    place: str = fields.CharField(max_length=60)
    row_id: UUID = fields.UUIDField()

    class Meta:
        table = "merged_rows"
        constraints = [
            UniqueConstraint(fields=("merge_id", "place", "row_id"), name="a_row_moves_once")
        ]
