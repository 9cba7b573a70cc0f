"""What can be done with offers: make one, which tells everybody whom it is for."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain import database, ids, shared_versions
from domain.actor import Actor, Role
from domain.errors import InvalidInput
from domain.language import Text
from domain.offers.kinds import OfferKind
from domain.programme import checks
from domain.programme import queries as programme
from domain.programme.terms import Programme, Written
from domain.wallets import operations as wallets
from domain.wallets.posting import Notice, Posting

TOLD_AT_ONCE = 500
CODE_MAX = 40
URL_MAX = 400
USES_MAX = 10**6


@dataclass(frozen=True, slots=True)
class CreateOffer:
    """`points` of `unit` for an order that meets `when` (any, when None) within the window.

    `tiers`: for members of these alone. `code` names the offer for good.
    """

    title: Text
    unit: str
    points: int
    starts_at: datetime
    ends_at: datetime
    kind: OfferKind = OfferKind.BONUS
    text: Text | None = None
    code: str | None = None
    image_url: str | None = None
    when: Written | None = None
    tiers: tuple[str, ...] | None = None
    per_member_limit: int = 1

    def check(self, terms: Programme) -> None:
        """Raise InvalidInput, with the path of the first thing that does not fit the programme."""
        checks.texts(terms, self.title, ("title",))
        if self.text is not None:
            checks.texts(terms, self.text, ("text",))
        checks.points(terms, self.unit, self.points, ("effect", "points"))
        checks.window(self.starts_at, self.ends_at, ("endsAt",))
        checks.condition(terms, self.when, ("when",))
        checks.tiers(terms, self.tiers, ("tiers",))
        checks.length(self.code, CODE_MAX, ("code",))
        checks.length(self.image_url, URL_MAX, ("imageUrl",))
        checks.within(self.per_member_limit, 1, USES_MAX, ("perMemberLimit",))


async def create(actor: Actor, command: CreateOffer) -> UUID:
    """Make an offer and tell the active members whom it is for. Raises InvalidInput."""
    actor.require(Role.LOYALTY)
    command.check((await programme.in_force()).programme)
    offer_id = ids.uuid7()
    tiers = list(command.tiers) if command.tiers is not None else None
    made = await database.value(
        """insert into offers (id, code, kind, title, text, image_url, unit, points, "when", tiers,
             starts_at, ends_at, per_member_limit)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
           on conflict (code) do nothing returning id""",
        *(offer_id, command.code or ids.code(16), command.kind.value, dict(command.title)),
        *(dict(command.text) if command.text else None, command.image_url, command.unit),
        *(command.points, command.when, tiers, command.starts_at, command.ends_at),
        command.per_member_limit,
    )
    if made is None:
        raise InvalidInput("An offer has this code already; choose another.", ("code",))
    await database.after_commit(shared_versions.make_known)
    await _tell(offer_id, tiers)
    return offer_id


async def _tell(offer_id: UUID, tiers: list[str] | None) -> None:
    # A batch at a time, each a transaction of its own: nobody's orders wait for all to be told.
    notice = Notice("OFFER_ADDED", {"offer": str(offer_id)})
    last = UUID(int=0)
    while members := await database.rows(
        """select id from members
           where id > $1 and state = 'ACTIVE' and ($2::text[] is null or tier = any($2))
           order by id limit $3""",
        *(last, tiers, TOLD_AT_ONCE),
    ):
        await wallets.post([Posting(row["id"], notices=(notice,)) for row in members])
        last = members[-1]["id"]
