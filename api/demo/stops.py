"""What the team has stopped: a reward, which goes on again; a rule until its tills are right."""

from uuid import UUID

from domain import database
from domain.actor import Actor
from domain.programme import stops
from domain.programme.stops import DeclareStop, LiftStop

WHY_THE_BOX = {
    "en": "The boxes came broken; we are asking for new ones.",
    "ru": "Коробки пришли битыми, мы заказываем новые.",
    "el": "Τα κουτιά έφτασαν σπασμένα· ζητάμε καινούρια.",
}
WHY_THE_HONEY = {
    "en": "The till counts two jars as one; give us a few days to mend it.",
    "ru": "Касса считает две банки за одну; через несколько дней мы её починим.",
    "el": "Το ταμείο μετρά δύο βάζα για ένα· σε λίγες μέρες θα το διορθώσουμε.",
}


async def declared(staff: Actor) -> None:
    """One is lifted, one is in force."""
    box: UUID = await database.value("select id from rewards where code = 'christmas-box'")
    done = await stops.declare(staff, DeclareStop(WHY_THE_BOX, "demo box", reward_id=box))
    await stops.lift(staff, LiftStop(done.stop_id, "demo box again"))
    await stops.declare(staff, DeclareStop(WHY_THE_HONEY, "demo honey", rule="meliti-honey"))
