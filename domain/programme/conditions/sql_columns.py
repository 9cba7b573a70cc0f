"""Where a leaf's value stands in SQL, by its column: for every leaf of a member at rest.

`m` is the member, `p` its profile; any other name before a dot is a relation that sql_relations.py
joins. {today} is when it is asked, {over} numbers the orders that a figure is of. NULL is "not
known".
"""

from calendar import isleap, monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.programme.facts import MONTHS, WEEKDAYS


@dataclass(frozen=True, slots=True)
class Today:
    """The local day and hour, as SQL. `months`: since year 0; `month_day`: beyond all on a last
    one; `birth_day`: that of the 29th too, where February lacks it.
    """

    zone: str
    day: str
    year: int
    month: int
    months: int
    month_day: int
    birth_day: int
    weekday: str
    hour: int

    @classmethod
    def at(cls, local: datetime, zone: str) -> "Today":
        """For that local time in the `zone` of this name, which is one of those that there are."""
        year, month, day = local.year, local.month, local.day
        lacks_29th = (month, day) == (2, 28) and not isleap(year)
        is_last = day == monthrange(year, month)[1]
        return cls(
            f"'{zone}'",
            f"date '{local.date()}'",
            year,
            month,
            year * 12 + month,
            31 if is_last else day,
            29 if lacks_29th else day,
            f"'{WEEKDAYS[local.weekday()]}'",
            local.hour,
        )


COLUMNS: Mapping[str, str] = {
    "standing.language": "m.language",
    "membership_months": """greatest(0, {today.months} - extract(year from joined.day)::int * 12
        - extract(month from joined.day)::int
        - (extract(day from joined.day)::int > {today.month_day})::int)""",
    "age": """{today.year} - p.birth_year
        - ((p.birth_month, p.birth_day) > ({today.month}, {today.birth_day}))::int""",
    "birthday_month": f"(array{list(MONTHS)})[p.birth_month]",
    "is_birthday": """(p.birth_month = {today.month}
        and p.birth_day in (extract(day from {today.day})::int, {today.birth_day}))""",
    "standing.person.sex": "p.sex",
    "standing.person.country": "p.country",
    "standing.person.region": "p.region",
    "standing.person.postcode": "p.postcode",
    "standing.person.income_band": "p.income_band",
    "standing.person.interests": "nullif(p.interests, '[]')",
    "standing.person.source": "case when referred.id is null then 'ITSELF' else 'FRIEND' end",
    "standing.person.nps": "answered.nps",
    "standing.tier": "coalesce(held.code, m.tier)",
    "tier_rank": "held.rank",
    "qualifying": "qualified.points",
    "orders": "coalesce(history.orders{over}, 0)",
    "spent": "coalesce(history.spent{over}, 0)",
    "average": "history.spent{over} / nullif(history.orders{over}, 0)",
    "days_since": "{today.day} - history.last{over}",
    "weekday": "{today.weekday}",
    "hour": "{today.hour}",
    "day": "{today.day}",
}
