"""OIDC issuers that are believed besides ourselves: what is believed of whom."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from domain.actor import Role

LOOPBACK = ("127.0.0.1", "::1", "localhost")
# One key, one algorithm: the kind and curve that each takes. Shared secrets are none.
ALGORITHMS = {
    **{f"RS{size}": ("RSA", None) for size in (256, 384, 512)},
    **{f"PS{size}": ("RSA", None) for size in (256, 384, 512)},
    "ES256": ("EC", "P-256"),
    "ES384": ("EC", "P-384"),
    "ES512": ("EC", "P-521"),
    "EdDSA": ("OKP", "Ed25519"),
}


@dataclass(frozen=True, slots=True)
class Issuer:
    """What is believed of whom. `roles`: of the team, by the values of `roles_claim`.

    Without `roles` its people are members, or may become such. `takes_id_tokens`: it has no
    others for us.
    """

    url: str
    audience: str
    algorithms: tuple[str, ...]
    jwks_uri: str | None = None
    roles_claim: str = "groups"
    roles: dict[str, tuple[Role, ...]] = field(default_factory=dict)
    takes_id_tokens: bool = False


def may_be_fetched(url: str) -> bool:
    """By https; without it from this machine alone."""
    parts = urlsplit(url)
    return bool(parts.hostname) and (
        parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    )
