"""Erasing: everything personal goes, the ledger stays, and points are given up by a posting."""

from datetime import datetime
from uuid import UUID

from domain import database
from domain.access import sessions
from domain.actor import Actor
from domain.errors import InvalidInput, NotAllowed
from domain.events import MemberStateChanged
from domain.members import merged, remembered
from domain.members.kinds import MemberState
from domain.membership import states
from domain.wallets import operations as wallets
from domain.wallets.kinds import TransactionKind
from domain.wallets.posting import Move, Posting

HOUSE = "breakage"

# In this order: what refers to what goes later. Cases stay as numbers in statistics, without words.
_PERSONAL = (
    """delete from survey_texts t using survey_answers a
       where a.id = t.answer_id and a.member_id = $1""",
    """delete from case_messages m using cases c where c.id = m.case_id and c.member_id = $1""",
    "update cases set subject = '', state = 'CLOSED' where member_id = $1",
    """delete from challenges c using profiles p
       where p.member_id = $1 and c.address in (p.email, p.phone)""",
    "update sessions set device_id = null, challenge_id = null where member_id = $1",
    """update identities set member_id = null, subject = 'erased ' || id where member_id = $1""",
    "update gifts set message = null where $1 in (sender_id, receiver_id)",
    "update activities set attributes = '{}' where member_id = $1",
    "delete from greetings where member_id = $1",  # their days are those of the birthday
    "delete from birthday_dates where member_id = $1",
    "delete from devices where member_id = $1",
    "delete from consents where member_id = $1",
    "delete from preferences where member_id = $1",
    """update pools set title = null where id in (
         select pool_id from pool_places where member_id = $1 and role = 'OWNER')""",
    "delete from profile_questions where member_id = $1",
    "delete from profile_changes where member_id = $1",
    "delete from profiles where member_id = $1",
    "update state_changes set reason = null where member_id = $1",
    "update merges set reason = null, undone_reason = null where $1 in (member_id, gone_id)",
    "update adjustments set reason = 'erased' where member_id = $1",
    """update adjustments set state = 'REFUSED', decided_by = 'system:erased',
         decided_at = pistis_now() where member_id = $1 and state = 'ASKED'""",
    """update vouchers set expires_at = pistis_now()
       where member_id = $1 and state in ('ISSUED', 'RESERVED') and expires_at > pistis_now()""",
    "update members set language = 'en', time_zone = null where id = $1",
)


_UNSETTLED = """
select h.id, h.unit, true as is_hold from holds h join wallets w using (member_id, unit)
where h.member_id = $1 and h.state = 'OPEN' and not w.frozen
union all
select p.id, p.unit, false from pending_points p join wallets w using (member_id, unit)
where p.member_id = $1 and p.remaining > 0 and not w.frozen
order by id"""


async def erase(actor: Actor, confirm: str) -> datetime:
    """Erase the caller for good, and who lives on in it: when that was.

    Sessions end, sockets close, vouchers are void. `confirm` is the member's number, as a person
    types it. Raises InvalidInput for another.
    """
    member_id = actor.member_id
    if member_id is None:
        raise NotAllowed("Only a member does this, for itself.")
    async with database.transaction():
        await merged.lock([member_id])
        rows = await database.rows(
            """select id, number, state, pistis_now() as now from members
               where id = $1 or merged_into = $1 order by id""",
            member_id,
        )
        row = next(row for row in rows if row["id"] == member_id)
        if confirm.replace(" ", "") != row["number"]:
            raise InvalidInput(
                "Type the member number, to be sure: everything is gone then.", ("confirm",)
            )
        if row["state"] in (MemberState.ERASED, MemberState.MERGED):
            raise NotAllowed("This member is no more.")
        await _give_up_points(member_id)
        # Who lives on in it goes with it: it is the same person.
        await database.rows(
            "update members set merged_into = null where merged_into = $1", member_id
        )
        await sessions.end(actor, everywhere=True)
        for each in rows:
            await _erase(actor, each["id"], each["state"])
        at: datetime = row["now"]
    return at


async def _erase(actor: Actor, member_id: UUID, before: str) -> None:
    await remembered.remember(member_id)
    await states.note(actor, member_id, before, MemberState.ERASED)
    await _clean(member_id)
    event = MemberStateChanged(member_id, MemberState.ERASED)
    await wallets.tell(Posting(member_id, event=event))


async def clean(event: MemberStateChanged) -> None:
    """Once more, in the transaction in progress: for what was on its way while it happened."""
    if event.state == MemberState.ERASED:
        await _clean(event.member_id)


async def _clean(member_id: UUID) -> None:
    for statement in _PERSONAL:
        await database.rows(statement, member_id)


async def _give_up_points(member_id: UUID) -> None:
    # What is due goes by its own name first, what is held is freed, and what waits does not come.
    # A wallet that is frozen, because it does not add up, is left as it was found.
    await database.rows(
        """select count(pistis_wallet(member_id, unit, pistis_now())) from wallets
           where member_id = $1 and next_due_at <= pistis_now() and not frozen""",
        member_id,
    )
    for row in await database.rows(_UNSETTLED, member_id):
        move = Move(
            unit=row["unit"],
            kind=TransactionKind.HOLD_RELEASE if row["is_hold"] else TransactionKind.PEND_CANCEL,
            points=0,
            house="held" if row["is_hold"] else "issuance",
            title={"key": "erased"},
            hold_id=row["id"] if row["is_hold"] else None,
            pending_id=None if row["is_hold"] else row["id"],
        )
        await wallets.post_one(Posting(member_id, moves=(move,)))
    left = await database.rows(
        "select unit, available from wallets where member_id = $1 and available > 0 and not frozen",
        member_id,
    )
    moves = tuple(
        Move(
            unit=row["unit"],
            kind=TransactionKind.ADJUST,
            points=-row["available"],
            house=HOUSE,
            title={"key": "erased"},
        )
        for row in left
    )
    if moves:
        await wallets.post_one(Posting(member_id, moves=moves))
