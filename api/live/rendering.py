"""Notifications as the JSON of answers: each once for all who asked for the same."""

import logging
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from weakref import WeakValueDictionary

from graphql.execution.values import VariableValues

from api.compiled.events import EventPlan
from api.execution import Subscribed
from api.wire.results import encoded
from domain import balances
from domain.actor import Actor, ActorKind, Role
from domain.language import spoken
from domain.notifications import live, queries
from domain.notifications.kinds import NotificationKind
from domain.notifications.queries import NotificationRow
from schema.notification_types import type_name
from schema.notifications import EdgeRow, Edges

# What a member is told of these is the same whoever looks, so many members are read for at once.
PLAIN_TYPES = frozenset(
    {
        "Badge",
        "BadgeNotification",
        "Benefit",
        "ExpiryNotification",
        "GreetingNotification",
        "Offer",
        "MembershipNotification",
        "OfferNotification",
        "OfferProgress",
        "PointsAmount",
        "PointsNotification",
        "EndingNotification",
        "ProgrammeNotification",
        "Reward",
        "SessionNotification",
        "Standing",
        "StatementNotification",
        "Survey",
        "SurveyNotification",
        "Tier",
        "TierNotification",
        "Transaction",
        "Unit",
        "Voucher",
        "VoucherNotification",
        "Wallet",
    }
)
# Sees what belongs to any member, and may do no more than a member may.
_EYES = Actor(ActorKind.SERVICE, "live", frozenset({Role.MEMBER}))
REST_SECONDS = 10.0  # of a plan by which nothing of a batch could be rendered

_log = logging.getLogger("pistis.live")

_TYPES = {kind: type_name(kind) for kind in NotificationKind}


@dataclass(frozen=True, eq=False)
class Share:
    """Subscriptions that have it in common get the same answer to an event."""

    plan: EventPlan
    values: tuple[tuple[str, str], ...]
    language: str | None
    member_id: UUID | None  # where it matters who looks
    actor: Actor
    variables: VariableValues


@dataclass(frozen=True, slots=True)
class View:
    """What one subscription asks for: shared with all members, or with this one's other apps."""

    of_all: Share
    of_member: Share
    plain: frozenset[NotificationKind]

    def share(self, row: NotificationRow) -> Share:
        """With whom the answer to this is shared."""
        return self.of_all if row.kind in self.plain else self.of_member


class Rendering:
    """Renders with plans. `new_context(actor, language)` makes what resolvers get."""

    def __init__(self, new_context: Callable[[Actor, str | None], Any]) -> None:
        self._new_context = new_context
        self._resting: dict[EventPlan, float] = {}
        self._shares: WeakValueDictionary[Any, Share] = WeakValueDictionary()

    def view(self, subscribed: Subscribed, actor: Actor, language: str | None) -> View | None:
        """How its events are rendered; None where graphql-core has to answer each."""
        plan = subscribed.plan
        if plan is None or not isinstance(subscribed.source, Edges):
            return None
        spoken_to = spoken(language) if language else None
        same = (plan, plan.depends_on(subscribed.variables), spoken_to)
        return View(
            self._share(*same, None, _EYES, subscribed.variables),
            self._share(*same, actor.member_id, actor, subscribed.variables),
            _plain_kinds(plan),
        )

    def _share(self, *parts: Any) -> Share:
        # One object for all: compared by identity, which costs nothing.
        key = parts[:-2]
        found = self._shares.get(key)
        if found is None:
            found = self._shares[key] = Share(*parts)
        return found

    async def of(
        self, wanted: Mapping[Share, Mapping[int, NotificationRow]]
    ) -> dict[Share, dict[int, bytes]]:
        """What each share is told of its rows, by their `id()`; not what no plan can answer."""
        told: dict[Share, dict[int, bytes]] = {}
        for share, by_id in wanted.items():
            mine = told[share] = {}
            for language, rows in (await _by_language(share, by_id.values())).items():
                answers = await self._answers(share, language, rows)
                mine.update(
                    (id(row), answer)
                    for row, answer in zip(rows, answers, strict=True)
                    if answer is not None
                )
        return told

    async def _answers(
        self, share: Share, language: str, rows: list[NotificationRow]
    ) -> list[bytes | None]:
        now = time.monotonic()
        if self._resting.get(share.plan, 0.0) > now:
            return [None] * len(rows)
        answers = await self._rendered(share, language, rows)
        self._resting.pop(share.plan, None)
        if not any(answers):
            self._resting[share.plan] = now + REST_SECONDS
        return answers

    async def _rendered(
        self, share: Share, language: str, rows: list[NotificationRow]
    ) -> list[bytes | None]:
        async def run() -> list[bytes | None]:
            context = self._new_context(share.actor, language)
            await context.settle()
            with balances.aside():
                events = [EdgeRow(row) for row in rows]
                data = await share.plan.run(context, share.variables, events)
            return [encoded({"data": each}) for each in data]

        try:
            return await live.patiently(run)
        except Exception as error:  # noqa: BLE001 - graphql-core will tell it, of the one at fault
            if len(rows) == 1:
                _log.debug("an event is not rendered: %s", type(error).__name__)
                return [None]
        half = len(rows) // 2
        first = await self._rendered(share, language, rows[:half])
        return first + await self._rendered(share, language, rows[half:])


def _plain_kinds(plan: EventPlan) -> frozenset[NotificationKind]:
    plain = {name for name, types in plan.types_in.items() if types <= PLAIN_TYPES}
    return frozenset(kind for kind, name in _TYPES.items() if name in plain)


async def _by_language(
    share: Share, rows: Collection[NotificationRow]
) -> dict[str, list[NotificationRow]]:
    if share.language is not None:
        return {share.language: list(rows)}
    members = list({row.member_id for row in rows})
    languages = await live.patiently(lambda: queries.languages_of(members))
    found: dict[str, list[NotificationRow]] = {}
    for row in rows:
        found.setdefault(spoken(languages.get(row.member_id, "en")), []).append(row)
    return found
