"""Answers of Home checked against what was put in, before anything is timed."""

from __future__ import annotations

from typing import Any

import orjson

from scripts.benching import plan
from scripts.benching.loading import Unfit
from scripts.benching.plan import Plan


def home(answer: bytes, wanted: Plan, number: int) -> dict[str, Any]:
    """The data of a whole and right Home of this member; Unfit says what is wrong with another."""
    told = orjson.loads(answer)
    if told.get("errors"):
        raise Unfit(f"Home is answered with errors: {told['errors']}")
    data: dict[str, Any] = told["data"]
    found, planned = shape(data), expected(wanted, number)
    for name, value in planned.items():
        if found[name] != value:
            raise Unfit(f"Home of member {number}: {name} is {found[name]}, put in was {value}")
    return data


def shape(data: dict[str, Any]) -> dict[str, Any]:
    """What of an answer the plan knows."""
    me, rewards = data["me"], data["rewards"]["nodes"]
    lists = [wallet["transactions"]["nodes"] for wallet in me["wallets"]]
    return {
        "id": me["id"],
        "number": me["number"],
        "firstName": me["firstName"],
        "benefits": len(me["standing"]["tier"]["benefits"]) > 0,
        "nextTier": me["standing"]["progress"]["nextTier"] is not None,
        "balances": {each["unit"]["code"]: each["balance"] for each in me["wallets"]},
        "expirations": [len(each["expirations"]["nodes"]) for each in me["wallets"]],
        "transactions": [len(each) for each in lists],
        "points": [[line["points"] for line in each[: plan.LISTED - 1]] for each in lists],
        "titles": all(line["title"] for each in lists for line in each),
        "offers": [(each["title"][-1], each["state"]) for each in me["offers"]["nodes"]],
        "unread": me["unreadNotificationCount"],
        "prices": [(each["price"]["points"], each["price"]["unit"]["code"]) for each in rewards],
        "redeemability": [each["redeemability"] for each in rewards],
        "images": all(each["imageUrl"] for each in rewards),
    }


def expected(wanted: Plan, number: int) -> dict[str, Any]:
    """The same, as it was put in."""
    balances = {unit: wanted.balance(unit) for unit in plan.UNITS}
    rewards = plan.rewards()
    return {
        "id": plan.node_id("Member", plan.member_id(number)),
        "number": plan.member_number(number),
        "firstName": plan.NAMES[number % len(plan.NAMES)],
        "benefits": True,
        "nextTier": True,
        "balances": balances,
        "expirations": [1, 0],  # stars never expire
        "transactions": [plan.LISTED] * len(plan.UNITS),
        "points": [wanted.newest_points()] * len(plan.UNITS),
        "titles": True,
        "offers": [(str(n), "ACTIVE") for n in range(1, plan.OFFERS + 1)],
        "unread": plan.UNREAD,
        "prices": [(each["price"], each["unit"]) for each in rewards],
        "redeemability": [plan.redeemability(each, balances) for each in rewards],
        "images": True,
    }


def values(data: Any) -> int:
    """How many leaves an answer has."""
    if isinstance(data, dict):
        return sum(map(values, data.values()))
    if isinstance(data, list):
        return sum(map(values, data))
    return 1


def same(ours: dict[str, Any], bare: bytes) -> None:
    """Unfit unless the bare route's answer is ours, value for value."""
    theirs = orjson.loads(bare)["data"]
    if ours != theirs:
        raise Unfit(f"The bare statement's answer differs: {_difference(ours, theirs)}")


def _difference(ours: Any, theirs: Any, path: str = "") -> str:
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for name in [*ours, *theirs]:
            if ours.get(name) != theirs.get(name):
                return _difference(ours.get(name), theirs.get(name), f"{path}.{name}")
    if isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for n, (mine, other) in enumerate(zip(ours, theirs, strict=True)):
            if mine != other:
                return _difference(mine, other, f"{path}.{n}")
    return f"{path}: {ours} and {theirs}"
