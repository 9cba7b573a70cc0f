"""Members whose tiers show what time does: one about to lose it, one who has, one by hand."""

from datetime import datetime, timedelta

from domain import database
from domain.actor import SYSTEM, Actor
from domain.members.commands import EnrolMember
from domain.members.queries import MemberRef
from domain.orders import reporting
from domain.orders.asking import Report
from domain.orders.commands import Line, OrderCommand
from domain.referrals import enrolment
from domain.tiers import operations, reviewing
from domain.tiers.commands import SetTier

# External id, first name, language, and how many days ago a large order made a regular of them.
REGULARS = (("demo-near", "Daphne", "en", 360), ("demo-past", "Viktor", "ru", 440))


async def become_regulars(today: datetime) -> None:
    """The members join and come to their tier; the business clock is left where it then stood."""
    for external_id, name, language, days in reversed(REGULARS):
        at = today - timedelta(days=days)
        ahead = int((at - today).total_seconds())
        await database.rows("update clock set ahead_seconds = $1", ahead)
        joined = await enrolment.enrol(
            SYSTEM,
            EnrolMember(external_id, 1, name, language=language, external_id=external_id),
        )
        order = OrderCommand(
            source="demo-till",
            reference=f"{external_id}-party",
            occurred_at=await database.now(),
            currency="EUR",
            lines=(Line("BEA", 13, 1290, "Coffee beans", "grocery", None),),
            store="athens-1",
            sales_channel="counter",
        )
        await reporting.report(Report(order, joined.member_id))


async def review() -> None:
    """What has become of all tiers meanwhile."""
    await reviewing.review_due()


async def give(staff: Actor, external_id: str) -> None:
    """A tier by hand, for a quarter of a year."""
    until = await database.now() + timedelta(days=90)
    reason = "Her order was lost twice; a season on the house."
    member = MemberRef(external_id=external_id)
    await operations.set_tier(staff, SetTier(member, "family", until, reason, "demo tier"))
