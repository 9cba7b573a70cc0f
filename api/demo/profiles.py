"""What people tell of themselves: most a little, Eleni something, and the café has asked for it."""

import random

from api.demo.people import Person
from domain.members.commands import Place, UpdateMember
from domain.members.kinds import Sex
from domain.membership import telling
from domain.programme.attributes import AttributeValue

DRINKS = ("espresso", "freddo", "freddo", "filter", "tea")
BANDS = ("low", "middle", "middle", "high")
POSTCODES = ("10558", "10558", "10675", "11521", "15231", "16672")


async def told(chance: random.Random, eleni: Person, members: list[Person]) -> None:
    """Each answers some of the questions. Eleni has said nothing yet of dogs and children."""
    drink = AttributeValue("favouriteDrink", "freddo")
    place = Place("GR", "Attica", "10558")
    about = UpdateMember(sex=Sex.FEMALE, place=place, income_band="middle", attributes=(drink,))
    await telling.update(eleni.actor, about)
    for person in members[1:]:
        said = [AttributeValue("favouriteDrink", chance.choice(DRINKS))]
        if chance.random() < 0.5:
            said.append(AttributeValue("hasDog", chance.random() < 0.3))
        if chance.random() < 0.4:
            said.append(AttributeValue("children", chance.choice((0, 0, 1, 2, 2, 3))))
        if chance.random() < 0.7:
            await telling.update(person.actor, _about(chance, said))


def _about(chance: random.Random, said: list[AttributeValue]) -> UpdateMember:
    lives = chance.random() < 0.8
    return UpdateMember(
        sex=chance.choice((Sex.FEMALE, Sex.MALE)),
        place=Place("GR", "Attica", chance.choice(POSTCODES)) if lives else None,
        income_band=chance.choice(BANDS) if chance.random() < 0.5 else None,
        attributes=tuple(said),
    )
