"""What a key keeps, and what it does not."""

import pytest

from domain import database, idempotency
from domain.actor import SYSTEM
from domain.errors import DomainError, InvalidInput, LimitReached, NotAllowed, TooManyTries
from domain.idempotency import Result, claim

pytestmark = pytest.mark.usefixtures("database")


@pytest.mark.parametrize(
    ("kind", "is_kept"),
    [(LimitReached, True), (InvalidInput, False), (NotAllowed, False), (TooManyTries, False)],
)
async def test_a_refusal_is_kept_if_it_was_decided(kind: type[DomainError], is_kept: bool) -> None:
    wanted = claim(SYSTEM, "trial", "key", {})
    is_open = False

    async def effect() -> Result:
        if not is_open:
            raise kind("Not now.")
        return {"done": 1}

    with pytest.raises(kind):
        await idempotency.once(wanted, effect)
    is_open = True

    assert await database.value("select count(*) from idempotency_keys") == is_kept
    if is_kept:
        with pytest.raises(kind):
            await idempotency.once(wanted, effect)
    else:
        assert await idempotency.once(wanted, effect) == ({"done": 1}, False)
        assert await idempotency.once(wanted, effect) == ({"done": 1}, True)
