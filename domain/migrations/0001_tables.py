"""All tables, as the models declare them."""

from uuid import uuid4

from orjson import loads
from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise.fields.db_defaults import Now
from tortoise.indexes import Index
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from domain.ids import uuid7


class Migration(migrations.Migration):
    initial = True

    operations = [
        ops.CreateModel(
            name="AccessKey",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=uuid7, unique=True, db_index=True),
                ),
                ("kind", fields.CharField(max_length=8)),
                ("name", fields.CharField(max_length=80)),
                ("roles", fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ("secret_hash", fields.CharField(max_length=64)),
                (
                    "created_at",
                    fields.DatetimeField(db_default=Now(), auto_now=False, auto_now_add=False),
                ),
                ("revoked_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "access_keys",
                "app": "pistis",
                "constraints": [
                    CheckConstraint(check="kind in ('SERVICE', 'STAFF')", name="access_key_kind"),
                    UniqueConstraint(fields=("secret_hash",), name="one_key_a_secret"),
                ],
                "pk_attr": "id",
                "table_description": "The key of a shop system, a till or a person on the team; only its hash is kept.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Challenge",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=uuid7, unique=True, db_index=True),
                ),
                ("channel", fields.CharField(max_length=5)),
                ("address", fields.CharField(max_length=320)),
                ("code_hash", fields.CharField(max_length=64)),
                ("tries", fields.SmallIntField(default=0)),
                (
                    "created_at",
                    fields.DatetimeField(db_default=Now(), auto_now=False, auto_now_add=False),
                ),
                ("expires_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("used_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "challenges",
                "app": "pistis",
                "constraints": [
                    CheckConstraint(
                        check="channel in ('phone', 'email')", name="challenge_channel"
                    ),
                    CheckConstraint(check="tries between 0 and 5", name="challenge_tries_bounded"),
                ],
                "indexes": [Index(fields=["address", "created_at"])],
                "pk_attr": "id",
                "table_description": "A one-time code that was sent to an address. Personal: the address.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Clock",
            fields=[
                (
                    "id",
                    fields.IntField(generated=True, primary_key=True, unique=True, db_index=True),
                ),
                ("ahead_seconds", fields.BigIntField(default=0)),
            ],
            options={
                "table": "clock",
                "app": "pistis",
                "pk_attr": "id",
                "table_description": "One row: how far the business clock runs ahead of the wall clock (0 but in trials).",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="IdempotencyKey",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("actor", fields.CharField(max_length=80)),
                ("mutation", fields.CharField(max_length=40)),
                ("key", fields.CharField(max_length=64)),
                ("fingerprint", fields.CharField(max_length=64)),
                ("result", fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads)),
                (
                    "created_at",
                    fields.DatetimeField(
                        db_index=True, db_default=Now(), auto_now=False, auto_now_add=False
                    ),
                ),
            ],
            options={
                "table": "idempotency_keys",
                "app": "pistis",
                "constraints": [
                    UniqueConstraint(fields=("actor", "mutation", "key"), name="one_effect_a_key")
                ],
                "pk_attr": "id",
                "table_description": "What a key stands for. `result` has ids, numbers and error codes, nothing personal.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Member",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=uuid7, unique=True, db_index=True),
                ),
                ("number", fields.CharField(max_length=12)),
                ("state", fields.CharField(default="ACTIVE", max_length=10)),
                ("joined_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("language", fields.CharField(default="en", max_length=12)),
                ("time_zone", fields.CharField(null=True, max_length=40)),
                ("terms_version", fields.IntField()),
                ("terms_accepted_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("referral_code", fields.CharField(max_length=12)),
                ("tier", fields.CharField(max_length=40)),
                ("tier_since", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("order_count", fields.IntField(default=0)),
                ("version", fields.BigIntField(default=1)),
                ("sequence", fields.BigIntField(default=0)),
                ("read_sequence", fields.BigIntField(default=0)),
            ],
            options={
                "table": "members",
                "app": "pistis",
                "constraints": [
                    UniqueConstraint(fields=("number",), name="one_member_a_number"),
                    UniqueConstraint(fields=("referral_code",), name="one_member_a_referral_code"),
                    CheckConstraint(
                        check="state in ('ACTIVE', 'BLOCKED', 'OPTED_OUT', 'MERGED', 'ERASED')",
                        name="member_state",
                    ),
                    CheckConstraint(
                        check="read_sequence between 0 and sequence",
                        name="member_reads_what_was_sent",
                    ),
                ],
                "pk_attr": "id",
                "table_description": "A member without a name: what the ledger and the rules know.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Case",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=uuid7, unique=True, db_index=True),
                ),
                (
                    "member",
                    fields.ForeignKeyField(
                        "pistis.Member",
                        source_field="member_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="cases",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("kind", fields.CharField(max_length=10)),
                ("subject", fields.CharField(max_length=200)),
                ("state", fields.CharField(default="OPEN", max_length=10)),
                ("order_id", fields.UUIDField(null=True)),
                ("survey_id", fields.UUIDField(null=True)),
                ("owner_id", fields.UUIDField(null=True)),
                ("opened_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("due_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "cases",
                "app": "pistis",
                "constraints": [
                    CheckConstraint(
                        check="state in ('OPEN', 'WAITING', 'ANSWERED', 'CLOSED')",
                        name="case_state",
                    ),
                    CheckConstraint(
                        check="kind in ('COMPLAINT', 'PRAISE', 'IDEA', 'QUESTION', 'DETRACTOR')",
                        name="case_kind",
                    ),
                ],
                "indexes": [
                    Index(fields=["state", "due_at", "id"]),
                    Index(fields=["member_id", "opened_at", "id"]),
                ],
                "pk_attr": "id",
                "table_description": "A member has something to say and somebody answers. WAITING is for the member to reply.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="CaseMessage",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=uuid7, unique=True, db_index=True),
                ),
                (
                    "case",
                    fields.ForeignKeyField(
                        "pistis.Case",
                        source_field="case_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="messages",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("from_member", fields.BooleanField()),
                ("author_id", fields.UUIDField(null=True)),
                ("text", fields.TextField(unique=False)),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "case_messages",
                "app": "pistis",
                "indexes": [Index(fields=["case_id", "at", "id"])],
                "pk_attr": "id",
                "table_description": "One message of a case; from the member, or from the team (`author_id`: whose key).",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Consent",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=uuid7, unique=True, db_index=True),
                ),
                (
                    "member",
                    fields.ForeignKeyField(
                        "pistis.Member",
                        source_field="member_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="consents",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("channel", fields.CharField(max_length=10)),
                ("purpose", fields.CharField(max_length=10)),
                ("given", fields.BooleanField()),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "consents",
                "app": "pistis",
                "constraints": [
                    UniqueConstraint(
                        fields=("member_id", "channel", "purpose"), name="one_consent_a_purpose"
                    )
                ],
                "pk_attr": "id",
                "table_description": "What a member allows, for a channel and a purpose; as last said.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Lot",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=uuid4, unique=True, db_index=True),
                ),
                (
                    "member",
                    fields.ForeignKeyField(
                        "pistis.Member",
                        source_field="member_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="lots",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("unit", fields.CharField(max_length=40)),
                ("points", fields.BigIntField()),
                ("remaining", fields.BigIntField()),
                ("earned_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("expires_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "lots",
                "app": "pistis",
                "constraints": [
                    CheckConstraint(
                        check="points > 0 and remaining between 0 and points",
                        name="lot_spent_at_most_once",
                    )
                ],
                "pk_attr": "id",
                "table_description": "Points that were earned together and expire together. `id` is that of its transaction.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Notification",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=uuid7, unique=True, db_index=True),
                ),
                (
                    "member",
                    fields.ForeignKeyField(
                        "pistis.Member",
                        source_field="member_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="notifications",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("sequence", fields.BigIntField()),
                ("kind", fields.CharField(max_length=20)),
                ("args", fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("read_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "notifications",
                "app": "pistis",
                "constraints": [
                    UniqueConstraint(fields=("member_id", "sequence"), name="told_without_gaps"),
                    CheckConstraint(check="sequence > 0", name="sequence_from_one"),
                ],
                "pk_attr": "id",
                "table_description": "One thing that a member is told. `sequence` counts a member's notifications without a gap.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Offer",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=uuid7, unique=True, db_index=True),
                ),
                ("code", fields.CharField(max_length=40)),
                ("kind", fields.CharField(max_length=12)),
                ("title", fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ("text", fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads)),
                ("image_url", fields.CharField(null=True, max_length=400)),
                ("unit", fields.CharField(max_length=40)),
                ("points", fields.BigIntField()),
                ("when", fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads)),
                ("tiers", fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads)),
                ("starts_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("ends_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("per_member_limit", fields.IntField(default=1)),
            ],
            options={
                "table": "offers",
                "app": "pistis",
                "constraints": [
                    UniqueConstraint(fields=("code",), name="one_offer_a_code"),
                    CheckConstraint(check="points > 0", name="offer_gives_points"),
                    CheckConstraint(check="starts_at < ends_at", name="offer_has_a_window"),
                ],
                "indexes": [Index(fields=["ends_at", "id"])],
                "pk_attr": "id",
                "table_description": "Points for an order that meets `when` (a condition; None: any order). Texts by language.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="OfferUse",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=uuid7, unique=True, db_index=True),
                ),
                (
                    "offer",
                    fields.ForeignKeyField(
                        "pistis.Offer",
                        source_field="offer_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="uses",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("member_id", fields.UUIDField()),
                ("order_id", fields.UUIDField()),
            ],
            options={
                "table": "offer_uses",
                "app": "pistis",
                "constraints": [
                    UniqueConstraint(fields=("offer_id", "order_id"), name="one_use_an_order")
                ],
                "indexes": [Index(fields=["member_id", "offer_id"])],
                "pk_attr": "id",
                "table_description": "An order that an offer rewarded.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Order",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=uuid7, unique=True, db_index=True),
                ),
                ("source", fields.CharField(max_length=64)),
                ("reference", fields.CharField(max_length=64)),
                ("member_id", fields.UUIDField(null=True)),
                ("state", fields.CharField(max_length=15)),
                ("occurred_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("recorded_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("currency", fields.CharField(max_length=3)),
                ("total", fields.BigIntField()),
                ("programme_version", fields.IntField()),
                ("content_hash", fields.CharField(max_length=64)),
                ("claim_code", fields.CharField(null=True, max_length=16)),
                ("document", fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
            ],
            options={
                "table": "orders",
                "app": "pistis",
                "constraints": [
                    UniqueConstraint(fields=("source", "reference"), name="one_order_a_reference"),
                    UniqueConstraint(
                        fields=("claim_code",),
                        name="one_order_a_claim_code",
                        condition="claim_code is not null",
                    ),
                    CheckConstraint(check="total >= 0", name="order_total_never_negative"),
                ],
                "indexes": [Index(fields=["member_id", "occurred_at", "id"])],
                "pk_attr": "id",
                "table_description": "One purchase. (source, reference) names it for ever; no member: nobody has claimed it yet.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="OutboxEvent",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("kind", fields.CharField(max_length=40)),
                ("payload", fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                (
                    "created_at",
                    fields.DatetimeField(db_default=Now(), auto_now=False, auto_now_add=False),
                ),
            ],
            options={
                "table": "outbox",
                "app": "pistis",
                "pk_attr": "id",
                "table_description": "One fact. Column `xid` (xid8, added by hand) is the transaction that wrote it.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="OutboxFailure",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("reader", fields.CharField(max_length=40)),
                ("event_id", fields.BigIntField()),
                ("error", fields.CharField(max_length=200)),
                (
                    "failed_at",
                    fields.DatetimeField(db_default=Now(), auto_now=False, auto_now_add=False),
                ),
            ],
            options={
                "table": "outbox_failures",
                "app": "pistis",
                "pk_attr": "id",
                "table_description": "A fact that its reader could not digest: kept, so that the others need not wait for it.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="OutboxReader",
            fields=[
                (
                    "id",
                    fields.IntField(generated=True, primary_key=True, unique=True, db_index=True),
                ),
                ("name", fields.CharField(max_length=40)),
                ("xid", fields.BigIntField(default=0)),
                ("event_id", fields.BigIntField(default=0)),
            ],
            options={
                "table": "outbox_readers",
                "app": "pistis",
                "constraints": [UniqueConstraint(fields=("name",), name="one_place_a_reader")],
                "pk_attr": "id",
                "table_description": "How far a reader has come: everything up to (xid, event_id) is done.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Preference",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=uuid7, unique=True, db_index=True),
                ),
                (
                    "member",
                    fields.ForeignKeyField(
                        "pistis.Member",
                        source_field="member_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="preferences",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("topic", fields.CharField(max_length=10)),
                ("channels", fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
            ],
            options={
                "table": "preferences",
                "app": "pistis",
                "constraints": [
                    UniqueConstraint(fields=("member_id", "topic"), name="one_preference_a_topic")
                ],
                "pk_attr": "id",
                "table_description": "Through which channels a member wants to hear of a topic.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Profile",
            fields=[
                (
                    "member",
                    fields.OneToOneField(
                        "pistis.Member",
                        source_field="member_id",
                        primary_key=True,
                        db_index=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="profile",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("first_name", fields.CharField(null=True, max_length=80)),
                ("last_name", fields.CharField(null=True, max_length=80)),
                ("email", fields.CharField(null=True, max_length=320)),
                ("phone", fields.CharField(null=True, max_length=20)),
                ("external_id", fields.CharField(null=True, max_length=64)),
                ("birth_month", fields.SmallIntField(null=True)),
                ("birth_day", fields.SmallIntField(null=True)),
                ("birth_year", fields.SmallIntField(null=True)),
                ("sex", fields.CharField(null=True, max_length=6)),
                ("interests", fields.JSONField(db_default="[]", encoder=JSON_DUMPS, decoder=loads)),
                ("quiet_from", fields.CharField(null=True, max_length=5)),
                ("quiet_until", fields.CharField(null=True, max_length=5)),
            ],
            options={
                "table": "profiles",
                "app": "pistis",
                "constraints": [
                    UniqueConstraint(fields=("email",), name="one_member_an_email"),
                    UniqueConstraint(fields=("phone",), name="one_member_a_phone"),
                    UniqueConstraint(fields=("external_id",), name="one_member_an_external_id"),
                    CheckConstraint(check="email = lower(email)", name="email_in_lower_case"),
                    CheckConstraint(
                        check="(birth_month is null) = (birth_day is null)",
                        name="birthday_has_both",
                    ),
                ],
                "pk_attr": "member_id",
                "table_description": "Who a member is. E-mails are kept in lower case, phones as E.164.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ProgrammeVersion",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=uuid7, unique=True, db_index=True),
                ),
                ("number", fields.IntField()),
                ("document", fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ("document_hash", fields.CharField(max_length=64)),
                (
                    "created_at",
                    fields.DatetimeField(db_default=Now(), auto_now=False, auto_now_add=False),
                ),
                (
                    "published_at",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
                (
                    "effective_from",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
            ],
            options={
                "table": "programme_versions",
                "app": "pistis",
                "constraints": [
                    UniqueConstraint(fields=("number",), name="one_version_a_number"),
                    CheckConstraint(
                        check="(published_at is null) = (effective_from is null)",
                        name="published_means_dated",
                    ),
                ],
                "pk_attr": "id",
                "table_description": "One document. In force from `effective_from` until the next published one is.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="QualifyingDay",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "member",
                    fields.ForeignKeyField(
                        "pistis.Member",
                        source_field="member_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="qualifying_days",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("day", fields.DateField()),
                ("points", fields.BigIntField()),
            ],
            options={
                "table": "qualifying_days",
                "app": "pistis",
                "constraints": [
                    UniqueConstraint(fields=("member_id", "day"), name="one_sum_a_day")
                ],
                "pk_attr": "id",
                "table_description": "Qualifying points of one day in the programme's zone: a window is at most its days long.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Referral",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=uuid7, unique=True, db_index=True),
                ),
                (
                    "referrer",
                    fields.ForeignKeyField(
                        "pistis.Member",
                        source_field="referrer_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="referrals",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "friend",
                    fields.ForeignKeyField(
                        "pistis.Member",
                        source_field="friend_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="referred",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("state", fields.CharField(default="JOINED", max_length=10)),
                ("order_id", fields.UUIDField(null=True)),
                ("joined_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "rewarded_at",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
            ],
            options={
                "table": "referrals",
                "app": "pistis",
                "constraints": [
                    UniqueConstraint(fields=("friend_id",), name="one_referral_a_friend"),
                    CheckConstraint(check="referrer_id <> friend_id", name="nobody_refers_himself"),
                    CheckConstraint(check="state in ('JOINED', 'REWARDED')", name="referral_state"),
                ],
                "indexes": [Index(fields=["referrer_id", "joined_at", "id"])],
                "pk_attr": "id",
                "table_description": "A friend who joined by a member's code. REWARDED with the friend's first order.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="RefreshToken",
            fields=[
                (
                    "hash",
                    fields.CharField(primary_key=True, unique=True, db_index=True, max_length=64),
                ),
                ("session_id", fields.UUIDField(db_index=True)),
                (
                    "created_at",
                    fields.DatetimeField(db_default=Now(), auto_now=False, auto_now_add=False),
                ),
                ("used_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "refresh_tokens",
                "app": "pistis",
                "pk_attr": "hash",
                "table_description": "A refresh token, by its hash: good once.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Reward",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=uuid7, unique=True, db_index=True),
                ),
                ("code", fields.CharField(max_length=40)),
                ("kind", fields.CharField(max_length=15)),
                ("title", fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ("text", fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads)),
                ("image_url", fields.CharField(null=True, max_length=400)),
                ("unit", fields.CharField(max_length=40)),
                ("price", fields.BigIntField()),
                ("stock", fields.BigIntField(null=True)),
                ("per_member_limit", fields.IntField(null=True)),
                ("tiers", fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads)),
                (
                    "available_from",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
                (
                    "available_until",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
                ("voucher_days", fields.IntField(default=90)),
                ("rank", fields.IntField(default=0)),
                ("cost", fields.BigIntField(null=True)),
            ],
            options={
                "table": "rewards",
                "app": "pistis",
                "constraints": [
                    UniqueConstraint(fields=("code",), name="one_reward_a_code"),
                    CheckConstraint(check="price > 0", name="reward_has_a_price"),
                    CheckConstraint(check="stock >= 0", name="stock_never_negative"),
                    CheckConstraint(check="per_member_limit > 0", name="limit_lets_one_through"),
                ],
                "indexes": [Index(fields=["rank", "id"])],
                "pk_attr": "id",
                "table_description": "Something that points buy. No stock: as many as asked for. Texts by language.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="RuleUse",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("member_id", fields.UUIDField()),
                ("rule", fields.CharField(max_length=40)),
                ("period", fields.CharField(max_length=20)),
                ("points", fields.BigIntField()),
            ],
            options={
                "table": "rule_uses",
                "app": "pistis",
                "constraints": [
                    UniqueConstraint(
                        fields=("member_id", "rule", "period"), name="one_count_a_period"
                    )
                ],
                "pk_attr": "id",
                "table_description": "What a rule with a limit has given a member in one of the limit's periods.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Session",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=uuid7, unique=True, db_index=True),
                ),
                ("member_id", fields.UUIDField(null=True, db_index=True)),
                ("challenge_id", fields.UUIDField(null=True)),
                ("device_id", fields.CharField(null=True, max_length=64)),
                (
                    "created_at",
                    fields.DatetimeField(db_default=Now(), auto_now=False, auto_now_add=False),
                ),
                (
                    "used_at",
                    fields.DatetimeField(db_default=Now(), auto_now=False, auto_now_add=False),
                ),
                ("expires_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("ended_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "sessions",
                "app": "pistis",
                "pk_attr": "id",
                "table_description": "One signed-in app; of a member, or of an address that is not enrolled yet.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="SigningKey",
            fields=[
                (
                    "kid",
                    fields.CharField(primary_key=True, unique=True, db_index=True, max_length=32),
                ),
                ("private_pem", fields.TextField(unique=False)),
                ("public_jwk", fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                (
                    "created_at",
                    fields.DatetimeField(db_default=Now(), auto_now=False, auto_now_add=False),
                ),
            ],
            options={
                "table": "signing_keys",
                "app": "pistis",
                "pk_attr": "kid",
                "table_description": "A key that signs access tokens; the private half is encrypted.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Survey",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=uuid7, unique=True, db_index=True),
                ),
                ("code", fields.CharField(max_length=40)),
                ("title", fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ("text", fields.JSONField(null=True, encoder=JSON_DUMPS, decoder=loads)),
                ("questions", fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ("thanks", fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ("thanks_unit", fields.CharField(null=True, max_length=40)),
                ("thanks_points", fields.BigIntField(null=True)),
                ("starts_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("ends_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "surveys",
                "app": "pistis",
                "constraints": [
                    UniqueConstraint(fields=("code",), name="one_survey_a_code"),
                    CheckConstraint(
                        check="(thanks_unit is null) = (thanks_points is null)",
                        name="thanks_in_a_unit",
                    ),
                ],
                "pk_attr": "id",
                "table_description": "Questions to members. `questions`: id, kind, text by language, required, scale, choices.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="SurveyAnswer",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=uuid7, unique=True, db_index=True),
                ),
                (
                    "survey",
                    fields.ForeignKeyField(
                        "pistis.Survey",
                        source_field="survey_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="answers",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "member",
                    fields.ForeignKeyField(
                        "pistis.Member",
                        source_field="member_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="answers",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("answers", fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                ("nps", fields.SmallIntField(null=True)),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "survey_answers",
                "app": "pistis",
                "constraints": [
                    UniqueConstraint(fields=("survey_id", "member_id"), name="one_answer_a_member"),
                    CheckConstraint(check="nps between 0 and 10", name="nps_from_0_to_10"),
                ],
                "pk_attr": "id",
                "table_description": "One member's answers to one survey: scores and choices. `nps` is the NPS score, 0 to 10.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="SurveyText",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=uuid7, unique=True, db_index=True),
                ),
                (
                    "answer",
                    fields.ForeignKeyField(
                        "pistis.SurveyAnswer",
                        source_field="answer_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="texts",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("question", fields.CharField(max_length=40)),
                ("text", fields.TextField(unique=False)),
            ],
            options={
                "table": "survey_texts",
                "app": "pistis",
                "pk_attr": "id",
                "table_description": "What a member wrote in a survey.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="TierMove",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=uuid7, unique=True, db_index=True),
                ),
                (
                    "member",
                    fields.ForeignKeyField(
                        "pistis.Member",
                        source_field="member_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="tier_moves",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("tier", fields.CharField(max_length=40)),
                ("cause", fields.CharField(max_length=10)),
                ("at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "tier_moves",
                "app": "pistis",
                "indexes": [Index(fields=["member_id", "at"])],
                "pk_attr": "id",
                "table_description": "A member came to a tier.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Transaction",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=uuid7, unique=True, db_index=True),
                ),
                (
                    "member",
                    fields.ForeignKeyField(
                        "pistis.Member",
                        source_field="member_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="transactions",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("unit", fields.CharField(max_length=40)),
                ("version", fields.BigIntField()),
                ("kind", fields.CharField(max_length=12)),
                ("points", fields.BigIntField()),
                ("balance_after", fields.BigIntField()),
                ("occurred_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("recorded_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("natural_key", fields.CharField(null=True, max_length=140)),
                ("order_id", fields.UUIDField(null=True)),
                ("voucher_id", fields.UUIDField(null=True)),
                ("reverses", fields.UUIDField(null=True)),
                ("programme_version", fields.IntField(null=True)),
                ("title", fields.JSONField(encoder=JSON_DUMPS, decoder=loads)),
                (
                    "explanation",
                    fields.JSONField(db_default="[]", encoder=JSON_DUMPS, decoder=loads),
                ),
            ],
            options={
                "table": "transactions",
                "app": "pistis",
                "constraints": [
                    UniqueConstraint(
                        fields=("member_id", "unit", "version"), name="statement_without_gaps"
                    ),
                    UniqueConstraint(
                        fields=("member_id", "natural_key", "unit"),
                        name="one_transaction_a_cause",
                        condition="natural_key is not null",
                    ),
                    UniqueConstraint(
                        fields=("reverses",), name="reversed_once", condition="reverses is not null"
                    ),
                    CheckConstraint(
                        check="balance_after >= 0", name="balance_after_never_negative"
                    ),
                    CheckConstraint(
                        check="kind in ('EARN', 'REDEEM', 'EXPIRE', 'ADJUST', 'GIVE_BACK')",
                        name="transaction_kind",
                    ),
                ],
                "pk_attr": "id",
                "table_description": "One movement of a balance, as the statement shows it.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Transfer",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                (
                    "transaction",
                    fields.ForeignKeyField(
                        "pistis.Transaction",
                        source_field="transaction_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="transfers",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("member_id", fields.UUIDField()),
                ("unit", fields.CharField(max_length=40)),
                ("debit", fields.CharField(max_length=10)),
                ("credit", fields.CharField(max_length=10)),
                ("points", fields.BigIntField()),
                (
                    "lot",
                    fields.ForeignKeyField(
                        "pistis.Lot",
                        source_field="lot_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="transfers",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
            ],
            options={
                "table": "transfers",
                "app": "pistis",
                "constraints": [
                    CheckConstraint(
                        check="points between 1 and 1000000000000000", name="transfer_moves_points"
                    ),
                    CheckConstraint(
                        check="debit in ('available', 'pending', 'held', 'debt', 'issuance', 'redemption', 'breakage') and credit in ('available', 'pending', 'held', 'debt', 'issuance', 'redemption', 'breakage') and debit <> credit",
                        name="transfer_between_two_accounts",
                    ),
                    CheckConstraint(
                        check="('available' in (debit, credit)) = (lot_id is not null)",
                        name="available_points_lie_in_lots",
                    ),
                ],
                "pk_attr": "id",
                "table_description": "Points from one account to another.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Voucher",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=uuid7, unique=True, db_index=True),
                ),
                ("member_id", fields.UUIDField()),
                (
                    "reward",
                    fields.ForeignKeyField(
                        "pistis.Reward",
                        source_field="reward_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="vouchers",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("code", fields.CharField(max_length=20)),
                ("state", fields.CharField(default="ISSUED", max_length=10)),
                ("unit", fields.CharField(max_length=40)),
                ("price", fields.BigIntField()),
                ("issued_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("expires_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("used_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("order_reference", fields.CharField(null=True, max_length=64)),
                (
                    "cancelled_at",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
            ],
            options={
                "table": "vouchers",
                "app": "pistis",
                "constraints": [
                    UniqueConstraint(fields=("code",), name="one_voucher_a_code"),
                    CheckConstraint(
                        check="state in ('ISSUED', 'USED', 'CANCELLED')", name="voucher_state"
                    ),
                    CheckConstraint(
                        check="(state = 'USED') = (used_at is not null) and (state = 'CANCELLED') = (cancelled_at is not null)",
                        name="voucher_ends_once",
                    ),
                ],
                "indexes": [
                    Index(fields=["member_id", "issued_at", "id"]),
                    Index(fields=["reward_id", "member_id"]),
                ],
                "pk_attr": "id",
                "table_description": "A reward that a member took; used once, or cancelled before use.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Wallet",
            fields=[
                (
                    "id",
                    fields.UUIDField(primary_key=True, default=uuid7, unique=True, db_index=True),
                ),
                (
                    "member",
                    fields.ForeignKeyField(
                        "pistis.Member",
                        source_field="member_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="wallets",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("unit", fields.CharField(max_length=40)),
                ("available", fields.BigIntField(default=0)),
                ("pending", fields.BigIntField(default=0)),
                ("held", fields.BigIntField(default=0)),
                ("debt", fields.BigIntField(default=0)),
                ("version", fields.BigIntField(default=0)),
                (
                    "next_expiry_at",
                    fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
                ),
            ],
            options={
                "table": "wallets",
                "app": "pistis",
                "constraints": [
                    UniqueConstraint(fields=("member_id", "unit"), name="one_wallet_a_unit"),
                    CheckConstraint(
                        check="available between 0 and 1000000000000000",
                        name="wallet_never_negative",
                    ),
                    CheckConstraint(
                        check="pending >= 0 and held >= 0 and debt >= 0",
                        name="wallet_parts_never_negative",
                    ),
                ],
                "pk_attr": "id",
                "table_description": "A member's points of one unit. `version` counts its transactions.",
            },
            bases=["Model"],
        ),
    ]
