"""Activities as shops and members report them, and a programme with kinds of them."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from domain import database
from domain.activities import operations
from domain.activities.commands import ReportActivity
from domain.activities.reporting import Reported
from domain.actor import Actor
from domain.members.queries import MemberRef
from domain.programme.attributes import AttributeValue, Value
from tests.factories.programme import in_three_languages
from tests.factories.rewards import TILL


def a_kind(code: str = "review", *attributes: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A kind of activity without attributes, unless said otherwise."""
    kind = {"code": code, "name": in_three_languages(code.title()), **changes}
    return kind | ({"attributes": list(attributes)} if attributes else {})


def an_attribute(name: str, type_: str, **changes: Any) -> dict[str, Any]:
    """One that need not be said."""
    return {"name": name, "label": in_three_languages(name), "type": type_, **changes}


def an_activity_rule(code: str = "for-a-review", **changes: Any) -> dict[str, Any]:
    """Ten points for a review, unless said otherwise."""
    return {
        "code": code,
        "name": in_three_languages(code.replace("-", " ")),
        "activity": "review",
        "unit": "POINTS",
        "points": 10,
        **changes,
    }


def a_badge(code: str = "critic", **changes: Any) -> dict[str, Any]:
    """For three reviews, unless said otherwise."""
    goal = {} if "givenFor" in changes else {"givenFor": "ACTIVITIES", "activity": "review"}
    return {
        "code": code,
        "name": in_three_languages(code.title()),
        "text": in_three_languages("Well done."),
        "icon": "*",
        "count": 3,
        **goal,
        **changes,
    }


def a_report(member_id: UUID | None, kind: str = "review", **values: Any) -> ReportActivity:
    """A review with five stars, each with a reference and a key of its own; `said`: attributes."""
    default = {"stars": 5} if kind == "review" else {"network": "telegram"}
    said: dict[str, Value] = values.pop("said", default)
    return ReportActivity(
        source=values.pop("source", "reviews"),
        reference=values.pop("reference", uuid4().hex),
        kind=kind,
        member=MemberRef(id=member_id),
        occurred_at=values.pop("occurred_at"),
        idempotency_key=values.pop("key", uuid4().hex),
        attributes=tuple(AttributeValue(name, value) for name, value in said.items()),
    )


async def did(
    member: Actor,
    kind: str = "review",
    actor: Actor = TILL,
    ago: timedelta = timedelta(0),
    **values: Any,
) -> Reported:
    """What becomes of a report that the member did this just now, or so long ago."""
    at = values.pop("occurred_at", None) or await database.now() - ago
    return await operations.report(
        actor, a_report(member.member_id, kind, occurred_at=at, **values)
    )
