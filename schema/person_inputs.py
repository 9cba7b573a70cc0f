"""What a programme wants to know of its members, as it is sent."""

import strawberry
from strawberry import UNSET

from schema.programme_kinds import AttributeType, Who
from schema.scalars import Points
from schema.text_inputs import TextInput


def _everybody() -> list[Who]:
    return [Who.MEMBER, Who.SHOP, Who.TEAM]


@strawberry.input(description="A value of which there are only some.")
class ProfileChoiceInput:
    """Checked in review."""

    code: str = strawberry.field(description="What conditions say; the same in all versions.")
    name: list[TextInput] = strawberry.field(description="What people read.")


@strawberry.input(description="Something that the programme knows of a member, under a name.")
class MemberAttributeTermsInput:
    """Checked in review."""

    name: str = strawberry.field(
        description="What conditions call it: a small letter, then letters, digits and _."
    )
    label: list[TextInput] = strawberry.field(description="What people read.")
    type: AttributeType = strawberry.field(description="What its value is.")
    purpose: list[TextInput] = strawberry.field(description="Why, as members are told.")
    choices: list[ProfileChoiceInput] = strawberry.field(
        default_factory=list, description="The only texts it can have; empty: any."
    )
    least: int | None = strawberry.field(
        default=UNSET, description="Of a number: not below; absent: no bound."
    )
    most: int | None = strawberry.field(
        default=UNSET, description="Of a number: not above; absent: no bound."
    )
    seen_by: list[Who] = strawberry.field(default_factory=_everybody, description="Who sees it.")
    set_by: list[Who] = strawberry.field(default_factory=_everybody, description="Who sets it.")


@strawberry.input(description="Points for an answer, once for ever.")
class ThanksInput:
    """Checked in review."""

    unit: str = strawberry.field(description="The code of what is given.")
    points: Points = strawberry.field(description="How many.")


@strawberry.input(description="What a member is asked, one at a time, as long as it is not known.")
class ProfileQuestionInput:
    """Checked in review."""

    name: str = strawberry.field(
        description="sex, birthday, place, incomeBand, interests, or an attribute's name."
    )
    text: list[TextInput] = strawberry.field(description="The question.")
    purpose: list[TextInput] | None = strawberry.field(
        default=UNSET, description="Why, as members are told; attributes say it themselves."
    )
    thanks: ThanksInput | None = strawberry.field(
        default=UNSET, description="What is given for it; absent: nothing."
    )
