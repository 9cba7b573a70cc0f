"""Scenes of two memberships that become one, and two again."""

from domain.actor import Actor, ActorKind, Role, expanded
from schema.node import encode
from tests.api.dry_scenes import ERRORS, STANDING, WALLET, Make, Scene, number_of
from tests.factories.merges import merged
from tests.factories.orders import a_line, an_order, reported
from tests.factories.rewards import a_buyer, a_programme

CARE = Actor(ActorKind.STAFF, "care", expanded({Role.CARE}))

MERGE = f"""mutation ($input: MemberMergeInput!) {{ memberMerge(input: $input) {{
  merge {{ reason mergedAt points {{ points }} from {{ state }} }}
  member {{ {STANDING} unreadNotificationCount orders {{ totalCount }} wallets {WALLET} }}
  {ERRORS} }} }}"""
UNMERGE = f"""mutation ($input: MemberUnmergeInput!) {{ memberUnmerge(input: $input) {{
  merge {{ reason undoneReason }} from {{ state wallets {WALLET} }}
  member {{ {STANDING} unreadNotificationCount wallets {WALLET} }} {ERRORS} }} }}"""


async def member_merge() -> Scene:
    """Two who are one."""
    await a_programme()
    stayer, gone = (await a_buyer(100)).member_id, (await a_buyer(30, tier="regular")).member_id
    await reported(an_order(a_line(1240), member=gone))
    who = {
        "member": {"number": await number_of(stayer)},
        "from": {"number": await number_of(gone)},
    }
    return Scene(MERGE, CARE, {**who, "reason": "Twice here"}, stayer, ["merge"])


async def member_unmerge() -> Scene:
    """Two who were not."""
    await a_programme()
    stayer, gone = await a_buyer(100), await a_buyer(30)
    asked = {"mergeId": encode("MemberMerge", await merged(stayer, gone)), "reason": "Two people"}
    return Scene(UNMERGE, CARE, asked, stayer.member_id)


DONE: dict[str, Make] = {"memberMerge": member_merge, "memberUnmerge": member_unmerge}
