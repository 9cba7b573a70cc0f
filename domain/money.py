"""Money as integers of the currency's minor unit, and exact sharing out. No floats anywhere."""

from collections.abc import Sequence
from dataclasses import dataclass

# ISO 4217, with those withdrawn lately: old orders are still told in them.
_TWO_DECIMALS = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD
CAD CDF CHE CHF CHW CNY COP COU CRC CUC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL
GHS GIP GMD GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR
LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB
PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS SRD SSP STN SVC SYP
SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG ZWL
"""
_OTHERS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
EXPONENTS: dict[str, int] = dict.fromkeys(_TWO_DECIMALS.split(), 2) | {
    code: exponent for exponent, codes in _OTHERS.items() for code in codes.split()
}

WHOLE_BASIS_POINTS = 10_000


class UnknownCurrency(ValueError):
    """Not an ISO 4217 code of a currency."""


def exponent_of(currency: str) -> int:
    """How many decimals the currency has: 2 for EUR, 0 for JPY, 3 for KWD."""
    try:
        return EXPONENTS[currency]
    except KeyError:
        raise UnknownCurrency(
            "The currency is not an ISO 4217 code; write three capital letters, as in EUR."
        ) from None


@dataclass(frozen=True, slots=True)
class Money:
    """`amount` minor units of `currency`: Money(1240, "EUR") is 12.40 euros."""

    amount: int
    currency: str

    @property
    def exponent(self) -> int:
        """How many of the amount's last digits are decimals."""
        return exponent_of(self.currency)


def spread(total: int, weights: Sequence[int]) -> list[int]:
    """Share `total` out by `weights` (none negative): integers that sum to it exactly.

    Largest remainder; of equal remainders the earlier gets one first. Weights that are all zero
    count as equal. A negative total is shared as the positive one, negated.
    """
    if len(weights) == 1:
        return [total]
    if total < 0:
        return [-share for share in spread(-total, weights)]
    whole = sum(weights)
    if whole == 0:
        if not weights:
            raise ValueError("nothing to share among")
        weights, whole = [1] * len(weights), len(weights)
    shares, rests, missing = [], [], total
    for weight in weights:
        share, rest = divmod(total * weight, whole)
        shares.append(share)
        rests.append(rest)
        missing -= share
    if missing == 1:
        shares[rests.index(max(rests))] += 1
    elif missing:
        # Sorting is stable, reversed too: of equal remainders the earlier comes first.
        order = sorted(range(len(rests)), key=rests.__getitem__, reverse=True)
        for i in order[:missing]:
            shares[i] += 1
    return shares
