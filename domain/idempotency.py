"""One effect a key: the same request, sent again, gets the first answer.

A key belongs to (actor, mutation). It is claimed in the transaction of its effect, so no crash
leaves one half used; a twin that comes meanwhile waits for the first to commit. Kept 30 days.
"""

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import asyncpg
from tortoise import fields
from tortoise.migrations.constraints import UniqueConstraint
from tortoise.models import Model

from domain import database
from domain.actor import Actor
from domain.canonical import canonical
from domain.errors import (
    DomainError,
    InProgress,
    InvalidInput,
    KeyReused,
    NotAllowed,
    TooManyTries,
    restored,
    stored,
)
from domain.failpoints import failpoint
from domain.ids import uuid7

KEY_LENGTH_MAX = 64
KEPT_DAYS = 30


class IdempotencyKey(Model):
    """What a key stands for. `result` has ids, numbers and error codes, nothing personal."""

    id: int = fields.BigIntField(primary_key=True, generated=True)
    actor: str = fields.CharField(max_length=80)
    mutation: str = fields.CharField(max_length=40)
    key: str = fields.CharField(max_length=KEY_LENGTH_MAX)
    fingerprint: str = fields.CharField(max_length=64)
    result: Any = fields.JSONField(null=True)
    created_at: datetime = fields.DatetimeField(db_default=fields.Now(), db_index=True)

    class Meta:
        table = "idempotency_keys"
        constraints = [
            UniqueConstraint(fields=("actor", "mutation", "key"), name="one_effect_a_key")
        ]


@dataclass(frozen=True, slots=True)
class Claim:
    """A key, whose it is, and what it came with."""

    actor: str
    mutation: str
    key: str
    fingerprint: str


def claim(actor: Actor, mutation: str, key: str, command: Any) -> Claim:
    """The claim that `actor` makes by sending `command` (a dataclass) under `key`."""
    if not 1 <= len(key) <= KEY_LENGTH_MAX:
        raise InvalidInput(
            f"A key has 1 to {KEY_LENGTH_MAX} characters; a UUID is good.", ("idempotencyKey",)
        )
    return Claim(actor.key, mutation, key, hashlib.sha256(canonical(command)).hexdigest())


Result = dict[str, Any]


async def once(
    wanted: Claim, effect: Callable[[], Awaitable[Result]], *, in_turn: bool = False
) -> tuple[Result, bool]:
    """Run `effect` in one transaction, unless the key has run before: its result, and `replayed`.

    A DomainError that `effect` raises undoes what it did and is kept as the key's result: it was
    decided under lock, and a fresh try needs a fresh key. Not kept is what was refused to this
    caller, or to anybody, before there was anything to decide: InvalidInput, NotAllowed,
    TooManyTries. `in_turn`: an actor's effects of this kind run one after another, each seeing
    what was kept of those before.
    """
    refusal: DomainError | None = None
    async with database.transaction():
        if in_turn:
            whose = f"{wanted.mutation} of {wanted.actor}"
            await database.rows("select pg_advisory_xact_lock(hashtextextended($1, 0))", whose)
        found = await claimed(wanted)
        if found is not None:
            return found, True
        failpoint("claimed")
        try:
            async with database.savepoint():
                result = await effect()
        except (InvalidInput, NotAllowed, TooManyTries):
            raise
        except DomainError as error:
            refusal, result = error, {"refused": stored(error)}
        await keep(wanted, result)
    if refusal is not None:
        raise refusal
    return result, False


async def claimed(wanted: Claim) -> Result | None:
    """Claim the key in the transaction in progress: None when it is new, else its first result.

    Raises InProgress when a twin holds it for longer than one waits.
    """
    try:
        new = await database.value(
            """insert into idempotency_keys (actor, mutation, key, fingerprint)
               values ($1, $2, $3, $4) on conflict do nothing returning id""",
            *(wanted.actor, wanted.mutation, wanted.key, wanted.fingerprint),
        )
    except asyncpg.LockNotAvailableError:
        raise InProgress from None
    return None if new else await replay(wanted)


async def hold(wanted: Sequence[Claim | None]) -> set[Claim]:
    """Claim these keys, those that are new, in the transaction in progress, which posts them.

    Those that are held elsewhere for longer than one waits: they are not claimed.
    """
    by_name = {(each.actor, each.mutation, each.key): each for each in wanted if each is not None}
    claims = list(by_name.values())
    if not claims:
        return set()
    rows = [{"n": n, **asdict(each)} for n, each in enumerate(claims, start=1)]
    in_progress = await database.value("select pistis_hold($1)", rows)
    return {claims[n - 1] for n in in_progress}


async def keep(wanted: Claim, result: Result) -> None:
    """What a key that the transaction in progress has claimed will answer when it comes again."""
    await database.rows(
        "update idempotency_keys set result = $4 where (actor, mutation, key) = ($1, $2, $3)",
        *(wanted.actor, wanted.mutation, wanted.key, result),
    )


async def replay(wanted: Claim) -> Result | None:
    """The result that this key gave before, or None. Raises KeyReused and stored refusals."""
    (found,) = await replays([wanted])
    if isinstance(found, DomainError):
        raise found
    return found


async def replays(wanted: Sequence[Claim]) -> list[Result | DomainError | None]:
    """What `replay` has for each."""
    found = await database.rows(
        """select n, fingerprint, result from idempotency_keys
           join unnest($1::text[], $2::text[], $3::text[]) with ordinality
             as wanted (actor, mutation, key, n) using (actor, mutation, key)
           where result is not null""",
        *([each.actor for each in wanted], [each.mutation for each in wanted]),
        [each.key for each in wanted],
    )
    replayed: list[Result | DomainError | None] = [None] * len(wanted)
    for row in found:
        place = row["n"] - 1
        try:
            replayed[place] = settled(wanted[place], row["fingerprint"], row["result"])
        except DomainError as error:
            replayed[place] = error
    return replayed


def settled(wanted: Claim, fingerprint: str, result: Result) -> Result:
    """The first result again; raises KeyReused for another input, and a stored refusal anew."""
    if fingerprint != wanted.fingerprint:
        raise KeyReused
    if "refused" in result:
        raise restored(result["refused"])
    return result


async def keep_refusal(wanted: Claim, error: DomainError) -> None:
    """Count what a rehearsal was refused, as if it had been in earnest; its key stays unused."""
    with database.outside_rehearsal():
        await database.rows(
            """insert into idempotency_keys (actor, mutation, key, fingerprint, result)
               values ($1, $2, $3, $4, $5)""",
            *(wanted.actor, wanted.mutation, f"rehearsed {uuid7().hex}", wanted.fingerprint),
            {"refused": stored(error)},
        )


async def prune() -> int:
    """Forget keys after 30 days: apps do not retry for longer, and natural keys go on guarding."""
    return await database.drained(
        """delete from idempotency_keys where id in (
             select id from idempotency_keys where created_at < now() - make_interval(days => $2)
             order by created_at limit $1 for update skip locked)
           returning 1""",
        KEPT_DAYS,
    )
