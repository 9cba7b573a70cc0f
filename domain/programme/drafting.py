"""Drafts: what may become the next version. They never change: who thinks again drafts again."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from domain import database
from domain.actor import Actor, Role
from domain.errors import InvalidInput, NotAllowed, NotFound
from domain.programme import document, held, review, segment_names
from domain.programme.problems import Invalid, Problem
from domain.programme.queries import TEAM

# Numbers are given one after another, and one version at a time is published.
IN_TURN = "select pg_advisory_xact_lock(hashtext('programme versions'))"

_NO_VERSION = "There is no such version."


async def draft(actor: Actor, contents: dict[str, Any], based_on: UUID | None) -> UUID:
    """Keep a document as a draft, with whatever problems it has; `based_on`: the published version
    that it changes, None: the one published last.

    The same document on the same version is the same draft. Raises InvalidInput for what is no
    document, NotFound for a version that is not published.
    """
    actor.require(Role.LOYALTY)
    try:
        programme = document.decoded(contents)
    except Invalid as invalid:
        first = invalid.problems[0]
        raise InvalidInput(f"{first.message} {first.hint}", first.path) from None
    contents, hashed = document.encoded(programme), document.hashed(programme)
    async with database.transaction():
        await database.rows(IN_TURN)
        base = await _base(based_on)
        same = await database.value(
            """select id from programme_versions
               where document_hash = $1 and based_on is not distinct from $2
                 and published_at is null and discarded_at is null""",
            *(hashed, base),
        )
        version_id: UUID = same or await database.value(
            """insert into programme_versions
                 (id, number, document, document_hash, based_on, drafted_at, drafted_by)
               select uuidv7(), coalesce(max(number), 0) + 1, $1, $2, $3, pistis_now(), $4
               from programme_versions returning id""",
            *(contents, hashed, base, actor.key),
        )
    return version_id


async def discard(actor: Actor, version_id: UUID) -> UUID:
    """Put a draft away: it is neither shown nor published any more. Once more changes nothing.

    Raises NotFound, and NotAllowed for a published version, which stays for good.
    """
    actor.require(Role.LOYALTY)
    async with database.transaction():
        await database.rows(IN_TURN)
        row = await database.row(
            "select published_at, discarded_at from programme_versions where id = $1", version_id
        )
        if row is None:
            raise NotFound(_NO_VERSION, ("versionId",))
        if row["published_at"] is not None:
            raise NotAllowed(
                "It is published, and kept for good: publish another after it.", ("versionId",)
            )
        if row["discarded_at"] is None:
            await database.rows(
                """update programme_versions set discarded_at = pistis_now(), discarded_by = $2
                   where id = $1""",
                *(version_id, actor.key),
            )
    return version_id


async def problems_of(actor: Actor, ids: Sequence[UUID]) -> list[list[Problem]]:
    """What is wrong with each of these versions, as things are now; of a published one, what was
    unwise. Raises NotAllowed.
    """
    actor.require(*TEAM)
    found = await database.rows(
        """select v.id, v.document, b.document as before from programme_versions v
           left join programme_versions b on b.id = v.based_on and v.published_at is null
           where v.id = any($1)""",
        list(ids),
    )
    problems = {}
    for row in found:
        programme = document.decoded(row["document"])
        before = document.decoded(row["before"]) if row["before"] else None
        problems[row["id"]] = [
            *review.problems(programme),
            *await held.problems(programme, before),
            *await segment_names.problems(row["document"]),
        ]
    return [problems[wanted] for wanted in ids]


async def _base(based_on: UUID | None) -> UUID | None:
    published: Sequence[Any] = await database.rows(
        """select id from programme_versions
           where published_at is not null and ($1::uuid is null or id = $1)
           order by number desc limit 1""",
        based_on,
    )
    if based_on is not None and not published:
        raise NotFound("A draft is based on a published version.", ("basedOn",))
    return published[0]["id"] if published else None
