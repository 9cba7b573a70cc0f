"""Pools, people's places in them, and what each has given."""

from datetime import datetime
from pathlib import Path
from uuid import UUID

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from domain.ids import uuid7

SQL = Path(__file__).parent / "sql" / "0026_pools.sql"


def _instant() -> "fields.DatetimeField[datetime]":
    return fields.DatetimeField(auto_now=False, auto_now_add=False)


def _perhaps() -> "fields.DatetimeField[datetime | None]":
    return fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)


def _id() -> "fields.UUIDField[UUID]":
    return fields.UUIDField(primary_key=True, unique=True, db_index=True)


def _made_id() -> "fields.UUIDField[UUID]":
    return fields.UUIDField(primary_key=True, default=uuid7, unique=True, db_index=True)


class Migration(migrations.Migration):
    dependencies = [("pistis", "0025_merges")]
    initial = False
    operations = [
        ops.CreateModel(
            name="Pool",
            fields=[
                ("id", _id()),
                ("kind", fields.CharField(max_length=10)),
                ("title", fields.CharField(null=True, max_length=80)),
                ("leaving", fields.CharField(max_length=10)),
                ("created_at", _instant()),
                ("closed_at", _perhaps()),
            ],
            options={
                "table": "pools",
                "app": "pistis",
                "constraints": [
                    CheckConstraint(check="kind in ('HOUSEHOLD', 'COMPANY')", name="pool_kind"),
                    CheckConstraint(
                        check="leaving in ('SHARE_BACK', 'FORFEIT')", name="pool_leaving"
                    ),
                ],
                "pk_attr": "id",
                "table_description": "A pool. `id` is that of the member that it is; `leaving` stays as it was declared.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="PoolPlace",
            fields=[
                ("id", _made_id()),
                ("pool_id", fields.UUIDField()),
                ("kind", fields.CharField(max_length=10)),
                ("member_id", fields.UUIDField()),
                ("role", fields.CharField(max_length=6)),
                ("may_redeem", fields.BooleanField()),
                ("contribution", fields.IntField()),
                ("state", fields.CharField(max_length=8)),
                ("invited_by", fields.UUIDField(null=True)),
                ("invited_at", _instant()),
                ("expires_at", _perhaps()),
                ("joined_at", _perhaps()),
                ("ended_at", _perhaps()),
            ],
            options={
                "table": "pool_places",
                "app": "pistis",
                "constraints": [
                    UniqueConstraint(
                        fields=("pool_id", "member_id"),
                        name="one_place_in_a_pool",
                        condition="state in ('INVITED', 'JOINED')",
                    ),
                    UniqueConstraint(
                        fields=("member_id", "kind"),
                        name="one_pool_of_a_kind",
                        condition="state = 'JOINED'",
                    ),
                    UniqueConstraint(
                        fields=("pool_id",),
                        name="one_owner_of_a_pool",
                        condition="role = 'OWNER' and state = 'JOINED'",
                    ),
                    CheckConstraint(check="role in ('OWNER', 'MEMBER')", name="place_role"),
                    CheckConstraint(
                        check="state in ('INVITED', 'JOINED', 'DECLINED', 'LEFT', 'REMOVED', 'CLOSED')",
                        name="place_state",
                    ),
                    CheckConstraint(
                        check="contribution between 0 and 10000",
                        name="place_contribution_is_a_part",
                    ),
                ],
                "indexes": [Index(fields=["member_id", "state"])],
                "pk_attr": "id",
                "table_description": "A member's place in a pool. `kind` is the pool's; `contribution` in basis points.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="PoolContribution",
            fields=[
                ("id", _id()),
                ("place_id", fields.UUIDField(db_index=True)),
                ("pool_id", fields.UUIDField()),
                ("member_id", fields.UUIDField()),
                ("earning_id", fields.UUIDField()),
                ("order_id", fields.UUIDField(null=True, db_index=True)),
                ("unit", fields.CharField(max_length=40)),
                ("contribution", fields.IntField()),
                ("earned", fields.BigIntField()),
                ("points", fields.BigIntField()),
                ("returned", fields.BigIntField(db_default=0)),
                ("arrived_id", fields.UUIDField()),
                ("at", _instant()),
            ],
            options={
                "table": "pool_contributions",
                "app": "pistis",
                "constraints": [
                    UniqueConstraint(
                        fields=("earning_id", "pool_id"), name="one_contribution_an_earning"
                    ),
                    CheckConstraint(
                        check="points > 0 and returned between 0 and points",
                        name="contribution_returned_at_most_once",
                    ),
                ],
                "pk_attr": "id",
                "table_description": "What went to a pool of one earning. `id`: the transaction that took it of the member.",
            },
            bases=["Model"],
        ),
        ops.RunSQL(SQL.read_text()),
    ]
