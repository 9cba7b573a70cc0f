"""Who a member is, out of its row and its profile: what conditions may look at."""

from dataclasses import replace
from typing import Any

from domain.programme.facts import Birthday, Person

COLUMNS = """m.joined_at, m.language, p.birth_month, p.birth_day, p.birth_year, p.sex, p.country,
  p.region, p.postcode, p.income_band, p.interests, p.attributes"""
"""What these functions read, of members `m` left join profiles `p`."""


def birthday_of(row: Any) -> Birthday | None:
    """The birthday; None: not known."""
    month = row["birth_month"]
    return Birthday(month, row["birth_day"], row["birth_year"]) if month else None


def person_of(row: Any) -> Person:
    """The person; what it shows by what it does is not in its profile."""
    return Person(
        sex=row["sex"],
        country=row["country"],
        region=row["region"],
        postcode=row["postcode"],
        income_band=row["income_band"],
        interests=frozenset(row["interests"]) if row["interests"] else None,
        attributes=row["attributes"] or {},
    )


def showing(person: Person, shown: Person) -> Person:
    """The person, with what the other has shown: why it came, and what it thinks of us."""
    return replace(person, source=shown.source, nps=shown.nps)
