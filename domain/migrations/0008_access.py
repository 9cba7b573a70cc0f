"""Signing keys that rotate, identities of other issuers, keys that end, what is good for trial."""

from datetime import datetime
from pathlib import Path

from tortoise import fields, migrations
from tortoise.fields.db_defaults import Now
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import UniqueConstraint

from domain.ids import uuid7

SQL = Path(__file__).parent / "sql" / "0008_access.sql"


def _instant() -> "fields.DatetimeField[datetime | None]":
    return fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)


def _now() -> "fields.DatetimeField[datetime]":
    return fields.DatetimeField(db_default=Now(), auto_now=False, auto_now_add=False)


class Migration(migrations.Migration):
    dependencies = [("pistis", "0007_chain")]
    initial = False
    operations = [
        ops.CreateModel(
            name="Identity",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=uuid7, unique=True, db_index=True),
                ),
                ("issuer", fields.CharField(max_length=255)),
                ("subject", fields.CharField(max_length=255)),
                ("member_id", fields.UUIDField(null=True, db_index=True)),
                ("created_at", _now()),
                ("signed_out_at", _instant()),
            ],
            options={
                "table": "identities",
                "app": "pistis",
                "constraints": [
                    UniqueConstraint(fields=("issuer", "subject"), name="one_identity_a_subject"),
                ],
                "pk_attr": "id",
                "table_description": "Somebody as a configured OIDC issuer knows them: (issuer, subject), never an e-mail.",
            },
            bases=["Model"],
        ),
        ops.AddField(model_name="AccessKey", name="expires_at", field=_instant()),
        ops.AddField(model_name="AccessKey", name="used_at", field=_instant()),
        ops.AddField(
            model_name="AccessKey", name="is_trial", field=fields.BooleanField(db_default=False)
        ),
        ops.AddField(model_name="Challenge", name="tried_at", field=_instant()),
        ops.AddField(
            model_name="Session", name="is_trial", field=fields.BooleanField(db_default=False)
        ),
        ops.AddField(model_name="SigningKey", name="signs_from", field=_now()),
        ops.AddField(model_name="SigningKey", name="revoked_at", field=_instant()),
        ops.RunSQL(SQL.read_text()),
    ]
