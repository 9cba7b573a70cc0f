"""What can be done with programme versions: draft, publish."""

from datetime import datetime
from typing import Any
from uuid import UUID

from domain import database, outbox
from domain.actor import Actor, Role
from domain.errors import InvalidInput
from domain.events import ProgrammePublished
from domain.programme import document


async def publish(actor: Actor, contents: dict[str, Any], effective_from: datetime) -> UUID:
    """Publish a document as the next version, in force from `effective_from` (UTC).

    Raises InvalidInput with the path of the first thing that is wrong in it.
    """
    actor.require(Role.LOYALTY)
    programme = document.decoded(contents)
    problems = document.problems(programme)
    if problems:
        first = problems[0]
        raise InvalidInput(f"{first.message} {first.hint}", first.path)
    async with database.transaction():
        await database.rows("select pg_advisory_xact_lock(hashtext('programme versions'))")
        row = await database.row(
            """insert into programme_versions
                 (id, number, document, document_hash, published_at, effective_from)
               select uuidv7(), coalesce(max(number), 0) + 1, $1, $2, pistis_now(), $3
               from programme_versions returning id, number""",
            *(contents, document.hashed(programme), effective_from),
        )
        assert row is not None
        await outbox.append(ProgrammePublished(row["id"], row["number"]))
    version_id: UUID = row["id"]
    return version_id
