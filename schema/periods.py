"""Stretches of days, as callers name them."""

from datetime import date, timedelta

import strawberry

from domain.errors import InvalidInput

DAYS_MAX = 3_660


@strawberry.input(description="Whole days in the programme's time zone.")
class PeriodInput:
    """Half-open."""

    from_: date = strawberry.field(name="from", description="The first day.")
    until: date = strawberry.field(
        description="The first day after it; at most 3,660 days after `from`."
    )

    def days(self) -> tuple[date, date]:
        """Both of them; InvalidInput where no day lies between, or too many."""
        if not timedelta(0) < self.until - self.from_ <= timedelta(days=DAYS_MAX):
            raise InvalidInput(
                f"A period goes from a day to a later one, over {DAYS_MAX} days at most.",
                ("period", "until"),
            )
        return self.from_, self.until
