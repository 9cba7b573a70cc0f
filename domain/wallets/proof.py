"""The proof of the ledger: the trial balance, the chain, and every record that does not fit."""

from dataclasses import dataclass
from datetime import datetime

from domain import database
from domain.actor import Actor, Role
from domain.wallets import checks, sealing
from domain.wallets.checks import PROBLEMS_MAX


@dataclass(frozen=True, slots=True)
class Problem:
    """A record that does not fit, by its table and id, and what is wrong with it."""

    record: str
    text: str


@dataclass(frozen=True, slots=True)
class Proof:
    """What the book says of itself. `head_hash` and `sealed_until`: null until it is sealed."""

    balanced: bool
    transfer_count: int
    problems: list[Problem]
    seal_count: int = 0
    head_hash: str | None = None
    sealed_until: datetime | None = None


async def proof(actor: Actor) -> Proof:
    """Check the whole book, in one snapshot. Roles: CARE, ADMIN. Names at most 100 records."""
    actor.require(Role.CARE, Role.ADMIN)
    async with database.transaction() as connection:
        await connection.execute("set transaction isolation level repeatable read")
        await connection.execute("set local statement_timeout = '120s'")
        count = await database.value("select count(*) from transfers")
        problems = [Problem(*each) for each in await checks.misfits_of_all()]
        broken, _ = await sealing.broken()
        problems += [Problem(each.record, each.text) for each in broken]
        head = await sealing.head()
    return Proof(
        balanced=not problems,
        transfer_count=count,
        problems=problems[:PROBLEMS_MAX],
        seal_count=head.number if head else 0,
        head_hash=head.hash if head else None,
        sealed_until=head.sealed_at if head else None,
    )
