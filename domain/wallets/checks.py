"""What must hold in the ledger, as SQL: each check finds the records for which it does not.

Over the whole book, or over some wallets, whose records are gathered in temporary tables first.
"""

import re
from collections.abc import Sequence
from uuid import UUID

from domain import database

PROBLEMS_MAX = 100

# What belongs to wallets, in an order in which each can lean on those before it.
_GATHERED = {
    "wallets": """select w.* from unnest($1::uuid[], $2::text[]) as a (member_id, unit)
        join wallets w using (member_id, unit)""",
    "transactions": """select x.* from unnest($1::uuid[], $2::text[]) as a (member_id, unit)
        join transactions x using (member_id, unit)""",
    "holds": "select h.* from gathered_transactions x join holds h on h.id = x.id",
    "pending_points": """select p.* from gathered_transactions x
        join pending_points p on p.id = x.id""",
    "lots": """select l.* from gathered_transactions x join lots l on l.id = x.id
        union all
        select l.* from gathered_transactions x join lots l on l.brought_by = x.id""",
    "transfers": """select t.* from gathered_transactions x
        join transfers t on t.transaction_id = x.id""",
    "vouchers": """select v.* from vouchers v
        where v.id in (select voucher_id from gathered_transactions where kind = 'REDEEM')""",
    "members": "select m.* from members m where m.id = any($1)",
    "notifications": "select n.* from notifications n where n.member_id = any($1)",
}
_TABLE = re.compile(rf"\b(from|join) ({'|'.join(_GATHERED)})\b")

