"""What the page shows, read by the queries of the capabilities and put into one language."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from api.programme_page import words
from domain import database
from domain.actor import ANONYMOUS
from domain.errors import NotFound
from domain.language import LANGUAGES, counted, day, either, in_language
from domain.programme import queries as programmes
from domain.programme import words as programme_words
from domain.programme.queries import Version
from domain.programme.terms import Programme
from domain.programme.words.rules import counted as of_unit
from domain.rewards import queries as rewards
from domain.rewards.kinds import RewardKind
from domain.rewards.queries import RewardRow

MOST_REWARDS = 48


@dataclass(frozen=True, slots=True)
class Offer:
    """Something with a sign: of the unit, at units and ways to earn; its kind, at rewards."""

    sign: str
    title: str
    text: str = ""
    price: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Level:
    """A tier. `condition` tells how it is reached."""

    name: str
    condition: str
    benefits: tuple[Offer, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """The programme, ready to be written down."""

    name: str
    units: tuple[Offer, ...]
    welcome: str | None
    ways: tuple[Offer, ...]
    levels: tuple[Level, ...]
    rewards: tuple[Offer, ...]
    has_more_rewards: bool
    terms: tuple[tuple[str, ...], ...]
    edition: str


async def version() -> Version | None:
    """The programme in force; None before the first is published."""
    try:
        return await programmes.in_force()
    except NotFound:
        return None


def languages(programme: Programme) -> tuple[str, ...]:
    """Those that the programme has its texts in and the page has words for."""
    own = tuple(each for each in programme.languages if each in LANGUAGES)
    return own or ("en",)


async def shown(version: Version, language: str) -> Shown:
    """Everything about the programme in that language."""
    programme = version.programme
    now = await database.now()
    page = await rewards.page(ANONYMOUS, MOST_REWARDS)
    welcome = programme.welcome
    gift = of_unit(programme, welcome.unit, welcome.points) if welcome else None
    return Shown(
        name=in_language(programme.name, language),
        units=tuple(
            Offer(sign=unit.symbol, title=in_language(unit.label, language))
            for unit in programme.units
        ),
        welcome=counted(gift, language) if gift else None,
        ways=tuple(_ways(programme, _local(programme, now), language)),
        levels=tuple(_levels(programme, language)),
        rewards=tuple(_reward(programme, row, now, language) for row in page.rows),
        has_more_rewards=page.has_next,
        terms=tuple(_terms(programme, language)),
        edition=_edition(version, language),
    )


def _ways(programme: Programme, today: date, language: str) -> Iterator[Offer]:
    for rule in programme.rules:
        # What is over says nothing to somebody who has yet to join.
        if rule.valid_until is None or today < rule.valid_until:
            unit = programme.unit(rule.unit)
            yield Offer(
                sign=unit.symbol if unit else "",
                title=in_language(rule.name, language),
                text=programme_words.rule(programme, rule, language),
            )


def _levels(programme: Programme, language: str) -> Iterator[Level]:
    for tier in programme.tiers:
        yield Level(
            name=in_language(tier.name, language),
            condition=words.reached(
                of_unit(programme, programme.qualifying_unit, tier.threshold),
                programme_words.window(programme, language),
                language,
            ),
            benefits=tuple(
                Offer(
                    sign="",
                    title=in_language(benefit.title, language),
                    text=in_language(benefit.text, language) if benefit.text else "",
                )
                for benefit in tier.benefits
            ),
        )


def _reward(programme: Programme, row: RewardRow, now: datetime, language: str) -> Offer:
    return Offer(
        sign=RewardKind(row.kind),
        title=in_language(row.title, language),
        text=in_language(row.text, language) if row.text else "",
        price=counted(of_unit(programme, row.unit, row.price), language),
        notes=tuple(_notes(programme, row, now, language)),
    )


def _notes(programme: Programme, row: RewardRow, now: datetime, language: str) -> Iterator[str]:
    if row.tiers is not None:
        known = [tier for tier in map(programme.tier, row.tiers) if tier]
        if known:
            names = [in_language(tier.name, language) for tier in known]
            yield words.said("for_tiers", language, tiers=either(names, language))
    if row.available_from is not None and row.available_from > now:
        first = day(_local(programme, row.available_from), language)
        yield words.said("from_day", language, day=first)
    if row.stock == 0:
        yield words.said("out_of_stock", language)


def _terms(programme: Programme, language: str) -> Iterator[tuple[str, ...]]:
    for paragraph in programme_words.terms(programme, language).split("\n\n"):
        yield tuple(filter(None, paragraph.split("\n")))


def _edition(version: Version, language: str) -> str:
    if version.effective_from is None:
        return words.said("edition", language, number=version.number)
    first = day(_local(version.programme, version.effective_from), language)
    return words.said("edition_since", language, number=version.number, day=first)


def _local(programme: Programme, at: datetime) -> date:
    return at.astimezone(ZoneInfo(programme.time_zone)).date()
