"""What people did besides buying: reviews that the shop tells of, and what they shared."""

from datetime import datetime, timedelta

from api.demo.people import Person
from domain.activities import operations as activities
from domain.activities.commands import ReportActivity
from domain.actor import SYSTEM
from domain.members.queries import MemberRef
from domain.programme.attributes import AttributeValue


async def past(eleni: Person, members: list[Person], today: datetime) -> None:
    """Two reviews of Eleni's and one of a few others; Eleni has told her friends, too."""
    for months, stars in ((2, 5), (1, 4)):
        await _review(eleni, today - timedelta(days=31 * months), stars)
    for number, person in enumerate(members[10:16]):
        await _review(person, today - timedelta(days=1 + number), 3 + number % 3)
    shared = today - timedelta(days=8)
    await _report(eleni, "share", shared, AttributeValue("network", "instagram"))


async def _review(person: Person, at: datetime, stars: int) -> None:
    said = AttributeValue("stars", stars), AttributeValue("visitedOn", at.date())
    await _report(person, "review", at, *said)


async def _report(person: Person, kind: str, at: datetime, *said: AttributeValue) -> None:
    name = f"{kind}-{at:%Y-%m-%d}"
    member = MemberRef(id=person.id)
    command = ReportActivity("demo", name, kind, member, at, f"demo {person.id} {name}"[:64], said)
    await activities.report(SYSTEM, command)
