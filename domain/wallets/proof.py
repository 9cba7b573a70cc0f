"""The proof of the ledger: the trial balance, and every record that does not fit."""

from dataclasses import dataclass
from datetime import datetime

from domain import database
from domain.actor import Actor, Role

PROBLEMS_MAX = 100


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
    head_hash: str | None = None
    sealed_until: datetime | None = None


# Each finds records that cannot be if points moved only through pistis_post.
_CHECKS = {
    "the balance is not the sum of its transfers": """
        select 'wallets/' || w.id from wallets w
        left join (
          select member_id, unit,
            sum(case account when 'available' then points else 0 end) as available,
            sum(case account when 'pending' then points else 0 end) as pending,
            sum(case account when 'held' then points else 0 end) as held,
            -sum(case account when 'debt' then points else 0 end) as debt
          from (select member_id, unit, credit as account, points from transfers
                union all select member_id, unit, debit, -points from transfers) moved
          group by member_id, unit) t using (member_id, unit)
        where (w.available, w.pending, w.held, w.debt)
          <> (coalesce(t.available, 0), coalesce(t.pending, 0), coalesce(t.held, 0),
              coalesce(t.debt, 0))""",
    "the balance is not the sum of its lots": """
        select 'wallets/' || w.id from wallets w
        left join (select member_id, unit, sum(remaining) as remaining from lots
                   group by member_id, unit) l using (member_id, unit)
        where w.available <> coalesce(l.remaining, 0)""",
    "what remains of the lot is not what its transfers left": """
        select 'lots/' || l.id from lots l
        left join (select lot_id, sum(case when credit = 'available' then points else -points end)
                     as remaining from transfers where lot_id is not null group by lot_id) t
          on t.lot_id = l.id
        where l.remaining <> coalesce(t.remaining, 0)""",
    "the points are not those of its transfers": """
        select 'transactions/' || x.id from transactions x
        left join (select transaction_id, sum((credit = 'available')::int * points
                     - (debit = 'available')::int * points) as points from transfers
                   group by transaction_id) t on t.transaction_id = x.id
        where x.points <> coalesce(t.points, 0)""",
    "the balance after it is not the running sum": """
        select 'transactions/' || id from (
          select id, balance_after, sum(points) over (
            partition by member_id, unit order by version) as running
          from transactions) x where balance_after <> running""",
    "a transaction is missing before it": """
        select 'transactions/' || id from (
          select id, version, row_number() over (
            partition by member_id, unit order by version) as place
          from transactions) x where version <> place""",
    "its wallet counts other transactions": """
        select 'wallets/' || w.id from wallets w
        left join (select member_id, unit, max(version) as version from transactions
                   group by member_id, unit) t using (member_id, unit)
        where w.version <> coalesce(t.version, 0)""",
    "its wallet is missing": """
        select 'transactions/' || x.id from transactions x
        left join wallets w using (member_id, unit) where w.id is null""",
    "its transaction or its lot is missing": """
        select 'transfers/' || t.id from transfers t
        left join transactions x on x.id = t.transaction_id left join lots l on l.id = t.lot_id
        where x.id is null or (l.id is null and t.lot_id is not null)""",
    "the other account is not that of its transaction's kind": """
        select 'transfers/' || t.id from transfers t join transactions x on x.id = t.transaction_id
        join (values ('EARN', 'issuance', 'debit'), ('REDEEM', 'redemption', 'credit'),
                ('GIVE_BACK', 'redemption', 'debit'), ('EXPIRE', 'breakage', 'credit'))
          as house (kind, account, side) using (kind)
        where house.account <> case side when 'debit' then t.debit else t.credit end
          and not (t.debit = 'available' and t.credit = 'debt')""",
    "a notification is missing before it": """
        select 'notifications/' || id from (
          select id, sequence, row_number() over (partition by member_id order by sequence) as place
          from notifications) x where sequence <> place""",
}


async def proof(actor: Actor) -> Proof:
    """Check the whole book, in one snapshot. Roles: CARE, ADMIN. Names at most 100 records."""
    actor.require(Role.CARE, Role.ADMIN)
    async with database.transaction() as connection:
        await connection.execute("set transaction isolation level repeatable read")
        await connection.execute("set local statement_timeout = '120s'")
        count = await database.value("select count(*) from transfers")
        problems: list[Problem] = []
        for text, sql in _CHECKS.items():
            left = PROBLEMS_MAX - len(problems)
            found = await database.rows(f"select * from ({sql}) f limit {left}")
            problems += [Problem(row[0], text) for row in found]
    return Proof(not problems, count, problems)
