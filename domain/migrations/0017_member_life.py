"""Cards that were lost, states that change, devices, and hashes of who was erased."""

from datetime import datetime
from pathlib import Path
from uuid import UUID

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from domain.ids import uuid7

SQL = Path(__file__).parent / "sql" / "0017_member_life.sql"


def _id() -> "fields.UUIDField[UUID]":
    return fields.UUIDField(primary_key=True, default=uuid7, unique=True, db_index=True)


def _instant() -> "fields.DatetimeField[datetime]":
    return fields.DatetimeField(auto_now=False, auto_now_add=False)


def _perhaps() -> "fields.DatetimeField[datetime | None]":
    return fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)


def _member(related_name: str) -> "fields.ForeignKeyRelation[Model]":
    return fields.ForeignKeyField(
        "pistis.Member",
        source_field="member_id",
        db_constraint=True,
        to_field="id",
        related_name=related_name,
        on_delete=OnDelete.RESTRICT,
    )


def _options(table: str, about: str, *constraints: object, **more: object) -> dict[str, object]:
    made: dict[str, object] = {"table": table, "app": "pistis", **more}
    if constraints:
        made["constraints"] = list(constraints)
    return made | {"table_description": about}


class Migration(migrations.Migration):
    dependencies = [("pistis", "0016_standings")]
    initial = False
    operations = [
        ops.AddField(model_name="Profile", name="birthday_changed_at", field=_perhaps()),
        ops.AddField(model_name="Profile", name="birthday_cleared_at", field=_perhaps()),
        ops.CreateModel(
            name="LostCard",
            fields=[
                (
                    "number",
                    fields.CharField(primary_key=True, unique=True, db_index=True, max_length=12),
                ),
                ("member", _member("lost_cards")),
                ("reason", fields.CharField(max_length=10)),
                ("at", _instant()),
            ],
            options=_options(
                "lost_cards",
                "A number that was a member's, until its card was lost: good for nothing any more.",
                CheckConstraint(
                    check="reason in ('LOST', 'STOLEN', 'DAMAGED')", name="lost_card_reason"
                ),
                pk_attr="number",
            ),
            bases=["Model"],
        ),
        ops.CreateModel(
            name="StateChange",
            fields=[
                ("id", _id()),
                ("member", _member("state_changes")),
                ("before", fields.CharField(max_length=10)),
                ("state", fields.CharField(max_length=10)),
                ("reason", fields.CharField(null=True, max_length=200)),
                ("actor", fields.CharField(max_length=80)),
                ("at", _instant()),
            ],
            options=_options(
                "state_changes",
                "A member was blocked, left, came back or was erased; by whom. Personal: the reason.",
                CheckConstraint(check="before <> state", name="state_changes_state"),
                pk_attr="id",
                indexes=[("member_id", "at")],
            ),
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Device",
            fields=[
                ("id", _id()),
                ("member", _member("devices")),
                ("device_id", fields.CharField(max_length=64)),
                ("platform", fields.CharField(max_length=10)),
                ("push_token", fields.CharField(max_length=2048)),
                ("at", _instant()),
            ],
            options=_options(
                "devices",
                "An installation of an app that can be sent pushes. Personal: the token.",
                UniqueConstraint(fields=("member_id", "device_id"), name="one_token_a_device"),
                UniqueConstraint(fields=("push_token",), name="one_device_a_token"),
                CheckConstraint(
                    check="platform in ('IOS', 'ANDROID', 'WEB')", name="device_platform"
                ),
                pk_attr="id",
            ),
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ErasedIdentifier",
            fields=[
                (
                    "hash",
                    fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64),
                ),
                ("at", _instant()),
            ],
            options=_options(
                "erased_identifiers",
                "An identifier of somebody who was erased, as a keyed hash: who comes back is not new.",
                pk_attr="hash",
            ),
            bases=["Model"],
        ),
        ops.RunSQL(SQL.read_text(encoding="utf-8")),
    ]
