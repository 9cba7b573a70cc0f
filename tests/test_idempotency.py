"""What a key keeps, and what it does not."""

from dataclasses import dataclass, field

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


@dataclass(frozen=True, slots=True)
class _Line:
    sku: str
    quantity: int = 1


@dataclass(frozen=True, slots=True)
class _LaterLine(_Line):
    gift: bool = False


@dataclass(frozen=True, slots=True)
class _Later:
    """A command as a later release has it, with more that may be said."""

    lines: tuple[_LaterLine, ...]
    note: str | None = None
    tags: tuple[str, ...] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class _Command:
    lines: tuple[_Line, ...]


def test_what_a_later_release_adds_changes_nothing_for_who_does_not_use_it() -> None:
    before = claim(SYSTEM, "trial", "key", _Command((_Line("A"), _Line("B", 2))))

    same = claim(SYSTEM, "trial", "key", _Later((_LaterLine("A", 1), _LaterLine("B", 2))))
    others = [
        claim(SYSTEM, "trial", "key", _Later((_LaterLine("A"), _LaterLine("B", 2, True)))),
        claim(SYSTEM, "trial", "key", _Later((_LaterLine("A"), _LaterLine("B", 2)), "a note")),
        claim(SYSTEM, "trial", "key", _Later((_LaterLine("B", 2), _LaterLine("A")))),
    ]

    assert same == before
    assert before not in others
