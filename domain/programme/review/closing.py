"""What is wrong with how a programme says that it ends."""

from collections.abc import Iterator

from domain.programme.problems import Problem
from domain.programme.review.faults import said
from domain.programme.terms import Programme

NOTICE_DAYS = range(30, 1_097)
SPENDING_DAYS = range(30, 1_097)


def problems(programme: Programme) -> Iterator[Problem]:
    """Promises that are none; an end in the wrong order."""
    closing, ending = programme.closing, programme.ending
    for name, days, bounds in (
        ("noticeDays", closing.notice_days, NOTICE_DAYS),
        ("spendingDays", closing.spending_days, SPENDING_DAYS),
    ):
        if days not in bounds:
            hint = f"Write {bounds.start} to {bounds.stop - 1} days: 90."
            yield Problem(("closing", name), "Members cannot count on that.", hint)
    for index, unit in enumerate(programme.units):
        if unit.expiry is not None and unit.expiry.not_before is not None and ending is None:
            path = ("units", str(index), "expiry", "notBefore")
            yield Problem(path, "Only an end holds all points back.", "Leave it away.")
    if ending is not None:
        yield from said(programme, ending.reason, ("ending", "reason"))
        if ending.spending_until < ending.earning_until:
            hint = "`programmeEnd` says both days."
            yield Problem(("ending", "spendingUntil"), "Spending ends before earning.", hint)
