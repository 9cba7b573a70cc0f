"""Tables of sign-in: codes, sessions, identities elsewhere, keys of services, staff and tokens."""

from datetime import datetime
from typing import Any
from uuid import UUID

from tortoise import fields
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint
from tortoise.models import Model

from domain.ids import uuid7


class Challenge(Model):
    """A one-time code that was sent to an address. Personal: the address."""

    id: UUID = fields.UUIDField(primary_key=True, default=uuid7)
    channel: str = fields.CharField(max_length=5)
    address: str = fields.CharField(max_length=320)
    code_hash: str = fields.CharField(max_length=64)
    tries: int = fields.SmallIntField(default=0)
    created_at: datetime = fields.DatetimeField(db_default=fields.Now())
    expires_at: datetime = fields.DatetimeField()
    used_at: datetime | None = fields.DatetimeField(null=True)
    tried_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "challenges"
        indexes = [("address", "created_at")]
        constraints = [
            CheckConstraint(check="channel in ('phone', 'email')", name="challenge_channel"),
            CheckConstraint(check="tries between 0 and 5", name="challenge_tries_bounded"),
        ]


class Session(Model):
    """One signed-in app; of a member, or of an address that is not enrolled yet.

    `is_trial`: opened in the explore profile, which shows codes to whoever looks; good only there.
    """

    id: UUID = fields.UUIDField(primary_key=True, default=uuid7)
    member_id: UUID | None = fields.UUIDField(null=True, db_index=True)
    challenge_id: UUID | None = fields.UUIDField(null=True)
    device_id: str | None = fields.CharField(max_length=64, null=True)
    created_at: datetime = fields.DatetimeField(db_default=fields.Now())
    used_at: datetime = fields.DatetimeField(db_default=fields.Now())
    expires_at: datetime = fields.DatetimeField()
    ended_at: datetime | None = fields.DatetimeField(null=True)
    is_trial: bool = fields.BooleanField(db_default=False)

    class Meta:
        table = "sessions"


class Identity(Model):
    """Somebody as a configured OIDC issuer knows them: (issuer, subject), never an e-mail.

    Tokens that were issued up to `signed_out_at` are refused. Personal: the subject.
    """

    id: UUID = fields.UUIDField(primary_key=True, default=uuid7)
    issuer: str = fields.CharField(max_length=255)
    subject: str = fields.CharField(max_length=255)
    member_id: UUID | None = fields.UUIDField(null=True, db_index=True)
    created_at: datetime = fields.DatetimeField(db_default=fields.Now())
    signed_out_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "identities"
        constraints = [
            UniqueConstraint(fields=("issuer", "subject"), name="one_identity_a_subject"),
        ]


class RefreshToken(Model):
    """A refresh token, by its hash: good once."""

    hash: str = fields.CharField(max_length=64, primary_key=True)
    session_id: UUID = fields.UUIDField(db_index=True)
    created_at: datetime = fields.DatetimeField(db_default=fields.Now())
    used_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "refresh_tokens"


class AccessKey(Model):
    """The key of a shop system, a till or a person on the team; only its hash is kept.

    `is_trial`: made for the demo out of the installation's secret, and good there only.
    """

    id: UUID = fields.UUIDField(primary_key=True, default=uuid7)
    kind: str = fields.CharField(max_length=8)
    name: str = fields.CharField(max_length=80)
    roles: Any = fields.JSONField()
    secret_hash: str = fields.CharField(max_length=64)
    created_at: datetime = fields.DatetimeField(db_default=fields.Now())
    revoked_at: datetime | None = fields.DatetimeField(null=True)
    expires_at: datetime | None = fields.DatetimeField(null=True)
    used_at: datetime | None = fields.DatetimeField(null=True)
    is_trial: bool = fields.BooleanField(db_default=False)

    class Meta:
        table = "access_keys"
        constraints = [
            CheckConstraint(check="kind in ('SERVICE', 'STAFF')", name="access_key_kind"),
            UniqueConstraint(fields=("secret_hash",), name="one_key_a_secret"),
        ]


class SigningKey(Model):
    """A key that signs access tokens; the private half is encrypted.

    The one that signs is that with the newest `signs_from` which has come.
    """

    kid: str = fields.CharField(max_length=32, primary_key=True)
    private_pem: str = fields.TextField()
    public_jwk: Any = fields.JSONField()
    created_at: datetime = fields.DatetimeField(db_default=fields.Now())
    signs_from: datetime = fields.DatetimeField(db_default=fields.Now())
    revoked_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "signing_keys"
