"""Tables of members. What is personal stands in `profiles`, and where a table says so."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from domain.ids import uuid7


class Member(Model):
    """A member without a name: what the ledger and the rules know.

    `version` rises with every change that a cached answer could show; `sequence` is that of the
    last notification. Both move under this row's lock, so they are in the order of commits.

    A tier is kept until `tier_until` (null: it is not lost), by hand until `tier_fixed_until`; at
    `tier_review_at` the points of `tier_counted_from` to `tier_counted_to` decide. All these are
    of the tier that was come to at `tier_reviewed_for`, and say nothing of another. A member that
    is MERGED lives on `merged_into` another, who is MERGED into nobody.
    """

    id: UUID = fields.UUIDField(primary_key=True, default=uuid7)
    number: str = fields.CharField(max_length=12)
    state: str = fields.CharField(max_length=10, default="ACTIVE")
    joined_at: datetime = fields.DatetimeField()
    language: str = fields.CharField(max_length=12, default="en")
    time_zone: str | None = fields.CharField(max_length=40, null=True)
    terms_version: int = fields.IntField()
    terms_accepted_at: datetime = fields.DatetimeField()
    referral_code: str = fields.CharField(max_length=12)
    tier: str = fields.CharField(max_length=40)
    tier_since: datetime = fields.DatetimeField()
    tier_until: datetime | None = fields.DatetimeField(null=True)
    tier_warned_for: datetime | None = fields.DatetimeField(null=True)
    tier_fixed_until: datetime | None = fields.DatetimeField(null=True)
    tier_counted_from: date | None = fields.DateField(null=True)
    tier_counted_to: date | None = fields.DateField(null=True)
    tier_review_at: datetime | None = fields.DatetimeField(null=True)
    tier_reviewed_for: datetime | None = fields.DatetimeField(null=True)
    order_count: int = fields.IntField(default=0)
    version: int = fields.BigIntField(default=1)
    sequence: int = fields.BigIntField(default=0)
    read_sequence: int = fields.BigIntField(default=0)
    merged_into: UUID | None = fields.UUIDField(null=True)

    class Meta:
        table = "members"
        constraints = [
            UniqueConstraint(fields=("number",), name="one_member_a_number"),
            UniqueConstraint(fields=("referral_code",), name="one_member_a_referral_code"),
            CheckConstraint(
                check="state in ('ACTIVE', 'BLOCKED', 'OPTED_OUT', 'MERGED', 'ERASED')",
                name="member_state",
            ),
            CheckConstraint(
                check="read_sequence between 0 and sequence", name="member_reads_what_was_sent"
            ),
            CheckConstraint(
                check="merged_into is null or state = 'MERGED' and merged_into <> id",
                name="merged_into_another",
            ),
        ]


class Profile(Model):
    """Who a member is. E-mails are kept in lower case, phones as E.164.

    `attributes`: by the names that the programme declares, with their values as JSON has them;
    days as ISO 8601.
    """

    member: fields.OneToOneRelation[Member] = fields.OneToOneField(
        "pistis.Member", related_name="profile", primary_key=True, on_delete=fields.RESTRICT
    )
    first_name: str | None = fields.CharField(max_length=80, null=True)
    last_name: str | None = fields.CharField(max_length=80, null=True)
    email: str | None = fields.CharField(max_length=320, null=True)
    phone: str | None = fields.CharField(max_length=20, null=True)
    external_id: str | None = fields.CharField(max_length=64, null=True)
    birth_month: int | None = fields.SmallIntField(null=True)
    birth_day: int | None = fields.SmallIntField(null=True)
    birth_year: int | None = fields.SmallIntField(null=True)
    sex: str | None = fields.CharField(max_length=6, null=True)
    interests: Any = fields.JSONField(db_default="[]")
    quiet_from: str | None = fields.CharField(max_length=5, null=True)
    quiet_until: str | None = fields.CharField(max_length=5, null=True)
    birthday_changed_at: datetime | None = fields.DatetimeField(null=True)
    birthday_cleared_at: datetime | None = fields.DatetimeField(null=True)
    country: str | None = fields.CharField(max_length=2, null=True)
    region: str | None = fields.CharField(max_length=80, null=True)
    postcode: str | None = fields.CharField(max_length=16, null=True)
    income_band: str | None = fields.CharField(max_length=40, null=True)
    attributes: Any = fields.JSONField(db_default="{}")

    class Meta:
        table = "profiles"
        constraints = [
            UniqueConstraint(fields=("email",), name="one_member_an_email"),
            UniqueConstraint(fields=("phone",), name="one_member_a_phone"),
            UniqueConstraint(fields=("external_id",), name="one_member_an_external_id"),
            CheckConstraint(check="email = lower(email)", name="email_in_lower_case"),
            CheckConstraint(
                check="(birth_month is null) = (birth_day is null)", name="birthday_has_both"
            ),
            CheckConstraint(check="country ~ '^[A-Z]{2}$'", name="country_has_a_code"),
            CheckConstraint(
                check="jsonb_typeof(attributes) = 'object'", name="attributes_have_names"
            ),
        ]


class BirthdayDate(Model):
    """When a member's birthday was told, and when it was last changed; kept by a trigger.

    `changed_at`: another date, or none, stood there before. Not the date itself.
    """

    member: fields.OneToOneRelation[Member] = fields.OneToOneField(
        "pistis.Member", related_name="birthday_date", primary_key=True, on_delete=fields.RESTRICT
    )
    set_at: datetime = fields.DatetimeField()
    changed_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "birthday_dates"


class ProfileQuestion(Model):
    """A question about a member that it put off, or was thanked for: once for ever."""

    id: UUID = fields.UUIDField(primary_key=True, default=uuid7)
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "pistis.Member", related_name="profile_questions", on_delete=fields.RESTRICT
    )
    name: str = fields.CharField(max_length=40)
    skipped_at: datetime | None = fields.DatetimeField(null=True)
    thanked_at: datetime | None = fields.DatetimeField(null=True)
    transaction_id: UUID | None = fields.UUIDField(null=True)

    class Meta:
        table = "profile_questions"
        constraints = [
            UniqueConstraint(fields=("member_id", "name"), name="one_question_a_name"),
            CheckConstraint(
                check="transaction_id is null or thanked_at is not null",
                name="question_thanked_by",
            ),
        ]


class ProfileChange(Model):
    """Somebody else changed a member's profile: what of it, by name."""

    id: UUID = fields.UUIDField(primary_key=True, default=uuid7)
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "pistis.Member", related_name="profile_changes", on_delete=fields.RESTRICT
    )
    names: Any = fields.JSONField()
    actor: str = fields.CharField(max_length=80)
    at: datetime = fields.DatetimeField()

    class Meta:
        table = "profile_changes"
        indexes = [("member_id", "at")]


