"""How a wallet stood at an instant of the past."""

from collections.abc import Sequence
from datetime import datetime

from domain import database
from domain.actor import Actor
from domain.errors import InvalidInput
from domain.together import shared
from domain.wallets.book import BalanceRow, books
from domain.wallets.queries import WalletKey


async def balances_at(
    actor: Actor, keys: Sequence[WalletKey], at: datetime
) -> list[BalanceRow | None]:
    """What could be read of each wallet at that instant; None for those of others.

    Raises InvalidInput for what is still to come.
    """
    if at > await database.now():
        raise InvalidInput("That is still to come; ask for an instant that has been.", ("at",))
    seen = [key for key in keys if actor.sees(key[0])]
    found = dict(zip(seen, await _balances(seen, at=at), strict=True))
    return [found.get(key) for key in keys]


@shared
async def _balances(keys: Sequence[WalletKey], at: datetime) -> list[BalanceRow]:
    return [book.balances[0] for book in await books([(key, (at,)) for key in keys])]
