"""Some hundred people who joined over the year; Eleni was the first."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from domain import database
from domain.actor import SYSTEM, Actor, ActorKind, Role
from domain.members.commands import EnrolMember, GiveConsent
from domain.members.fields import Birthday
from domain.members.kinds import Channel, Purpose
from domain.referrals import enrolment

COUNT = 120
NAMES = {
    "el": "Νίκος Μαρία Γιώργος Κατερίνα Δημήτρης Σοφία Κώστας Ελένη Αλέξανδρος Δέσποινα Πέτρος Άννα"
    " Σταύρος Χριστίνα Θανάσης Βασιλική",
    "en": "James Olivia Harry Amelia Jack Grace Oscar Chloe Leo Emily Noah Ruby",
    "ru": "Анна Иван Мария Сергей Ольга Дмитрий Елена Павел Наталья Алексей Вера Юрий",
}
LANGUAGES = ["el"] * 6 + ["en"] * 3 + ["ru"] * 2
CONSENTS = (
    GiveConsent(Channel.EMAIL, Purpose.MARKETING, True),
    GiveConsent(Channel.PUSH, Purpose.SERVICE, True),
    GiveConsent(Channel.EMAIL, Purpose.SURVEYS, True),
)


@dataclass(frozen=True, slots=True)
class Person:
    """A member of the demo. `pace`: days between visits, on average; None: has not come yet."""

    actor: Actor
    external_id: str
    joined_at: datetime
    pace: float | None

    @property
    def id(self) -> UUID:
        """The member's id."""
        assert self.actor.member_id is not None
        return self.actor.member_id


async def join(chance: random.Random, first: datetime, today: datetime) -> list[Person]:
    """Enrol everybody on the day on which they joined; some by Eleni's code."""
    eleni = await _enrol(
        EnrolMember(
            "demo 0", 1, "Eleni", "Papadaki", Birthday(5, 21, 1990), "en", CONSENTS,
            phone="+306912345678", email="eleni@example.org", external_id="demo-0",
        ),
        first,
        4.5,
    )  # fmt: skip
    code = await database.value("select referral_code from members where id = $1", eleni.id)
    days = sorted(chance.randrange(1, (today - first).days - 5) for _ in range(COUNT - 1))
    members = [eleni]
    for number, day in enumerate(days, start=1):
        language = chance.choice(LANGUAGES)
        command = EnrolMember(
            f"demo {number}",
            1,
            chance.choice(NAMES[language].split()),
            language=language,
            consents=CONSENTS[: chance.randrange(4)],
            birthday=Birthday(chance.randint(1, 12), chance.randint(1, 28), None),
            external_id=f"demo-{number}",
            referral_code=code if number % 17 == 0 or number == COUNT - 1 else None,
        )
        # The last is a friend whose first order is still missing.
        pace = chance.choice((3, 7, 7, 14, 14, 30, 60)) if number < COUNT - 1 else None
        members.append(await _enrol(command, first + timedelta(days=day), pace))
    return members


async def _enrol(command: EnrolMember, at: datetime, pace: float | None) -> Person:
    ahead = int((at - datetime.now(UTC)).total_seconds())
    await database.rows("update clock set ahead_seconds = $1", ahead)
    member_id = (await enrolment.enrol(SYSTEM, command)).member_id
    actor = Actor(ActorKind.MEMBER, str(member_id), frozenset({Role.MEMBER}), member_id)
    assert command.external_id is not None
    return Person(actor, command.external_id, at, pace)
