"""What sending codes may cost: so many an hour to one country, so many in all.

Whoever has numbers called that earn him money asks for codes to many of them: limits of an
address do not see it. Who may not be sent one is not told why, known or unknown alike.
"""

import phonenumbers

from domain import throttle
from domain.access.addresses import Address
from domain.throttle import Limit

TO_A_COUNTRY = Limit.per_hour(1_000)
IN_ALL = Limit.per_hour(5_000)


async def spend(address: Address) -> None:
    """Take one message out of the budgets; RateLimited if there is none."""
    if address.channel == "phone":
        country = phonenumbers.parse(address.text).country_code
        await throttle.take(throttle.bucket("codes", f"+{country}"), TO_A_COUNTRY)
    await throttle.take(throttle.bucket("codes", "all"), IN_ALL)
