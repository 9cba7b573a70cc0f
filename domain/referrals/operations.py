"""What happens with friends: one joins by a member's code; the first order rewards both."""

from typing import Any
from uuid import UUID

from domain import database, ids
from domain.errors import InvalidInput, LimitReached, NotFound
from domain.events import Event, OrderReported, ReferralRewarded
from domain.members import merged
from domain.programme import queries as programme
from domain.programme.accruals import Part, PartKind
from domain.programme.queries import Version
from domain.programme.terms import Referral
from domain.referrals.kinds import ReferralState
from domain.referrals.queries import referrer_by
from domain.wallets import operations as wallets
from domain.wallets.posting import Notice, Posting
from domain.wallets.unbought import earned, unbought

_PATH = ("referralCode",)


async def join(friend_id: UUID, code: str) -> UUID:
    """Note who brought this member, and tell the one who did; in the transaction in progress.

    Raises, with path referralCode: NotFound for a code that nobody has, InvalidInput for the
    friend's own, LimitReached when somebody brought the friend already.
    """
    referrer = await referrer_by(code)
    if referrer is None:
        raise NotFound("Nobody has this code; ask your friend for it again.", _PATH)
    if referrer.member_id == friend_id:
        raise InvalidInput("This is your own code; a friend's code brings you points.", _PATH)
    referral_id: UUID | None = await database.value(
        """insert into referrals (id, referrer_id, friend_id, state, joined_at)
           values ($1, $2, $3, 'JOINED', pistis_now())
           on conflict (friend_id) do nothing returning id""",
        *(ids.uuid7(), referrer.member_id, friend_id),
    )
    if referral_id is None:
        raise LimitReached("A friend brought you already; the first code counts.", _PATH)
    await wallets.tell(
        Posting(referrer.member_id, notices=(_changed(referral_id, ReferralState.JOINED),))
    )
    return referral_id


async def qualify(event: OrderReported) -> None:
    """Reward both for a friend's first order, by the programme version that judged it.

    In the transaction in progress; the same event again changes nothing, nor does the order of
    a friend who takes no part, or one that has come back.
    """
    if event.order_count != 1:
        return
    number = await database.value(
        "select programme_version from orders where id = $1 and state <> 'REFUNDED'", event.order_id
    )
    if number is None:
        return
    version = await programme.version(number)
    terms = version.programme.referral
    if terms is None or not version.earns_at(await database.now()):
        return
    # The friend may have been merged since, or be merged at this moment: then it is another's.
    for _ in range(2):
        friend_id = await merged.current(event.member_id)
        referral = await database.row(
            """update referrals r set state = 'REWARDED', order_id = $2, rewarded_at = pistis_now()
               from members m, members f
               where r.friend_id = $1 and r.state = 'JOINED' and m.id = r.referrer_id
                 and f.id = r.friend_id and f.state = 'ACTIVE' and m.state <> 'MERGED'
               returning r.id, r.referrer_id, r.friend_id, r.order_id, r.rewarded_at,
                 m.state as referrer_state""",
            *(friend_id, event.order_id),
        )
        if referral is not None:
            await _reward(referral, version, terms)
            return


async def _reward(referral: Any, version: Version, terms: Referral) -> None:
    def posting(side: str, points: int, title: str, event: Event | None = None) -> Posting:
        part = Part("referral", PartKind.REFERRAL, terms.unit, points, inputs={})
        # The order is in it: one that came back is followed by another, perhaps.
        key = f"referral:{referral['id']}:{referral['order_id']}"
        now = referral["rewarded_at"]
        moves = (unbought(version, part, {"key": title}, key, now),) if points else ()
        changed = _changed(referral["id"], ReferralState.REWARDED)
        notices = () if side in untold else (changed, *map(earned, moves))
        return Posting(referral[side], moves=moves, notices=notices, event=event)

    # A blocked referrer earns nothing; the friend does not suffer for it. A blocked friend's order
    # rewards nobody: it may be why he is blocked.
    brought = terms.referrer_points if referral["referrer_state"] == "ACTIVE" else 0
    has_left = referral["referrer_state"] in ("OPTED_OUT", "ERASED")
    untold = ("referrer_id",) if has_left else ()
    event = ReferralRewarded(referral["id"], referral["referrer_id"], referral["friend_id"])
    outcomes = await wallets.post(
        [
            posting("referrer_id", brought, "friend_brought", event),
            posting("friend_id", terms.friend_points, "friend_joined"),
        ]
    )
    assert all(outcome.kind == "POSTED" for outcome in outcomes)


def _changed(referral_id: UUID, state: ReferralState) -> Notice:
    return Notice("REFERRAL_CHANGED", {"referral": str(referral_id), "state": state})
