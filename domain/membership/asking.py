"""What a member is asked: one thing at a time, in the programme's order, until it is known."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.actor import Actor
from domain.language import Text, said
from domain.members.queries import MemberRow
from domain.membership.thanked import may_be_thanked, skipped_by, thanked_for
from domain.programme.attributes import from_json
from domain.programme.terms import (
    AttributeType,
    Choice,
    MemberAttribute,
    ProfileQuestion,
    Programme,
    Thanks,
)

SKIPPED_FOR = timedelta(days=14)

SEXES = (
    Choice("FEMALE", said("Female", "Женский", "Γυναίκα")),
    Choice("MALE", said("Male", "Мужской", "Άνδρας")),
    Choice("OTHER", said("Other", "Другой", "Άλλο")),
)


class AskedFor(StrEnum):
    """How a question is answered."""

    TEXT = "TEXT"
    NUMBER = "NUMBER"
    FLAG = "FLAG"
    DATE = "DATE"
    CHOICE = "CHOICE"
    INTERESTS = "INTERESTS"
    BIRTHDAY = "BIRTHDAY"
    PLACE = "PLACE"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as a member is asked it. `thanks`: what it gets for the answer, if anything."""

    name: str
    text: Text
    purpose: Text | None
    kind: AskedFor
    choices: tuple[Choice, ...] = ()
    least: int | None = None
    most: int | None = None
    thanks: Thanks | None = None


@dataclass(frozen=True, slots=True)
class Next:
    """The next question, if there is one; another may come at `changes_at`, by time alone."""

    question: Asked | None
    changes_at: datetime | None = None


async def next_of(actor: Actor, member: MemberRow, programme: Programme, now: datetime) -> Next:
    """What to ask the member next; nothing of who is not asked for it by itself."""
    open_ = [q for q in programme.profile_questions if not _is_known(programme, member, q.name)]
    if actor.member_id != member.id or not open_:
        return Next(None)
    skipped = await skipped_by(member.id)
    waits = {name: at + SKIPPED_FOR for name, at in skipped.items() if at + SKIPPED_FOR > now}
    changes_at = min((waits[q.name] for q in open_ if q.name in waits), default=None)
    first = next((question for question in open_ if question.name not in waits), None)
    if first is None:
        return Next(None, changes_at)
    is_thanked = first.thanks is not None and first.name not in await thanked_for(member.id)
    is_thanked = is_thanked and await may_be_thanked(member.id)
    return Next(asked(programme, first, is_thanked=is_thanked), changes_at)


def asked(programme: Programme, question: ProfileQuestion, *, is_thanked: bool = True) -> Asked:
    """The question with all that answering it takes."""
    attribute = programme.member_attribute(question.name)
    kind, choices = _answered_by(programme, question.name, attribute)
    return Asked(
        question.name,
        question.text,
        attribute.purpose if attribute else question.purpose,
        kind,
        choices,
        attribute.least if attribute else None,
        attribute.most if attribute else None,
        question.thanks if is_thanked else None,
    )


def _is_known(programme: Programme, member: MemberRow, name: str) -> bool:
    match name:
        case "sex":
            return member.sex is not None
        case "birthday":
            return member.birthday is not None
        case "place":
            return any((member.country, member.region, member.postcode))
        case "incomeBand":
            return programme.income_band(member.income_band or "") is not None
        case "interests":
            return bool(member.interests)
    attribute = programme.member_attribute(name)
    assert attribute is not None, "a programme without problems"
    return from_json(attribute.type, member.attributes.get(name)) is not None


def _answered_by(
    programme: Programme, name: str, attribute: MemberAttribute | None
) -> tuple[AskedFor, tuple[Choice, ...]]:
    if attribute is not None:
        is_chosen = attribute.type is AttributeType.TEXT and attribute.choices
        return AskedFor.CHOICE if is_chosen else AskedFor[attribute.type], attribute.choices
    match name:
        case "sex":
            return AskedFor.CHOICE, SEXES
        case "incomeBand":
            return AskedFor.CHOICE, programme.income_bands
        case "interests":
            return AskedFor.INTERESTS, programme.interests
        case "place":
            return AskedFor.PLACE, ()
        case _:
            return AskedFor.BIRTHDAY, ()
