"""What becomes of each table when two memberships become one: the one table of decisions.

`MOVES`: its rows become those of the one who stays, and go back when the merge is undone. `ADDED`:
sums, which the one who stays has on top of his own. `BROUGHT`: points, by transfers. `FOLLOWS`: the
database keeps it beside what it is of. `STAYS`: it tells of the one who went, and is found through
him.
"""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from domain import database


class How(StrEnum):
    """What is done with the rows of the one who went."""

    MOVES = "MOVES"
    ADDED = "ADDED"
    BROUGHT = "BROUGHT"
    FOLLOWS = "FOLLOWS"
    STAYS = "STAYS"


@dataclass(frozen=True, slots=True)
class Fate:
    """A decision. `only`: which rows `t` move to $2 (null: all). `back`: which return from $2.

    `before_members`: rows that others lock before they lock members, so it is done so here too.
    """

    how: How
    only: str = "true"
    back: str = "true"
    before_members: bool = False


def _unless(table: str, *same: str) -> str:
    # Where both have one of these, each keeps his own.
    alike = " and ".join(f"k.{name} = t.{name}" for name in same)
    return f"not exists (select from {table} k where k.member_id = $2 and {alike})"


_MOVES = Fate(How.MOVES)
_STAYS = Fate(How.STAYS)

# By table and column that names a member. tests/membership/test_fates.py misses none.
FATES: dict[str, Fate] = {
    "activities.member_id": _MOVES,
    "adjustments.member_id": Fate(How.MOVES, "t.state = 'ASKED'", before_members=True),
    "badges.member_id": Fate(How.MOVES, _unless("badges", "badge")),
    "birthday_dates.member_id": _STAYS,
    "cases.member_id": Fate(How.MOVES, before_members=True),
    "consents.member_id": _STAYS,
    "devices.member_id": _STAYS,  # told again by the app when somebody signs in
    "expiry_warnings.member_id": _STAYS,
    # What is on its way; between the two it comes back to who they are then.
    "gifts.receiver_id": Fate(How.MOVES, "t.state = 'WAITING' and t.sender_id <> $2"),
    "gifts.sender_id": Fate(How.MOVES, "t.state = 'WAITING' and t.receiver_id is distinct from $2"),
    # One birthday a year and person: who was given his present has been.
    "greetings.member_id": Fate(How.MOVES, _unless("greetings", "occasion", "year")),
    "holds.member_id": _STAYS,  # none of them is open
    "identities.member_id": _MOVES,
    "ledger_problems.member_id": _STAYS,
    "lost_cards.member_id": _STAYS,
    "lots.member_id": Fate(How.BROUGHT),
    "merges.gone_id": _STAYS,
    "merges.member_id": _STAYS,
    "notifications.member_id": _STAYS,
    "offer_uses.member_id": _MOVES,
    # What has earned meanwhile has earned for the one who stayed.
    "orders.member_id": Fate(
        How.MOVES,
        back="""not exists (select from transactions x where x.order_id = t.id
          and x.natural_key = 'order:' || t.id and x.member_id = $2)""",
    ),
    "pending_points.member_id": Fate(How.BROUGHT),
    # One place in a pool, and one pool of a kind; a place that cannot go over ends.
    "pool_places.member_id": Fate(
        How.MOVES,
        """t.state in ('INVITED', 'JOINED') and not exists (select from pool_places k
          where k.member_id = $2 and k.state in ('INVITED', 'JOINED')
            and (k.pool_id = t.pool_id or k.kind = t.kind and k.state = t.state))""",
    ),
    "pool_contributions.member_id": Fate(
        How.MOVES,
        "exists (select from pool_places p where p.id = t.place_id and p.member_id = $2)",
        "exists (select from pool_places p where p.id = t.place_id and p.member_id = $1)",
    ),
    "preferences.member_id": _STAYS,
    "profile_changes.member_id": _STAYS,
    "profile_questions.member_id": _STAYS,  # thanks of both are asked for (members/thanking.py)
    "profiles.member_id": _STAYS,  # its identifiers lead on (members/references.py)
    "purchases.member_id": Fate(How.FOLLOWS),  # the orders
    "qualifying_days.member_id": Fate(How.ADDED),
    # Nobody brings himself, and the first who brought somebody counts.
    "referrals.friend_id": Fate(
        How.MOVES,
        """t.referrer_id <> $2
          and not exists (select from referrals k where k.friend_id = $2)""",
        before_members=True,
    ),
    "referrals.referrer_id": Fate(How.MOVES, "t.friend_id <> $2", before_members=True),
    "rule_uses.member_id": Fate(How.ADDED),
    "sessions.member_id": _STAYS,  # all are ended
    "state_changes.member_id": _STAYS,
    "survey_answers.member_id": Fate(How.MOVES, _unless("survey_answers", "survey_id")),
    "tier_moves.member_id": _STAYS,
    "transactions.member_id": _STAYS,
    "transfers.member_id": _STAYS,
    # What an order that stays has taken stays with it: it may come back.
    "vouchers.member_id": Fate(
        How.MOVES,
        back="not exists (select from orders o where (o.id, o.member_id) = (t.order_id, $2))",
        before_members=True,
    ),
    "wallets.member_id": Fate(How.BROUGHT),
}


async def lock_first(gone: UUID) -> None:
    """Lock what others lock before members, in the transaction in progress."""
    for place, fate in FATES.items():
        if fate.before_members:
            table, column = place.split(".")
            await database.rows(
                f"select 1 from {table} where {column} = $1 order by id for update", gone
            )


async def move(merge_id: UUID, gone: UUID, stayer: UUID) -> None:
    """Make the rows of the one those of the other, and note which; both are locked."""
    for place, fate in _moving():
        table, column = place.split(".")
        await database.rows(
            f"""with moved as (
                  update {table} t set {column} = $2 where t.{column} = $1 and {fate.only}
                  returning t.id)
                insert into merged_rows (merge_id, place, row_id) select $3, $4, id from moved""",
            *(gone, stayer, merge_id, place),
        )


async def move_back(merge_id: UUID, gone: UUID, stayer: UUID) -> None:
    """Give back the rows that came with the merge and are the stayer's still; both are locked."""
    for place, fate in _moving():
        table, column = place.split(".")
        await database.rows(
            f"""update {table} t set {column} = $1 from merged_rows r
                where (r.merge_id, r.place) = ($3, $4) and t.id = r.row_id and t.{column} = $2
                  and {fate.back}""",
            *(gone, stayer, merge_id, place),
        )


def _moving() -> list[tuple[str, Fate]]:
    return [(place, fate) for place, fate in FATES.items() if fate.how is How.MOVES]