class Greeting(Model):
    """A birthday or an anniversary that was kept: `year` is that of the day, not of the giving."""

    id: UUID = fields.UUIDField(primary_key=True, default=uuid7)
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "pistis.Member", related_name="greetings", on_delete=fields.RESTRICT
    )
    occasion: str = fields.CharField(max_length=12)
    year: int = fields.SmallIntField()
    given_on: date = fields.DateField()
    transaction_id: UUID | None = fields.UUIDField(null=True)

    class Meta:
        table = "greetings"
        constraints = [
            UniqueConstraint(fields=("member_id", "occasion", "year"), name="one_greeting_a_year"),
            CheckConstraint(
                check="occasion in ('BIRTHDAY', 'ANNIVERSARY')", name="greeting_occasion"
            ),
        ]


class Consent(Model):
    """What a member allows, for a channel and a purpose; as last said."""

    id: UUID = fields.UUIDField(primary_key=True, default=uuid7)
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "pistis.Member", related_name="consents", on_delete=fields.RESTRICT
    )
    channel: str = fields.CharField(max_length=10)
    purpose: str = fields.CharField(max_length=10)
    given: bool = fields.BooleanField()
    at: datetime = fields.DatetimeField()

    class Meta:
        table = "consents"
        constraints = [
            UniqueConstraint(
                fields=("member_id", "channel", "purpose"), name="one_consent_a_purpose"
            )
        ]


class Preference(Model):
    """Through which channels a member wants to hear of a topic."""

    id: UUID = fields.UUIDField(primary_key=True, default=uuid7)
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "pistis.Member", related_name="preferences", on_delete=fields.RESTRICT
    )
    topic: str = fields.CharField(max_length=10)
    channels: Any = fields.JSONField()

    class Meta:
        table = "preferences"
        constraints = [
            UniqueConstraint(fields=("member_id", "topic"), name="one_preference_a_topic")
        ]


class LostCard(Model):
    """A number that was a member's, until its card was lost: good for nothing any more."""

    number: str = fields.CharField(max_length=12, primary_key=True)
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "pistis.Member", related_name="lost_cards", on_delete=fields.RESTRICT
    )
    reason: str = fields.CharField(max_length=10)
    at: datetime = fields.DatetimeField()

    class Meta:
        table = "lost_cards"
        constraints = [
            CheckConstraint(
                check="reason in ('LOST', 'STOLEN', 'DAMAGED')", name="lost_card_reason"
            )
        ]


class StateChange(Model):
    """A member was blocked, left, came back or was erased; by whom. Personal: the reason."""

    id: UUID = fields.UUIDField(primary_key=True, default=uuid7)
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "pistis.Member", related_name="state_changes", on_delete=fields.RESTRICT
    )
    before: str = fields.CharField(max_length=10)
    state: str = fields.CharField(max_length=10)
    reason: str | None = fields.CharField(max_length=200, null=True)
    actor: str = fields.CharField(max_length=80)
    at: datetime = fields.DatetimeField()

    class Meta:
        table = "state_changes"
        indexes = [("member_id", "at")]
        constraints = [CheckConstraint(check="before <> state", name="state_changes_state")]


class Device(Model):
    """An installation of an app that can be sent pushes. Personal: the token."""

    id: UUID = fields.UUIDField(primary_key=True, default=uuid7)
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField(
        "pistis.Member", related_name="devices", on_delete=fields.RESTRICT
    )
    device_id: str = fields.CharField(max_length=64)
    platform: str = fields.CharField(max_length=10)
    push_token: str = fields.CharField(max_length=2048)
    at: datetime = fields.DatetimeField()

    class Meta:
        table = "devices"
        constraints = [
            UniqueConstraint(fields=("member_id", "device_id"), name="one_token_a_device"),
            UniqueConstraint(fields=("push_token",), name="one_device_a_token"),
            CheckConstraint(check="platform in ('IOS', 'ANDROID', 'WEB')", name="device_platform"),
        ]


class ErasedIdentifier(Model):
    """An identifier of somebody who was erased, as a keyed hash: who comes back is not new."""

    hash: str = fields.CharField(max_length=64, primary_key=True)
    at: datetime = fields.DatetimeField()

    class Meta:
        table = "erased_identifiers"
