"""What the team does to the programme at once, ready to be sent: first dry, then in earnest."""

from datetime import timedelta
from uuid import UUID, uuid4

from domain import database
from domain.actor import Actor, ActorKind, Role, expanded
from domain.language import said
from domain.programme import stops
from domain.programme.stops import DeclareStop
from schema.node import encode
from tests.api.dry_scenes import ERRORS, Make, Scene
from tests.factories.rewards import a_programme, a_reward

LEAD = Actor(ActorKind.STAFF, "lead", expanded({Role.LOYALTY}))
WHY = [{"language": language, "text": "We look into it."} for language in ("en", "ru", "el")]

DECLARE = f"""mutation ($input: StopDeclareInput!) {{ stopDeclare(input: $input) {{
  stop {{ subject ruleCode reason }} {ERRORS} }} }}"""
LIFT = f"""mutation ($input: StopLiftInput!) {{ stopLift(input: $input) {{
  stop {{ id subject reward {{ id }} }} {ERRORS} }} }}"""
END = f"""mutation ($input: ProgrammeEndInput!) {{ programmeEnd(input: $input) {{
  version {{ state ending {{ earningUntil spendingUntil reason }} }} {ERRORS} }} }}"""


async def stop_declare() -> Scene:
    """A rule is stopped."""
    await a_programme()
    asked = {"what": {"rule": "every-euro"}, "reason": WHY}
    return Scene(DECLARE, LEAD, asked, None, ["stop"])


async def stop_lift() -> Scene:
    """A reward goes on."""
    asked = {"stopId": encode("Stop", await _stopped(await a_reward()))}
    return Scene(LIFT, LEAD, asked, None)


async def programme_end() -> Scene:
    """The end is said in time."""
    await a_programme()
    on = (await database.now()).date() + timedelta(days=100)
    return Scene(END, LEAD, {"earningUntil": on.isoformat(), "reason": WHY}, None, ["version"])


async def refused_end() -> Scene:
    """The end is said too late."""
    await a_programme()
    on = (await database.now()).date() + timedelta(days=10)
    return Scene(END, LEAD, {"earningUntil": on.isoformat(), "reason": WHY}, None)


async def _stopped(reward_id: UUID) -> UUID:
    why = said("So", "Так", "Έτσι")
    done = await stops.declare(LEAD, DeclareStop(why, uuid4().hex, reward_id=reward_id))
    return done.stop_id


DONE: dict[str, Make] = {
    "stopDeclare": stop_declare,
    "stopLift": stop_lift,
    "programmeEnd": programme_end,
}
REFUSED: dict[str, Make] = {"refused_end": refused_end}
