"""What can be done with programme versions: draft, publish."""

from datetime import datetime
from typing import Any
from uuid import UUID

from domain import database, outbox, shared_versions
from domain.actor import Actor, Role
from domain.errors import InvalidInput
from domain.events import ProgrammePublished
from domain.programme import document, review, segment_names
from domain.programme.problems import Invalid
from domain.programme.terms import Programme


async def publish(actor: Actor, contents: dict[str, Any], effective_from: datetime) -> UUID:
    """Publish a document as the next version, in force from `effective_from` (UTC).

    Raises InvalidInput with the path of the first thing that is wrong in it.
    """
    actor.require(Role.LOYALTY)
    programme = _sound(contents)
    await segment_names.check(contents)
    async with database.transaction():
        await database.rows("select pg_advisory_xact_lock(hashtext('programme versions'))")
        row = await database.row(
            """insert into programme_versions
                 (id, number, document, document_hash, published_at, published_by, effective_from)
               select uuidv7(), coalesce(max(number), 0) + 1, $1, $2, pistis_now(), $4, $3
               from programme_versions returning id, number""",
            *(contents, document.hashed(programme), effective_from, actor.key),
        )
        assert row is not None
        await outbox.append(ProgrammePublished(row["id"], row["number"]))
        await database.after_commit(shared_versions.make_known)
    version_id: UUID = row["id"]
    return version_id


def _sound(contents: dict[str, Any]) -> Programme:
    try:
        programme = document.decoded(contents)
        if errors := review.errors(programme):
            raise Invalid(errors)
    except Invalid as invalid:
        first = invalid.problems[0]
        raise InvalidInput(f"{first.message} {first.hint}", first.path) from None
    return programme
