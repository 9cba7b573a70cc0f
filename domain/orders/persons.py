"""Who a member is, as rules see it: read with its standing, of `members m` and `profiles p`."""

from typing import Any

from domain.programme.facts import Person

PERSON = """p.sex, p.country, p.region, p.postcode, p.income_band, p.interests, p.attributes,
  exists (select from referrals r where r.friend_id = m.id) as was_brought,
  (select a.nps from survey_answers a where a.member_id = m.id and a.nps is not null
   order by a.at desc, a.id desc limit 1) as nps"""


def person_of(row: Any) -> Person:
    """The person in a row of PERSON. What was not told is not known."""
    return Person(
        sex=row["sex"],
        country=row["country"],
        region=row["region"],
        postcode=row["postcode"],
        income_band=row["income_band"],
        interests=frozenset(row["interests"]) if row["interests"] else None,
        source="FRIEND" if row["was_brought"] else "ITSELF",
        nps=row["nps"],
        attributes=row["attributes"] or {},
    )
