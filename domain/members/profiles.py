"""What is said of a member, in the form in which its profile keeps it, and written there."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from domain import database
from domain.errors import InvalidInput, Path
from domain.members import attributes, fields, places
from domain.members.commands import Unchanged, UpdateMember
from domain.programme.problems import nearest
from domain.programme.terms import Choice, Programme, Who


@dataclass(frozen=True, slots=True, repr=False)
class Said:
    """Columns with their values; attributes that are set, and the names of those forgotten."""

    columns: dict[str, Any] = field(default_factory=dict)
    attributes: dict[str, str | int | bool] = field(default_factory=dict)
    forgotten: Sequence[str] = ()


def said(programme: Programme, who: frozenset[Who], command: UpdateMember) -> Said:
    """What the command says, but for the birthday. Raises InvalidInput, and NotAllowed."""
    columns: dict[str, Any] = {}
    if not isinstance(command.first_name, Unchanged):
        columns["first_name"] = fields.name(command.first_name, ("firstName",))
    if not isinstance(command.last_name, Unchanged):
        columns["last_name"] = fields.name(command.last_name, ("lastName",))
    if not isinstance(command.interests, Unchanged):
        columns["interests"] = _interests(programme, command.interests)
    if not isinstance(command.sex, Unchanged):
        columns["sex"] = command.sex
    if not isinstance(command.income_band, Unchanged):
        columns["income_band"] = _income_band(programme, command.income_band)
    columns |= _place(command)
    given = command.attributes
    values = {}
    forgotten = attributes.cleared(programme, who, command.clear_attributes, ("clearAttributes",))
    if given is None:
        forgotten = attributes.cleared(programme, who, None, ("attributes",))
    elif not isinstance(given, Unchanged):
        values = attributes.told(programme, who, given)
    return Said(columns, values, forgotten)


async def write(member_id: UUID, said: Said) -> None:
    """Put it into the profile, in the transaction in progress, under the member's lock."""
    wanted = dict(said.columns)
    names = [f"{name} = ${n}" for n, name in enumerate(wanted, 2)]
    if said.attributes or said.forgotten:
        n = len(names) + 2
        names.append(f"attributes = (attributes - ${n}::text[]) || ${n + 1}::jsonb")
        wanted |= {"forgotten": list(said.forgotten), "attributes": said.attributes}
    if names:
        await database.rows(
            f"update profiles set {', '.join(names)} where member_id = $1",
            *(member_id, *wanted.values()),
        )


def _place(command: UpdateMember) -> dict[str, str | None]:
    place = command.place
    if isinstance(place, Unchanged):
        return {}
    if place is None:
        return dict.fromkeys(("country", "region", "postcode"))
    columns: dict[str, str | None] = {}
    if not isinstance(place.country, Unchanged):
        columns["country"] = places.country(place.country, ("place", "country"))
    if not isinstance(place.region, Unchanged):
        columns["region"] = places.region(place.region, ("place", "region"))
    if not isinstance(place.postcode, Unchanged):
        columns["postcode"] = places.postcode(place.postcode, ("place", "postcode"))
    return columns


def _interests(programme: Programme, values: Sequence[str] | None) -> list[str]:
    kept = fields.interests(values, ("interests",))
    if programme.interests:
        for index, value in enumerate(values or ()):
            _known(programme.interests, value.strip(), ("interests", str(index)))
    return kept


def _income_band(programme: Programme, code: str | None) -> str | None:
    if code is not None:
        if not programme.income_bands:
            message = "The programme does not ask for an income; leave it out."
            raise InvalidInput(message, ("incomeBand",))
        _known(programme.income_bands, code, ("incomeBand",))
    return code


def _known(choices: Iterable[Choice], code: str, path: Path) -> None:
    codes = [choice.code for choice in choices]
    if code not in codes:
        raise InvalidInput(
            f"The programme has no such value. {nearest(code, codes, 'There are')}", path
        )
