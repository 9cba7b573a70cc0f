"""Which version is in force when. Versions never change, so a process may keep those it has read;
which of them is in force is asked anew each time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from domain import database, secrets
from domain.actor import Actor, Role
from domain.errors import NotFound
from domain.paging import Page
from domain.programme import document, review
from domain.programme.rules import Compiled, compiled
from domain.programme.terms import Programme
from domain.together import Together, shared


class VersionState(StrEnum):
    """The life of a version."""

    DRAFT = "DRAFT"
    PUBLISHED = "PUBLISHED"
    SUPERSEDED = "SUPERSEDED"


@dataclass(frozen=True, slots=True)
class Edition:
    """A programme version as it is written. `rules`: None of a draft that has errors."""

    id: UUID
    number: int
    programme: Programme
    rules: Compiled | None
    effective_from: datetime | None


@dataclass(frozen=True, slots=True)
class Version(Edition):
    """A programme version, ready to judge by."""

    rules: Compiled


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version and where it stands in time."""

    id: UUID
    number: int
    state: VersionState
    effective_from: datetime | None
    version: Edition


# By id, since a version never changes; which number has which id is asked anew.
_kept: dict[UUID, Version] = {}

# Whom drafts are shown: they are nobody's business but the team's.
TEAM = (Role.CARE, Role.LOYALTY)

# Of versions that start at the same instant the one published last wins.
IN_FORCE = """(select id from programme_versions where effective_from <= {at}
  order by effective_from desc, number desc limit 1)"""


_FIRST = """(select id from programme_versions where effective_from is not null
  order by effective_from, number limit 1)"""
_FOR_NOW = f"coalesce({IN_FORCE.format(at='pistis_now()')}, {_FIRST})"


async def in_force() -> Version:
    """The version in force now."""
    (found,) = await in_force_at([await database.now()])
    return found


async def present() -> tuple[datetime, Version | None]:
    """The business clock and the version in force at it; the first one if none is in force yet.

    None before any is published. Asked by nearly every request: those that wait share the answer.
    """
    return await _present.ask(None)


async def _read_present(asked: Sequence[None]) -> list[tuple[datetime, Version | None]]:
    row = await database.row(f"select pistis_now() as now, {_FOR_NOW} as id")
    assert row is not None
    version = await _read(row["id"]) if row["id"] else None
    return [(row["now"], version)] * len(asked)


async def in_force_at(instants: Sequence[datetime]) -> list[Version]:
    """The version in force at each instant; the first one for what was before it."""
    found = await database.rows(
        f"""select coalesce({IN_FORCE.format(at="at")}, {_FIRST}) as id
            from unnest($1::timestamptz[]) with ordinality as wanted (at, n) order by n""",
        list(instants),
    )
    if any(row["id"] is None for row in found):
        raise NotFound("No programme is published yet; publish one, or start with the demo.")
    return [await _read(row["id"]) for row in found]


async def version(number: int) -> Version:
    """A published version by its number. Raises NotFound."""
    found = await edition(number)
    if found.effective_from is None or not isinstance(found, Version):
        raise NotFound("There is no such version.")
    return found


async def edition(number: int) -> Edition:
    """A version by its number, published or a draft. Raises NotFound."""
    row = await database.row(
        """select id, number, effective_from,
             case when id = any($2) then null else document end as document
           from programme_versions where number = $1""",
        *(number, [*_kept]),
    )
    if row is None:
        raise NotFound("There is no such version.")
    return _kept.get(row["id"]) or _edition(row)


async def versions(_actor: Actor, numbers: Sequence[int]) -> list[Version]:
    """The versions with these numbers, in their order."""
    return await _versions(numbers)


@shared
async def _versions(numbers: Sequence[int]) -> list[Version]:
    found = await database.rows(
        "select number, id from programme_versions where number = any($1)", list(numbers)
    )
    ids = {row["number"]: row["id"] for row in found}
    return [await _read(ids[number]) for number in numbers]


async def version_rows(
    actor: Actor, first: int, after: str | None = None, ids: Sequence[UUID] | None = None
) -> Page[VersionRow]:
    """Versions, newest first; drafts for staff alone."""
    cursors = secrets.cursors()
    below = cursors.decode("versions", after)[0] if after else None
    found = await database.rows(
        f"""select id, number, effective_from,
             case when id = any($5) then null else document end as document,
             case when effective_from is null then 'DRAFT'
               when id = {IN_FORCE.format(at="pistis_now()")} or effective_from > pistis_now()
               then 'PUBLISHED' else 'SUPERSEDED' end as state
           from programme_versions
           where ($1::int is null or number < $1)
             and (effective_from is not null or ($2 and discarded_at is null))
             and ($3::uuid[] is null or id = any($3))
           order by number desc limit $4""",
        *(below, actor.has(*TEAM), list(ids) if ids is not None else None, first + 1, [*_kept]),
    )
    rows = [
        VersionRow(
            row["id"], row["number"], VersionState(row["state"]), row["effective_from"],
            _kept.get(row["id"]) or _edition(row),
        )
        for row in found
    ]  # fmt: skip
    return cursors.page(rows, first, "versions", lambda v: (v.number,))


async def version_count(actor: Actor) -> int:
    """How many versions there are; drafts for staff alone."""
    counted: int = await database.value(
        """select count(*) from programme_versions
           where effective_from is not null or ($1 and discarded_at is null)""",
        actor.has(*TEAM),
    )
    return counted


async def _read(version_id: UUID) -> Version:
    if version_id in _kept:
        return _kept[version_id]
    row = await database.row(
        "select id, number, document, effective_from from programme_versions where id = $1",
        version_id,
    )
    assert row is not None, "a version never goes away"
    read = _edition(row)
    assert isinstance(read, Version), "what has errors is not published"
    return read


def _edition(row: Any) -> Edition:
    # Published versions are kept. They had no errors by the release that published them.
    programme, since = document.decoded(row["document"]), row["effective_from"]
    if since is None and review.errors(programme):
        return Edition(row["id"], row["number"], programme, None, since)
    read = Version(row["id"], row["number"], programme, compiled(programme), since)
    if since is not None:
        _kept[read.id] = read
    return read


_present = Together(_read_present, 1000)
