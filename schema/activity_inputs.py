"""What is sent of an activity, and how it becomes the domain's command."""

import datetime as dates
from datetime import datetime

import strawberry
from strawberry import UNSET

from domain.activities.commands import ReportActivity
from domain.errors import InvalidInput
from domain.programme.attributes import AttributeValue
from schema.dry_runs import dry_run
from schema.member_inputs import KEY, MemberRefInput


@strawberry.input(one_of=True, description="A value, by the attribute's type.")
class AttributeValueInput:
    """Exactly one."""

    text: strawberry.Maybe[str] = strawberry.field(description="1 to 500 characters.")
    number: strawberry.Maybe[int] = strawberry.field(description="A whole number.")
    flag: strawberry.Maybe[bool] = strawberry.field(description="Yes or no.")
    date: strawberry.Maybe[dates.date] = strawberry.field(description="A day, as in 2026-06-01.")

    def value(self) -> str | int | bool | dates.date:
        """The one that is given."""
        for given in (self.text, self.number, self.flag, self.date):
            if given is not None:
                return given.value
        raise InvalidInput("Give one value.")


@strawberry.input(description="Something said of an activity.")
class AttributeInput:
    """Checked in the domain, by the kind."""

    name: str = strawberry.field(description="The attribute's name, as its kind has it.")
    value: AttributeValueInput = strawberry.field(description="What is said.")


@strawberry.input(description="An activity to report: a visit, a review, a share.")
class ActivityReportInput:
    """Checked in the domain."""

    source: str = strawberry.field(description="The system that tells of it; 1 to 64 characters.")
    reference: str = strawberry.field(
        description="Its number there, 1 to 64 characters: what is told again counts once."
    )
    kind: str = strawberry.field(description="What was done: a code of `programme.activityKinds`.")
    member: MemberRefInput = strawberry.field(description="Who did it; members name themselves.")
    occurred_at: datetime = strawberry.field(
        description="When; members report the last 24 hours, shops the past as well."
    )
    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    attributes: list[AttributeInput] | None = strawberry.field(
        default=UNSET, description="What the kind asks for; at most 20."
    )
    dry_run: bool | None = dry_run()

    def command(self) -> ReportActivity:
        """The same, as the domain takes it."""
        return ReportActivity(
            source=self.source,
            reference=self.reference,
            kind=self.kind,
            member=self.member.ref(),
            occurred_at=self.occurred_at,
            idempotency_key=self.idempotency_key,
            attributes=tuple(
                AttributeValue(each.name, each.value.value()) for each in self.attributes or ()
            ),
        )
