"""The proof of the ledger, for whoever runs the server; and the way back for a frozen wallet."""

from api.running.opening import opened
from api.settings import Refused, Settings
from domain.actor import SYSTEM
from domain.errors import NotFound
from domain.wallets import guard
from domain.wallets.proof import Problem, proof


async def run(settings: Settings) -> int:
    """Check the whole book and print what it says: 0 if all of it fits, else 1."""
    async with opened(settings):
        found = await proof(SYSTEM)
        waiting = await guard.open_problems()
    print(f"balanced   {'yes' if found.balanced else 'no'}")
    print(f"transfers  {found.transfer_count}")
    sealed = f"{found.seal_count}, the last one {found.sealed_until}" if found.head_hash else "none"
    print(f"seals      {sealed}")
    print(f"head       {found.head_hash or 'none'}")
    _tell(found.problems)
    for record in waiting:
        print(f"open       {record}; mend it, then --release it")
    return 0 if found.balanced and not waiting else 1


async def release(settings: Settings, named: str) -> int:
    """Let a wallet move again, or close a record's problem, if all is mended: else 1."""
    async with opened(settings):
        try:
            still = await guard.release(SYSTEM, named)
        except NotFound as error:
            raise Refused(str(error)) from None
    _tell(still)
    print(f"{named} {'still does not fit' if still else 'is released'}")
    return 1 if still else 0


def _tell(problems: list[Problem]) -> None:
    for each in problems:
        print(f"problem    {each.record}: {each.text}")
