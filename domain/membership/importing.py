"""What another system knows of its customers: into the profiles of those whom it names.

Run again it changes nothing more, so an import that was killed is simply run again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from domain import database
from domain.actor import SYSTEM
from domain.errors import DomainError, InvalidInput, Path
from domain.members import fields, profiles
from domain.members import importing as members
from domain.members.commands import UNCHANGED, Place, UpdateMember
from domain.members.kinds import Sex
from domain.membership import telling
from domain.programme import queries as programmes
from domain.programme.attributes import AttributeValue, Value
from domain.programme.terms import AttributeType, Programme, Who

PREFIX = "attribute."
FIELDS = ("sex", "country", "region", "postcode", "income_band", "interests")
_FLAGS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


@dataclass(frozen=True, slots=True, repr=False)
class Known:
    """A row of a file: the customer's external id, and cells by name. Personal."""

    line: int
    external_id: str
    cells: Mapping[str, str]


@dataclass(slots=True)
class Tally:
    """How many profiles were written, and why others were not, by line."""

    written: int = 0
    failed: list[tuple[int, str]] = field(default_factory=list)


async def run(rows: Iterable[Known], *, dry_run: bool = False) -> Tally:
    """Write what the rows say; who is not known becomes a member. An empty cell says nothing.

    A dry run looks at each row and writes nothing.
    """
    version = await programmes.in_force()
    tally = Tally()
    for row in rows:
        try:
            external_id = fields.external_id(row.external_id, ("member",)) or ""
            said = _said(version.programme, row.cells)
            if not dry_run:
                now = await database.now()
                found = await members.ensure({external_id: now}, version)
                await telling.write_for(SYSTEM, found[external_id], said)
            else:
                profiles.said(version.programme, frozenset(Who), said)
        except DomainError as error:
            tally.failed.append((row.line, f"{'.'.join(error.path)}: {error.message}"))
        else:
            tally.written += 1
    return tally


def _said(programme: Programme, cells: Mapping[str, str]) -> UpdateMember:
    given = {name: text.strip() for name, text in cells.items() if text and text.strip()}
    names = [name for name in given if name.startswith(PREFIX)]
    interests = [each.strip() for each in given.get("interests", "").split(";") if each.strip()]
    place = Place(
        given.get("country", UNCHANGED),
        given.get("region", UNCHANGED),
        given.get("postcode", UNCHANGED),
    )
    values = tuple(
        AttributeValue(name.removeprefix(PREFIX), _value(programme, name, given[name]))
        for name in names
    )
    return UpdateMember(
        sex=_sex(given["sex"]) if "sex" in given else UNCHANGED,
        place=UNCHANGED if place == Place() else place,
        income_band=given.get("income_band", UNCHANGED),
        interests=tuple(interests) or UNCHANGED,
        attributes=values or UNCHANGED,
    )


def _sex(text: str) -> Sex:
    try:
        return Sex(text.upper())
    except ValueError:
        raise InvalidInput(f"Write {', '.join(Sex)}.", ("sex",)) from None


def _value(programme: Programme, name: str, text: str) -> Value:
    attribute = programme.member_attribute(name.removeprefix(PREFIX))
    path: Path = (name,)
    match attribute.type if attribute else AttributeType.TEXT:
        case AttributeType.NUMBER:
            try:
                return int(text)
            except ValueError:
                raise InvalidInput("A whole number is wanted.", path) from None
        case AttributeType.FLAG:
            if text.lower() not in _FLAGS:
                raise InvalidInput("Write yes or no.", path)
            return _FLAGS[text.lower()]
        case AttributeType.DATE:
            try:
                return date.fromisoformat(text)
            except ValueError:
                raise InvalidInput("A day is wanted, as in 2026-01-31.", path) from None
        case _:
            return text
