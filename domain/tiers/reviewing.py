"""At the end of its window a tier is kept, or moves; who comes to a tier is given a window.

Whenever it is done, it comes to the same: a review is judged as of the instant at which it was
due, by the programme that was in force then. Any number of callers may do it at once.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from domain import database
from domain.events import TierReviewed
from domain.failpoints import failpoint
from domain.programme import queries as programmes
from domain.programme.queries import Version
from domain.tiers import plans, rules, telling
from domain.tiers.kinds import TierCause
from domain.tiers.plans import Plan, day_before, local_day
from domain.tiers.rules import Outcome, Verdict
from domain.wallets import operations as wallets
from domain.wallets.posting import Posting

AT_ONCE = 200

_DUE = """
select id, tier, tier_since, tier_until, tier_fixed_until, tier_counted_from, tier_counted_to,
  tier_review_at, joined_at, tier_reviewed_for is distinct from tier_since as is_new
from members where id in (
    (select id from members where tier_review_at <= pistis_now() and state = 'ACTIVE'
      order by tier_review_at limit $1)
    union all
    (select id from members where tier_reviewed_for is distinct from tier_since
      and state = 'ACTIVE' limit $1))
  and state = 'ACTIVE'
  and (tier_review_at <= pistis_now() or tier_reviewed_for is distinct from tier_since)
order by id limit $1 for no key update skip locked
"""


async def review_due(at_once: int = AT_ONCE) -> int:
    """Do all that is due, of `at_once` members at a time: how many reviews and new windows.

    None before a programme is published: then nobody is kept from other duties for nothing.
    """
    _, version = await programmes.present()
    if version is None:
        return 0
    done = 0
    while members := await _some(at_once):
        done += members
    return done


async def _some(at_most: int) -> int:
    async with database.transaction():
        due = await database.rows(_DUE, at_most)
        if not due:
            return 0
        # As of when: what decides is the programme that was in force then.
        instants = [row["tier_since"] if row["is_new"] else row["tier_review_at"] for row in due]
        versions = await programmes.in_force_at(instants)
        days, before = await _days_of(due), await _before(due)
        made, postings = [], []
        for row, version in zip(due, versions, strict=True):
            if row["is_new"]:
                made.append(_begun(version, row))
                continue
            outcome = _outcome(version, row, days[row["id"]], before.get(row["id"]))
            made.append(_after(version, row, outcome))
            postings += _posted(row, outcome, made[-1])
        for posted in await wallets.post(postings):
            assert posted.kind == "POSTED", posted.kind
        failpoint("reviewing")
        await plans.keep(made)
    return len(due)


def _begun(version: Version, row: Any) -> Plan:
    fixed_until, joined_at = row["tier_fixed_until"], row["joined_at"]
    if fixed_until is not None and fixed_until > row["tier_since"]:
        return plans.by_hand(version, row["id"], joined_at=joined_at, until=fixed_until)
    return plans.begun(
        version, row["id"], row["tier"], joined_at=joined_at, since=row["tier_since"]
    )


def _outcome(
    version: Version, row: Any, days: Sequence[tuple[date, int]], before: str | None
) -> Outcome:
    programme, decided_on = version.programme, day_before(version, row["tier_review_at"])
    counted = rules.between(days, row["tier_counted_from"], decided_on)
    if row["tier_fixed_until"] is not None:
        earlier = before or programme.tiers[0].code
        return rules.after_by_hand(programme, row["tier"], counted, earlier)
    until = row["tier_until"]
    return rules.review(
        programme,
        row["tier"],
        counted,
        has_grace=until is not None and until > row["tier_review_at"],
        may_lose=until is not None,
    )


def _after(version: Version, row: Any, outcome: Outcome) -> Plan:
    if outcome.verdict is Verdict.IN_GRACE:
        return Plan(
            row["id"], row["tier_counted_from"], row["tier_counted_to"], row["tier_until"],
            row["tier_until"],
        )  # fmt: skip
    joined_on = local_day(version, row["joined_at"])
    decided_on = day_before(version, row["tier_review_at"])
    period = rules.following(version.programme, joined_on, decided_on)
    return plans.over(version, row["id"], outcome.tier.code, period)


def _posted(row: Any, outcome: Outcome, after: Plan) -> list[Posting]:
    # What nobody can see needs no new version of the member: where nothing was at stake, or is.
    event = TierReviewed(row["id"])
    match outcome.verdict:
        case Verdict.IN_GRACE:
            return []
        case Verdict.KEPT:
            is_seen = row["tier_until"] is not None or after.until is not None
            return [Posting(row["id"], event=event)] if is_seen else []
        case moved:
            told = telling.risen_to if moved is Verdict.UP else telling.fallen_to
            return [
                Posting(
                    row["id"],
                    tier=outcome.tier.code,
                    tier_cause=TierCause.REVIEW,
                    notices=(told(outcome.tier),),
                    event=event,
                )
            ]


async def _days_of(due: Sequence[Any]) -> dict[UUID, list[tuple[date, int]]]:
    found = await database.rows(
        """select q.member_id, q.day, q.points from qualifying_days q
           join unnest($1::uuid[], $2::date[]) as wanted (member_id, first)
             on q.member_id = wanted.member_id and q.day >= wanted.first""",
        *([row["id"] for row in due], [row["tier_counted_from"] for row in due]),
    )
    days: dict[UUID, list[tuple[date, int]]] = {row["id"]: [] for row in due}
    for row in found:
        days[row["member_id"]].append((row["day"], row["points"]))
    return days


async def _before(due: Sequence[Any]) -> dict[UUID, str]:
    # The tier that was last come to otherwise than by hand, of those whose time by hand is over.
    by_hand = [row["id"] for row in due if row["tier_fixed_until"] is not None]
    if not by_hand:
        return {}
    found = await database.rows(
        """select distinct on (member_id) member_id, tier from tier_moves
           where member_id = any($1) and cause <> 'BY_HAND' order by member_id, at desc, id desc""",
        by_hand,
    )
    return {row["member_id"]: row["tier"] for row in found}
