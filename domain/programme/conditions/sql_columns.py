"""Where a leaf's value stands in SQL, by its column: for every leaf of a member at rest.

`m` is the member, `p` its profile; any other name before a dot is a relation that sql_relations.py
joins. {today} is when it is asked, {over} numbers the orders that a figure is of, {spent} is what
their goods came to. NULL is "not known".
"""

from calendar import isleap, monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.calendar import midnight
from domain.programme.facts import MONTHS, WEEKDAYS


@dataclass(frozen=True, slots=True)
class Today:
    """When it is asked, as SQL says it. `local`: in the programme's zone."""

    local: datetime
    zone_name: str

    @property
    def now(self) -> str:
        """The instant."""
        return f"timestamptz '{self.local.isoformat()}'"

    @property
    def zone(self) -> str:
        """The zone of local days."""
        return f"'{self.zone_name}'"

    @property
    def day(self) -> str:
        """The local day."""
        return f"date '{self.local.date()}'"

    @property
    def year(self) -> int:
        """Its year."""
        return self.local.year

    @property
    def month(self) -> int:
        """Its month."""
        return self.local.month

    @property
    def months(self) -> int:
        """Months since the year 0."""
        return self.year * 12 + self.month

    @property
    def month_day(self) -> int:
        """Its number in the month; on the last, by which any month is complete, the highest."""
        day, last = self.local.day, monthrange(self.year, self.month)[1]
        return 31 if day == last else day

    @property
    def birth_day(self) -> int:
        """The same, for birthdays: those of the 29th are kept where February lacks it too."""
        lacks_it = (self.month, self.local.day) == (2, 28) and not isleap(self.year)
        return 29 if lacks_it else self.local.day

    @property
    def weekday(self) -> str:
        """The day of the week."""
        return f"'{WEEKDAYS[self.local.weekday()]}'"

    @property
    def hour(self) -> int:
        """The local hour."""
        return self.local.hour

    def since(self, days: int) -> str:
        """The instant at which the last so many local days began; today is one of them."""
        first = self.local.date() - timedelta(days=days - 1)
        return f"timestamptz '{midnight(first, ZoneInfo(self.zone_name)).isoformat()}'"


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
    "spent": "coalesce({spent}, 0)",
    "average": "{spent} / nullif(history.orders{over}, 0)",
    "days_since": "{today.day} - (history.last{over} at time zone {today.zone})::date",
    "weekday": "{today.weekday}",
    "hour": "{today.hour}",
    "day": "{today.day}",
}

# What a programme asks of its own, {name}, by what a test wants: a value of another type, which
# another version may have asked for, is not known.
ATTRIBUTES: Mapping[type, str] = {
    tuple: """case when jsonb_typeof(p.attributes -> {name}) = 'string'
        then p.attributes ->> {name} end""",
    int: """case when jsonb_typeof(p.attributes -> {name}) = 'number'
        then (p.attributes ->> {name})::numeric end""",
    bool: """case when jsonb_typeof(p.attributes -> {name}) = 'boolean'
        then (p.attributes ->> {name})::boolean end""",
    date: """case when pg_input_is_valid(p.attributes ->> {name}, 'date')
        and p.attributes ->> {name} ~ '^\\d{{4}}-\\d\\d-\\d\\d$'
        then (p.attributes ->> {name})::date end""",
}
