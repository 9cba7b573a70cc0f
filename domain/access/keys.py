"""The keys that sign access tokens: next, current, retired; published by their public halves.

A key is current from `signs_from` on until the next one is, without anybody doing anything, and
is believed for as long as a token of it can last. Processes read the table every four seconds.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import (
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
)
from jwt.algorithms import ECAlgorithm

from domain import database
from domain.access import key_pairs
from domain.together import Together

LIFETIME_SECONDS_MAX = 12 * 3600
LOOK_SECONDS = 4.0

# `state` as of this statement, for its transaction may have waited for one that made a key; a
# retired one is believed until the last token of it has ended.
ROWS = f"""
select kid, private_pem, public_jwk, signs_from, state,
  coalesce(ended > at, true) and state <> 'REVOKED' as is_good
from (
  select *, case when revoked_at is not null then 'REVOKED' when signs_from > at then 'NEXT'
      when lead(signs_from) over by_age <= at then 'RETIRED' else 'CURRENT' end as state,
    lead(signs_from) over by_age + interval '{LIFETIME_SECONDS_MAX} seconds' as ended
  from signing_keys, statement_timestamp() as at
  window by_age as (partition by revoked_at is null order by signs_from, kid)
) as keys order by signs_from desc, kid desc
"""
ONE_AT_A_TIME = "select pg_advisory_xact_lock(hashtext('pistis signing keys'))"


@dataclass(frozen=True, slots=True)
class Signer:
    """A key that this installation can sign with."""

    kid: str
    private_key: EllipticCurvePrivateKey


@dataclass(slots=True)
class _Read:
    signer: Signer | None
    public: dict[str, EllipticCurvePublicKey]
    at: float


_read: _Read | None = None
_opened: dict[str, Signer | None] = {}


async def signer() -> Signer:
    """The current key; of those that the installation's secret does not open, none is."""
    read = await _fresh()
    if read.signer is not None:
        return read.signer
    async with database.transaction():
        # Of processes that start together one makes the key, the others find it.
        await database.rows(ONE_AT_A_TIME)
        found = (await _reads.ask(None)).signer
        if found is None:
            kid = await made(0)
            await database.after_commit(read_again)
            private_key = key_pairs.opened((await _row(kid))["private_pem"])
            assert private_key is not None
            found = Signer(kid, private_key)
    return found


async def public_key(kid: str) -> EllipticCurvePublicKey | None:
    """The public half of one of our keys that are believed; None for any other `kid`."""
    if not key_pairs.is_kid(kid):
        return None
    read = await _fresh()
    if kid not in read.public:
        # Another process may have made it since.
        read = await _reads.ask(None)
    return read.public.get(kid)


async def jwks() -> dict[str, Any]:
    """All public halves that are believed, or will be, as a JSON Web Key Set (RFC 7517)."""
    found = await database.rows(ROWS)
    return {"keys": [row["public_jwk"] for row in found if row["is_good"]]}


def forget() -> None:
    """Read the keys anew: this process turns to another database, or another secret."""
    global _read
    _read = None
    _opened.clear()


async def read_again() -> None:
    """What is kept has changed."""
    global _read
    _read = None


async def _fresh() -> _Read:
    if _read is not None and _read.at + LOOK_SECONDS > time.monotonic():
        return _read
    return await _reads.ask(None)


async def _looked(asked: Sequence[None]) -> list[_Read]:
    global _read
    began = time.monotonic()
    found = await database.rows(ROWS)
    public = {row["kid"]: _public(row["public_jwk"]) for row in found if row["is_good"]}
    begun = [row for row in found if row["is_good"] and row["state"] != "NEXT"]
    signers = (_signer(row["kid"], row["private_pem"]) for row in begun)
    read = _Read(next(filter(None, signers), None), public, began)
    # What is not committed yet may be rolled back, and must not sign anything then.
    if not database.in_transaction():
        _read = read
    return [read] * len(asked)


_reads = Together(_looked, 1000)


async def _row(kid: str) -> Any:
    return next(row for row in await database.rows(ROWS) if row["kid"] == kid)


async def made(hours_ahead: int) -> str:
    """Make a key that signs in so many hours, in the transaction in progress: its name."""
    pair = key_pairs.made()
    await database.rows(
        """insert into signing_keys (kid, private_pem, public_jwk, signs_from)
           values ($1, $2, $3, now() + make_interval(hours => $4))""",
        *(pair.kid, pair.private_pem, pair.public_jwk, hours_ahead),
    )
    return pair.kid


def _signer(kid: str, private_pem: str) -> Signer | None:
    # None for a key of another secret: it still verifies, and ends with its last token.
    if kid not in _opened:
        private_key = key_pairs.opened(private_pem)
        _opened[kid] = Signer(kid, private_key) if private_key else None
    return _opened[kid]


def _public(jwk: dict[str, Any]) -> EllipticCurvePublicKey:
    made = ECAlgorithm.from_jwk(jwk)
    assert isinstance(made, EllipticCurvePublicKey)
    return made
