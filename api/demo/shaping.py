"""The café's next year: a version that is published and comes, and a draft of the one after it."""

from datetime import timedelta
from typing import Any

from domain import database
from domain.actor import Actor
from domain.orders.impact import impact
from domain.programme import drafting, publishing
from domain.programme.publishing import PublishVersion

COMES_IN = timedelta(days=60)


async def ahead(staff: Actor, terms: dict[str, Any]) -> None:
    """Both are better than what they follow, so that nobody has to be told long before."""
    coming = terms | {"birthday": terms["birthday"] | {"points": 60}}
    version_id = await drafting.draft(staff, coming, None)
    command = PublishVersion(
        version_id,
        (await database.now() + COMES_IN).replace(minute=0, second=0, microsecond=0),
        None,
        "Ten points more on birthdays: there is nothing to foresee.",
        "demo-coming",
    )
    await publishing.publish(staff, command, impact)
    await drafting.draft(staff, coming | {"claimDays": 90}, version_id)
