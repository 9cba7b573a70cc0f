"""An activity as it is reported, checked against the kind that the programme declares."""

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from domain.canonical import canonical
from domain.errors import InvalidInput
from domain.members.queries import MemberRef
from domain.programme.activity_rules import ActivityFacts
from domain.programme.attributes import AttributeValue, Value, as_fact, as_json, check_type
from domain.programme.problems import nearest
from domain.programme.terms import Activity, Attribute

REFERENCE_LENGTH_MAX = 64
ATTRIBUTES_MAX = 20

# Of what is older there is no calendar to judge it by.
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
# A till's clock may run a little ahead of ours.
AHEAD_MAX = timedelta(minutes=10)
# Who tells of itself cannot spread one day over many, each with a limit of its own.
BEHIND_MAX = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ReportActivity:
    """An activity to be judged and kept. (source, reference) names it for ever."""

    source: str
    reference: str
    kind: str
    member: MemberRef
    occurred_at: datetime
    idempotency_key: str
    attributes: tuple[AttributeValue, ...] = ()

    def check(self, now: datetime, *, by_member: bool) -> None:
        """Raise InvalidInput for names that are none, and for times that cannot be right."""
        for name, text in (("source", self.source), ("reference", self.reference)):
            if not 1 <= len(text) <= REFERENCE_LENGTH_MAX:
                raise InvalidInput(f"1 to {REFERENCE_LENGTH_MAX} characters are wanted.", (name,))
        if self.occurred_at > now + AHEAD_MAX:
            raise InvalidInput("This lies in the future; set the clock.", ("occurredAt",))
        if self.occurred_at < EARLIEST:
            raise InvalidInput(
                "Activities are of 1970 or later; look at the date.", ("occurredAt",)
            )
        if by_member and self.occurred_at < now - BEHIND_MAX:
            raise InvalidInput(
                "Members report what happened in the last 24 hours; ask the shop to report this.",
                ("occurredAt",),
            )

    def check_attributes(self, kind: Activity) -> None:
        """Raise InvalidInput, with the path to it, for what the kind has not, or has otherwise."""
        if len(self.attributes) > ATTRIBUTES_MAX:
            raise InvalidInput(f"An activity has {ATTRIBUTES_MAX} at most.", ("attributes",))
        said: set[str] = set()
        for index, given in enumerate(self.attributes):
            path = ("attributes", str(index))
            attribute = kind.attribute(given.name)
            if attribute is None:
                names = [each.name for each in kind.attributes]
                hint = nearest(given.name, names, "There are") if names else "It has none."
                message = f"This kind has no such attribute. {hint}"
                raise InvalidInput(message, (*path, "name"))
            if given.name in said:
                raise InvalidInput("This was said before; say it once.", (*path, "name"))
            said.add(given.name)
            _check_value(attribute, given.value, (*path, "value"))
        for attribute in kind.attributes:
            if attribute.required and attribute.name not in said:
                raise InvalidInput(f"`{attribute.name}` is missing; add it.", ("attributes",))

    def facts(self) -> ActivityFacts:
        """What rules are judged on."""
        values = {each.name: as_fact(each.value) for each in self.attributes}
        return ActivityFacts(self.kind, self.occurred_at, values)

    def kept(self) -> dict[str, Any]:
        """The attributes as their row has them."""
        return {each.name: as_json(each.value) for each in self.attributes}

    def content_hash(self, member_id: UUID) -> str:
        """The same contents, the same hash: what tells a repeated report from another activity."""
        attributes = tuple(sorted(self.attributes, key=lambda each: each.name))
        member = MemberRef(id=member_id)  # however it was named
        same = replace(self, idempotency_key="", member=member, attributes=attributes)
        return hashlib.sha256(canonical(same)).hexdigest()


def _check_value(attribute: Attribute, value: Value, path: tuple[str, ...]) -> None:
    check_type(attribute.name, attribute.type, value, path)
    if attribute.values and value not in attribute.values:
        raise InvalidInput(f"`{attribute.name}` is {' or '.join(attribute.values)}.", path)
