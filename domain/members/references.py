"""Which members are meant, of many at once: ids alone, of whoever they may be."""

from collections.abc import Sequence
from uuid import UUID

from domain import database
from domain.access import addresses
from domain.errors import InvalidInput
from domain.members.queries import MemberRef

# What a member is named by, and where that stands.
_FOUND = {
    "id": "select id from members where id = wanted.value::uuid",
    "number": "select id from members where number = wanted.value",
    "phone": "select member_id from profiles where phone = wanted.value",
    "email": "select member_id from profiles where email = wanted.value",
    "external_id": "select member_id from profiles where external_id = wanted.value",
}
_CASES = " ".join(f"when '{by}' then ({found})" for by, found in _FOUND.items())
_IDS = f"""select case wanted.by {_CASES} end as id
from unnest($1::text[], $2::text[]) with ordinality as wanted (by, value, n) order by n"""


async def ids_of(refs: Sequence[MemberRef]) -> list[UUID | InvalidInput | None]:
    """The member that each names; None if there is none, InvalidInput for what names nobody."""
    read = [_reference(ref) for ref in refs]
    names = [each for each in read if not isinstance(each, InvalidInput)]
    if not names:
        return [each for each in read if isinstance(each, InvalidInput)]
    rows = await database.rows(_IDS, [by for by, _ in names], [value for _, value in names])
    found = iter(rows)
    return [each if isinstance(each, InvalidInput) else next(found)["id"] for each in read]


def _reference(ref: MemberRef) -> tuple[str, str] | InvalidInput:
    try:
        if ref.id is not None:
            return "id", str(ref.id)
        if ref.phone is not None:
            return "phone", addresses.phone(ref.phone)
        if ref.email is not None:
            return "email", addresses.email(ref.email)
    except InvalidInput as error:
        return error
    if ref.external_id is not None:
        return "external_id", ref.external_id
    number = ref.number or ref.card
    if number is None:
        return InvalidInput("Say who: an id, number, card, phone, email or externalId.")
    return "number", number.replace(" ", "")
