"""How often a caller may ask: by member, by service key, by the network of whoever has no token."""

from ipaddress import IPv6Address, ip_address, ip_network
from typing import Self

from starlette.types import Scope

from api.bounds.billing import Bill
from api.settings import Settings
from domain import throttle
from domain.actor import Actor, ActorKind
from domain.throttle import Limit

# Many people share a network and a team shares a console: so many members each.
_OF_SEVERAL = 5
_BITS = {4: 24, 6: 64}

_REDEMPTIONS = Limit.per_hour(120)
_GUESSES = Limit.per_hour(60)
_CODES = Limit.per_hour(60)
_TRIES = Limit.per_hour(300)

# Fields that cost money, or by which a code could be guessed. Services vouch for whom they ask.
GUARDED: dict[str, tuple[str, Limit]] = {
    "loginRequestCode": ("codes", _CODES),
    "loginVerifyCode": ("tries", _TRIES),
    "memberEnrol": ("tries", _TRIES),
    "orderClaim": ("claims", _GUESSES),
    "referralPreview": ("referral codes", _GUESSES),
    "rewardRedeem": ("redemptions", _REDEMPTIONS),
}
# By network even for those who have a token: a new one costs nothing.
_BY_NETWORK = {"codes", "tries"}


class Rates:
    """The limits of one installation; 0 requests a second: none at all."""

    def __init__(self, of_member: int, of_service: int) -> None:
        self._is_on = of_member > 0
        several = _OF_SEVERAL * of_member
        rates = {
            ActorKind.MEMBER: of_member,
            ActorKind.GUEST: of_member,
            ActorKind.STAFF: several,
            ActorKind.ANONYMOUS: several,
            ActorKind.SERVICE: of_service,
        }
        self._limits = {kind: Limit.per_second(rate) for kind, rate in rates.items() if rate}

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """As the installation decided."""
        return cls(settings.requests_per_second, settings.service_requests_per_second)

    def line(self, actor: Actor, scope: Scope) -> tuple[str, Limit] | None:
        """The bucket that every request of this caller is taken out of; None: it is not limited."""
        limit = self._limits.get(actor.kind)
        return (throttle.bucket(_who(actor, scope), "requests"), limit) if limit else None

    async def admit(self, actor: Actor, scope: Scope, weight: int = 1) -> None:
        """Count a request, before anything is done for it. RateLimited beyond the limit."""
        line = self.line(actor, scope)
        if line is not None:
            await throttle.take(*line, cost=weight)

    async def charge(self, actor: Actor, scope: Scope, bill: Bill) -> None:
        """Count what an operation asks for beyond one request: its weight, and guarded fields."""
        if bill.weight > 1:
            await self.admit(actor, scope, bill.weight - 1)
        if self._is_on and actor.kind is not ActorKind.SERVICE:
            for name in bill.roots.keys() & GUARDED.keys():
                await self.guard(name, actor, scope, bill.roots[name])

    async def guard(self, field: str, actor: Actor, scope: Scope, times: int = 1) -> None:
        """Count what is done by a guarded field, or in its stead on a page."""
        if self._is_on:
            what, limit = GUARDED[field]
            who = network(scope) if what in _BY_NETWORK else _who(actor, scope)
            await throttle.take(throttle.bucket(who, what), limit, times)


def network(scope: Scope) -> str:
    """The network that a request came from, in words that do not tell which it is."""
    host, _ = scope.get("client") or ("", 0)
    return f"net:{throttle.hidden(_network(host))}"


def _network(host: str) -> str:
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return host  # a socket of this machine
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return str(ip_network((address, _BITS[address.version]), strict=False))


def _who(actor: Actor, scope: Scope) -> str:
    return network(scope) if actor.kind is ActorKind.ANONYMOUS else actor.key


OFF = Rates(0, 0)
