"""Activities of a programme as they are sent: their kinds, what they earn, badges."""

import datetime as dates

import strawberry
from strawberry import UNSET

from schema.condition_inputs import ConditionInput
from schema.programme_kinds import AttributeType, BadgeFor
from schema.rule_inputs import RuleLimitInput
from schema.scalars import Points
from schema.text_inputs import TextInput


@strawberry.input(description="Something that is said of an activity, under a name.")
class AttributeTermsInput:
    """Checked in review."""

    name: str = strawberry.field(
        description="What conditions call it: a small letter, then letters, digits and _."
    )
    label: list[TextInput] = strawberry.field(description="What people read.")
    type: AttributeType = strawberry.field(description="What its value is.")
    required: bool = strawberry.field(default=False, description="Whether it has to be said.")
    values: list[str] = strawberry.field(
        default_factory=list, description="The only texts it can have; empty: any."
    )


@strawberry.input(description="A kind of activity: what happens and is no order.")
class ActivityKindInput:
    """Checked in review."""

    code: str = strawberry.field(description="What is reported; the same in all versions.")
    name: list[TextInput] = strawberry.field(description="What people read.")
    attributes: list[AttributeTermsInput] = strawberry.field(
        default_factory=list, description="What is said of each; at most 20."
    )
    by_members: bool = strawberry.field(
        default=False, description="Whether members may report it themselves."
    )


@strawberry.input(description="Points for an activity.")
class ActivityRuleInput:
    """Checked in review."""

    code: str = strawberry.field(
        description="What explanations call it; the same in all versions, and no other rule's."
    )
    name: list[TextInput] = strawberry.field(description="What members read.")
    activity: str = strawberry.field(description="The code of the kind.")
    unit: str = strawberry.field(description="The code of what it gives.")
    points: Points = strawberry.field(description="How many.")
    text: list[TextInput] | None = strawberry.field(
        default=UNSET, description="Said in place of the words that are made of it."
    )
    when: ConditionInput | None = strawberry.field(
        default=UNSET,
        description="For which: `activityAttribute`, the member and the time; absent: for all.",
    )
    limit: RuleLimitInput | None = strawberry.field(
        default=UNSET, description="At most so many; absent: no limit."
    )
    valid_from: dates.date | None = strawberry.field(
        default=UNSET, description="From this local day on; absent: from the version's beginning."
    )
    valid_until: dates.date | None = strawberry.field(
        default=UNSET, description="Before this local day; absent: no end."
    )


@strawberry.input(description="A sign of something done; given once.")
class BadgeInput:
    """Checked in review."""

    code: str = strawberry.field(description="The same in all versions.")
    name: list[TextInput] = strawberry.field(description="What members read.")
    text: list[TextInput] = strawberry.field(description="What it is given for, in words.")
    icon: str = strawberry.field(description="A short sign.")
    given_for: BadgeFor = strawberry.field(description="What it is given for.")
    count: int = strawberry.field(default=1, description="For which in a row: 10 is the tenth.")
    activity: str | None = strawberry.field(
        default=UNSET, description="For ACTIVITIES: the code of the kind."
    )
    tier: str | None = strawberry.field(
        default=UNSET, description="For TIER: the code of the tier."
    )
