"""Customers that another system knows become members, many at once."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import asyncpg

from domain import database
from domain.ids import code, uuid7
from domain.members import cards
from domain.members.enrolment import REFERRAL_CODE_LENGTH
from domain.programme.queries import Version


async def known_by(external_ids: list[str]) -> dict[str, UUID]:
    """The members with these external ids; unknown ones are left out."""
    found = await database.rows(
        """select p.external_id, coalesce(m.merged_into, m.id) as member_id
           from profiles p join members m on m.id = p.member_id
           where p.external_id = any($1)""",
        external_ids,
    )
    return {row["external_id"]: row["member_id"] for row in found}


async def ensure(joined: Mapping[str, datetime], version: Version) -> dict[str, UUID]:
    """The members with these external ids; those that are new joined when the mapping says.

    They stand in the entry tier, have accepted no terms of ours yet (version 0) and get no points
    for joining.
    """
    while True:  # until no number was drawn before, and nobody joined meanwhile: once, mostly
        try:
            return await _ensured(joined, version)
        except asyncpg.UniqueViolationError:
            continue


async def _ensured(joined: Mapping[str, datetime], version: Version) -> dict[str, UUID]:
    members = await known_by(list(joined))
    new = {external_id: uuid7() for external_id in joined if external_id not in members}
    if not new:
        return members
    numbers = await cards.new_numbers(len(new))
    async with database.transaction():
        await database.rows(
            """insert into members (id, number, state, joined_at, language, terms_version,
                 terms_accepted_at, referral_code, tier, tier_since, order_count, version,
                 sequence, read_sequence)
               select id, number, 'ACTIVE', at, $5, 0, at, referral, $6, at, 0, 1, 0, 0
               from unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::text[])
                 as new (id, number, at, referral)""",
            list(new.values()),
            numbers,
            [joined[external_id] for external_id in new],
            [code(REFERRAL_CODE_LENGTH) for _ in new],
            version.programme.languages[0],
            version.programme.tiers[0].code,
        )
        await database.rows(
            """insert into profiles (member_id, external_id, interests)
               select id, name, '[]' from unnest($1::uuid[], $2::text[]) as new (id, name)""",
            *(list(new.values()), list(new)),
        )
    return members | new
