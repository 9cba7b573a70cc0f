"""Who waits for several goes on when all have ended, whatever one of them raised."""

import asyncio

import pytest

from api.compiled.waiting import all_of


async def test_nothing_runs_on_behind_an_error() -> None:
    ended = []
    begun = asyncio.Event()

    async def fails() -> None:
        begun.set()
        raise ValueError("no")

    async def goes_on() -> str:
        await begun.wait()
        await asyncio.sleep(0)
        ended.append("it")
        return "done"

    with pytest.raises(ValueError, match="no"):
        await all_of([fails(), goes_on()])
    assert ended == ["it"]
    assert await all_of([goes_on(), goes_on()]) == ["done", "done"]
