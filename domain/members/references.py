"""Which members are meant, of many at once: ids alone, of whoever they may be."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from domain import database
from domain.access import addresses
from domain.errors import InvalidInput
from domain.members import cards
from domain.members.queries import MemberRef

# What a member is named by, and where that stands: who was merged is found in whom it lives on.
_FOUND = {
    "id": "m.id = wanted.value::uuid and m.state <> 'ERASED'",
    "number": "m.number = wanted.value and m.state <> 'ERASED'",
    "phone": "p.phone = wanted.value",
    "email": "p.email = wanted.value",
    "external_id": "p.external_id = wanted.value",
}
_OF_MEMBERS = "select coalesce(m.merged_into, m.id) from members m"
_OF_PROFILES = f"{_OF_MEMBERS} join profiles p on p.member_id = m.id"

_CASES = " ".join(
    f"when '{by}' then ({_OF_MEMBERS if found[0] == 'm' else _OF_PROFILES} where {found})"
    for by, found in _FOUND.items()
)
_IDS = f"""select case wanted.by {_CASES} end as id
from unnest($1::text[], $2::text[]) with ordinality as wanted (by, value, n) order by n"""


async def ids_of(
    refs: Sequence[MemberRef], shown_at: Sequence[datetime]
) -> list[UUID | InvalidInput | None]:
    """The member that each names; None if there is none, InvalidInput for what names nobody.

    `shown_at`: when each card was shown, by the clock of who saw it.
    """
    read = [_reference(ref, at) for ref, at in zip(refs, shown_at, strict=True)]
    names = [each for each in read if not isinstance(each, InvalidInput)]
    if not names:
        return [each for each in read if isinstance(each, InvalidInput)]
    rows = await database.rows(_IDS, [by for by, _ in names], [value for _, value in names])
    found = iter(rows)
    ids = [each if isinstance(each, InvalidInput) else next(found)["id"] for each in read]
    return await _without_lost(refs, read, ids)


async def _without_lost(
    refs: Sequence[MemberRef],
    read: Sequence[tuple[str, str] | InvalidInput],
    ids: list[UUID | InvalidInput | None],
) -> list[UUID | InvalidInput | None]:
    # Asked only where a number is nobody's, which is rare.
    missed = [
        (n, each[1])
        for n, each in enumerate(read)
        if ids[n] is None and isinstance(each, tuple) and each[0] == "number"
    ]
    if missed:
        names = ["card" if refs[n].card else "number" for n, _ in missed]
        refusals = await cards.lost([number for _, number in missed], names)
        for (n, _), refusal in zip(missed, refusals, strict=True):
            ids[n] = refusal
    return ids


def _reference(ref: MemberRef, shown_at: datetime) -> tuple[str, str] | InvalidInput:
    try:
        if ref.id is not None:
            return "id", str(ref.id)
        if ref.phone is not None:
            return "phone", addresses.phone(ref.phone)
        if ref.email is not None:
            return "email", addresses.email(ref.email)
        if ref.card is not None and cards.is_code(ref.card):
            return "number", cards.number_in(ref.card, shown_at, cards.SLACK_SECONDS)
    except InvalidInput as error:
        return error
    if ref.external_id is not None:
        return "external_id", ref.external_id
    number = ref.number or ref.card
    if number is None:
        return InvalidInput("Say who: an id, number, card, phone, email or externalId.")
    return "number", number.replace(" ", "")
