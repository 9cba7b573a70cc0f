"""An order as a shop reports it, checked: amounts in minor units of its currency."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from domain.errors import InvalidInput
from domain.members.queries import MemberRef
from domain.money import EXPONENTS
from domain.orders.kinds import ChargeKind, OrderStage

LINES_MAX = 200
OTHERS_MAX = 200
REVISIONS_MAX = 1_000_000
VOUCHERS_MAX = 10
TEXT_MAX = 64
TITLE_MAX = 200
QUANTITY_MAX = 1_000_000
AMOUNT_MAX = 10**13

# Of what is older there is no calendar to judge it by.
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)

# A till's clock may run a little ahead of ours.
AHEAD_MAX = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Line:
    """One line. `unit_price`: tax included, before discounts; the others are of the whole line."""

    sku: str
    quantity: int
    unit_price: int
    name: str | None = None
    category: str | None = None
    brand: str | None = None
    discount: int = 0
    included_tax: int = 0
    excluded: bool = False

    @property
    def gross(self) -> int:
        """Before any discount."""
        return self.quantity * self.unit_price

    @property
    def net(self) -> int:
        """After the line's own discount."""
        return self.gross - self.discount


@dataclass(frozen=True, slots=True)
class Charge:
    """Something charged beside the goods; it earns nothing."""

    kind: ChargeKind
    amount: int
    title: str | None = None
    included_tax: int = 0


@dataclass(frozen=True, slots=True)
class Discount:
    """Something taken off the whole order."""

    title: str
    amount: int


@dataclass(frozen=True, slots=True)
class Points:
    """So many points of a unit, which pay as the programme says."""

    unit: str
    points: int


@dataclass(frozen=True, slots=True)
class OrderCommand:
    """One purchase. (source, reference) names it for ever; a higher `revision` replaces what was
    told of it before.
    """

    source: str
    reference: str
    occurred_at: datetime
    currency: str
    lines: tuple[Line, ...]
    member: MemberRef | None = None
    charges: tuple[Charge, ...] = ()
    discounts: tuple[Discount, ...] = ()
    store: str | None = None
    sales_channel: str | None = None
    stage: OrderStage = OrderStage.COMPLETED
    voucher_codes: tuple[str, ...] = ()
    pay_with_points: Points | None = None
    revision: int = 1

    def check(self, now: datetime) -> None:
        """Raise InvalidInput, with the path to the first field that cannot be right."""
        _length(self.source, "source")
        _length(self.reference, "reference")
        if self.occurred_at > now + AHEAD_MAX:
            raise InvalidInput("This lies in the future; set the till's clock.", ("occurredAt",))
        if self.occurred_at < EARLIEST:
            raise InvalidInput("Orders are of 1970 or later; look at the date.", ("occurredAt",))
        if self.currency not in EXPONENTS:
            raise InvalidInput("An ISO 4217 code is wanted, as in EUR.", ("currency",))
        if not 1 <= self.revision <= REVISIONS_MAX:
            raise InvalidInput(f"Revisions count from 1 to {REVISIONS_MAX}.", ("revision",))
        if not 1 <= len(self.lines) <= LINES_MAX:
            raise InvalidInput(f"An order has 1 to {LINES_MAX} lines.", ("lines",))
        if len(self.voucher_codes) > VOUCHERS_MAX:
            raise InvalidInput(f"An order takes {VOUCHERS_MAX} at most.", ("voucherCodes",))
        for name, others in (("charges", self.charges), ("discounts", self.discounts)):
            if len(others) > OTHERS_MAX:
                raise InvalidInput(f"An order has {OTHERS_MAX} at most; sum them up.", (name,))
        _at_most(self.store, TEXT_MAX, "store")
        _at_most(self.sales_channel, TEXT_MAX, "salesChannel")
        for index, line in enumerate(self.lines):
            _check_line(line, ("lines", str(index)))
        for index, charge in enumerate(self.charges):
            _at_most(charge.title, TITLE_MAX, "charges", str(index), "title")
            _amount(charge.amount, ("charges", str(index), "amount"))
            _part(charge.included_tax, charge.amount, ("charges", str(index), "includedTax"))
        left = sum(line.net for line in self.lines)
        for index, discount in enumerate(self.discounts):
            path = ("discounts", str(index))
            _length(discount.title, *path, "title", most=TITLE_MAX)
            _amount(discount.amount, (*path, "amount"))
            if discount.amount > left:
                raise InvalidInput(
                    "The discounts come to more than the goods cost.", (*path, "amount")
                )
            left -= discount.amount


def _check_line(line: Line, path: tuple[str, ...]) -> None:
    _length(line.sku, *path, "sku")
    for name in ("category", "brand", "name"):
        _at_most(getattr(line, name), TITLE_MAX, *path, name)
    if not 1 <= line.quantity <= QUANTITY_MAX:
        raise InvalidInput(f"A quantity is 1 to {QUANTITY_MAX}.", (*path, "quantity"))
    _amount(line.unit_price, (*path, "unitPrice"))
    _amount(line.gross, (*path, "unitPrice"))
    _part(line.discount, line.gross, (*path, "discount"))
    _part(line.included_tax, line.gross, (*path, "includedTax"))


def _at_most(text: str | None, most: int, *path: str) -> None:
    if text is not None and len(text) > most:
        raise InvalidInput(f"At most {most} characters.", path)


def _length(text: str, *path: str, most: int = TEXT_MAX) -> None:
    if not 1 <= len(text) <= most:
        raise InvalidInput(f"1 to {most} characters are wanted.", path)


def _amount(amount: int, path: tuple[str, ...]) -> None:
    if not 0 <= amount <= AMOUNT_MAX:
        raise InvalidInput(f"An amount is 0 to {AMOUNT_MAX} minor units.", path)


def _part(amount: int, whole: int, path: tuple[str, ...]) -> None:
    if not 0 <= amount <= whole:
        raise InvalidInput(f"This is part of {whole} minor units, so 0 to {whole}.", path)


@dataclass(frozen=True, slots=True)
class ReportOrder:
    """An order to be judged and kept. `quote_id`: the quote that was shown before."""

    order: OrderCommand
    idempotency_key: str
    quote_id: str | None = None


@dataclass(frozen=True, slots=True)
class ClaimOrder:
    """An order to be made somebody's: by the code on its receipt, or its number and total."""

    idempotency_key: str
    code: str | None = None
    source: str | None = None
    reference: str | None = None
    total: int | None = None
    member: MemberRef | None = None
