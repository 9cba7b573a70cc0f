"""Lives by chance, over HTTP: answers, wallets and tiers are as in memory."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import precondition, rule, run_state_machine_as_test

from tests.counts import count
from tests.databases import Cleaner
from tests.processes import Server
from tests.stories.life import World
from tests.stories.life_model import Account
from tests.stories.life_rules import Living

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
async def world(served: Server, connected: Cleaner) -> AsyncIterator[World]:
    async with served.client() as http:
        yield World(asyncio.get_running_loop(), http, connected)


async def lived(
    world: World, examples: int, steps: int, living: type[Living] = Living, **more: Any
) -> None:
    """So many lives of so many steps; Hypothesis is not asynchronous, so it has its thread."""
    machine = type("Lives", (living,), {"world": world})
    chosen = settings(
        **more,
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    await asyncio.to_thread(run_state_machine_as_test, machine, settings=chosen)


@pytest.mark.counted
async def test_whatever_happens_in_a_life_it_is_as_in_memory(world: World) -> None:
    await lived(world, count(5, 300), count(25, 60))
    for (name, outcome), times in sorted(world.answers.items()):
        print(f"{times:6} {name}: {outcome}")


class Forgetful(Account):
    """New points do not pay what is owed."""

    def _repaid(self, points: int) -> int:
        return 0


class WithoutDebts(Living):
    """Against a model that is wrong about debts."""

    account = Forgetful

    @precondition(lambda self: not self.adjustments)
    @rule()
    def owe(self) -> None:
        """What was given is spent and then taken back; what comes next pays for it."""
        self.adjust(0, 60)
        while balance := self.people[0].account.balance:
            self.adjust(0, -min(balance, 150))
        self.reverse(0)
        self.adjust(0, 30)


class Robbed(Living):
    """Somebody takes points past all guards."""

    @rule()
    def steal(self) -> None:
        self.world.do(self.world.cleaner.execute("update lots set remaining = remaining - 1"))


@pytest.mark.parametrize("living", [WithoutDebts, Robbed])
async def test_a_wrong_model_or_a_wrong_book_is_found_out(
    world: World, living: type[Living]
) -> None:
    with pytest.raises(AssertionError):
        await lived(world, 100, 40, living, phases=[Phase.generate], derandomize=True)
