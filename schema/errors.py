"""Refusals as data: one interface, a type of its own only where the app needs more to act."""

from datetime import datetime
from typing import Any

import strawberry

from domain import errors, metrics
from domain.errors import ErrorCode
from domain.rewards.rules import RedeemabilityReason
from schema.enums import enum
from schema.scalars import Points

enum(
    ErrorCode,
    "What went against it; apps switch on it and keep an else branch.",
    INVALID_INPUT="A value that cannot be right; `path` leads to it.",
    NOT_FOUND="Nothing there that this caller may see.",
    NOT_ALLOWED="The caller's role or state does not permit it.",
    LIMIT_REACHED="As often, or as much, as the programme allows.",
    INSUFFICIENT_POINTS="Less in the wallet than the price: see InsufficientPointsError.",
    REWARD_UNAVAILABLE="The reward cannot be had now: see RewardUnavailableError.",
    VOUCHER_UNUSABLE="The voucher is used, cancelled or expired.",
    HOLD_EXPIRED="The hold's time is over; its points are the member's again.",
    HOLD_ENDED="The hold was captured or released before.",
    OVER_CAPTURE="More than the hold keeps.",
    ALREADY_REVERSED="This movement was reversed before.",
    QUOTE_EXPIRED="The quote's time is over: ask for a new one.",
    QUOTE_MISMATCH="The quote was made for another order or another member.",
    CODE_WRONG="Not the code that was sent; a few tries are left.",
    CODE_EXPIRED="The code is too old, used, or replaced by a newer one: request another.",
    TOO_MANY_TRIES="Tried too often: wait a while; for a wrong code, request a new one then.",
    SESSION_ENDED="The session is over: sign in again.",
    TERMS_OUTDATED="Accept the terms that are in force: `programme.current.termsVersion`.",
    ORDER_CONFLICT="An order of this source and reference exists with other contents.",
    ACTIVITY_CONFLICT="An activity of this source and reference exists with other contents.",
    NOTICE_REQUIRED="Members are worse off by it and are told before: the message says when.",
    FORECAST_REQUIRED="Nobody has looked at what it leads to: say why in `withoutForecastReason`.",
    IDEMPOTENCY_KEY_REUSED="The key came before with another input; nothing was done.",
    IDEMPOTENCY_IN_PROGRESS="The first with the key is still under way: send the same again.",
)


class Refusal:
    """A DomainError as a value: what is an exception itself would be raised out of the answer."""

    def __init__(self, error: errors.DomainError) -> None:
        self.error = error

    def __getattr__(self, name: str) -> Any:
        return getattr(self.error, name)


enum(
    RedeemabilityReason,
    "What stands between the member and a reward.",
    NOT_ENOUGH_POINTS="The wallet holds less than the price: see `pointsMissing`.",
    OUT_OF_STOCK="Nothing is left.",
    LIMIT_REACHED="The member had it as often as one may.",
    NOT_YOUR_TIER="It is for members of other tiers.",
    NOT_YET="It can be had later: see `availableFrom`.",
    NO_LONGER="Its time is over.",
)


@strawberry.interface(description="Why something was refused, and where in the input.")
class UserError:
    """Read off a DomainError."""

    code: ErrorCode = strawberry.field(description="What to switch on.")
    message: str = strawberry.field(
        description="For people who build the app: what is wrong and how to mend it."
    )
    path: list[str] = strawberry.field(
        description='Leads to the field at fault, as in ["input", "order", "lines", "0", "sku"].'
    )


@strawberry.type(description="A value that cannot be right, whoever sends it and whenever.")
class InvalidInputError(UserError):
    """Read off an InvalidInput."""

    @classmethod
    def is_type_of(cls, obj: Any, _info: Any) -> bool:
        return isinstance(obj.error, errors.InvalidInput)


@strawberry.type(description="Less in the wallet than the price.")
class InsufficientPointsError(UserError):
    """Read off an InsufficientPoints."""

    balance: Points = strawberry.field(description="Points in the wallet.")
    required: Points = strawberry.field(description="Points needed.")

    @classmethod
    def is_type_of(cls, obj: Any, _info: Any) -> bool:
        return isinstance(obj.error, errors.InsufficientPoints)


@strawberry.type(description="It was done not long ago, and cannot be done again yet.")
class TooSoonError(UserError):
    """Read off a TooSoon."""

    available_again_at: datetime = strawberry.field(description="From then on it can be done.")

    @classmethod
    def is_type_of(cls, obj: Any, _info: Any) -> bool:
        return isinstance(obj.error, errors.TooSoon)


@strawberry.type(description="The reward cannot be had now.")
class RewardUnavailableError(UserError):
    """Read off a RewardUnavailable."""

    reason: RedeemabilityReason = strawberry.field(description="Which condition is not met.")
    available_again_at: datetime | None = strawberry.field(
        description="From when it can be had; null when nobody knows."
    )

    @classmethod
    def is_type_of(cls, obj: Any, _info: Any) -> bool:
        return isinstance(obj.error, errors.RewardUnavailable)


@strawberry.type(
    description="The idempotency key came before with another input; nothing was done."
)
class IdempotencyConflictError(UserError):
    """Read off a KeyReused."""

    @classmethod
    def is_type_of(cls, obj: Any, _info: Any) -> bool:
        return isinstance(obj.error, errors.KeyReused)


@strawberry.type(
    description="The first request with the key is still under way; nothing was done by this one."
)
class IdempotencyInProgressError(UserError):
    """Read off an InProgress."""

    retry_after_seconds: int = strawberry.field(
        description="When to send the same again, with the same key: it gets the first answer."
    )

    @classmethod
    def is_type_of(cls, obj: Any, _info: Any) -> bool:
        return isinstance(obj.error, errors.InProgress)


@strawberry.type(description="Any other refusal: the code says it all.")
class RefusedError(UserError):
    """Read off every other DomainError."""

    @classmethod
    def is_type_of(cls, obj: Any, _info: Any) -> bool:
        return not isinstance(
            obj.error,
            (
                errors.InvalidInput,
                errors.InsufficientPoints,
                errors.RewardUnavailable,
                errors.TooSoon,
                errors.KeyReused,
                errors.InProgress,
            ),
        )


TYPES: list[Any] = [
    InvalidInputError,
    InsufficientPointsError,
    RewardUnavailableError,
    TooSoonError,
    IdempotencyConflictError,
    IdempotencyInProgressError,
    RefusedError,
]


@strawberry.type(description="What every mutation answers with.")
class Payload:
    """Base of all payloads: what is not given is null."""

    user_errors: list[Any] = strawberry.field(
        default_factory=list,
        graphql_type=list[UserError],
        description="Why nothing was done; empty when it was.",
    )

    def __post_init__(self) -> None:
        """Take DomainErrors."""
        for error in self.user_errors:
            metrics.refusals.labels(error.code).inc()
        self.user_errors = [Refusal(error) for error in self.user_errors]


@strawberry.type(description="What every mutation with an idempotency key answers with.")
class KeyedPayload(Payload):
    """Base of payloads of mutations that take an idempotency key."""

    replayed: bool | None = strawberry.field(
        default=None,
        description="True when this key has done its work before; null when nothing was done.",
    )
