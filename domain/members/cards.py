"""Cards: the code that an app shows, which is soon another, and numbers whose card was lost.

A card bears the member's number. What a till scans is that number, as it is printed, or a code
`PC1-number-turn-signature` that only this installation can make and that is good for its minute
and the next: a photograph of somebody's telephone is soon worth nothing.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Sequence
from datetime import UTC, datetime

from domain import database, ids, secrets
from domain.errors import InvalidInput
from domain.members.kinds import CardReason

TURN_SECONDS = 60
SLACK_SECONDS = 900
"""How far a till's clock may be off, and how long paying may take."""

# Capitals, digits and dashes alone: a QR code holds these in the least room.
_CODE = re.compile(r"PC1-(\d{10})-(\d{1,12})-([A-Z2-7]{16})")
_SIGNED = re.compile(r"\s*PC\d", re.IGNORECASE)
_REASONS = {
    CardReason.LOST: "was reported lost",
    CardReason.STOLEN: "was reported stolen",
    CardReason.DAMAGED: "was replaced",
}


def code(number: str, now: datetime) -> tuple[str, datetime]:
    """What the card of this number shows now, and when it shows another code."""
    turn = int(now.timestamp()) // TURN_SECONDS
    return f"PC1-{number}-{turn}-{_signature(number, turn)}", _begin(turn + 1)


def is_code(text: str) -> bool:
    """Whether this is meant to be a code, and not the number of a card."""
    return _SIGNED.match(text) is not None


def number_in(text: str, at: datetime, slack_seconds: int = 0) -> str:
    """The number of the card that showed this code at that time.

    Raises InvalidInput (path card) for a code that was not made here, or for another time.
    """
    match = _CODE.fullmatch(text.strip().upper())
    if match is None or not hmac.compare_digest(match[3], _signature(match[1], int(match[2]))):
        raise InvalidInput(
            "This code was not made here: ask for the number on the card, or the phone number.",
            ("card",),
        )
    shown = int(match[2]) * TURN_SECONDS
    if not shown - slack_seconds <= at.timestamp() < shown + 2 * TURN_SECONDS + slack_seconds:
        raise InvalidInput(
            "This code is of another time: have the app show the card anew; a photograph of it "
            "is no card.",
            ("card",),
        )
    return match[1]


async def lost(numbers: Sequence[str], names: Sequence[str]) -> list[InvalidInput | None]:
    """Why each number is good for nothing any more, and None where it just is nobody's.

    `names`: as what each was given, `card` or `number`.
    """
    found = await database.rows(
        "select number, reason, at from lost_cards where number = any($1)", list(set(numbers))
    )
    rows = {row["number"]: row for row in found}
    return [
        _refusal(rows[number], name) if number in rows else None
        for number, name in zip(numbers, names, strict=True)
    ]


async def new_numbers(count: int) -> list[str]:
    """So many numbers that nobody has and no lost card bears."""
    while True:  # once, nearly always
        numbers = [ids.member_number() for _ in range(count)]
        taken = await database.value(
            """select exists (select from members where number = any($1))
                 or exists (select from lost_cards where number = any($1))""",
            numbers,
        )
        if not taken:
            return numbers


def _refusal(row: dict[str, object], name: str) -> InvalidInput:
    at = row["at"]
    assert isinstance(at, datetime)
    reason = _REASONS[CardReason(str(row["reason"]))]
    return InvalidInput(
        f"This card {reason} on {at.astimezone(UTC):%Y-%m-%d}: ask for the new one, or find the "
        "member by phone or e-mail.",
        (name,),
    )


def _begin(turn: int) -> datetime:
    return datetime.fromtimestamp(turn * TURN_SECONDS, UTC)


def _signature(number: str, turn: int) -> str:
    made = hmac.digest(secrets.key("cards"), f"{number} {turn}".encode(), hashlib.sha256)
    return base64.b32encode(made[:10]).decode()
