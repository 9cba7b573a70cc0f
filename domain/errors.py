"""What can be refused, and why.

DomainError
├── InvalidInput            INVALID_INPUT
├── NotFound                NOT_FOUND       also: not yours; nobody learns which
├── NotAllowed              NOT_ALLOWED     the caller's role or state does not permit it
├── LimitReached            LIMIT_REACHED
│   └── TooSoon             the same, and it is known from when on it can be done
├── InsufficientPoints      INSUFFICIENT_POINTS
├── RewardUnavailable       REWARD_UNAVAILABLE
├── VoucherUnusable         VOUCHER_UNUSABLE
├── HoldExpired             HOLD_EXPIRED
├── HoldEnded               HOLD_ENDED
├── OverCapture             OVER_CAPTURE
├── AlreadyReversed         ALREADY_REVERSED
├── QuoteExpired            QUOTE_EXPIRED
├── QuoteMismatch           QUOTE_MISMATCH
├── CodeWrong               CODE_WRONG
├── CodeExpired             CODE_EXPIRED
├── TooManyTries            TOO_MANY_TRIES
│   └── RateLimited         the same, and it is known for how long
├── SessionEnded            SESSION_ENDED
├── TermsOutdated           TERMS_OUTDATED
├── OrderConflict           ORDER_CONFLICT
├── ActivityConflict        ACTIVITY_CONFLICT
├── NoticeRequired          NOTICE_REQUIRED
├── ForecastRequired        FORECAST_REQUIRED
├── KeyReused               IDEMPOTENCY_KEY_REUSED
└── InProgress              IDEMPOTENCY_IN_PROGRESS
Unauthenticated             no or bad token: the whole request is refused
PageTooLarge                a page argument out of bounds: likewise
Unavailable                 an engine is away or busy: nothing happened, try again
"""

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

Path = tuple[str, ...]


class ErrorCode(StrEnum):
    """What an app can switch on."""

    INVALID_INPUT = "INVALID_INPUT"
    NOT_FOUND = "NOT_FOUND"
    NOT_ALLOWED = "NOT_ALLOWED"
    LIMIT_REACHED = "LIMIT_REACHED"
    INSUFFICIENT_POINTS = "INSUFFICIENT_POINTS"
    REWARD_UNAVAILABLE = "REWARD_UNAVAILABLE"
    VOUCHER_UNUSABLE = "VOUCHER_UNUSABLE"
    HOLD_EXPIRED = "HOLD_EXPIRED"
    HOLD_ENDED = "HOLD_ENDED"
    OVER_CAPTURE = "OVER_CAPTURE"
    ALREADY_REVERSED = "ALREADY_REVERSED"
    QUOTE_EXPIRED = "QUOTE_EXPIRED"
    QUOTE_MISMATCH = "QUOTE_MISMATCH"
    CODE_WRONG = "CODE_WRONG"
    CODE_EXPIRED = "CODE_EXPIRED"
    TOO_MANY_TRIES = "TOO_MANY_TRIES"
    SESSION_ENDED = "SESSION_ENDED"
    TERMS_OUTDATED = "TERMS_OUTDATED"
    ORDER_CONFLICT = "ORDER_CONFLICT"
    ACTIVITY_CONFLICT = "ACTIVITY_CONFLICT"
    NOTICE_REQUIRED = "NOTICE_REQUIRED"
    FORECAST_REQUIRED = "FORECAST_REQUIRED"
    IDEMPOTENCY_KEY_REUSED = "IDEMPOTENCY_KEY_REUSED"
    IDEMPOTENCY_IN_PROGRESS = "IDEMPOTENCY_IN_PROGRESS"


class DomainError(Exception):
    """A refusal that the caller can understand and mend. `path` leads to the field at fault."""

    code: ClassVar[ErrorCode] = ErrorCode.INVALID_INPUT

    def __init__(self, message: str, path: Path = ()) -> None:
        super().__init__(message)
        self.message = message
        self.path = path

    def under(self, *prefix: str) -> "DomainError":
        """The same refusal, seen from further out."""
        self.path = (*prefix, *self.path)
        return self

    def details(self) -> dict[str, Any]:
        """What a stored refusal keeps beside code, message and path."""
        return {}


class InvalidInput(DomainError):
    """A value that cannot be right, whoever sends it and whenever."""


class NotFound(DomainError):
    """Nothing there that this caller may see."""

    code = ErrorCode.NOT_FOUND


class NotAllowed(DomainError):
    """The caller's role or state does not permit it."""

    code = ErrorCode.NOT_ALLOWED


class LimitReached(DomainError):
    """As often, or as much, as the programme allows."""

    code = ErrorCode.LIMIT_REACHED


class TooSoon(LimitReached):
    """As often as one may, for now."""

    def __init__(self, message: str, available_again_at: datetime, path: Path = ()) -> None:
        super().__init__(message, path)
        self.available_again_at = available_again_at


class InsufficientPoints(DomainError):
    """Less in the wallet than the price. `balance` and `required` are points."""

    code = ErrorCode.INSUFFICIENT_POINTS

    def __init__(self, balance: int, required: int, path: Path = ()) -> None:
        missing = required - balance
        super().__init__(f"{missing} points are missing: {required} needed, {balance} there.", path)
        self.balance = balance
        self.required = required

    def details(self) -> dict[str, Any]:
        """Both amounts."""
        return {"balance": self.balance, "required": self.required}


