"""What is done with pools and moves value, ready to be sent: first dry, then in earnest."""

from schema.node import encode
from tests.api.dry_scenes import ERRORS, WALLET, Make, Scene
from tests.factories.pools import ALL, a_household, earns
from tests.factories.rewards import a_buyer, a_programme

RETURNED = "returned { points unit { code } }"
POOL_CREATE = f"""mutation ($input: PoolCreateInput!) {{ poolCreate(input: $input) {{
  pool {{ kind leavingRule }} {ERRORS} }} }}"""
POOL_LEAVE = f"""mutation ($input: PoolLeaveInput!) {{ poolLeave(input: $input) {{
  {RETURNED} member {{ id wallets {WALLET} }} {ERRORS} }} }}"""
POOL_REMOVE = f"""mutation ($input: PoolRemoveInput!) {{ poolRemove(input: $input) {{
  {RETURNED} pool {{ id people {{ totalCount }} wallets {WALLET} }} {ERRORS} }} }}"""
POOL_CLOSE = f"""mutation ($input: PoolCloseInput!) {{ poolClose(input: $input) {{
  {RETURNED} {ERRORS} }} }}"""


async def pool_create() -> Scene:
    """A household of somebody's own."""
    await a_programme()
    member = await a_buyer(0)
    return Scene(POOL_CREATE, member, {"kind": "HOUSEHOLD"}, member.member_id, ["pool"])


async def pool_leave() -> Scene:
    """Somebody leaves with what he gave."""
    pool_id, (_, member), _ = await a_household(ALL, ALL)
    await earns(member, 30)
    return Scene(POOL_LEAVE, member, {"poolId": encode("Pool", pool_id)}, member.member_id)


async def pool_remove() -> Scene:
    """Somebody is removed, with what he gave."""
    _, (owner, member), (_, place) = await a_household(ALL, ALL)
    await earns(member, 30)
    asked = {"placeId": encode("PoolPlace", place)}
    return Scene(POOL_REMOVE, owner, asked, member.member_id)


async def pool_close() -> Scene:
    """Everybody has again what was given."""
    pool_id, (owner, member), _ = await a_household(ALL, ALL)
    await earns(member, 30)
    return Scene(POOL_CLOSE, owner, {"poolId": encode("Pool", pool_id)}, member.member_id)


DONE: dict[str, Make] = {
    "poolCreate": pool_create,
    "poolLeave": pool_leave,
    "poolRemove": pool_remove,
    "poolClose": pool_close,
}