# Each finds records that cannot be if points moved only through pistis_post.
CHECKS = {
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
        left join (select lot_id, sum((credit = 'available')::int * points
                     - (debit = 'available')::int * points) as remaining
                   from transfers where lot_id is not null group by lot_id) t
          on t.lot_id = l.id
        where l.remaining <> coalesce(t.remaining, 0)""",
    "the points are not those of its transfers": """
        select 'transactions/' || x.id from transactions x
        left join (select transaction_id, sum((credit = 'available')::int * points
                     - (debit = 'available')::int * points) as points from transfers
                   group by transaction_id) t on t.transaction_id = x.id
        where x.points <> coalesce(t.points, 0)""",
    "it moved other parts than its transfers": """
        select 'transactions/' || x.id from transactions x
        left join (
          select transaction_id,
            sum(case account when 'pending' then points else 0 end) as pending,
            sum(case account when 'held' then points else 0 end) as held,
            -sum(case account when 'debt' then points else 0 end) as debt
          from (select transaction_id, credit as account, points from transfers
                union all select transaction_id, debit, -points from transfers) moved
          group by transaction_id) t on t.transaction_id = x.id
        where (x.pending, x.held, x.debt)
          <> (coalesce(t.pending, 0), coalesce(t.held, 0), coalesce(t.debt, 0))""",
    "what it holds is not what its open holds keep": """
        select 'wallets/' || w.id from wallets w
        left join (select member_id, unit, sum(points) as points from holds where state = 'OPEN'
                   group by member_id, unit) h using (member_id, unit)
        where w.held <> coalesce(h.points, 0)""",
    "what waits in it is not what is pending": """
        select 'wallets/' || w.id from wallets w
        left join (select member_id, unit, sum(remaining) as points from pending_points
                   group by member_id, unit) p using (member_id, unit)
        where w.pending <> coalesce(p.points, 0)""",
    "it gives back more than was taken": """
        select 'transactions/' || x.id from transactions x
        join (select b.gives_back, sum(t.points) as points from transactions b
              join transfers t on t.transaction_id = b.id and t.credit = 'available'
              where b.gives_back is not null group by b.gives_back) g on g.gives_back = x.id
        where g.points > (select coalesce(sum(points), 0) from transfers t
          where t.transaction_id = x.id and t.debit in ('available', 'held')
            and t.credit not in ('available', 'held', 'debt'))""",
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
        where w.version <> coalesce(t.version, 0) or w.version < 1""",
    "its wallet is missing": """
        select 'transactions/' || x.id from transactions x
        left join wallets w using (member_id, unit) where w.id is null""",
    "its transaction or its lot is missing": """
        select 'transfers/' || t.id from transfers t
        left join transactions x on x.id = t.transaction_id left join lots l on l.id = t.lot_id
        where x.id is null or (l.id is null and t.lot_id is not null)""",
    "its transaction is missing": """
        select 'lots/' || l.id from lots l
        left join transactions x on x.id = coalesce(l.brought_by, l.id) where x.id is null""",
    "its wallet is not that of its transaction": """
        select 'transfers/' || t.id from transfers t join transactions x on x.id = t.transaction_id
        where (t.member_id, t.unit) <> (x.member_id, x.unit)
        union all
        select 'lots/' || l.id from lots l
        join transactions x on x.id = coalesce(l.brought_by, l.id)
        where (l.member_id, l.unit) <> (x.member_id, x.unit)""",
    "the other account is not that of its transaction's kind": """
        select 'transfers/' || t.id from transfers t join transactions x on x.id = t.transaction_id
        join (values ('EARN', 'issuance', 'debit'), ('REDEEM', 'redemption', 'credit'),
                ('GIVE_BACK', 'redemption', 'debit'), ('EXPIRE', 'breakage', 'credit'),
                ('PEND', 'issuance', 'debit'), ('RELEASE', 'pending', 'debit'),
                ('PEND_CANCEL', 'issuance', 'credit'), ('HOLD', 'held', 'credit'),
                ('HOLD_RELEASE', 'held', 'debit'), ('HOLD_CAPTURE', 'held', 'debit'),
                ('TRANSFER_OUT', 'transfer', 'credit'), ('TRANSFER_IN', 'transfer', 'debit'),
                ('DONATE', 'donation', 'credit'), ('CLAWBACK', 'issuance', 'credit'))
          as house (kind, account, side) using (kind)
        where house.account <> case side when 'debit' then t.debit else t.credit end
          and not (t.debit = 'available' and t.credit = 'debt')""",
    "what falls due next in it is not known, or too late": """
        select 'wallets/' || w.id from wallets w
        left join (
          select member_id, unit, min(at) filter (where waits) as next, array_agg(at) as dates
          from (
            select member_id, unit, expires_at as at, remaining > 0 as waits from lots
            union all select member_id, unit, expires_at, state = 'OPEN' from holds
            union all select member_id, unit, least(releases_at, cancels_at), remaining > 0
              from pending_points) d group by member_id, unit) l using (member_id, unit)
        where (l.next is not null and (w.next_due_at is null or w.next_due_at > l.next))
          or (w.next_due_at is not null and not coalesce(w.next_due_at = any (l.dates), false)
              -- What paid a debt may have had a date, and made no lot.
              and not exists (select from transfers t where t.credit = 'debt'
                and (t.member_id, t.unit) = (w.member_id, w.unit)))""",
    "its order is missing or another member's": """
        select 'transactions/' || x.id from transactions x
        left join orders o on o.id = x.order_id
        where x.order_id is not null and o.member_id is distinct from x.member_id
          and not pistis_were_one(o.member_id, x.member_id)""",
    "its voucher is missing or another's, or cost something else": """
        select 'transactions/' || x.id from transactions x
        left join vouchers v on v.id = x.voucher_id
        where x.kind = 'REDEEM' and x.voucher_id is not null
          and (v.member_id, v.unit, v.price) is distinct from (x.member_id, x.unit, -x.points)
          and ((v.unit, v.price) is distinct from (x.unit, -x.points)
            or not pistis_were_one(v.member_id, x.member_id))""",
    "it was paid for more or less than once": """
        select 'vouchers/' || v.id from vouchers v
        left join transactions x on x.voucher_id = v.id and x.kind = 'REDEEM'
        group by v.id having count(x.id) <> 1""",
    "what it reverses is missing, or another's, or of other points": """
        select 'transactions/' || x.id from transactions x
        left join public.transactions r on r.id = x.reverses
        where x.reverses is not null and
          (r.unit is distinct from x.unit or r.member_id <> x.member_id
             and not pistis_were_one(r.member_id, x.member_id)
           or x.points > 0 and -r.points <> (select coalesce(sum(points), 0) from transfers t
                            where t.transaction_id = x.id and t.credit = 'available'))""",
    "a notification is missing before it": """
        select 'notifications/' || id from (
          select id, sequence, row_number() over (partition by member_id order by sequence) as place
          from notifications) x where sequence <> place""",
    "it counts other notifications": """
        select 'members/' || m.id from members m
        left join (select member_id, max(sequence) as sequence from notifications
                   group by member_id) n on n.member_id = m.id
        where m.sequence <> coalesce(n.sequence, 0)""",
    "it is frozen without a problem, or has one and is not": """
        select 'wallets/' || w.id from wallets w
        where w.frozen <> exists (
          select from ledger_problems p where p.released_at is null and p.member_id = w.member_id
            and coalesce(p.unit, w.unit) = w.unit)""",
}


async def misfits(wallets: Sequence[tuple[UUID, str]]) -> list[tuple[str, str]]:
    """(record, text) of all that does not fit in these wallets, (member, unit) each.

    In the transaction in progress, which should be one that sees one moment.
    """
    members, units = [member for member, _ in wallets], [unit for _, unit in wallets]
    for table, sql in _GATHERED.items():
        await database.rows(
            f"create temporary table gathered_{table} (like {table}) on commit drop"
        )
        values = [members, units][: max(map(int, re.findall(r"\$(\d)", sql)), default=0)]
        await database.rows(f"insert into gathered_{table} {sql}", *values)
        await database.rows(f"analyze gathered_{table}")
    found: list[tuple[str, str]] = []
    for text, sql in CHECKS.items():
        scoped = _TABLE.sub(r"\1 gathered_\2", sql)
        rows = await database.rows(f"select * from ({scoped}) f limit {PROBLEMS_MAX}")
        found += [(row[0], text) for row in rows]
    return found


async def misfits_of_all() -> list[tuple[str, str]]:
    """(record, text) of all that does not fit in the whole book; at most 100."""
    found: list[tuple[str, str]] = []
    for text, sql in CHECKS.items():
        rows = await database.rows(f"select * from ({sql}) f limit {PROBLEMS_MAX - len(found)}")
        found += [(row[0], text) for row in rows]
    return found
