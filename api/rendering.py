"""Notifications as the JSON of answers: each once for all who asked for the same."""

import logging
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from graphql.execution.values import VariableValues

from api.compiled.events import EventPlan
from api.execution import Subscribed
from api.results import encoded
from domain.actor import Actor, ActorKind, Role
from domain.language import spoken
from domain.notifications import live, queries
from domain.notifications.queries import NotificationRow
from schema.notifications import EdgeRow, Edges

# What a member is told of these is the same whoever looks, so many members are read for at once.
PLAIN_TYPES = frozenset(
    {
        "Benefit",
        "NotificationEdge",
        "Offer",
        "OfferNotification",
        "OfferProgress",
        "PointsAmount",
        "PointsNotification",
        "Reward",
        "SessionNotification",
        "Standing",
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
_HOPELESS = 3  # so many batches of which nothing could be rendered

_log = logging.getLogger("pistis.live")

Place = tuple[UUID, int]


@dataclass(frozen=True, slots=True)
class Share:
    """Two subscriptions with equal shares get equal answers to an event."""

    plan: EventPlan
    values: tuple[tuple[str, str], ...]
    language: str | None
    member_id: UUID | None  # where it matters who looks
    actor: Actor = field(compare=False)
    variables: VariableValues = field(compare=False)


class Rendering:
    """Renders with plans. `new_context(actor, language)` makes what resolvers get."""

    def __init__(self, new_context: Callable[[Actor, str | None], Any]) -> None:
        self._new_context = new_context
        self._failed: Counter[EventPlan] = Counter()

    def share(self, subscribed: Subscribed, actor: Actor, language: str | None) -> Share | None:
        """Who else gets the same answers; None where each has to be made by graphql-core."""
        plan = subscribed.plan
        if plan is None or not isinstance(subscribed.source, Edges):
            return None
        is_plain = plan.types <= PLAIN_TYPES
        return Share(
            plan,
            plan.depends_on(subscribed.variables),
            spoken(language) if language else None,
            None if is_plain else actor.member_id,
            _EYES if is_plain else actor,
            subscribed.variables,
        )

    async def of(
        self, asked: Iterable[tuple[NotificationRow, Share]]
    ) -> dict[tuple[Place, Share], bytes]:
        """What each share is told; what no plan can answer is not among it."""
        wanted: dict[Share, dict[Place, NotificationRow]] = {}
        for row, share in asked:
            wanted.setdefault(share, {})[row.member_id, row.sequence] = row
        told: dict[tuple[Place, Share], bytes] = {}
        for share, rows in wanted.items():
            for language, spoken_to in (await _by_language(share, rows)).items():
                places = list(spoken_to)
                answers = await self._answers(share, language, list(spoken_to.values()))
                for place, answer in zip(places, answers, strict=True):
                    if answer is not None:
                        told[place, share] = answer
        return told

    async def _answers(
        self, share: Share, language: str, rows: list[NotificationRow]
    ) -> list[bytes | None]:
        if self._failed[share.plan] >= _HOPELESS:
            return [None] * len(rows)
        answers = await self._rendered(share, language, rows)
        if any(answers):
            del self._failed[share.plan]
        else:
            self._failed[share.plan] += 1
        return answers

    async def _rendered(
        self, share: Share, language: str, rows: list[NotificationRow]
    ) -> list[bytes | None]:
        async def run() -> list[bytes | None]:
            context = self._new_context(share.actor, language)
            await context.settle()
            data = await share.plan.run(context, share.variables, [EdgeRow(row) for row in rows])
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


async def _by_language(
    share: Share, rows: dict[Place, NotificationRow]
) -> dict[str, dict[Place, NotificationRow]]:
    if share.language is not None:
        return {share.language: rows}
    members = list({member_id for member_id, _ in rows})
    languages = await live.patiently(lambda: queries.languages_of(members))
    found: dict[str, dict[Place, NotificationRow]] = {}
    for place, row in rows.items():
        found.setdefault(spoken(languages.get(place[0], "en")), {})[place] = row
    return found
