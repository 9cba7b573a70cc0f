"""Signing keys: made once whoever comes first, kept encrypted, published by their public halves."""

import asyncio

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from domain import database, secrets
from domain.access import keys, sessions, tokens
from domain.errors import Unauthenticated
from tests.conftest import SECRET
from tests.factories.members import a_member

pytestmark = pytest.mark.usefixtures("database", "no_keys")

COUNT = "select count(*) from signing_keys"


async def test_of_many_who_need_a_key_first_one_makes_it() -> None:
    signers = await asyncio.gather(*(keys.signer() for _ in range(30)))

    assert len({signer.kid for signer in signers}) == 1
    assert await database.value(COUNT) == 1


async def test_a_key_whose_transaction_fails_signs_nothing() -> None:
    failed: list[keys.Signer] = []

    async def fail() -> None:
        async with database.transaction():
            failed.append(await keys.signer())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    assert await database.value(COUNT) == 0
    signer = await keys.signer()
    assert signer.kid != failed[0].kid
    assert await keys.public_key(signer.kid)
    assert await keys.public_key(failed[0].kid) is None


async def test_what_is_published_is_public() -> None:
    assert await keys.jwks() == {"keys": []}
    signer = await keys.signer()

    (jwk,) = (await keys.jwks())["keys"]
    assert jwk.keys() == {"kty", "crv", "x", "y", "kid", "use", "alg"}
    assert (jwk["kid"], jwk["use"], jwk["alg"]) == (signer.kid, "sig", "ES256")


async def test_the_private_half_opens_with_the_installation_s_secret_alone() -> None:
    await keys.signer()
    pem = (await database.value("select private_pem from signing_keys")).encode()

    for password in (None, b"", SECRET.encode(), secrets.key("codes").hex().encode()):
        with pytest.raises((ValueError, TypeError)):
            load_pem_private_key(pem, password)
    assert load_pem_private_key(pem, secrets.key("signing").hex().encode())


async def test_with_another_secret_another_key_is_made_and_all_sign_in_again() -> None:
    member = await a_member()
    old = await sessions.opened(member.member_id, device_id="phone")
    try:
        secrets.open_with("another secret, as after one was lost")
        keys.forget()
        with pytest.raises(Unauthenticated):
            await tokens.actor_of(old.access_token)
        new = await sessions.refresh(sessions.RefreshSession(old.refresh_token, "phone"))
        assert (await tokens.actor_of(new.access_token)).member_id == member.member_id
        assert await database.value(COUNT) == 2
        assert len((await keys.jwks())["keys"]) == 2
    finally:
        secrets.open_with(SECRET)
