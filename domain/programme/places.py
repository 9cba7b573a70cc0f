"""What members have to do with of a programme, read beside them: changes touch some and not others.

Read straight from the tables: whose these are stands to the right of the programme.
"""

from datetime import timedelta
from typing import Any

from domain.programme.changes.touching import Place

LOOKED_BACK = timedelta(days=90)

# Of a member `m`; $1 is the instant since which activities are looked at.
COLUMNS = """m.tier,
  array(select w.unit from wallets w where w.member_id = m.id
    and w.available + w.pending + w.held > 0 order by 1) as units,
  array(select distinct a.kind from activities a
    where a.member_id = m.id and a.occurred_at >= $1 order by 1) as activities,
  exists (select from profiles p where p.member_id = m.id and p.birth_month is not null)
    as has_birthday,
  exists (select from pool_places l where l.member_id = m.id and l.state = 'JOINED') as is_in_pool
"""


def place_of(row: Any) -> Place:
    """The place that a row with these columns tells of."""
    return Place(
        row["tier"],
        frozenset(row["units"]),
        frozenset(row["activities"]),
        row["has_birthday"],
        row["is_in_pool"],
    )
