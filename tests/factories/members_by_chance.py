"""Many members by chance, with all that segments may look at: in the database, and as plain values.

Half of everything is not known of anybody.
"""

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from domain import database
from domain.ids import code, member_number, uuid7

LANGUAGES = ("en", "ru", "el")
SEXES = ("FEMALE", "MALE", "OTHER")
COUNTRIES = ("GR", "CY", "DE")
REGIONS = ("Attica", "Crete")
POSTCODES = ("10558", "71202")
BANDS = ("low", "middle", "high")
INTERESTS = ("coffee", "tea", "books")
SKUS = ("ESP-01", "CAKE-02", "TEA-03")
CATEGORIES = ("coffee", "pastry", "tea")
BRANDS = ("Meliti", "Ikaria")
TIERS = ("bronze", "silver", "gold", "old-gold", "forgotten")


@dataclass(frozen=True)
class Bought:
    """A purchase: when, and (sku, category, brand, amount) by line."""

    at: datetime
    lines: tuple[tuple[str, str | None, str | None, int], ...]


@dataclass(frozen=True)
class Someone:
    """A member, as plain as can be. None: not known."""

    joined_at: datetime
    language: str
    tier: str
    birth: tuple[int | None, int, int] | None
    profile: dict[str, Any]
    interests: tuple[str, ...]
    by_friend: bool
    scores: tuple[tuple[datetime, int], ...]
    days: dict[date, int]
    bought: tuple[Bought, ...]
    id: UUID = field(default_factory=uuid7)


def someone(chance: random.Random, now: datetime) -> Someone:
    """Anybody."""
    joined_at = now - timedelta(seconds=chance.randrange(4 * 366 * 86_400))
    return Someone(
        joined_at,
        chance.choice(LANGUAGES),
        chance.choice(TIERS),
        _birth(chance, now) if chance.random() < 0.8 else None,
        {
            "sex": _perhaps(chance, SEXES),
            "country": _perhaps(chance, COUNTRIES),
            "region": _perhaps(chance, REGIONS),
            "postcode": _perhaps(chance, POSTCODES),
            "income_band": _perhaps(chance, BANDS),
        },
        tuple(each for each in INTERESTS if chance.random() < 0.3),
        chance.random() < 0.3,
        tuple(
            (now - timedelta(days=chance.randrange(400)), chance.randrange(11))
            for _ in range(chance.choice((0, 0, 1, 2)))
        ),
        {
            now.date() - timedelta(days=chance.randrange(800)): chance.randrange(1, 400)
            for _ in range(chance.randrange(4))
        },
        tuple(_bought(chance, now) for _ in range(chance.choice((0, 1, 2, 3, 8)))),
    )


def _birth(chance: random.Random, now: datetime) -> tuple[int | None, int, int]:
    # Many have their birthday today, or about it, or on 29 February.
    near = now.date() + timedelta(days=chance.choice((-1, 0, 0, 1)))
    day = chance.choice((near, date(2024, 2, 29), date(1999, chance.randrange(1, 13), 15)))
    return chance.choice((None, chance.randrange(1930, 2012))), day.month, day.day


def _bought(chance: random.Random, now: datetime) -> Bought:
    at = now - timedelta(seconds=chance.choice((0, 3600, chance.randrange(120 * 86_400))))
    lines = tuple(
        (
            chance.choice(SKUS),
            _perhaps(chance, CATEGORIES),
            _perhaps(chance, BRANDS),
            chance.randrange(0, 3000),
        )
        for _ in range(chance.randrange(1, 4))
    )
    return Bought(at, lines)


def _perhaps(chance: random.Random, values: tuple[str, ...]) -> str | None:
    return chance.choice((None, *values)) if chance.random() < 0.8 else None


async def kept(people: list[Someone]) -> None:
    """These, in the database."""
    await _members(people)
    surveys = [uuid7() for _ in range(2)]
    await database.rows(
        """insert into surveys (id, code, title, questions, thanks, starts_at)
           select id, id::text, '{}', '[]', '{}', now() from unnest($1::uuid[]) id""",
        surveys,
    )
    answers = [
        (surveys[n], each.id, score, at)
        for each in people
        for n, (at, score) in enumerate(each.scores)
    ]
    await database.rows(
        """insert into survey_answers (id, survey_id, member_id, answers, nps, at)
           select uuidv7(), s, m, '{}', nps, at
           from unnest($1::uuid[], $2::uuid[], $3::int[], $4::timestamptz[]) x (s, m, nps, at)""",
        *_columns(answers, 4),
    )
    days = [(each.id, day, points) for each in people for day, points in each.days.items()]
    await database.rows(
        """insert into qualifying_days (member_id, day, points)
           select * from unnest($1::uuid[], $2::date[], $3::bigint[])""",
        *_columns(days, 3),
    )
    friends = [each.id for each in people if each.by_friend]
    host = next(each.id for each in people if not each.by_friend)
    await database.rows(
        """insert into referrals (id, referrer_id, friend_id, state, joined_at)
           select uuidv7(), $1, m, 'JOINED', now() from unnest($2::uuid[]) m""",
        *(host, friends),
    )
    for each in people:
        for bought in each.bought:
            skus, categories, brands, amounts = _columns(list(bought.lines), 4)
            await database.rows(
                "insert into purchases values ($1, $2, $3, $4, $5, $6, $7, $8)",
                *(uuid7(), each.id, bought.at, sum(amounts), skus, categories, brands, amounts),
            )


async def _members(people: list[Someone]) -> None:
    await database.rows(
        """insert into members (id, number, state, joined_at, language, terms_version,
             terms_accepted_at, referral_code, tier, tier_since, order_count, version, sequence,
             read_sequence)
           select id, number, 'ACTIVE', at, language, 1, at, referral, tier, at, 0, 1, 0, 0
           from unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::text[], $5::text[],
             $6::text[]) x (id, number, at, language, referral, tier)""",
        *_columns(
            [(p.id, member_number(), p.joined_at, p.language, code(8), p.tier) for p in people], 6
        ),
    )
    profiles = [
        {
            "member_id": str(p.id),
            **p.profile,
            "interests": list(p.interests),
            "birth_year": p.birth[0] if p.birth else None,
            "birth_month": p.birth[1] if p.birth else None,
            "birth_day": p.birth[2] if p.birth else None,
        }
        for p in people
    ]
    await database.rows(
        """insert into profiles (member_id, sex, country, region, postcode, income_band, interests,
             birth_year, birth_month, birth_day)
           select * from jsonb_to_recordset($1) as x (member_id uuid, sex text, country text,
             region text, postcode text, income_band text, interests jsonb, birth_year smallint,
             birth_month smallint, birth_day smallint)""",
        profiles,
    )


def _columns(rows: list[Any], width: int) -> list[list[Any]]:
    return [[row[n] for row in rows] for n in range(width)]


NOW = datetime(2027, 2, 28, 10, 30, tzinfo=UTC)
"""The last of a February without a 29th."""
