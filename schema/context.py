"""What a resolver gets: who asks, in which language, at what time; and loaders that batch."""

from collections.abc import Awaitable, Callable, Hashable, Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

import strawberry
from strawberry.dataloader import DataLoader

from domain.actor import Actor
from domain.errors import NotFound
from domain.language import spoken
from domain.members.queries import members_of
from domain.programme import queries as programmes
from domain.programme.queries import Version

Key = TypeVar("Key", bound=Hashable)
Row = TypeVar("Row")
Batch = Callable[..., Awaitable[Sequence[Row]]]


class Context:
    """One request. What most fields lean on is settled before they are resolved: see `settle`."""

    now: datetime
    """The business clock."""
    language: str
    """The language of texts: as asked for, else the member's own, else English."""

    def __init__(self, actor: Actor, language: str | None = None, public_url: str = "") -> None:
        self.actor = actor
        self.wanted_language = language
        self.public_url = public_url
        self.done: dict[str, Any] = {}
        """What the fields of this mutation have answered already, by their keys."""
        self._version: Version | None = None
        self._right_until: datetime | None = None
        self._loaders: dict[Any, DataLoader[Any, Any]] = {}
        self._known: dict[Any, dict[Any, Any]] = {}

    @property
    def programme(self) -> Version:
        """The programme version in force. Raises NotFound before the first is published."""
        if self._version is None:
            assert hasattr(self, "now"), "settle() comes first"
            raise NotFound("No programme is published yet; publish one, or start with the demo.")
        return self._version

    async def settle(self) -> None:
        """Read clock, programme and language: texts and rules then need not wait for them."""
        self.now, self._version = await programmes.present()
        if self.wanted_language:
            self.language = spoken(self.wanted_language)
        elif self.actor.member_id is None:
            self.language = spoken("en")
        else:
            (member,) = await self.load_all(members_of, [self.actor.member_id])
            self.language = spoken(member.language if member else "en")

    def changes_at(self, instant: datetime | None) -> None:
        """Say that something in the answer changes by itself then; None: it does not.

        Windows of the catalogue and of programme versions need not be said: all share them.
        """
        if instant is not None and (self._right_until is None or instant < self._right_until):
            self._right_until = instant

    def good_for(self) -> float | None:
        """For how many seconds from `now` on the answer is right; None: nothing in it changes."""
        return (self._right_until - self.now).total_seconds() if self._right_until else None

    def load(self, batch: Batch[Row], key: Key, **arguments: Hashable) -> Awaitable[Row]:
        """What `batch(actor, keys, **arguments)` has for the key; a tick's keys share a call."""
        slot = (batch, tuple(sorted(arguments.items())))
        loader = self._loaders.get(slot)
        if loader is None:
            load_all: Any = self.load_all
            loader = DataLoader(load_fn=partial(load_all, batch, **arguments))
            self._loaders[slot] = loader
        return loader.load(key)

    def load_row(
        self, resolver: Callable[..., Any], row: Any, info: Any, arguments: dict[str, Any]
    ) -> Awaitable[Any]:
        """What a resolver of many rows has for this one; a tick's rows share a call."""
        slot = (resolver, tuple(arguments.items()))
        loader = self._loaders.get(slot)
        if loader is None:
            # Rows have no identity of their own to remember them by.
            load = partial(resolver, info=info, **arguments)
            loader = self._loaders[slot] = DataLoader(load_fn=load, cache=False)
        return loader.load(row)

    async def load_all(
        self, batch: Batch[Row], keys: Sequence[Key], **arguments: Hashable
    ) -> list[Row]:
        """What `batch(actor, keys, **arguments)` has for each; no key is read twice a request."""
        slot = (batch, *arguments.items())
        known = self._known.setdefault(slot, {})
        missing = [key for key in dict.fromkeys(keys) if key not in known]
        if missing:
            found = await batch(self.actor, missing, **arguments)
            known.update(zip(missing, found, strict=True))
        return [known[key] for key in keys]

    def forget(self) -> None:
        """After a mutation: what was read before may not be true any more."""
        self._loaders.clear()
        self._known.clear()

    def look_into(self, pool_ids: Iterable[UUID]) -> None:
        """Read these pools' affairs from here on: the caller was found to be in them."""
        self.actor = self.actor.in_pools(self.actor.pool_ids.union(pool_ids))

    def leave_pools(self) -> None:
        """What is done next is done by the caller alone."""
        if self.actor.pool_ids:
            self.actor = self.actor.in_pools()

    def act_as(self, actor: Actor) -> None:
        """Go on as the one who has just signed in."""
        self.actor = actor
        self.forget()


Info = strawberry.Info[Context, None]
