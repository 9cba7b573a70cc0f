"""What a programme wants to know of members: choices, attributes of its own, what is asked."""

from enum import StrEnum

from domain.language import Text
from domain.programme.terms.activities import AttributeType
from domain.programme.terms.typed import Terms


class Who(StrEnum):
    """Who sees an attribute, and who sets it. SHOP: services; TEAM: the programme's people."""

    MEMBER = "MEMBER"
    SHOP = "SHOP"
    TEAM = "TEAM"


class Choice(Terms, frozen=True):
    """A value of which there are only some."""

    code: str
    name: Text


class MemberAttribute(Terms, frozen=True):
    """Something that is known of a member under `name`. `purpose`: why, as members are told.

    `choices`: the only texts that it can have. `least` and `most`: bounds of a number.
    """

    name: str
    label: Text
    type: AttributeType
    purpose: Text
    choices: tuple[Choice, ...] = ()
    least: int | None = None
    most: int | None = None
    seen_by: tuple[Who, ...] = (Who.MEMBER, Who.SHOP, Who.TEAM)
    set_by: tuple[Who, ...] = (Who.MEMBER, Who.SHOP, Who.TEAM)


class Thanks(Terms, frozen=True):
    """Points for an answer."""

    unit: str
    points: int


class ProfileQuestion(Terms, frozen=True):
    """What a member is asked, one at a time, as long as it is not known.

    `name`: one of `PROFILE_NAMES`, or of an attribute. `purpose` is said of those that are not
    attributes. `thanks` are given once for ever.
    """

    name: str
    text: Text
    purpose: Text | None = None
    thanks: Thanks | None = None


PROFILE_NAMES = ("sex", "birthday", "place", "incomeBand", "interests")
"""What every member can tell, whatever the programme declares."""
