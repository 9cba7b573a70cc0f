"""Rules by id: the number of the version that has them, and their code in it."""

from domain.errors import NotFound
from domain.programme import queries
from domain.programme.queries import Edition
from schema.context import Context

_DIGITS_MAX = 9


async def edition_of(context: Context, key: str) -> tuple[Edition, str] | None:
    """The version that a rule's id names, and the rule's code; None where there is no such version.

    A draft is nobody's business but the team's.
    """
    number, _, code = key.partition(":")
    if not (number.isascii() and number.isdigit() and len(number) <= _DIGITS_MAX):
        return None
    try:
        edition = await queries.edition(int(number))
    except NotFound:
        return None
    is_shown = edition.effective_from or context.actor.has(*queries.TEAM)
    return (edition, code) if is_shown else None