class RewardUnavailable(DomainError):
    """The reward cannot be had now; `reason` is a RedeemabilityReason."""

    code = ErrorCode.REWARD_UNAVAILABLE
    meanings: ClassVar[dict[str, str]] = {
        "OUT_OF_STOCK": "Nothing is left of this reward; offer another one.",
        "LIMIT_REACHED": "The member has had this reward as often as one may.",
        "NOT_YOUR_TIER": "This reward is for other tiers than the member's.",
        "NOT_YET": "This reward cannot be had yet; see availableAgainAt.",
        "NO_LONGER": "This reward is over; take it off the screen.",
    }

    def __init__(
        self, reason: str, available_again_at: datetime | None = None, path: Path = ()
    ) -> None:
        super().__init__(self.meanings[reason], path)
        self.reason = reason
        self.available_again_at = available_again_at

    def details(self) -> dict[str, Any]:
        """The reason, and when it can be had again."""
        again = self.available_again_at
        return {
            "reason": self.reason,
            "available_again_at": again.isoformat() if again else None,
        }


class VoucherUnusable(DomainError):
    """The voucher is used, cancelled or expired."""

    code = ErrorCode.VOUCHER_UNUSABLE


class HoldExpired(DomainError):
    """The hold's time is over: its points are the member's again."""

    code = ErrorCode.HOLD_EXPIRED


class HoldEnded(DomainError):
    """The hold was captured or released before."""

    code = ErrorCode.HOLD_ENDED


class OverCapture(DomainError):
    """More than the hold keeps."""

    code = ErrorCode.OVER_CAPTURE


class AlreadyReversed(DomainError):
    """This movement was reversed before; a reversal is once."""

    code = ErrorCode.ALREADY_REVERSED


class QuoteExpired(DomainError):
    """The quote's time is over: ask for a new one."""

    code = ErrorCode.QUOTE_EXPIRED


class QuoteMismatch(DomainError):
    """The quote was made for another order or another member."""

    code = ErrorCode.QUOTE_MISMATCH


class CodeWrong(DomainError):
    """A code that is not the one sent."""

    code = ErrorCode.CODE_WRONG


class CodeExpired(DomainError):
    """A code too old, used, or replaced by a newer one."""

    code = ErrorCode.CODE_EXPIRED


class TooManyTries(DomainError):
    """Trying is over for a while: of this code, this address, or this act."""

    code = ErrorCode.TOO_MANY_TRIES


class RateLimited(TooManyTries):
    """More often than one may; nothing was done. `retry_after_seconds` is exact, rounded up."""

    def __init__(self, retry_after_seconds: int, path: Path = ()) -> None:
        super().__init__(f"Too often: try again in {retry_after_seconds} seconds.", path)
        self.retry_after_seconds = retry_after_seconds


class SessionEnded(DomainError):
    """The session is over: sign in again."""

    code = ErrorCode.SESSION_ENDED


class TermsOutdated(DomainError):
    """Terms were accepted that are no longer in force."""

    code = ErrorCode.TERMS_OUTDATED


class OrderConflict(DomainError):
    """An order of this source and reference exists with other contents."""

    code = ErrorCode.ORDER_CONFLICT


class ActivityConflict(DomainError):
    """An activity of this source and reference exists with other contents."""

    code = ErrorCode.ACTIVITY_CONFLICT


class NoticeRequired(DomainError):
    """Members are worse off by it, and have to be told so long before."""

    code = ErrorCode.NOTICE_REQUIRED


class ForecastRequired(DomainError):
    """Nobody has looked at what it will lead to, nor said why not."""

    code = ErrorCode.FORECAST_REQUIRED


class KeyReused(DomainError):
    """This idempotency key came before with another input."""

    code = ErrorCode.IDEMPOTENCY_KEY_REUSED

    def __init__(self) -> None:
        super().__init__(
            "This key was used with another input; nothing was done. Make a new key for a new act.",
            ("idempotencyKey",),
        )


class InProgress(DomainError):
    """The first request with this key is still under way: the same again will have its answer."""

    code = ErrorCode.IDEMPOTENCY_IN_PROGRESS
    retry_after_seconds = 1

    def __init__(self) -> None:
        super().__init__(
            "The first request with this key is still under way; send it again in a second.",
            ("idempotencyKey",),
        )


class Unauthenticated(Exception):
    """No token, or one that is not good. The message says the remedy."""


class PageTooLarge(Exception):
    """`first` or `last` outside 1 to 100. The message names the argument."""


class Unavailable(Exception):
    """PostgreSQL is away or busy: nothing was done, the same request may be sent again."""


REFUSALS: dict[str, type[DomainError]] = {
    kind.code: kind for kind in DomainError.__subclasses__() if kind not in (KeyReused, InProgress)
}


def stored(error: DomainError) -> dict[str, Any]:
    """A refusal as it is kept beside an idempotency key."""
    return {
        "code": error.code,
        "message": error.message,
        "path": list(error.path),
        **error.details(),
    }


def restored(refusal: dict[str, Any]) -> DomainError:
    """The refusal that `stored` kept, or that PostgreSQL gave: a code and its numbers."""
    path = tuple(refusal.get("path", ()))
    kind = REFUSALS[refusal["code"]]
    if kind is InsufficientPoints:
        return InsufficientPoints(refusal["balance"], refusal["required"], path)
    if kind is RewardUnavailable:
        again = refusal.get("available_again_at")
        at = datetime.fromisoformat(again) if again else None
        return RewardUnavailable(refusal["reason"], at, path)
    return kind(refusal["message"], path)
