"""What must hold after every step, in SQL: the whole book, and what is beside it."""

from domain import database
from domain.actor import SYSTEM
from domain.wallets import sealing
from domain.wallets.checks import misfits_of_all
from domain.wallets.proof import proof

BESIDE = {
    "its holds have ended more or less often than there are ends": """
        select w.id from wallets w where (
          select count(*) from holds h
          where (h.member_id, h.unit) = (w.member_id, w.unit) and h.state <> 'OPEN') <> (
          select count(*) from transactions x where (x.member_id, x.unit) = (w.member_id, w.unit)
            and x.kind in ('HOLD_CAPTURE', 'HOLD_RELEASE'))""",
    "held is not what open holds keep": """
        select w.id from wallets w where w.held <> (
          select coalesce(sum(points), 0) from holds h
          where (h.member_id, h.unit, h.state) = (w.member_id, w.unit, 'OPEN'))""",
    "a cause has credited twice": """
        select natural_key from transactions where natural_key is not null
        group by member_id, unit, natural_key having count(*) > 1""",
    "a key has had two effects": """
        select key from idempotency_keys group by actor, mutation, key having count(*) > 1""",
    "an order or a refund is there twice": """
        select reference from orders group by source, reference having count(*) > 1
        union all select refund_reference from refunds
        group by source, reference, refund_reference having count(*) > 1""",
    "pending is not what waits": """
        select w.id from wallets w where w.pending <> (
          select coalesce(sum(remaining), 0) from pending_points p
          where (p.member_id, p.unit) = (w.member_id, w.unit))""",
    "a credit and a debit differ": """
        select transaction_id from transfers group by transaction_id
        having bool_or(points <= 0 or debit = credit)""",
}


async def problems() -> list[object]:
    """All that does not hold."""
    found: list[object] = list(await misfits_of_all())
    for text, sql in BESIDE.items():
        found += [(text, row[0]) for row in await database.rows(sql)]
    return found


async def problems_at_last() -> list[object]:
    """The same with the chain over all of it."""
    await sealing.seal()
    return [*await problems(), *(await proof(SYSTEM)).problems]
