"""Who was erased has given up its points: those that come back later, too."""

from uuid import UUID

from domain import database
from domain.wallets import operations
from domain.wallets.kinds import TransactionKind
from domain.wallets.posting import Move, Posting

_LEFT = """
select w.unit, w.available from wallets w join members m on m.id = w.member_id
where m.id = $1 and m.state = 'ERASED' and w.available > 0 and not w.frozen order by w.unit"""


async def give_up(member_id: UUID) -> None:
    """Take all that a member has who was erased, and nothing of anybody else.

    In the transaction in progress, which has locked the member.
    """
    moves = tuple(
        [
            Move(
                unit=row["unit"],
                kind=TransactionKind.ADJUST,
                points=-row["available"],
                house="breakage",
                title={"key": "erased"},
            )
            for row in await database.rows(_LEFT, member_id)
        ]
    )
    if moves:
        await operations.post_one(Posting(member_id, moves=moves))
