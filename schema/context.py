"""What a resolver gets: who asks, in which language, at what time; and loaders that batch."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Hashable, Sequence
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

import strawberry
from strawberry.dataloader import DataLoader

from domain import database
from domain.actor import Actor
from domain.language import spoken
from domain.members.queries import members_of
from domain.programme import queries as programmes
from domain.programme.queries import Version

Key = TypeVar("Key", bound=Hashable)
Row = TypeVar("Row")
Value = TypeVar("Value")
Batch = Callable[..., Awaitable[Sequence[Row]]]


class Context:
    """One request. Everything that is read twice in it is read once."""

    def __init__(self, actor: Actor, language: str | None = None, public_url: str = "") -> None:
        self.actor = actor
        self.wanted_language = language
        self.public_url = public_url
        self._loaders: dict[Any, DataLoader[Any, Any]] = {}
        self._read: dict[str, asyncio.Future[Any]] = {}

    def load(self, batch: Batch[Row], key: Key, **arguments: Hashable) -> Awaitable[Row]:
        """What `batch(actor, keys, **arguments)` has for the key; a tick's keys share a call."""
        slot = (batch, tuple(sorted(arguments.items())))
        loader = self._loaders.get(slot)
        if loader is None:
            loader = DataLoader(load_fn=partial(batch, self.actor, **arguments))
            self._loaders[slot] = loader
        return loader.load(key)

    def forget(self) -> None:
        """After a mutation: what was read before may not be true any more."""
        self._loaders.clear()
        self._read.clear()

    def act_as(self, actor: Actor) -> None:
        """Go on as the one who has just signed in."""
        self.actor, self._language = actor, None
        self.forget()

    async def now(self) -> datetime:
        """The business clock."""
        return await self._once("now", database.now)

    async def programme(self) -> Version:
        """The programme version in force."""
        return await self._once("programme", self._in_force)

    async def language_of(self) -> str:
        """The language of texts: as asked for, else the member's own, else English."""
        if self.wanted_language:
            return spoken(self.wanted_language)
        return spoken(await self._once("language", self._own_language))

    async def _once(self, name: str, read: Callable[[], Coroutine[Any, Any, Value]]) -> Value:
        # Fields of many rows ask in the same moment: they wait for one answer.
        if name not in self._read:
            self._read[name] = asyncio.ensure_future(read())
        value: Value = await self._read[name]
        return value

    async def _in_force(self) -> Version:
        (version,) = await programmes.in_force_at([await self.now()])
        return version

    async def _own_language(self) -> str:
        if self.actor.member_id is None:
            return "en"
        member = await self.load(members_of, self.actor.member_id)
        return member.language if member else "en"


Info = strawberry.Info[Context, None]
