"""When points expire."""

from datetime import datetime
from zoneinfo import ZoneInfo

from domain.calendar import add_months, midnight, next_first_day
from domain.programme.terms import Expiry


def expires_at(expiry: Expiry | None, earned_at: datetime, zone: ZoneInfo) -> datetime | None:
    """The instant from which points earned at `earned_at` are gone; None: never.

    Valid through the last local day: the instant is the midnight after it. Months are counted
    from the day of earning, so 31 January and one month is the last of February.
    """
    if expiry is None:
        return None
    last = add_months(earned_at.astimezone(zone).date(), expiry.months)
    if expiry.rounded_to is None:
        return midnight(last, zone)
    return midnight(next_first_day(expiry.rounded_to, last), zone)
