"""What a resolver gets: who asks, in which language, at what time; and loaders that batch."""

from collections.abc import Awaitable, Callable, Hashable, Sequence
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
Batch = Callable[..., Awaitable[Sequence[Row]]]


class Context:
    """One request. Everything that is read twice in it is read once."""

    def __init__(self, actor: Actor, language: str | None = None, public_url: str = "") -> None:
        self.actor = actor
        self.wanted_language = language
        self.public_url = public_url
        self._loaders: dict[Any, DataLoader[Any, Any]] = {}
        self._now: datetime | None = None
        self._version: Version | None = None
        self._language: str | None = None

    def load(self, batch: Batch[Row], key: Key, **arguments: Hashable) -> Awaitable[Row]:
        """What `batch(actor, keys, **arguments)` answers for the key; a tick's keys share a call."""
        slot = (batch, tuple(sorted(arguments.items())))
        loader = self._loaders.get(slot)
        if loader is None:
            loader = DataLoader(load_fn=partial(batch, self.actor, **arguments))
            self._loaders[slot] = loader
        return loader.load(key)

    def forget(self) -> None:
        """After a mutation: what was read before may not be true any more."""
        self._loaders.clear()
        self._now = self._version = None

    async def now(self) -> datetime:
        """The business clock."""
        if self._now is None:
            self._now = await database.now()
        return self._now

    async def programme(self) -> Version:
        """The programme version in force."""
        if self._version is None:
            self._version = await programmes.in_force()
        return self._version

    async def language_of(self) -> str:
        """The language of texts: as asked for, else the member's own, else English."""
        if self._language is None:
            self._language = spoken(self.wanted_language or await self._own_language())
        return self._language

    async def _own_language(self) -> str:
        if self.actor.member_id is None:
            return "en"
        member = await self.load(members_of, self.actor.member_id)
        return member.language if member else "en"


Info = strawberry.Info[Context, None]
