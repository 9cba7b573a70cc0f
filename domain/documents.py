"""Documents registered beside those that come with the product; every process finds them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tortoise import fields
from tortoise.models import Model

from domain import database


class KnownDocument(Model):
    """A document. `id`: the hex SHA-256 of its text, or what a manifest calls it."""

    id: str = fields.CharField(max_length=128, primary_key=True)
    name: str = fields.CharField(max_length=120)
    text: str = fields.TextField()
    added_at: datetime = fields.DatetimeField(db_default=fields.Now())

    class Meta:
        table = "documents"


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A registered document."""

    id: str
    name: str
    text: str


async def add(documents: Sequence[DocumentRow]) -> int:
    """Register these: how many are new. What an id stands for never changes."""
    added = await database.rows(
        """insert into documents (id, name, text)
           select * from unnest($1::text[], $2::text[], $3::text[])
           on conflict (id) do nothing returning id""",
        [each.id for each in documents],
        [each.name for each in documents],
        [each.text for each in documents],
    )
    return len(added)


async def rows(ids: Sequence[str]) -> list[DocumentRow | None]:
    """Each of these; None where nothing is registered under the id."""
    found = await database.rows(
        "select id, name, text from documents where id = any($1)", list(ids)
    )
    known = {row["id"]: DocumentRow(**dict(row)) for row in found}
    return [known.get(wanted) for wanted in ids]


async def listed() -> list[DocumentRow]:
    """All of them, in the order of their names."""
    found = await database.rows("select id, name, text from documents order by name, id")
    return [DocumentRow(**dict(row)) for row in found]
