"""Devices: a token is one device's, a device has one token, and there are not too many."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from domain import database
from domain.actor import Actor
from domain.members.devices import DEVICES_MAX
from tests.client import Client
from tests.documents import document
from tests.factories.access import token_of
from tests.factories.members import a_member
from tests.processes import Server

pytestmark = pytest.mark.usefixtures("database")

REGISTER = "app/profile/DeviceRegister"


@pytest.fixture
async def http(served: Server) -> AsyncIterator[Client]:
    async with served.client() as client:
        yield client


async def register(http: Client, token: str, **given: Any) -> list[Any]:
    sent = {"platform": "IOS", "pushToken": "apns-1", "deviceId": "phone", **given}
    payload = (await http.ask(document(REGISTER), token, input=sent))["deviceRegister"]
    return [(error["code"], error["path"]) for error in payload["userErrors"]]


async def devices_of(member: Actor) -> list[tuple[str, ...]]:
    rows = await database.rows(
        "select device_id, platform, push_token from devices where member_id = $1 order by at",
        member.member_id,
    )
    return [tuple(row) for row in rows]


async def test_a_device_that_comes_again_has_its_newest_token(http: Client) -> None:
    member = await a_member()
    token = await token_of(member)
    assert await register(http, token) == []
    assert await register(http, token, pushToken="apns-2") == []
    assert await register(http, token, deviceId="pad", pushToken="apns-3") == []
    assert await devices_of(member) == [("phone", "IOS", "apns-2"), ("pad", "IOS", "apns-3")]


async def test_a_telephone_that_changes_hands_is_the_new_owner_s(http: Client) -> None:
    anna, boris = await a_member(), await a_member()
    await register(http, await token_of(anna))
    await register(http, await token_of(boris))
    assert await devices_of(anna) == []
    assert await devices_of(boris) == [("phone", "IOS", "apns-1")]


async def test_what_cannot_be_a_token_is_refused(http: Client) -> None:
    token = await token_of(await a_member())
    for given, name in (
        ({"pushToken": ""}, "pushToken"),
        ({"pushToken": "x" * 2049}, "pushToken"),
        ({"pushToken": "a\nb"}, "pushToken"),
        ({"deviceId": " "}, "deviceId"),
        ({"deviceId": "x" * 65}, "deviceId"),
    ):
        assert await register(http, token, **given) == [("INVALID_INPUT", ["input", name])]
    assert await database.value("select count(*) from devices") == 0


async def test_the_oldest_of_too_many_is_forgotten(http: Client) -> None:
    member = await a_member()
    token = await token_of(member)
    for n in range(DEVICES_MAX + 2):
        await register(http, token, deviceId=f"d{n}", pushToken=f"t{n}")
    kept = [name for name, *_ in await devices_of(member)]
    assert kept == [f"d{n}" for n in range(2, DEVICES_MAX + 2)]


async def test_many_at_once_leave_one_of_each(http: Client) -> None:
    members = [await a_member() for _ in range(3)]
    tokens = [await token_of(member) for member in members]
    answers = await asyncio.gather(
        *(register(http, token, deviceId=f"d{n}") for token in tokens for n in range(3))
    )
    assert answers == [[]] * 9
    assert await database.value("select count(*) from devices") == 1
